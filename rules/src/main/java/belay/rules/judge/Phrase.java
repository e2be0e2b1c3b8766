package belay.rules.judge;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * A sentence of a rule with places for what is known only when it speaks.
 *
 * @param parts in order
 */
public record Phrase(List<Part> parts) {

  public Phrase {
    parts = List.copyOf(parts);
  }

  /** A piece of a phrase. */
  public sealed interface Part {

    record Words(String text) implements Part {}

    record Blank(Placeholder placeholder) implements Part {}

    /** Left out when a blank in it has nothing to say. */
    record Aside(List<Part> parts) implements Part {
      public Aside {
        parts = List.copyOf(parts);
      }
    }
  }

  /** What can be filled in. */
  public enum Placeholder {
    /** The name of the thing in danger, as it is. */
    TARGET,
    /** The same in backquotes, with the reason where some of it is not known. */
    THING,
    /** Its name without the directory. */
    NAME,
    /** What is done to it: {@code overwrites /srv/a.img}. */
    EFFECT,
    /** What was seen that made the rule speak. */
    EVIDENCE,
    /** The command that does it. */
    PROGRAM,
    /** What stands there: {@code directory}, {@code block device}. */
    KIND,
    /** Its size or its number of entries. */
    SIZE,
    /** The variables that turned out empty. */
    VARIABLES,
    /** Where it happens, when that is not here: {@code on web1}. */
    PLACE;

    /** The name used in packs. */
    public String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The text with every blank filled from {@code words}; an empty word drops its aside. */
  String say(Function<Placeholder, String> words) {
    var out = new StringBuilder();
    say(parts, words, out);
    return out.toString();
  }

  /** Returns whether every blank had something to say. */
  private static boolean say(
      List<Part> parts, Function<Placeholder, String> words, StringBuilder out) {
    boolean whole = true;
    for (Part part : parts) {
      switch (part) {
        case Part.Words(String text) -> out.append(text);
        case Part.Blank(Placeholder placeholder) -> {
          String word = words.apply(placeholder);
          whole &= !word.isEmpty();
          out.append(word);
        }
        case Part.Aside(List<Part> inside) -> {
          int before = out.length();
          if (!say(inside, words, out)) {
            out.setLength(before);
          }
        }
      }
    }
    return whole;
  }
}
