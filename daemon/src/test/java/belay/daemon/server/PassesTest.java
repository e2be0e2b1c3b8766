package belay.daemon.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import belay.rules.syntax.Text;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A pass is for one line, in one directory, once, for ten minutes. */
final class PassesTest {

  private static final byte[] LINE = Text.encode("dd of=/srv/xen/web1.img");
  private static final String HERE = "/root";
  private static final Set<String> RULES = Set.of("core.storage/live-image");

  private Instant now = Instant.parse("2026-11-23T14:00:00Z");
  private final InstantSource clock = () -> now;
  private final Passes passes = new Passes(clock, new Random(1));

  private Optional<String> used(String line, String directory, Set<String> rules) {
    return passes.use(Text.encode(line), directory, rules);
  }

  @Test
  void aLineRunsByItsPassOnce() {
    String code = passes.offer(LINE, HERE, RULES);
    assertTrue(passes.take(code.toLowerCase(Locale.ROOT)).isPresent());
    assertEquals(Optional.of(code), passes.use(LINE, HERE, RULES));
    assertEquals(Optional.empty(), passes.use(LINE, HERE, RULES));
    assertTrue(passes.take(code).isEmpty());
  }

  @Test
  void anOfferAloneLetsNothingRun() {
    String _ = passes.offer(LINE, HERE, RULES);
    assertEquals(Optional.empty(), passes.use(LINE, HERE, RULES));
  }

  @Test
  void anotherLineOrDirectoryOrReasonIsAnother() {
    String code = passes.offer(LINE, HERE, RULES);
    assertTrue(passes.take(code).isPresent());
    assertEquals(Optional.empty(), used("dd of=/srv/xen/web1.img ", HERE, RULES));
    assertEquals(Optional.empty(), used("dd of=/srv/xen/web1.img", "/", RULES));
    assertEquals(
        Optional.empty(),
        used(
            "dd of=/srv/xen/web1.img",
            HERE,
            Set.of("core.storage/live-image", "core.storage/device-in-use")));
    assertEquals(Optional.of(code), used("dd of=/srv/xen/web1.img", HERE, Set.of()));
  }

  @Test
  void tenMinutesAfterItWasTakenItIsOver() {
    String code = passes.offer(LINE, HERE, RULES);
    now = now.plus(Duration.ofMinutes(9));
    assertTrue(passes.take(code).isPresent());
    now = now.plus(Duration.ofMinutes(9));
    assertTrue(passes.take(code).isPresent());
    now = now.plus(Duration.ofMinutes(10));
    assertEquals(Optional.empty(), passes.use(LINE, HERE, RULES));
  }

  @Test
  void tenMinutesAfterItWasOfferedItIsOver() {
    String code = passes.offer(LINE, HERE, RULES);
    now = now.plus(Duration.ofMinutes(10));
    assertTrue(passes.take(code).isEmpty());
  }

  @Test
  void theSameLineBlockedAgainHasTheSameCode() {
    String code = passes.offer(LINE, HERE, RULES);
    assertEquals(code, passes.offer(LINE, HERE, RULES));
    assertNotEquals(code, passes.offer(LINE, "/", RULES));
  }

  @Test
  void ofMoreThanAPersonCanHaveTheOldestAreForgotten() {
    String first = passes.offer(LINE, HERE, RULES);
    String second = passes.offer(LINE, "/0", RULES);
    for (int i = 1; i < 256; i++) {
      String _ = passes.offer(LINE, "/" + i, RULES);
    }
    assertTrue(passes.take(first).isEmpty());
    assertTrue(passes.take(second).isPresent());
  }

  @Test
  void aCodeHasNoLettersThatAreTakenForOthers() {
    for (int i = 0; i < 200; i++) {
      String code = passes.offer(LINE, "/" + i, RULES);
      assertTrue(code.matches("[2-9A-HJKMNP-TV-Z]{6}"), code);
      assertFalse(code.matches(".*[01ILOU].*"), code);
    }
  }
}
