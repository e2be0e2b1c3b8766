package belay.daemon.session;

import belay.rules.effect.Names;
import belay.rules.effect.ShellView;
import belay.rules.syntax.Dialect;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The shell that waits for our verdict. It is asked only when an answer can change the judgement,
 * and then for everything of the same sort at once, as each round trip costs about 0.1 ms.
 */
final class LiveShell implements ShellView {

  /** A round trip to the shell. */
  interface Questions {
    /**
     * What the names ({@code v:X}, {@code a:x}, {@code f:x}) stand for; names not known are left
     * out.
     */
    Map<String, HookMessage.Named> ask(List<String> names);
  }

  private final Dialect dialect;
  private final @Nullable String directory;
  private final @Nullable String home;
  private final Names names;
  private final boolean positional;
  private final Questions questions;
  private final Map<String, HookMessage.Named> values = new HashMap<>();
  private final Map<String, HookMessage.Named> words;

  /**
   * A view for one line.
   *
   * @param names all that the line mentions
   * @param words aliases and functions already known of this shell; learns more
   * @param positional whether it can be asked for its arguments: {@code 1}, {@code @}
   */
  LiveShell(
      Dialect dialect,
      @Nullable String directory,
      @Nullable String home,
      Names names,
      Map<String, HookMessage.Named> words,
      boolean positional,
      Questions questions) {
    this.dialect = dialect;
    this.directory = directory;
    this.home = home;
    this.names = names;
    this.words = words;
    this.positional = positional;
    this.questions = questions;
  }

  @Override
  public Dialect dialect() {
    return dialect;
  }

  @Override
  public @Nullable String directory() {
    return directory;
  }

  @Override
  public @Nullable String home() {
    return home;
  }

  @Override
  public Variable variable(String name) {
    String key = "v:" + name;
    if (!values.containsKey(key)) {
      if (!isName(name)) {
        return new Variable.Unknown("$" + name + " of the shell is not looked at");
      }
      List<String> wanted = new ArrayList<>();
      wanted.add(key);
      for (String other : names.variables()) {
        String otherKey = "v:" + other;
        if (isName(other) && !values.containsKey(otherKey) && !wanted.contains(otherKey)) {
          wanted.add(otherKey);
        }
      }
      values.putAll(questions.ask(wanted));
    }
    return switch (values.get(key)) {
      case HookMessage.Named.Values(List<String> set) -> new Variable.Set(set);
      case HookMessage.Named.None _ -> new Variable.Unset();
      case HookMessage.Named.Text(String text) -> new Variable.Set(List.of(text));
      case null -> new Variable.Unknown("the shell did not say what $" + name + " is");
    };
  }

  @Override
  public @Nullable String alias(String word) {
    // zsh sends the line with its aliases expanded, which is better than any asking.
    return dialect == Dialect.ZSH ? null : text("a:", word);
  }

  @Override
  public @Nullable String function(String name) {
    return text("f:", name);
  }

  private @Nullable String text(String sort, String word) {
    String key = sort + word;
    if (!words.containsKey(key)) {
      if (!isCommandWord(word)) {
        return null;
      }
      List<String> wanted = new ArrayList<>();
      want(word, wanted);
      for (String other : names.commandWords()) {
        if (isCommandWord(other)) {
          want(other, wanted);
        }
      }
      words.putAll(questions.ask(wanted));
      words.putIfAbsent(key, new HookMessage.Named.None());
    }
    return words.get(key) instanceof HookMessage.Named.Text(String text) ? text : null;
  }

  private void want(String word, List<String> wanted) {
    for (String sort : dialect == Dialect.ZSH ? List.of("f:") : List.of("a:", "f:")) {
      String key = sort + word;
      if (!words.containsKey(key) && !wanted.contains(key)) {
        wanted.add(key);
      }
    }
  }

  /** A variable the hook can be asked for: it evaluates nothing that is more than a name. */
  private boolean isName(String name) {
    return name.matches("[A-Za-z_][A-Za-z0-9_]{0,254}")
        || (positional && name.matches("@|[1-9][0-9]{0,3}"));
  }

  /** A word that can be sent in a question and can be an alias or a function. */
  private static boolean isCommandWord(String word) {
    return word.length() <= 128 && word.matches("[A-Za-z0-9_.:+@%,-]+");
  }
}
