package belay.rules.effect;

import belay.rules.effect.Arguments.Given;
import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Picks arguments out of a command by their role. */
sealed interface Selector {

  List<Field> select(Arguments arguments);

  /**
   * Operands from one to before another.
   *
   * @param from 0-based; negative counts from the end
   * @param to how many at the end are left out
   * @param most how many at most
   */
  record Operands(int from, int to, int most) implements Selector {
    @Override
    public List<Field> select(Arguments arguments) {
      List<Field> operands = arguments.operands();
      int start = from < 0 ? operands.size() + from : from;
      int end = operands.size() - to;
      if (start < 0 || start >= end) {
        return List.of();
      }
      return operands.subList(start, Math.min(end, most < end - start ? start + most : end));
    }
  }

  /** The operands behind {@code --}, also where that is itself taken for one. */
  record AfterDashes() implements Selector {
    @Override
    public List<Field> select(Arguments arguments) {
      List<Field> operands = arguments.operands();
      if (arguments.dashes() >= 0) {
        return operands.subList(arguments.dashes(), operands.size());
      }
      for (int i = 0; i < operands.size(); i++) {
        if ("--".equals(operands.get(i).known())) {
          return operands.subList(i + 1, operands.size());
        }
      }
      return List.of();
    }
  }

  /** The operand behind a certain word. */
  record After(String word) implements Selector {
    @Override
    public List<Field> select(Arguments arguments) {
      List<Field> operands = arguments.operands();
      for (int i = 0; i + 1 < operands.size(); i++) {
        if (word.equals(operands.get(i).known())) {
          return operands.subList(i + 1, i + 2);
        }
      }
      return List.of();
    }
  }

  /** The value of the last operand {@code key=value}, as dd(1) reads them. */
  record Key(String prefix) implements Selector {
    @Override
    public List<Field> select(Arguments arguments) {
      for (int i = arguments.operands().size() - 1; i >= 0; i--) {
        Field field = arguments.operands().get(i);
        if (field.value().knownPrefix().startsWith(prefix)) {
          return List.of(field.with(Values.without(field.value(), prefix.length())));
        }
      }
      return List.of();
    }
  }

  /** The values of an option. */
  record OptionValues(Option option) implements Selector {
    @Override
    public List<Field> select(Arguments arguments) {
      List<Field> out = new ArrayList<>(1);
      for (Given given : arguments.given()) {
        if (given.option() == option && given.value() != null) {
          out.add(given.value());
        }
      }
      return out;
    }
  }

  /** What no argument says. */
  record Constant(String text) implements Selector {
    @Override
    public List<Field> select(Arguments arguments) {
      return List.of(arguments.whole(text));
    }
  }

  /** What SQL among these takes away, in a word ({@link Sql#lost}). */
  record Lost(Selector selector) implements Selector {
    @Override
    public List<Field> select(Arguments arguments) {
      for (Field field : selector.select(arguments)) {
        Optional<String> lost = Sql.lost(field.value().display());
        if (lost.isPresent()) {
          return List.of(arguments.whole(lost.get()));
        }
      }
      return List.of();
    }
  }

  /** The first that finds something. */
  record Else(List<Selector> choices) implements Selector {
    @Override
    public List<Field> select(Arguments arguments) {
      for (Selector choice : choices) {
        List<Field> fields = choice.select(arguments);
        if (!fields.isEmpty()) {
          return fields;
        }
      }
      return List.of();
    }
  }

  /** One after the other. */
  record Both(List<Selector> parts) implements Selector {
    @Override
    public List<Field> select(Arguments arguments) {
      List<Field> out = new ArrayList<>();
      for (Selector part : parts) {
        out.addAll(part.select(arguments));
      }
      return out;
    }
  }

  /**
   * Those whose whole text matches, or those whose text does not. What is not known in full never
   * matches.
   */
  record Like(Selector from, Pattern pattern, boolean wanted) implements Selector {
    @Override
    public List<Field> select(Arguments arguments) {
      List<Field> out = new ArrayList<>();
      for (Field field : from.select(arguments)) {
        String known = field.known();
        if ((known != null && pattern.matches(known)) == wanted) {
          out.add(field);
        }
      }
      return out;
    }
  }

  /** What follows a beginning that matches, as in {@code git -c alias.x='!command'}. */
  record Behind(Selector from, Pattern beginning) implements Selector {
    @Override
    public List<Field> select(Arguments arguments) {
      List<Field> out = new ArrayList<>();
      for (Field field : from.select(arguments)) {
        Matcher matcher = beginning.matcher(field.value().knownPrefix());
        if (matcher.lookingAt()) {
          out.add(field.with(Values.without(field.value(), matcher.end())));
        }
      }
      return out;
    }
  }

  /** All that stands behind an option, as in {@code fd -x command …}. */
  record AllBehind(Option option) implements Selector {
    @Override
    @SuppressWarnings("ReferenceEquality") // the same word may stand there twice
    public List<Field> select(Arguments arguments) {
      Given given = arguments.last(option);
      List<Field> all = arguments.all();
      for (int i = 0; given != null && i < all.size(); i++) {
        if (all.get(i) == given.at()) {
          return all.subList(i + 1, all.size());
        }
      }
      return List.of();
    }
  }

  /** What stands in standard input. */
  record Input() implements Selector {
    @Override
    public List<Field> select(Arguments arguments) {
      return arguments.input() == null ? List.of() : List.of(arguments.input());
    }
  }

  /**
   * Where cp(1), mv(1), install(1) and ln(1) put things: the value of {@code -t} or else the last
   * of several operands.
   *
   * @param into options whose value is a directory
   * @param exactly options that say the last operand is no directory
   */
  record Destination(List<Option> into, List<Option> exactly) implements Selector {
    @Override
    public List<Field> select(Arguments arguments) {
      for (Option option : into) {
        Given given = arguments.last(option);
        if (given != null) {
          return given.value() == null ? List.of() : List.of(given.value());
        }
      }
      List<Field> operands = arguments.operands();
      return operands.size() < 2 ? List.of() : List.of(operands.getLast());
    }

    /** What is put there. */
    List<Field> sources(Arguments arguments) {
      List<Field> operands = arguments.operands();
      for (Option option : into) {
        if (arguments.last(option) != null) {
          return operands;
        }
      }
      return operands.size() < 2 ? List.of() : operands.subList(0, operands.size() - 1);
    }

    /** Whether the name is taken as it is. */
    boolean isExact(Arguments arguments) {
      return exactly.stream().anyMatch(option -> arguments.last(option) != null);
    }
  }

  /** What {@link Destination} gets. */
  record Sources(Destination destination) implements Selector {
    @Override
    public List<Field> select(Arguments arguments) {
      return destination.sources(arguments);
    }
  }
}
