package belay.daemon.fact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import belay.daemon.libc.DeafFileSystem;
import belay.rules.fact.Fact.About;
import belay.rules.fact.Facts;
import belay.rules.fact.Facts.Kind;
import belay.rules.fact.Truth;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real file system that never answers. */
final class HungFileSystemTest {

  @TempDir Path directory = Path.of("");

  private static DeafFileSystem mounted(Path point) {
    try {
      return DeafFileSystem.at(point);
    } catch (IOException notPermitted) {
      return abort("no file system can be mounted here: " + notPermitted.getMessage());
    }
  }

  /** How many threads wait for the file system. */
  private static long waiting() {
    return Thread.getAllStackTraces().entrySet().stream()
        .filter(entry -> entry.getKey().getName().startsWith("belay-fact-"))
        .filter(
            entry ->
                Arrays.stream(entry.getValue())
                    .anyMatch(frame -> frame.getMethodName().equals("statx")))
        .count();
  }

  private static String existence(Facts facts) {
    return facts.facts().stream()
        .filter(fact -> fact.about() == About.EXISTS)
        .findFirst()
        .orElseThrow()
        .evidence();
  }

  @Test
  void lineAfterLineGoesOnWhileTheFirstLookStillHangs() throws Exception {
    Path nas = directory.resolve("nas");
    Path log = Files.writeString(directory.resolve("log"), "line\n");
    try (DeafFileSystem deaf = mounted(nas)) {
      FactFinder finder = new FactFinder(Machine.local(), Duration.ofMillis(400));
      finder.warmUp();
      long waitingAfterTheFirst = 0;
      for (int line = 0; line < 6; line++) {
        List<List<Facts>> all =
            finder.lookAll(
                List.of(
                    Effects.overwrite(nas.resolve("file" + line)),
                    Effects.deleteTree(nas.resolve("directory")),
                    Effects.overwrite(log)),
                null,
                null);
        if (line == 0) {
          waitingAfterTheFirst = waiting();
          assertTrue(waitingAfterTheFirst > 0);
        }
        for (List<Facts> hung : all.subList(0, 2)) {
          assertEquals(Kind.UNKNOWN, hung.getFirst().kind());
          assertEquals(Truth.UNKNOWN, hung.getFirst().truth(About.EXISTS));
          assertEquals(Truth.UNKNOWN, hung.getFirst().truth(About.LIVE));
        }
        String why = existence(all.getFirst().getFirst());
        assertTrue(
            line == 0
                ? why.equals("the file system did not answer within 400 ms")
                : why.startsWith(nas + ": has not answered for "),
            why);
        Facts other = all.get(2).getFirst();
        assertEquals(Kind.REGULAR_FILE, other.kind());
        assertEquals(List.of(), late(other));
      }
      // Those of the first line, which could not know.
      assertEquals(waitingAfterTheFirst, waiting());
      deaf.release();
      Event.await(
          "the file system is asked again",
          () -> {
            Facts facts =
                finder.look(Effects.overwrite(nas.resolve("file")), null, null).getFirst();
            return facts.truth(About.EXISTS) == Truth.FALSE;
          });
      Event.await("nobody waits any more", () -> waiting() == 0);
    }
  }

  private static List<String> late(Facts facts) {
    return facts.facts().stream()
        .map(fact -> fact.evidence())
        .filter(text -> text.contains("did not answer"))
        .toList();
  }
}
