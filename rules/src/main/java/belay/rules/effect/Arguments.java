package belay.rules.effect;

import belay.rules.effect.Options.Arity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A command's arguments told apart.
 *
 * @param options every option given, with its dashes ({@code -r}, {@code --recursive}), and the
 *     values it was given, in order; no values for one that takes none
 * @param operands the rest
 */
record Arguments(Map<String, List<Field>> options, List<Field> operands) {

  Arguments {
    options = Map.copyOf(options);
    operands = List.copyOf(operands);
  }

  static Arguments read(List<Field> fields, Options spec) {
    return new Reader(spec).read(fields);
  }

  boolean has(String option) {
    return options.containsKey(option);
  }

  boolean hasAny(List<String> names) {
    return names.stream().anyMatch(this::has);
  }

  /** The last value given to any of the options; null where there is none. */
  @Nullable Field value(List<String> names) {
    for (String name : names) {
      List<Field> values = options.get(name);
      if (values != null && !values.isEmpty()) {
        return values.getLast();
      }
    }
    return null;
  }

  private static final class Reader {
    private final Options spec;
    private final Map<String, List<Field>> options = new HashMap<>();
    private final List<Field> operands = new ArrayList<>();

    Reader(Options spec) {
      this.spec = spec;
    }

    Arguments read(List<Field> fields) {
      for (int i = 0; i < fields.size(); i++) {
        Field field = fields.get(i);
        String text = field.value().knownPrefix();
        if (text.equals("--") && "--".equals(field.known())) {
          operands.addAll(fields.subList(i + 1, fields.size()));
          break;
        }
        if (text.length() < 2 || !text.startsWith("-")) {
          operands.add(field);
          if (spec.stops()) {
            operands.addAll(fields.subList(i + 1, fields.size()));
            break;
          }
          continue;
        }
        Field next = i + 1 < fields.size() ? fields.get(i + 1) : null;
        boolean took =
            text.startsWith("--") || spec.singleDash()
                ? longOption(field, text, next)
                : shortOptions(field, text, next);
        if (took) {
          i++;
        }
      }
      return new Arguments(options, operands);
    }

    /** Returns whether the next field was the value. */
    private boolean longOption(Field field, String text, @Nullable Field next) {
      String dashes = text.startsWith("--") ? "--" : "-";
      int equals = text.indexOf('=');
      String given =
          equals < 0 ? text.substring(dashes.length()) : text.substring(dashes.length(), equals);
      String name = spec.longName(given);
      if (name == null) {
        if (dashes.equals("-") && !spec.shorts().isEmpty()) {
          return shortOptions(field, text, next);
        }
        name = given;
      }
      String key = dashes + name;
      if (equals >= 0) {
        add(key, cut(field, equals + 1));
        return false;
      }
      Arity arity = spec.longs().getOrDefault(name, Arity.NONE);
      if (arity == Arity.REQUIRED && next != null) {
        add(key, next);
        return true;
      }
      options.computeIfAbsent(key, _ -> new ArrayList<>());
      return false;
    }

    private boolean shortOptions(Field field, String text, @Nullable Field next) {
      for (int i = 1; i < text.length(); i++) {
        String key = "-" + text.charAt(i);
        switch (spec.shorts().getOrDefault(text.charAt(i), Arity.NONE)) {
          case NONE -> options.computeIfAbsent(key, _ -> new ArrayList<>());
          case OPTIONAL -> {
            if (i + 1 < text.length()) {
              add(key, cut(field, i + 1));
            } else {
              options.computeIfAbsent(key, _ -> new ArrayList<>());
            }
            return false;
          }
          case REQUIRED -> {
            boolean glued = i + 1 < text.length() || field.known() == null;
            if (glued) {
              add(key, cut(field, i + 1));
              return false;
            }
            if (next != null) {
              add(key, next);
              return true;
            }
            return false;
          }
        }
      }
      return false;
    }

    private void add(String key, Field value) {
      options.computeIfAbsent(key, _ -> new ArrayList<>()).add(value);
    }

    /** The field without its first {@code count} characters, which are known. */
    private static Field cut(Field field, int count) {
      List<Value.Piece> pieces = new ArrayList<>(field.value().pieces());
      pieces.set(0, new Value.Piece.Known(field.value().knownPrefix().substring(count)));
      return field.with(new Value(pieces));
    }
  }
}
