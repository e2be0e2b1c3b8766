package belay.daemon.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a script is to be run.
 *
 * @param shell {@code bash} or {@code zsh}
 * @param posix it is for sh, which is played by bash in POSIX mode
 * @param bare zsh is not to read the user's start files: {@code -f}
 * @param options those that stand in its first line; for zsh without {@code -f}
 */
record Interpreter(String shell, boolean posix, boolean bare, List<String> options) {

  Interpreter {
    options = List.copyOf(options);
  }

  /** A script for something else; the message is its program. */
  static final class Foreign extends Exception {
    private static final long serialVersionUID = 1L;

    Foreign(String program) {
      super("`" + program + "`");
    }
  }

  /**
   * Reads {@code #!/bin/bash -e}, {@code #!/usr/bin/env -S bash -e} and the like: execve(2),
   * Interpreter scripts.
   *
   * @param chosen the shell that was asked for, whatever the line says; null for none
   */
  static Interpreter of(String firstLine, @Nullable String chosen) throws Foreign {
    List<String> words = new ArrayList<>();
    if (firstLine.startsWith("#!")) {
      words.addAll(Arrays.asList(firstLine.substring(2).strip().split("[ \\t]+")));
      if (base(words.getFirst()).equals("env")) {
        words.removeFirst();
        while (!words.isEmpty()
            && (words.getFirst().startsWith("-S") || words.getFirst().isEmpty())) {
          String rest = words.removeFirst().substring(2);
          if (!rest.isEmpty()) {
            words.addFirst(rest);
            break;
          }
        }
      }
    }
    String program = words.isEmpty() ? "bash" : base(words.removeFirst());
    List<String> options = chosen == null || chosen.equals(program) ? words : List.of();
    return switch (chosen == null ? program : chosen) {
      case "bash" -> new Interpreter("bash", false, false, options);
      case "zsh" -> {
        List<String> rest = withStartFiles(options);
        yield new Interpreter("zsh", false, !rest.equals(options), rest);
      }
      case "sh", "dash", "ash" -> new Interpreter("bash", true, false, options);
      case String other -> throw new Foreign(other);
    };
  }

  /**
   * Without {@code -f}, as with it zsh would not read our hook; the user's files go unread still.
   */
  private static List<String> withStartFiles(List<String> options) {
    return options.stream()
        .map(word -> word.matches("-[a-zA-Z]+") ? word.replace("f", "") : word)
        .filter(word -> !word.equals("-"))
        .toList();
  }

  private static String base(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
