package belay.daemon.terminal;

import java.util.Map;

/**
 * How text is set on one terminal.
 *
 * @param columns its width, at least 20
 * @param colour whether it may be coloured; nothing is ever said by colour alone
 */
public record Painter(int columns, boolean colour) {

  public Painter {
    columns = Math.max(20, columns);
  }

  /**
   * A painter for a program with this environment (<a href="https://no-color.org">NO_COLOR</a>;
   * {@code TERM} as term(7) has it).
   */
  public static Painter of(Map<String, String> environment, int columns) {
    String term = environment.getOrDefault("TERM", "");
    boolean colour =
        environment.getOrDefault("NO_COLOR", "").isEmpty()
            && !term.isEmpty()
            && !term.equals("dumb");
    return new Painter(columns, colour);
  }

  /** For what is written to a file or a pipe. */
  public static Painter plain(int columns) {
    return new Painter(columns, false);
  }

  String alarm(String text) {
    return sgr("1;31", text);
  }

  String caution(String text) {
    return sgr("1;33", text);
  }

  String quiet(String text) {
    return sgr("2", text);
  }

  String strong(String text) {
    return sgr("1", text);
  }

  private String sgr(String code, String text) {
    return colour ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
  }
}
