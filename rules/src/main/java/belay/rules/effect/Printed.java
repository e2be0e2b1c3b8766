package belay.rules.effect;

import belay.rules.effect.Value.Piece;
import belay.rules.syntax.Dialect;
import belay.rules.syntax.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the few commands print whose output is plain from their words or their input. */
final class Printed {

  /** They pass on some or all of the lines they are given. */
  private static final Set<String> FILTERS =
      Set.of(
          "grep", "egrep", "fgrep", "head", "tail", "sed", "awk", "cut", "shuf", "rg", "fzf", "tr");

  private static final Set<String> WHOLE = Set.of("cat", "tee", "sort", "uniq", "tac", "sponge");

  private static final Set<String> BARE_DUMP =
      Set.of("--skip-add-drop-table", "--skip-opt", "--compact", "--no-create-info", "-t");

  private Printed() {}

  /**
   * What a program prints.
   *
   * @param input what it is given, or null
   */
  static Output of(String program, List<Field> operands, @Nullable Output input, Walk walk) {
    switch (program) {
      case "echo" -> {
        return echo(operands, walk);
      }
      case "printf" -> {
        return printf(operands);
      }
      case "mysqldump", "mariadb-dump" -> {
        // So begins what it prints of each table, unless told not to (mysqldump(1) --opt).
        Value dump = Value.of("DROP TABLE IF EXISTS ").append(Value.unknown("the dump"));
        boolean bare =
            operands.stream().anyMatch(each -> BARE_DUMP.contains(each.value().display()));
        return bare ? new Output.Unknown(program) : new Output.Text(dump);
      }
      case "base64", "rev", "xxd", "tr" -> {
        Value decoded =
            input instanceof Output.Text(Value text) ? Decoded.by(program, operands, text) : null;
        if (decoded != null) {
          return new Output.Text(decoded);
        }
      }
      case "pwd" -> {
        Value directory = walk.scope().directory();
        return directory == null ? new Output.Unknown(program) : new Output.Text(directory);
      }
      case "mktemp" -> {
        return new Output.Text(Value.of("/tmp/").append(Value.unknown("what mktemp makes")));
      }
      case "basename", "dirname" -> {
        return named(program, operands);
      }
      case "which" -> {
        return operands.size() == 1
            ? new Output.Text(operands.getFirst().value())
            : new Output.Unknown(program);
      }
      case "find", "fd", "fdfind" -> {
        return found(program, operands, walk);
      }
      case "ls" -> {
        return listed(operands, walk);
      }
      case ":", "true", "false", "cd", "mkdir", "touch", "sleep" -> {
        return new Output.Text(Value.EMPTY);
      }
      default -> {}
    }
    boolean reads = operands.stream().allMatch(each -> each.value().knownPrefix().startsWith("-"));
    if (WHOLE.contains(program) && input != null && (reads || program.equals("tee"))) {
      return input;
    }
    Findings.Below below =
        input instanceof Output.Text(Value text) ? walk.findings().below(text) : null;
    if (below != null && FILTERS.contains(program)) {
      return new Output.Found(List.of(below.value()), below.limited()).filtered();
    }
    return switch (input) {
      case Output.Found found when FILTERS.contains(program) -> found.filtered();
      case Output.Text(Value names) when FILTERS.contains(program) && names.hasPattern() ->
          new Output.Found(List.of(Value.of(".")), false).filtered();
      // Whatever is done to text from the network, it stays that.
      case Output.Unknown unknown when Output.isFetched(Value.unknown(unknown.why())) -> unknown;
      case Output.Found _, Output.Text _, Output.Unknown _ -> new Output.Unknown(program);
      case null -> new Output.Unknown(program);
    };
  }

  private static Output echo(List<Field> operands, Walk walk) {
    boolean escapes = walk.scope().dialect() == Dialect.ZSH;
    boolean newline = true;
    int at = 0;
    for (; at < operands.size(); at++) {
      String option = operands.get(at).known();
      if (option == null || !isEchoOption(option)) {
        break;
      }
      escapes = option.contains("e") || (escapes && !option.contains("E"));
      newline &= !option.contains("n");
    }
    Value out = Value.EMPTY;
    for (int i = at; i < operands.size(); i++) {
      out = i == at ? out : out.append(Value.of(" "));
      out = out.append(operands.get(i).value());
    }
    if (escapes) {
      out = unescaped(out);
      if (out == null) {
        return new Output.Unknown("echo");
      }
    }
    return new Output.Text(newline ? out.append(Value.of("\n")) : out);
  }

  private static boolean isEchoOption(String word) {
    if (word.length() < 2 || word.charAt(0) != '-') {
      return false;
    }
    return word.chars().skip(1).allMatch(c -> c == 'n' || c == 'e' || c == 'E');
  }

  /** printf(1) with the directives that put an operand as it is; the format is used again. */
  private static Output printf(List<Field> words) {
    List<Field> operands = words;
    if (!operands.isEmpty() && "--".equals(operands.getFirst().known())) {
      operands = operands.subList(1, operands.size());
    }
    if (operands.isEmpty() || "-v".equals(operands.getFirst().known())) {
      return new Output.Text(Value.EMPTY);
    }
    Value format = unescaped(operands.getFirst().value());
    operands = operands.subList(1, operands.size());
    String known = format == null ? null : format.known();
    if (known == null) {
      return format != null && operands.isEmpty()
          ? new Output.Text(format)
          : new Output.Unknown("printf");
    }
    Value out = Value.EMPTY;
    int next = 0;
    do {
      int before = next;
      int from = 0;
      for (int percent = known.indexOf('%'); percent >= 0; percent = known.indexOf('%', from)) {
        out = out.append(Value.of(known.substring(from, percent)));
        char directive = percent + 1 < known.length() ? known.charAt(percent + 1) : ' ';
        switch (directive) {
          case '%' -> out = out.append(Value.of("%"));
          case 'b' -> {
            Value escaped = next < operands.size() ? operands.get(next++).value() : Value.EMPTY;
            Value plain = unescaped(escaped);
            if (plain == null) {
              return new Output.Unknown("printf");
            }
            out = out.append(plain);
          }
          case 's', 'q', 'd', 'i' -> {
            if (next < operands.size()) {
              out = out.append(operands.get(next++).value());
            }
          }
          default -> {
            return new Output.Unknown("printf");
          }
        }
        from = percent + 2;
      }
      out = out.append(Value.of(known.substring(from)));
      if (next == before) {
        break;
      }
    } while (next < operands.size());
    return new Output.Text(out);
  }

  /** With the escapes of printf(1) and {@code echo -e} taken; null where one is not followed. */
  private static @Nullable Value unescaped(Value value) {
    List<Piece> out = new ArrayList<>();
    for (Piece piece : value.pieces()) {
      if (piece instanceof Piece.Known(String text) && text.indexOf('\\') >= 0) {
        String plain = unescaped(text);
        if (plain == null) {
          return null;
        }
        out.add(new Piece.Known(plain));
      } else {
        out.add(piece);
      }
    }
    return new Value(out);
  }

  private static @Nullable String unescaped(String text) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '\\') {
        out.append(c);
        continue;
      }
      if (++i == text.length()) {
        return out.append('\\').toString();
      }
      int radix = 0;
      switch (text.charAt(i)) {
        case 'n' -> out.append('\n');
        case 't' -> out.append('\t');
        case 'r' -> out.append('\r');
        case 'e' -> out.append('\u001b');
        case 'a' -> out.append('\u0007');
        case '\\' -> out.append('\\');
        case '"' -> out.append('"');
        case '0', '1', '2', '3', '4', '5', '6', '7' -> radix = 8;
        case 'x' -> {
          radix = 16;
          i++;
        }
        default -> {
          return null;
        }
      }
      if (radix > 0) {
        int end = i;
        int most = radix == 16 ? i + 2 : i + (text.charAt(i) == '0' ? 4 : 3);
        while (end < Math.min(most, text.length())
            && Character.digit(text.charAt(end), radix) >= 0) {
          end++;
        }
        int code = end == i ? -1 : Integer.parseInt(text.substring(i, end), radix);
        if (code < 0 || code > 0x7F) {
          return null;
        }
        out.append((char) code);
        i = end - 1;
      }
    }
    return out.toString();
  }

  /** The model of find knows where it begins and what limits it: what would an -exec be given? */
  private static Output found(String program, List<Field> operands, Walk walk) {
    if (!program.equals("find")) {
      return new Output.Found(List.of(Value.of(".")), false).filtered();
    }
    List<Field> asked = new ArrayList<>(operands);
    Field nowhere = new Field(Value.EMPTY, new Span(0, 0), List.of());
    for (String word : List.of("-exec", "x", "{}", ";")) {
      asked.add(nowhere.with(Value.of(word)));
    }
    List<Meaning.Inner> inner = walk.models().read(program, asked).inner();
    if (!inner.isEmpty()
        && inner.getLast().change()
            instanceof Meaning.Change.Found(List<Value> roots, String _, boolean limited)) {
      return new Output.Found(roots, limited);
    }
    return new Output.Unknown(program);
  }

  /** A name without its directory or its directory alone, where it is all known. */
  private static Output named(String program, List<Field> operands) {
    String path = operands.isEmpty() ? null : operands.getFirst().known();
    if (path == null || path.isEmpty() || path.startsWith("-") || operands.size() > 2) {
      return new Output.Unknown(program);
    }
    String plain = path;
    while (plain.length() > 1 && plain.endsWith("/")) {
      plain = plain.substring(0, plain.length() - 1);
    }
    int slash = plain.lastIndexOf('/');
    if (program.equals("dirname")) {
      return operands.size() > 1
          ? new Output.Unknown(program)
          : new Output.Text(
              Value.of(slash < 0 ? "." : slash == 0 ? "/" : plain.substring(0, slash)));
    }
    String base = plain.length() > 1 ? plain.substring(slash + 1) : plain;
    String suffix = operands.size() > 1 ? operands.get(1).known() : "";
    if (suffix == null) {
      return new Output.Unknown(program);
    }
    boolean cut = base.endsWith(suffix) && !base.equals(suffix);
    return new Output.Text(
        Value.of(cut ? base.substring(0, base.length() - suffix.length()) : base));
  }

  /** The names in the working directory, or those a pattern matches. */
  private static Output listed(List<Field> operands, Walk walk) {
    Value out = Value.EMPTY;
    boolean any = false;
    for (Field operand : operands) {
      if (operand.value().knownPrefix().startsWith("-")) {
        String option = operand.known();
        if (option == null || option.contains("l") || option.contains("R")) {
          return new Output.Unknown("ls");
        }
        continue;
      }
      any = true;
      boolean names = operand.value().hasPattern() && !operand.value().hasUnknown();
      if (!names && walk.findings().below(operand.value()) == null) {
        return new Output.Unknown("ls");
      }
      out = out.append(operand.value()).append(Value.of("\n"));
    }
    Value all = new Value(List.of(new Piece.Pattern("*"), new Piece.Known("\n")));
    return new Output.Text(any ? out : all);
  }
}
