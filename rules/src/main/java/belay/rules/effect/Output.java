package belay.rules.effect;

import java.util.List;

/** What a stage of a pipeline writes, as far as it is known to the one behind it. */
sealed interface Output {

  /** This text, one value a word or line as the writer put them. */
  record Words(List<Value> words, String text) implements Output {
    public Words {
      words = List.copyOf(words);
    }
  }

  /** Names found below these directories. */
  record Found(List<Value> roots) implements Output {
    public Found {
      roots = List.copyOf(roots);
    }
  }

  /**
   * Text nobody knows before it runs.
   *
   * @param from the program that writes it
   */
  record Unknown(String from) implements Output {}
}
