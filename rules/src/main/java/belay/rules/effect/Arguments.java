package belay.rules.effect;

import belay.rules.effect.Option.Takes;
import belay.rules.syntax.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of one command, told apart as its program would (getopt_long(3)).
 *
 * @param all as they stood
 * @param given the options, in order
 * @param operands the rest, in order
 * @param dashes how many operands stood before {@code --}, or -1 where there was none
 * @param input what standard input holds, or null where that is the terminal's
 */
record Arguments(
    List<Field> all, List<Given> given, List<Field> operands, int dashes, @Nullable Field input) {

  /** An option in its place. */
  record Given(Option option, @Nullable Field value, Field at) {}

  /** How a program differs from GNU getopt_long(3). */
  enum Quirk {
    /** No options: all arguments are operands. */
    RAW,
    /** Words behind a single dash: {@code terraform -auto-approve}. */
    SINGLE_DASH,
    /** {@code +x} is an option too, and a lone dash ends them: the shells. */
    PLUS,
    /** {@code -9} and {@code -HUP} name a signal. */
    SIGNALS,
    /** The first argument may be letters without a dash: {@code tar xzf}. */
    BUNDLE,
    /** Options that the model does not name take a value: {@code aws}. */
    OTHERS_TAKE_VALUES,
    /** A word of unknown letters behind a dash is an operand: {@code chmod -x}. */
    OTHERS_ARE_OPERANDS
  }

  /**
   * @param until how many operands end the options; 0 where options may stand anywhere
   * @param stop an operand that ends the reading; what follows is left out
   */
  record Manner(OptionTable options, Set<Quirk> quirks, int until, @Nullable String stop) {

    boolean has(Quirk quirk) {
      return quirks.contains(quirk);
    }
  }

  /** What {@code option} was given last, or null. */
  @Nullable Given last(Option option) {
    for (int i = given.size() - 1; i >= 0; i--) {
      if (given.get(i).option() == option) {
        return given.get(i);
      }
    }
    return null;
  }

  /** What stands for the command as a whole where no argument names the target. */
  Field whole(String text) {
    Span span = new Span(0, 0);
    if (!all.isEmpty()) {
      span = all.getFirst().span();
      for (Field field : all) {
        span = span.cover(field.span());
      }
    }
    return new Field(Value.of(text), span, List.of());
  }

  static Arguments read(
      Manner manner, List<Field> fields, List<Given> before, @Nullable Field input) {
    return new Reader(manner, fields, before).read(input);
  }

  /** One pass over the arguments. */
  private static final class Reader {

    private final Manner manner;
    private final List<Field> fields;
    private final List<Given> given;
    private final List<Field> operands = new ArrayList<>();
    private int next;
    private int dashes = -1;
    private boolean ended;

    Reader(Manner manner, List<Field> fields, List<Given> before) {
      this.manner = manner;
      this.fields = fields;
      this.given = new ArrayList<>(before);
    }

    Arguments read(@Nullable Field input) {
      ended = manner.has(Quirk.RAW);
      if (manner.has(Quirk.BUNDLE)) {
        bundle();
      }
      while (next < fields.size()) {
        Field field = fields.get(next++);
        String known = field.known();
        if (manner.stop() != null && manner.stop().equals(known)) {
          break;
        }
        if (ended) {
          operands.add(field);
        } else if ("--".equals(known)) {
          ended = true;
          dashes = operands.size();
        } else if (!option(field, known)) {
          operands.add(field);
          ended = manner.until() > 0 && operands.size() >= manner.until();
        }
      }
      return new Arguments(fields, given, operands, dashes, input);
    }

    private boolean option(Field field, @Nullable String known) {
      String text = field.value().knownPrefix();
      if (text.equals("-")) {
        Option lone = known == null ? null : manner.options().named("-");
        if (lone != null) {
          given.add(new Given(lone, null, field));
        } else if (known != null && manner.has(Quirk.PLUS)) {
          ended = true;
        } else {
          // `-$x` is some option; which, nobody knows.
          return known == null;
        }
        return true;
      }
      if (text.startsWith("--")) {
        word(field, text, 2);
        return true;
      }
      if (text.startsWith("-")) {
        if (manner.has(Quirk.SIGNALS) && isSignal(text)) {
          Option signal = manner.options().named(OptionTable.SIGNAL);
          if (signal != null) {
            given.add(new Given(signal, field.with(Value.of(text.substring(1))), field));
          }
          return true;
        }
        if (manner.has(Quirk.SINGLE_DASH)) {
          word(field, text, 1);
          return true;
        }
        if (manner.has(Quirk.OTHERS_ARE_OPERANDS)
            && manner.options().letter(text.charAt(1)) == null) {
          return false;
        }
        letters(field, text);
        return true;
      }
      if (text.length() > 1 && text.charAt(0) == '+' && manner.has(Quirk.PLUS)) {
        letters(field, text);
        return true;
      }
      return false;
    }

    private void word(Field field, String text, int from) {
      int equals = text.indexOf('=', from);
      if (equals < 0 && field.known() == null) {
        return;
      }
      Option option =
          manner.options().word(text.substring(from, equals < 0 ? text.length() : equals));
      if (option == null) {
        if (from == 1 && equals < 0 && manner.options().letter(text.charAt(1)) != null) {
          letters(field, text);
        } else if (equals < 0 && manner.has(Quirk.OTHERS_TAKE_VALUES)) {
          skipValue();
        }
        return;
      }
      if (equals >= 0) {
        Field value = field.with(Values.without(field.value(), equals + 1));
        given.add(new Given(option, option.takes() == Takes.NOTHING ? null : value, field));
      } else {
        given.add(new Given(option, option.takes() == Takes.VALUE ? nextField() : null, field));
      }
    }

    private void letters(Field field, String text) {
      for (int i = 1; i < text.length(); i++) {
        Option option = manner.options().letter(text.charAt(i));
        if (option == null) {
          if (i == text.length() - 1 && manner.has(Quirk.OTHERS_TAKE_VALUES)) {
            skipValue();
          }
          continue;
        }
        if (option.takes() == Takes.NOTHING) {
          given.add(new Given(option, null, field));
          continue;
        }
        boolean glued = i + 1 < text.length() || field.known() == null;
        Field value = null;
        if (glued) {
          value = field.with(Values.without(field.value(), i + 1));
        } else if (option.takes() == Takes.VALUE) {
          value = nextField();
        }
        given.add(new Given(option, value, field));
        return;
      }
    }

    /** The letters' values follow in the letters' order (tar(1), traditional style). */
    private void bundle() {
      String text = fields.isEmpty() ? null : fields.getFirst().known();
      if (text == null || text.startsWith("-")) {
        return;
      }
      Field field = fields.get(next++);
      for (int i = 0; i < text.length(); i++) {
        Option option = manner.options().letter(text.charAt(i));
        if (option != null) {
          given.add(new Given(option, option.takes() == Takes.VALUE ? nextField() : null, field));
        }
      }
    }

    private @Nullable Field nextField() {
      return next < fields.size() ? fields.get(next++) : null;
    }

    private void skipValue() {
      if (next < fields.size() && !fields.get(next).value().knownPrefix().startsWith("-")) {
        next++;
      }
    }

    private static boolean isSignal(String text) {
      boolean digits = true;
      for (int i = 1; i < text.length(); i++) {
        char c = text.charAt(i);
        boolean digit = c >= '0' && c <= '9';
        digits &= digit;
        if (!digit && (c < 'A' || c > 'Z') && c != '+') {
          return false;
        }
      }
      return digits || text.length() > 3;
    }
  }
}
