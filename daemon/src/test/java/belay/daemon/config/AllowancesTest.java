package belay.daemon.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code allow.yaml}. */
final class AllowancesTest {

  @TempDir Path directory = Path.of("");

  private Allowances read(String text) throws IOException {
    Files.writeString(directory.resolve("allow.yaml"), text);
    return Allowances.load(directory);
  }

  @Test
  void withoutAFileNothingIsAllowed() {
    assertEquals(Allowances.NONE, Allowances.load(directory));
  }

  @Test
  void whatIsSavedIsRead() throws IOException {
    List<Allowances.Entry> entries =
        List.of(
            new Allowances.Entry(
                "core.files/*", "/srv/\u00e4 b/**", LocalDate.of(2027, 1, 31), "a: b"),
            new Allowances.Entry("near-miss", null, LocalDate.of(2027, 2, 1), "'quoted'\nlines"));
    Allowances.save(directory.resolve("new"), entries);
    assertEquals(new Allowances(entries, List.of()), Allowances.load(directory.resolve("new")));
    Path file = directory.resolve("new/allow.yaml");
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    assertEquals(1, directory.resolve("new").toFile().list().length);
  }

  @Test
  void oneHoldsToTheEndOfItsLastDay() throws IOException {
    Allowances allowed = read("- {rule: core.files/x, until: 2027-01-31, reason: r}\n");
    Instant end = allowed.entries().getFirst().end();
    assertEquals(1, allowed.at(end.minus(Duration.ofSeconds(1))).size());
    assertEquals(0, allowed.at(end).size());
    assertEquals(end, allowed.nextEnd(end.minus(Duration.ofSeconds(1))));
    assertEquals(null, allowed.nextEnd(end));
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "::",
      value = {
        "{until: 2027-01-31, reason: r} :: it names no `rule`",
        "{rule: a/b, reason: r} :: it has no end",
        "{rule: a/b, until: tomorrow, reason: r} :: `tomorrow` is no day",
        "{rule: a/b, until: 2027-02-30, reason: r} :: `2027-02-30` is no day",
        "{rule: a/b, until: 2027-01-31} :: it gives no `reason`",
        "{rule: a/b, until: 2027-01-31, reason: r, path: srv} :: `srv` is not absolute",
        "{rule: a/b, until: 2027-01-31, reason: r, paht: /srv} :: there is no `paht` in one",
        "just words :: it must have `rule`",
      })
  void whatIsWrongWithOneIsToldAndTheOthersHold(String entry, String what) throws IOException {
    Allowances allowed = read("- {rule: a/b, until: 2027-01-31, reason: r}\n- " + entry + "\n");
    assertEquals(1, allowed.entries().size());
    String complaint = allowed.complaints().getFirst();
    assertTrue(complaint.contains("allow.yaml`, entry 2: " + what), complaint);
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "::",
      value = {"rule: a/b :: must be a list", "- [ :: cannot be read", "- &a [*a] :: entry 1"})
  void aFileThatIsNoListAllowsNothingAndIsToldOf(String text, String what) throws IOException {
    Allowances allowed = read(text);
    assertEquals(List.of(), allowed.entries());
    assertTrue(allowed.complaints().getFirst().contains(what), allowed.complaints().toString());
  }
}
