package belay.daemon.session;

import belay.rules.effect.Names;
import belay.rules.effect.ShellView;
import belay.rules.syntax.Dialect;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
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

  /**
   * How many names are asked for at once, and how many for one line: the shell reads the question
   * byte by byte. Of more than these nothing is known.
   */
  private static final int MOST_AT_ONCE = 256;

  private static final int MOST = 1_024;

  /** A variable the hook can be asked for: it evaluates nothing that is more than a name. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,254}");

  /** An argument of a script, or all of them. */
  private static final Pattern ARGUMENT = Pattern.compile("@|[1-9][0-9]{0,3}");

  /** A word that can be sent in a question and can be an alias or a function. */
  private static final Pattern COMMAND_WORD = Pattern.compile("[A-Za-z0-9_.:+@%,-]{1,128}");

  private final Dialect dialect;
  private final @Nullable String directory;
  private final @Nullable String home;
  private final Supplier<Names> names;
  private final boolean positional;
  private final Questions questions;
  private final Map<String, HookMessage.Named> values = new HashMap<>();
  private final Map<String, HookMessage.Named> words;
  private @Nullable Names mentioned;
  private int asked;

  /**
   * A view for one line.
   *
   * @param names tells all that the line mentions; called at most once, and only for a question
   * @param words aliases and functions already known of this shell; learns more
   * @param positional whether it can be asked for its arguments: {@code 1}, {@code @}
   */
  LiveShell(
      Dialect dialect,
      @Nullable String directory,
      @Nullable String home,
      Supplier<Names> names,
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
      if (asked >= MOST || !isName(name)) {
        return new Variable.Unknown("$" + name + " of the shell is not looked at");
      }
      Set<String> wanted = new LinkedHashSet<>();
      wanted.add(key);
      mentioned().variables().stream()
          .filter(this::isName)
          .map(other -> "v:" + other)
          .filter(other -> !values.containsKey(other))
          .limit(MOST_AT_ONCE)
          .forEach(wanted::add);
      values.putAll(answers(wanted));
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
      if (asked >= MOST || !COMMAND_WORD.matcher(word).matches()) {
        return null;
      }
      Set<String> wanted = new LinkedHashSet<>();
      wanted.add(key);
      for (String other : mentioned().commandWords()) {
        if (wanted.size() < MOST_AT_ONCE && COMMAND_WORD.matcher(other).matches()) {
          want(other, wanted);
        }
      }
      words.putAll(answers(wanted));
      words.putIfAbsent(key, new HookMessage.Named.None());
    }
    return words.get(key) instanceof HookMessage.Named.Text(String text) ? text : null;
  }

  private void want(String word, Set<String> wanted) {
    for (String sort : dialect == Dialect.ZSH ? List.of("f:") : List.of("a:", "f:")) {
      String key = sort + word;
      if (!words.containsKey(key)) {
        wanted.add(key);
      }
    }
  }

  private Names mentioned() {
    Names known = mentioned;
    if (known == null) {
      known = names.get();
      mentioned = known;
    }
    return known;
  }

  private boolean isName(String name) {
    return NAME.matcher(name).matches() || (positional && ARGUMENT.matcher(name).matches());
  }

  private Map<String, HookMessage.Named> answers(Set<String> wanted) {
    asked += wanted.size();
    return questions.ask(List.copyOf(wanted));
  }
}
