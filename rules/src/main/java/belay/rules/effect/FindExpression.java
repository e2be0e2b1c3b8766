package belay.rules.effect;

import belay.rules.effect.Meaning.Change;
import belay.rules.effect.Meaning.Inner;
import belay.rules.effect.Meaning.Mark;
import belay.rules.effect.Meaning.Sort;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of find(1): options, places to begin at, and an expression. {@code -delete} and
 * {@code -exec} fall on what the tests before them let through.
 *
 * @param values how many arguments each word of the expression takes, where it takes any
 * @param tests the words that narrow down what is found
 */
record FindExpression(Map<String, Integer> values, Set<String> tests) {

  private static final String BRACES = "{}";

  FindExpression {
    values = Map.copyOf(values);
    tests = Set.copyOf(tests);
  }

  void read(String program, List<Field> fields, List<Mark> marks, List<Inner> inner) {
    int next = 0;
    while (next < fields.size() && isOption(fields.get(next).known())) {
      next += "-D".equals(fields.get(next).known()) ? 2 : 1;
    }
    List<Field> roots = new ArrayList<>();
    while (next < fields.size() && !beginsExpression(fields.get(next).value().knownPrefix())) {
      roots.add(fields.get(next++));
    }
    if (roots.isEmpty()) {
      roots.add(new Arguments(fields, List.of(), List.of(), -1, null).whole("."));
    }
    boolean limited = false;
    boolean empty = false;
    Field name = null;
    while (next < fields.size()) {
      Field field = fields.get(next++);
      String word = field.known();
      if (word == null) {
        continue;
      }
      switch (word) {
        case "-delete" -> {
          // An empty file or directory is no loss.
          for (Field root : empty ? List.<Field>of() : roots) {
            marks.add(
                limited
                    ? mark(EffectKind.DELETE, root.with(below(root.value(), name)), Reach.MANY)
                    : mark(EffectKind.DELETE, root, Reach.RECURSIVE));
          }
        }
        case "-exec", "-execdir", "-ok", "-okdir" -> {
          int end = end(fields, next);
          if (end > next) {
            List<Value> places = new ArrayList<>();
            for (Field root : roots) {
              places.add(limited ? below(root.value(), name) : root.value());
            }
            inner.add(
                new Inner.Words(
                    program + " " + word,
                    new Change.Found(places, BRACES, limited),
                    fields.subList(next, end)));
          }
          next = Math.min(fields.size(), end + 1);
        }
        case "-fprint", "-fprint0", "-fls", "-fprintf" -> {
          if (next < fields.size()) {
            marks.add(mark(EffectKind.OVERWRITE, fields.get(next), Reach.ONE));
          }
          next += word.equals("-fprintf") ? 2 : 1;
        }
        default -> {
          // A name that is left out, or one of several, says nothing of what is found.
          if (word.equals("-name")
              && name == null
              && next < fields.size()
              && !isNegated(fields, next - 1)
              && !hasChoice(fields)) {
            name = fields.get(next);
          }
          empty |= word.equals("-empty") && !isNegated(fields, next - 1) && !hasChoice(fields);
          limited |= tests.contains(word) || word.startsWith("-newer");
          next += word.startsWith("-newer") ? 1 : values.getOrDefault(word, 0);
        }
      }
    }
  }

  private static Mark mark(EffectKind kind, Field field, Reach reach) {
    return new Mark(
        kind, Sort.PATH, "", field.value(), null, reach, Certainty.CERTAIN, null, field);
  }

  /** Tests pick some of what is below a place; which ones is only known when it runs. */
  static Value below(Value root, @Nullable Field name) {
    String known = root.known();
    Value directory = known != null && known.endsWith("/") ? root : root.append(Value.of("/"));
    Value found = directory.append(Value.unknown("what is found below " + root.display()));
    if (name == null) {
      return found;
    }
    String text = name.known();
    boolean pattern = text != null && text.matches(".*[*?\\[].*");
    return found
        .append(Value.of("/"))
        .append(
            pattern && text != null
                ? new Value(List.of(new Value.Piece.Pattern(text)))
                : name.value());
  }

  private static boolean isNegated(List<Field> fields, int at) {
    String before = at > 0 ? fields.get(at - 1).known() : null;
    return "!".equals(before) || "-not".equals(before) || "(".equals(before);
  }

  private static boolean hasChoice(List<Field> fields) {
    return fields.stream()
        .map(Field::known)
        .anyMatch(word -> "-o".equals(word) || "-or".equals(word) || ",".equals(word));
  }

  private static boolean isOption(@Nullable String word) {
    return word != null
        && (word.equals("-H")
            || word.equals("-L")
            || word.equals("-P")
            || word.equals("-D")
            || word.startsWith("-O"));
  }

  /** POSIX: a leading dash, a parenthesis or {@code !} ends the list of places. */
  private static boolean beginsExpression(String text) {
    return text.startsWith("-") || text.equals("(") || text.equals("!");
  }

  /** The {@code ;}, or the {@code +} behind two braces, that ends a command. */
  private static int end(List<Field> fields, int from) {
    for (int i = from; i < fields.size(); i++) {
      String word = fields.get(i).known();
      if (";".equals(word)
          || ("+".equals(word) && i > from && BRACES.equals(fields.get(i - 1).known()))) {
        return i;
      }
    }
    return fields.size();
  }
}
