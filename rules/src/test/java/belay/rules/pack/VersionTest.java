package belay.rules.pack;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Versions as Semantic Versioning 2.0.0 orders them. */
final class VersionTest {

  private static final List<String> ASCENDING =
      List.of(
          "0.0.1",
          "0.9.10",
          "1.0.0-alpha",
          "1.0.0-alpha.1",
          "1.0.0-alpha.beta",
          "1.0.0-beta",
          "1.0.0-beta.2",
          "1.0.0-beta.11",
          "1.0.0-rc.1",
          "1.0.0",
          "1.0.1",
          "1.2.0",
          "1.10.0",
          "2.0.0");

  @Test
  void versionsComeInTheirOrder() {
    List<String> shuffled = new ArrayList<>(ASCENDING);
    Collections.shuffle(shuffled, new Random(6));
    assertEquals(
        ASCENDING,
        shuffled.stream()
            .map(text -> Version.parse(text).orElseThrow())
            .sorted()
            .map(Version::toString)
            .toList());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "1", "1.0", "01.0.0", "1.0.0-", "1.0.0-01", "1.0.0.0", "v1.0.0", "٣.0.0"})
  void whatIsNoVersionIsNone(String text) {
    assertEquals(Optional.empty(), Version.parse(text));
  }

  @ParameterizedTest
  @CsvSource({
    "'>=1.0.0', 1.0.0, true",
    "'>=1.0.0', 1.0.0-rc.1, false",
    "'>=1.0.0 <2.0.0', 1.9.9, true",
    "'>=1.0.0, <2.0.0', 2.0.0, false",
    "'1.0.0', 1.0.0+build7, true",
    "'=1.0.0', 1.0.1, false",
    "'>1.0.0 <=1.2.0', 1.2.0, true",
    "'<1.0.0', 0.9.0, true",
  })
  void aRangeHoldsItsVersions(String range, String version, boolean holds) {
    assertEquals(
        holds,
        VersionRange.parse(range).orElseThrow().contains(Version.parse(version).orElseThrow()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "latest", ">=", "~1.0.0", ">=1.0", "1.0.0 ||2.0.0"})
  void whatIsNoRangeIsNone(String text) {
    assertEquals(Optional.empty(), VersionRange.parse(text));
  }
}
