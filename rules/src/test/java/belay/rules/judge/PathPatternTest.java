package belay.rules.judge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PathPatternTest {

  @ParameterizedTest
  @CsvSource({
    "/etc, /etc, true",
    "/etc, /etc/, true",
    "/etc, /etc/passwd, false",
    "/etc, /mnt/etc, false",
    "/, /, true",
    "/, /etc, false",
    "/*, /etc, true",
    "/*, /etc/passwd, false",
    "/*, /*, true",
    "/\\*, /*, true",
    "/\\*, /etc, false",
    "/home/*, /home/ann, true",
    "/home/*, /home, false",
    "*.img, /srv/xen/web1.img, true",
    "*.img, web1.img, true",
    "*.img, /srv/a.img/b, false",
    "build, /home/ann/build, true",
    "build, ./build/, true",
    "build, /home/ann/rebuild, false",
    ".cache/*, /home/ann/.cache/pip, true",
    ".cache/*, /home/ann/.cache/pip/x, false",
    "/srv/**/*.img, /srv/web1.img, true",
    "/srv/**/*.img, /srv/a/b/web1.img, true",
    "/srv/**/*.img, /opt/web1.img, false",
    "/srv/**, /srv, true",
    "web[0-9], /srv/web7, true",
    "web[!0-9], /srv/web7, false",
    "web[, /srv/web[, true",
    "a?c, /a/c, false",
    "**, /any/thing, true",
  })
  void aPatternKnowsComponents(String pattern, String path, boolean matches) {
    assertEquals(matches, PathPattern.matching(pattern).matches(path));
  }

  @ParameterizedTest
  @CsvSource({
    "/etc, /etc, true",
    "/etc, /etc/ssh/sshd_config, true",
    "/etc, /etcetera, false",
    ".ssh, /home/ann/.ssh/id_ed25519, true",
    "/home/*/.ssh, /home/ann/.ssh, true",
    "/home/*/.ssh, /home/ann/x/.ssh, false",
  })
  void underTakesInWhatLiesBelow(String pattern, String path, boolean matches) {
    assertEquals(matches, PathPattern.under(pattern).matches(path));
  }

  @Test
  void aPatternMadeToBacktrackTakesNoLongTime() {
    String hostile = "*a".repeat(400) + "b";

    assertTimeoutPreemptively(
        Duration.ofSeconds(2),
        () -> assertFalse(PathPattern.matching("/" + hostile).matches("/" + "a".repeat(4000))));
    assertTimeoutPreemptively(
        Duration.ofSeconds(2),
        () ->
            assertFalse(
                PathPattern.matching("/" + "**/a/".repeat(200) + "b").matches("/a".repeat(2000))));
  }
}
