package belay.rules.effect;

import belay.rules.effect.Option.Takes;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The options a program knows, by their names without dashes. */
final class OptionTable {

  /** What {@code kill -9} and {@code pkill -HUP} give: the signal as the option itself. */
  static final String SIGNAL = "SIGNAL";

  private final Map<String, Option> exact = new HashMap<>();
  private final NavigableMap<String, Option> words = new TreeMap<>();
  private final @Nullable OptionTable outer;

  /**
   * @param outer the options of the program whose subcommand this is; they are known wherever this
   *     table has no option of that name
   */
  OptionTable(@Nullable OptionTable outer) {
    this.outer = outer;
  }

  void add(String name, Option option) {
    exact.put(name, option);
    if (name.length() > 1) {
      words.put(name, option);
    }
  }

  /** Whether this table itself has the name. */
  boolean has(String name) {
    return exact.containsKey(name);
  }

  @Nullable Option own(String name) {
    return exact.get(name);
  }

  @Nullable Option letter(char letter) {
    return named(String.valueOf(letter));
  }

  @Nullable Option named(String name) {
    Option option = exact.get(name);
    return option == null && outer != null ? outer.named(name) : option;
  }

  /** The option of that name, or the only one whose name begins so (getopt_long(3)). */
  @Nullable Option word(String name) {
    Option option = named(name);
    if (option != null || name.length() < 2) {
      return option;
    }
    Option found = null;
    for (Map.Entry<String, Option> entry : words.tailMap(name, true).entrySet()) {
      if (!entry.getKey().startsWith(name)) {
        break;
      }
      if (found != null && found != entry.getValue()) {
        return null;
      }
      found = entry.getValue();
    }
    return found == null && outer != null ? outer.word(name) : found;
  }

  /**
   * Reads names as a model writes them: {@code f,force t,target-directory= color[=]}. Names of the
   * same option are joined by commas.
   *
   * @throws IllegalArgumentException with the reason
   */
  void addAll(String text) {
    for (String token : text.strip().split("\\s+", -1)) {
      if (token.isEmpty()) {
        continue;
      }
      Takes takes = Takes.NOTHING;
      String names = token;
      if (token.endsWith("[=]")) {
        takes = Takes.MAYBE;
        names = token.substring(0, token.length() - 3);
      } else if (token.endsWith("=")) {
        takes = Takes.VALUE;
        names = token.substring(0, token.length() - 1);
      }
      String[] all = names.split(",", -1);
      Option option = new Option(all[0], takes);
      for (String name : all) {
        if (name.isEmpty() || name.contains("=") || name.startsWith("--")) {
          throw new IllegalArgumentException("`" + token + "` is no list of option names");
        }
        if (has(name)) {
          throw new IllegalArgumentException("option `" + name + "` is named twice");
        }
        add(name, option);
      }
    }
  }

  /**
   * Reads the letters as getopt(3) has them: {@code ab:c::}. Letters that {@link #addAll} has named
   * must agree with it.
   *
   * @throws IllegalArgumentException with the reason
   */
  void addLetters(String letters) {
    for (int i = 0; i < letters.length(); ) {
      String letter = letters.substring(i, i + 1);
      i++;
      int colons = 0;
      while (i < letters.length() && letters.charAt(i) == ':') {
        colons++;
        i++;
      }
      if (colons > 2 || letter.equals(":")) {
        throw new IllegalArgumentException("`" + letters + "` is no string of option letters");
      }
      Takes takes = colons == 0 ? Takes.NOTHING : colons == 1 ? Takes.VALUE : Takes.MAYBE;
      Option before = own(letter);
      if (before == null) {
        add(letter, new Option(letter, takes));
      } else if (before.takes() != takes) {
        throw new IllegalArgumentException(
            "`-" + letter + "` takes a value in one place and none in another");
      }
    }
  }
}
