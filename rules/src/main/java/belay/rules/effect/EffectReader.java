package belay.rules.effect;

import belay.rules.syntax.Script;

/** Works out what a line would do. Pure: it asks the {@link ShellView} and nobody else. */
public final class EffectReader {

  private final CommandModels models;

  public EffectReader(CommandModels models) {
    this.models = models;
  }

  /**
   * Reads a line.
   *
   * @param script what the parser made of it
   * @param line the bytes it was parsed from
   * @param shell the shell that would run it
   */
  public Reading read(Script script, byte[] line, ShellView shell) {
    Findings findings = new Findings();
    new Walk(models, findings, new Scope(shell), Code.typed(line)).list(script.body());
    return findings.reading();
  }
}
