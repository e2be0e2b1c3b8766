package belay.rules.judge;

/**
 * How a verdict is drawn from findings.
 *
 * @param mode how much of the judgement is enforced: {@link Mode#OBSERVE} lets everything run and
 *     keeps the findings, {@link Mode#GUARD} lets the rules decide, {@link Mode#STRICT} also asks
 *     about what could not be read or is only possible
 */
public record Policy(Mode mode) {}
