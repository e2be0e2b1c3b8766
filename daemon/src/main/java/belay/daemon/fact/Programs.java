package belay.daemon.fact;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Runs a program that answers a question and changes nothing. */
@FunctionalInterface
public interface Programs {

  /** Runs none. */
  Programs NONE =
      (question, deadline) -> {
        throw new IOException("no program is asked");
      };

  /** Those of this machine. */
  static Programs local() {
    return LocalPrograms.INSTANCE;
  }

  /**
   * Runs one, in the root directory, without a shell.
   *
   * @param deadline after which it is killed with all it has started
   * @throws IOException with the reason in words where it cannot be started, or has not ended by
   *     the deadline
   */
  Answer ask(Question question, Duration deadline) throws IOException;

  /**
   * What is run.
   *
   * @param words the program, by its path or by a name looked up in the system's directories, and
   *     its arguments
   * @param environment all of it but {@code PATH} and {@code LC_ALL}
   * @param input what it reads on its standard input
   */
  record Question(List<String> words, Map<String, String> environment, String input) {
    public Question {
      words = List.copyOf(words);
      environment = Map.copyOf(environment);
    }
  }

  /**
   * What came of it.
   *
   * @param output as {@link belay.rules.syntax.Text} decodes it, cut where there is too much
   * @param complete whether that is all of it
   * @param complaint the first line of its standard error
   */
  record Answer(int status, String output, boolean complete, String complaint) {}
}
