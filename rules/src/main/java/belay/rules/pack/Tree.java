package belay.rules.pack;

import java.util.List;

/** A YAML document as nodes that know where they stand, counted from 1. */
sealed interface Tree {

  int line();

  int column();

  /**
   * A scalar.
   *
   * @param plain whether it is written without quotes
   */
  record Text(int line, int column, String value, boolean plain) implements Tree {

    /** Whether it says that there is no value (YAML 1.2.2, 10.3.2). */
    boolean isNull() {
      return plain && (value.isEmpty() || value.equals("~") || value.equals("null"));
    }
  }

  record Sequence(int line, int column, List<Tree> items) implements Tree {}

  record Mapping(int line, int column, List<Pair> pairs) implements Tree {}

  /** A key and its value. */
  record Pair(Tree key, Tree value) {}
}
