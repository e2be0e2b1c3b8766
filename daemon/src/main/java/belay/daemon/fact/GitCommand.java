package belay.daemon.fact;

import belay.rules.effect.Effect;
import belay.rules.effect.Value;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A Git command as it is typed.
 *
 * @param repository the options before the subcommand that say which repository it is ({@code
 *     git(1)}: {@code --git-dir}, {@code --work-tree}, {@code --namespace}, {@code --bare}); {@code
 *     -C} is in the effect's directory already, but for {@code switch}, whose own option it is
 * @param name the subcommand; empty where there is none
 * @param words all behind it
 * @param operands those that are neither options nor their values, up to {@code --}
 * @param paths those behind {@code --}
 * @param separated whether there is a {@code --}
 */
record GitCommand(
    List<String> repository,
    String name,
    List<String> words,
    List<String> operands,
    List<String> paths,
    boolean separated) {

  private static final Set<String> NAMING = Set.of("--git-dir", "--work-tree", "--namespace");
  private static final Set<String> VALUED = Set.of("-c", "--config-env", "--super-prefix");

  /** Options with a value of their own, by subcommand. */
  private static final Map<String, Set<String>> VALUES =
      Map.of(
          "checkout", Set.of("-b", "-B", "--orphan", "--conflict", "--pathspec-from-file"),
          "switch", Set.of("-c", "-C", "--create", "--force-create", "--orphan", "--conflict"),
          "restore", Set.of("-s", "--source", "--conflict", "--pathspec-from-file"),
          "rebase", Set.of("--onto", "-x", "--exec", "-s", "--strategy", "-X", "--strategy-option"),
          "push", Set.of("-o", "--push-option", "--repo", "--receive-pack", "--exec"),
          "clean", Set.of("-e", "--exclude"),
          "prune", Set.of("--expire"),
          "update-ref", Set.of("-m"),
          "rm", Set.of("--pathspec-from-file"));

  GitCommand {
    repository = List.copyOf(repository);
    words = List.copyOf(words);
    operands = List.copyOf(operands);
    paths = List.copyOf(paths);
  }

  static GitCommand of(Effect effect) throws IOException {
    List<Value> arguments = effect.origin().invocation().arguments();
    List<String> repository = new ArrayList<>();
    List<String> directories = new ArrayList<>();
    int at = 0;
    for (; at < arguments.size(); at++) {
      String word = arguments.get(at).display();
      String plain = word.contains("=") ? word.substring(0, word.indexOf('=')) : word;
      if (!word.startsWith("-")) {
        break;
      }
      if (word.equals("-C") && at + 1 < arguments.size()) {
        directories.add(known(arguments.get(++at)));
      } else if (NAMING.contains(word) && at + 1 < arguments.size()) {
        repository.add(word + "=" + known(arguments.get(++at)));
      } else if (NAMING.contains(plain)) {
        repository.add(known(arguments.get(at)));
      } else if (word.equals("--bare")) {
        repository.add(word);
      } else if (VALUED.contains(word)) {
        at++;
      }
    }
    if (directories.size() > 1 && !directories.getLast().startsWith("/")) {
      throw new IOException("several -C are not followed");
    }
    if (at < arguments.size() && arguments.get(at).display().equals("switch")) {
      repository.addAll(directories.stream().flatMap(each -> Stream.of("-C", each)).toList());
    }
    List<String> rest = arguments.stream().skip(at).map(Value::display).toList();
    String name = rest.isEmpty() ? "" : rest.getFirst();
    List<String> words = rest.isEmpty() ? rest : rest.subList(1, rest.size());
    List<String> operands = new ArrayList<>();
    Set<String> valued = VALUES.getOrDefault(name, Set.of());
    int end = words.indexOf("--");
    for (int i = 0; i < (end < 0 ? words.size() : end); i++) {
      String word = words.get(i);
      if (valued.contains(word)) {
        i++;
      } else if (!word.startsWith("-") || word.equals("-")) {
        operands.add(word);
      }
    }
    List<String> paths = end < 0 ? List.of() : words.subList(end + 1, words.size());
    return new GitCommand(repository, name, words, operands, paths, end >= 0);
  }

  private static String known(Value value) throws IOException {
    String known = value.known();
    if (known == null) {
      throw new IOException("which repository it is hangs on what is not known");
    }
    return known;
  }

  /** Whether one of these options is there, a letter also in a word of several ({@code -fdx}). */
  boolean has(String... options) {
    for (String word : words) {
      if (word.equals("--")) {
        return false;
      }
      for (String option : options) {
        boolean letter = option.length() == 2;
        boolean bundled =
            letter && word.matches("-[A-Za-z]+") && word.indexOf(option.charAt(1)) > 0;
        if (word.equals(option) || bundled || (!letter && word.startsWith(option + "="))) {
          return true;
        }
      }
    }
    return false;
  }

  /** The value of the last of these options, glued or apart; or null. */
  @Nullable String value(String... options) {
    String found = null;
    for (int i = 0; i < words.size() && !words.get(i).equals("--"); i++) {
      String word = words.get(i);
      for (String option : options) {
        if (word.equals(option) && i + 1 < words.size()) {
          found = words.get(i + 1);
        } else if (word.startsWith(option + "=")) {
          found = word.substring(option.length() + 1);
        } else if (option.length() == 2 && word.startsWith(option) && word.length() > 2) {
          found = word.substring(2);
        }
      }
    }
    return found;
  }

  /** The operand at this place, or null. */
  @Nullable String operand(int index) {
    return index < operands.size() ? operands.get(index) : null;
  }
}
