package belay.rules.effect;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a command model makes of one command's arguments.
 *
 * @param marks what the command itself does
 * @param inner the commands it runs
 */
record Meaning(List<Mark> marks, List<Inner> inner) {

  /** Nothing outside the command changes. */
  static final Meaning NOTHING = new Meaning(List.of(), List.of());

  Meaning {
    marks = List.copyOf(marks);
    inner = List.copyOf(inner);
  }

  /** What kind of thing a value names. */
  enum Sort {
    /** A file name; below {@code /dev} a device. */
    PATH,
    VOLUME,
    GUEST,
    HOST,
    SERVICE,
    PROCESS,
    REPOSITORY,
    DATABASE,
    CLUSTER,
    CLOUD,
    UNKNOWN
  }

  /**
   * One effect before names are resolved.
   *
   * @param system the {@code system}, {@code provider} or {@code what} of targets that have one,
   *     else empty
   * @param value the name as given
   * @param child for a path that may be a directory: the name added to it then; else null
   * @param host where it is, when the value named another machine ({@code host:path}); else null
   * @param detail what else the command says of it
   * @param at the argument it came from
   */
  record Mark(
      EffectKind kind,
      Sort sort,
      String system,
      Value value,
      @Nullable Value child,
      Reach reach,
      Certainty certainty,
      @Nullable Value host,
      Detail detail,
      Field at) {

    /** Of which nothing more is said. */
    Mark(
        EffectKind kind,
        Sort sort,
        String system,
        Value value,
        @Nullable Value child,
        Reach reach,
        Certainty certainty,
        @Nullable Value host,
        Field at) {
      this(kind, sort, system, value, child, reach, certainty, host, Detail.NONE, at);
    }

    /** The same, pointing at another word. */
    Mark at(Field other) {
      return new Mark(kind, sort, system, value, child, reach, certainty, host, detail, other);
    }
  }

  /** A command run by the command. */
  sealed interface Inner {

    /** Its name in messages: {@code sudo}, {@code bash -c}. */
    String wrapper();

    default Change change() {
      return new Change.Nothing();
    }

    /**
     * Words that are the command as they stand: {@code sudo dd …}.
     *
     * @param words name first; assignments may stand before it
     */
    record Words(String wrapper, Change change, List<Field> words) implements Inner {
      public Words {
        words = List.copyOf(words);
      }
    }

    /**
     * Text that a shell reads: {@code bash -c 'text' name arguments…}.
     *
     * @param arguments {@code $0}, {@code $1}, …
     */
    record Text(String wrapper, Change change, Field text, List<Field> arguments) implements Inner {
      public Text {
        arguments = List.copyOf(arguments);
      }
    }

    /**
     * Text that an interpreter of another language reads: {@code perl -e 'text'}.
     *
     * @param language the interpreter's name
     */
    record Code(String wrapper, Change change, String language, Field text) implements Inner {}

    /** Commands that a name stands for in a file of the program's own: {@code make deploy}. */
    record Opaque(String wrapper, Field name) implements Inner {}

    /** A shell or interpreter that reads its commands from standard input. */
    record Stdin(String wrapper, Change change, Field at) implements Inner {}
  }

  /** What the wrapper changes for the command it runs. */
  sealed interface Change {

    record Nothing() implements Change {}

    record Remote(Value host) implements Change {}

    record Inside(String what) implements Change {}

    /** Another working directory. */
    record Directory(Value directory) implements Change {}

    /**
     * More operands come from standard input, as with xargs.
     *
     * @param placeholder the text they replace ({@code xargs -I}), or null where they are appended
     */
    record FedOperands(@Nullable String placeholder) implements Change {}

    /**
     * {@code placeholder} stands for what is found below the roots, as with find -exec.
     *
     * @param limited a name pattern, type or the like narrows down what is found
     */
    record Found(List<Value> roots, String placeholder, boolean limited) implements Change {
      public Found {
        roots = List.copyOf(roots);
      }
    }
  }
}
