package belay.rules.effect;

import belay.rules.syntax.Command;
import belay.rules.syntax.CommandList;
import belay.rules.syntax.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether a condition holds, where the line alone says so: {@code true}, and tests of strings that
 * are known (POSIX.1-2024 test; bash(1) CONDITIONAL EXPRESSIONS).
 */
final class Conditions {

  /** Commands whose failing is an answer, not a mishap. */
  private static final Set<String> ASKING =
      Set.of(
          "test",
          "[",
          "grep",
          "egrep",
          "fgrep",
          "pgrep",
          "pidof",
          "which",
          "type",
          "hash",
          "diff",
          "cmp",
          "false",
          "mountpoint",
          "ping",
          "read",
          "id",
          "getent",
          "ask",
          "confirm");

  private Conditions() {}

  /** Whether a command is run for the answer its exit status gives. */
  static boolean isAsking(Command command) {
    return switch (command) {
      case Command.Conditional _, Command.Arithmetic _ -> true;
      case Command.Simple simple -> {
        String name = simple.words().isEmpty() ? null : simple.words().getFirst().bareText();
        if ("command".equals(name) && simple.words().size() > 1) {
          String option = simple.words().get(1).bareText();
          yield "-v".equals(option) || "-V".equals(option);
        }
        yield name != null && ASKING.contains(name);
      }
      case Command.Pipeline pipeline -> pipeline.negated() || isAsking(pipeline.stages().getLast());
      case Command.AndOr list -> isAsking(list.left()) || isAsking(list.right());
      case Command.Redirected redirected -> isAsking(redirected.command());
      case Command.Group(var _, CommandList body) -> isAskingLast(body);
      case Command.Subshell(var _, CommandList body) -> isAskingLast(body);
      case Command.If _,
          Command.For _,
          Command.Select _,
          Command.ArithmeticFor _,
          Command.While _,
          Command.Repeat _,
          Command.Case _,
          Command.FunctionDefinition _,
          Command.AnonymousFunction _,
          Command.Coprocess _,
          Command.Always _,
          Command.Unparsed _ ->
          false;
    };
  }

  private static boolean isAskingLast(CommandList list) {
    return !list.items().isEmpty() && isAsking(list.items().getLast().command());
  }

  /** Whether what stands behind a command is only reached when it did not run. */
  static boolean leaves(Command command) {
    return switch (command) {
      case Command.Simple simple -> {
        String name = simple.words().isEmpty() ? null : simple.words().getFirst().bareText();
        yield name != null
            && Set.of("exit", "return", "break", "continue", "exec", "logout").contains(name);
      }
      case Command.Group(var _, CommandList body) ->
          !body.items().isEmpty() && leaves(body.items().getLast().command());
      case Command.AndOr list -> list.connector() == Command.Connector.AND && leaves(list.right());
      case Command.Pipeline _,
          Command.Redirected _,
          Command.Subshell _,
          Command.If _,
          Command.For _,
          Command.Select _,
          Command.ArithmeticFor _,
          Command.While _,
          Command.Repeat _,
          Command.Case _,
          Command.Conditional _,
          Command.Arithmetic _,
          Command.FunctionDefinition _,
          Command.AnonymousFunction _,
          Command.Coprocess _,
          Command.Always _,
          Command.Unparsed _ ->
          false;
    };
  }

  /** What a list used as a condition comes to; null where that is not known. */
  static @Nullable Boolean answer(CommandList list, Walk walk) {
    return list.items().size() == 1 ? answer(list.items().getFirst().command(), walk) : null;
  }

  /** What a command's exit status says; null where that is not known. */
  static @Nullable Boolean answer(Command command, Walk walk) {
    return switch (command) {
      case Command.Simple simple -> answer(simple, walk);
      case Command.Conditional conditional -> test(conditional.words(), walk);
      case Command.Pipeline pipeline when pipeline.stages().size() == 1 -> {
        Boolean inner = answer(pipeline.stages().getFirst(), walk);
        yield inner == null ? null : Boolean.valueOf(inner ^ pipeline.negated());
      }
      case Command.Pipeline _,
          Command.AndOr _,
          Command.Redirected _,
          Command.Subshell _,
          Command.Group _,
          Command.If _,
          Command.For _,
          Command.Select _,
          Command.ArithmeticFor _,
          Command.While _,
          Command.Repeat _,
          Command.Case _,
          Command.Arithmetic _,
          Command.FunctionDefinition _,
          Command.AnonymousFunction _,
          Command.Coprocess _,
          Command.Always _,
          Command.Unparsed _ ->
          null;
    };
  }

  private static @Nullable Boolean answer(Command.Simple simple, Walk walk) {
    List<Word> words = simple.words();
    String name = words.isEmpty() ? null : words.getFirst().bareText();
    return switch (name) {
      case "true", ":" -> true;
      case "false" -> false;
      case "test" -> test(words.subList(1, words.size()), walk);
      case "[" ->
          "]".equals(words.getLast().bareText()) && words.size() > 1
              ? test(words.subList(1, words.size() - 1), walk)
              : null;
      case null, default -> null;
    };
  }

  private static @Nullable Boolean test(List<Word> words, Walk walk) {
    if (words.isEmpty() || words.size() > 4) {
      return null;
    }
    if ("!".equals(words.getFirst().bareText()) && words.size() > 1) {
      Boolean inner = test(words.subList(1, words.size()), walk);
      return inner == null ? null : Boolean.valueOf(!inner);
    }
    List<@Nullable String> texts = new ArrayList<>();
    for (Word word : words) {
      texts.add(walk.expander().single(word).known());
    }
    return switch (texts.size()) {
      case 1 -> texts.getFirst() == null ? null : Boolean.valueOf(!texts.getFirst().isEmpty());
      case 2 -> {
        String operand = texts.get(1);
        yield operand == null
            ? null
            : switch (texts.getFirst()) {
              case "-n" -> Boolean.valueOf(!operand.isEmpty());
              case "-z" -> Boolean.valueOf(operand.isEmpty());
              case null, default -> null;
            };
      }
      case 3 -> compared(texts.get(0), texts.get(1), texts.get(2), words.get(2), walk);
      default -> null;
    };
  }

  private static @Nullable Boolean compared(
      @Nullable String left,
      @Nullable String operator,
      @Nullable String right,
      Word pattern,
      Walk walk) {
    if (left == null || operator == null || right == null) {
      return null;
    }
    switch (operator) {
      case "=", "==", "!=" -> {
        // In [[ the right side is a pattern; where it is plain text the two are the same.
        boolean plain = pattern.constantText() != null || walk.expander().pattern(pattern) == null;
        if (!plain && !right.equals(walk.expander().pattern(pattern))) {
          return null;
        }
        return left.equals(right) ^ operator.equals("!=");
      }
      case "-eq", "-ne", "-lt", "-le", "-gt", "-ge" -> {
        try {
          int order = Long.compare(Long.parseLong(left.strip()), Long.parseLong(right.strip()));
          return switch (operator) {
            case "-eq" -> order == 0;
            case "-ne" -> order != 0;
            case "-lt" -> order < 0;
            case "-le" -> order <= 0;
            case "-gt" -> order > 0;
            default -> order >= 0;
          };
        } catch (NumberFormatException _) {
          return null;
        }
      }
      default -> {
        return null;
      }
    }
  }
}
