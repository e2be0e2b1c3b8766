package belay.rules.effect;

import com.google.re2j.Pattern;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How one program, or one of its subcommands, takes its arguments and what follows from them.
 *
 * @param options its own; a subcommand's stand behind the program's
 * @param subcommands by name; empty where there are none
 * @param prefixes subcommands may be abbreviated
 * @param harmless options that make it do nothing ({@code --help}, {@code --dry-run})
 * @param clauses what it does
 * @param runs the commands it runs
 * @param examples what the author promises of it
 */
record Model(
    Options options,
    Map<String, Model> subcommands,
    boolean prefixes,
    List<String> harmless,
    List<Clause> clauses,
    List<Run> runs,
    List<Example> examples) {

  Model {
    subcommands = Map.copyOf(subcommands);
    harmless = List.copyOf(harmless);
    clauses = List.copyOf(clauses);
    runs = List.copyOf(runs);
    examples = List.copyOf(examples);
  }

  /**
   * One effect.
   *
   * @param at which arguments it falls on
   * @param when it needs one of these options; empty for no need
   * @param unless none of these options may stand
   * @param matches a text that one of the operands must match, or null
   * @param recursive options that carry it to everything below
   */
  record Clause(
      EffectKind kind,
      Meaning.Sort sort,
      String system,
      Place at,
      List<String> when,
      List<String> unless,
      @Nullable Pattern matches,
      Reach reach,
      List<String> recursive,
      Certainty certainty) {
    Clause {
      when = List.copyOf(when);
      unless = List.copyOf(unless);
      recursive = List.copyOf(recursive);
    }
  }

  /** Which arguments a clause falls on. */
  sealed interface Place {

    /** All operands from one to another, counted from 0; {@code to} negative from the end. */
    record Operands(int from, int to) implements Place {}

    /** The value of the last operand {@code name=value}. */
    record Key(String name) implements Place {}

    /** The value of an option. */
    record Option(List<String> names) implements Place {
      public Option {
        names = List.copyOf(names);
      }
    }

    /** Where cp, mv and install write: {@code -t DIR}, or the last operand. */
    record Destination() implements Place {}

    /** What cp, mv and install read. */
    record Sources() implements Place {}

    /** The directory an option names, else the working directory. */
    record Directory(List<String> names) implements Place {
      public Directory {
        names = List.copyOf(names);
      }
    }

    /** A fixed name. */
    record Named(String text) implements Place {}
  }

  /**
   * A command that is run.
   *
   * @param wrapper its name in messages
   * @param form how it is found
   * @param skip operands before it
   * @param change what is different for it
   * @param when it needs one of these options; empty for no need
   * @param unless none of these options may stand
   */
  record Run(
      String wrapper,
      Form form,
      int skip,
      ChangeKind change,
      List<String> when,
      List<String> unless) {
    Run {
      when = List.copyOf(when);
      unless = List.copyOf(unless);
    }
  }

  /** How the command that is run is found. */
  sealed interface Form {

    /** The operands are its words. */
    record Words() implements Form {}

    /** The operands, joined by spaces, are text for a shell. */
    record Joined() implements Form {}

    /** The value of an option, or where there is none an operand, is text for a shell. */
    record Text(List<String> options) implements Form {
      public Text {
        options = List.copyOf(options);
      }
    }

    /** The next operand is text for a shell, the further ones its parameters: {@code sh -c}. */
    record Script() implements Form {}

    /** It reads text for a shell from standard input, unless it is given a file. */
    record Stdin() implements Form {}

    /** {@code find}'s {@code -exec} and its kin. */
    record Find() implements Form {}
  }

  /** What is different for the command that is run. */
  sealed interface ChangeKind {
    record Nothing() implements ChangeKind {}

    /** On the host that an operand names, counted from 0. */
    record Remote(int operand) implements ChangeKind {}

    record Inside(String what) implements ChangeKind {}

    record Directory(List<String> options) implements ChangeKind {
      public Directory {
        options = List.copyOf(options);
      }
    }

    record Fed(List<String> placeholders) implements ChangeKind {
      public Fed {
        placeholders = List.copyOf(placeholders);
      }
    }
  }

  /**
   * What a model's author promises.
   *
   * @param line a command line
   * @param effects {@code kind target} of each effect, in order; empty where it does nothing
   * @param place file and line
   */
  record Example(String line, List<String> effects, String place) {
    Example {
      effects = List.copyOf(effects);
    }
  }
}
