package belay.daemon.session;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What a shell sends; docs/protocol.md has the wire form. */
public sealed interface HookMessage {

  /** The number of the request it belongs to. */
  long sequence();

  /**
   * A line to be judged.
   *
   * @param line after history expansion
   * @param expanded zsh's parse tree printed back, with aliases expanded; null from bash
   * @param firstWord what {@code alias} and {@code isFunction} are about; null when not sent
   * @param continuation the line was finished at a continuation prompt
   * @param truncated the shell sent only the beginning
   * @param process the process that is about to run it, where it is not the shell that said Hello
   */
  record Request(
      long sequence,
      byte[] line,
      byte @Nullable [] expanded,
      @Nullable String firstWord,
      @Nullable String alias,
      boolean isFunction,
      boolean continuation,
      boolean truncated,
      OptionalLong process)
      implements HookMessage {}

  /** What the names asked for are. */
  record Answer(long sequence, Map<String, Named> names) implements HookMessage {
    public Answer {
      names = Map.copyOf(names);
    }
  }

  /** The definition of a function, as bash prints it. */
  record FunctionText(long sequence, String name, String text) implements HookMessage {}

  /** How the line that was run ended. */
  record Outcome(long sequence, int status, long micros) implements HookMessage {}

  /** A process of a script waits for its turn in vain; see {@link Turn}. */
  record Waiting(long sequence) implements HookMessage {}

  /** The shell lets go of us. */
  record Bye(long sequence) implements HookMessage {}

  /**
   * What a name stands for in the shell. Keys are {@code v:NAME}, {@code a:NAME}, {@code f:NAME}.
   */
  sealed interface Named {
    record Values(List<String> values) implements Named {
      public Values {
        values = List.copyOf(values);
      }
    }

    record Text(String text) implements Named {}

    record None() implements Named {}
  }

  /**
   * A shell that says Hello on the control FIFO.
   *
   * @param script how the questions of a script are answered: {@code ask}, {@code refuse} or {@code
   *     allow}; empty for a shell with a person at its prompt
   */
  record Hello(
      int protocol,
      String name,
      String shell,
      String version,
      long pid,
      String tty,
      String historyFile,
      String home,
      String script) {

    public static @Nullable Hello read(byte[] line) {
      List<byte[]> fields = Fields.split(line);
      if (fields.size() < 3 || !Fields.text(fields.getFirst()).equals("H")) {
        return null;
      }
      Map<String, String> values = new HashMap<>();
      for (byte[] field : fields.subList(2, fields.size())) {
        Fields.Pair pair = Fields.pair(field);
        if (pair != null) {
          values.put(pair.key(), pair.text());
        }
      }
      String name = values.getOrDefault("n", "");
      long pid = Fields.number(values.getOrDefault("pid", ""));
      int protocol = (int) Fields.number(Fields.text(fields.get(1)));
      // The name becomes a file name: nothing but what the hook itself would make of it.
      if (pid <= 0 || protocol <= 0 || !name.matches("[0-9]+-[0-9A-Za-z]{1,32}")) {
        return null;
      }
      return new Hello(
          protocol,
          name,
          values.getOrDefault("shell", ""),
          values.getOrDefault("v", ""),
          pid,
          values.getOrDefault("tty", ""),
          values.getOrDefault("hist", ""),
          values.getOrDefault("home", ""),
          values.getOrDefault("script", ""));
    }
  }

  /** Reads one line of a session's FIFO; null for what is no message. */
  static @Nullable HookMessage read(byte[] line) {
    List<byte[]> fields = Fields.split(line);
    if (fields.size() < 2) {
      return null;
    }
    long sequence = Fields.number(Fields.text(fields.get(1)));
    if (sequence < 0) {
      return null;
    }
    List<byte[]> rest = fields.subList(2, fields.size());
    return switch (Fields.text(fields.getFirst())) {
      case "R" -> request(sequence, rest);
      case "V" -> answer(sequence, rest);
      case "F" -> function(sequence, rest);
      case "E" -> outcome(sequence, rest);
      case "T" -> new Waiting(sequence);
      case "Z" -> new Bye(sequence);
      default -> null;
    };
  }

  private static @Nullable Request request(long sequence, List<byte[]> fields) {
    byte[] line = null;
    byte[] expanded = null;
    String firstWord = null;
    String alias = null;
    boolean function = false;
    boolean continuation = false;
    boolean truncated = false;
    OptionalLong process = OptionalLong.empty();
    for (byte[] field : fields) {
      Fields.Pair pair = Fields.pair(field);
      if (pair == null) {
        continue;
      }
      switch (pair.key()) {
        case "c" -> line = pair.value();
        case "x" -> expanded = pair.value();
        case "w" -> firstWord = pair.text();
        case "a" -> alias = pair.text();
        case "f" -> function = pair.text().equals("1");
        case "p" -> continuation = pair.text().equals("1");
        case "t" -> truncated = pair.text().equals("1");
        case "b" -> {
          long pid = Fields.number(pair.text());
          process = pid > 0 ? OptionalLong.of(pid) : OptionalLong.empty();
        }
        default -> {
          // A newer hook may say more than we know.
        }
      }
    }
    return line == null
        ? null
        : new Request(
            sequence, line, expanded, firstWord, alias, function, continuation, truncated, process);
  }

  private static Answer answer(long sequence, List<byte[]> fields) {
    Map<String, Named> names = new HashMap<>();
    for (byte[] field : fields) {
      Fields.Pair pair = Fields.pair(field);
      if (pair == null || pair.key().length() < 3 || pair.key().charAt(1) != '.') {
        continue;
      }
      String name = pair.key().substring(2);
      switch (pair.key().charAt(0)) {
        case 's' -> names.put("v:" + name, new Named.Values(List.of(pair.text())));
        case 'e' ->
            names.merge(
                "v:" + name,
                new Named.Values(List.of(pair.text())),
                (before, more) -> joined(before, more));
        case 'u' -> names.put("v:" + name, new Named.None());
        case 'a' -> names.put("a:" + name, new Named.Text(pair.text()));
        case 'f' -> names.put("f:" + name, new Named.Text(pair.text()));
        case 'n' -> {
          names.putIfAbsent("a:" + name, new Named.None());
          names.putIfAbsent("f:" + name, new Named.None());
        }
        default -> {
          // A newer hook may say more than we know.
        }
      }
    }
    return new Answer(sequence, names);
  }

  private static Named joined(Named before, Named more) {
    if (before instanceof Named.Values(List<String> first)
        && more instanceof Named.Values(List<String> second)) {
      List<String> all = new ArrayList<>(first);
      all.addAll(second);
      return new Named.Values(all);
    }
    return more;
  }

  private static @Nullable FunctionText function(long sequence, List<byte[]> fields) {
    for (byte[] field : fields) {
      Fields.Pair pair = Fields.pair(field);
      if (pair != null && pair.key().equals("n")) {
        return new FunctionText(sequence, pair.text(), "");
      }
    }
    return null;
  }

  private static Outcome outcome(long sequence, List<byte[]> fields) {
    int status = 0;
    long micros = 0;
    for (byte[] field : fields) {
      Fields.Pair pair = Fields.pair(field);
      if (pair != null && pair.key().equals("s")) {
        status = (int) Math.max(0, Fields.number(pair.text()));
      } else if (pair != null && pair.key().equals("d")) {
        micros = Math.max(0, Fields.number(pair.text()));
      }
    }
    return new Outcome(sequence, status, micros);
  }

  /** Whether {@code line} ends the text of a function: a GS and a full stop alone. */
  static boolean endsFunction(byte[] line) {
    return Arrays.equals(line, new byte[] {Fields.ESCAPE, '.'});
  }
}
