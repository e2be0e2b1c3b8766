package belay.rules.syntax;

/**
 * The first thing that did not fit.
 *
 * @param incomplete more input could mend it
 * @param from where it is, in the bytes being read
 * @param to where it ends
 * @param text what is wrong, or what would close it
 */
record Failure(boolean incomplete, int from, int to, String text) {

  /** What the operator reads where the command should stand. */
  String reason() {
    return incomplete ? "expected `" + text + "`" : text;
  }
}
