package belay.index.journal;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Random;

/**
 * Writes records until it is killed and says on standard output which are safe. Arguments: the
 * directory and a seed.
 */
final class WriterProcess {

  private WriterProcess() {}

  public static void main(String[] arguments) throws Exception {
    var random = new Random(Long.parseLong(arguments[1]));
    var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    try (Journal journal =
        Journal.open(Path.of(arguments[0]), Clock.systemUTC(), 20_000, Segments::open)) {
      out.println("open");
      while (true) {
        boolean synced = random.nextInt(4) == 0;
        String command =
            "echo " + "x".repeat(random.nextInt(random.nextInt(50) == 0 ? 40_000 : 99));
        Receipt receipt =
            journal.append(
                Records.intent(command), synced ? Durability.SYNCED : Durability.GROUPED);
        if (synced) {
          out.println(receipt.durable().join() + " " + command.length());
        } else {
          var _ = receipt.durable().thenAccept(n -> out.println(n + " " + command.length()));
        }
      }
    }
  }
}
