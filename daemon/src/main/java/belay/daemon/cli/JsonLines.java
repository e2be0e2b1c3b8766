package belay.daemon.cli;

import belay.daemon.guard.CheckRequest;
import belay.daemon.server.CheckService;
import belay.daemon.server.Client;
import belay.daemon.server.DaemonTrouble;
import belay.daemon.server.Starter;
import com.google.gson.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** {@code belay check --jsonl}: many lines, answered in their order. */
final class JsonLines {

  /**
   * For lists: the daemon answers each connection in turn, and often waits for the file system
   * while it does.
   */
  private static final int CONNECTIONS = 4;

  /** What stands between a line and its answer: who was asked, or the answer itself. */
  private sealed interface Expected {
    record From(Client client) implements Expected {}

    record Known(JsonObject answer) implements Expected {}

    record End() implements Expected {}
  }

  private JsonLines() {}

  /** Answers lines on every processor, and prints the answers in the order of the lines. */
  static void here(InputStream in, Function<byte[], String> answerer, PrintStream out)
      throws IOException {
    int processors = Runtime.getRuntime().availableProcessors();
    ArrayDeque<Future<String>> answers = new ArrayDeque<>();
    try (ExecutorService pool = Executors.newFixedThreadPool(processors)) {
      for (byte[] line = next(in); line != null; line = next(in)) {
        byte[] question = line;
        answers.add(pool.submit(() -> answerer.apply(question)));
        // Somebody who writes one line and waits gets its answer.
        boolean all = in.available() == 0;
        while (!answers.isEmpty() && (all || answers.size() > 512)) {
          out.println(answers.remove().get());
        }
        if (all) {
          out.flush();
        }
      }
      for (Future<String> answer : answers) {
        out.println(answer.get());
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** Answers lines through a daemon, over several connections. */
  static void throughDaemon(
      InputStream in, Starter starter, CheckRequest.Defaults defaults, PrintStream out)
      throws IOException {
    List<Client> clients = new ArrayList<>();
    try {
      for (int i = 0; i < CONNECTIONS; i++) {
        clients.add(starter.connected());
      }
      pump(in, clients, defaults, out);
    } finally {
      for (Client client : clients) {
        client.close();
      }
    }
  }

  /** Keeps many questions under way: waiting for each answer would cost a round trip a line. */
  private static void pump(
      InputStream in, List<Client> clients, CheckRequest.Defaults defaults, PrintStream out)
      throws IOException {
    BlockingQueue<Expected> expected = new ArrayBlockingQueue<>(512);
    Thread reader =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    int turn = 0;
                    for (byte[] line = next(in); line != null; line = next(in)) {
                      JsonObject question;
                      try {
                        question = CheckService.parse(line, defaults).toJson();
                      } catch (CheckRequest.BadRequest e) {
                        expected.put(new Expected.Known(CheckService.refusal(e)));
                        continue;
                      }
                      question.addProperty("type", "check");
                      Client client = clients.get(turn++ % clients.size());
                      client.send(question);
                      expected.put(new Expected.From(client));
                    }
                  } catch (IOException e) {
                    System.err.println("belay: " + e.getMessage());
                  } catch (InterruptedException _) {
                    return;
                  }
                  try {
                    expected.put(new Expected.End());
                  } catch (InterruptedException _) {
                    // Nobody waits any more.
                  }
                });
    try {
      while (true) {
        Expected next = expected.poll();
        if (next == null) {
          out.flush();
          next = expected.take();
        }
        JsonObject answer;
        switch (next) {
          case Expected.End() -> {
            return;
          }
          case Expected.Known(JsonObject known) -> answer = known;
          case Expected.From(Client client) -> answer = client.receive();
        }
        answer.remove("type");
        if (answer.has("message") && !answer.has("verdict")) {
          answer.add("error", answer.remove("message"));
        }
        out.println(answer);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DaemonTrouble("interrupted", e);
    } finally {
      reader.interrupt();
    }
  }

  /** One line of bytes without its LF; null at the end. */
  private static byte @Nullable [] next(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(256);
    int b = in.read();
    if (b < 0) {
      return null;
    }
    while (b >= 0 && b != '\n') {
      line.write(b);
      b = in.read();
    }
    return line.toByteArray();
  }
}
