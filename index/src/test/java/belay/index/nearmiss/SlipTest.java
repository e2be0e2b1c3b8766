package belay.index.nearmiss;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

class SlipTest {

  @ParameterizedTest
  @CsvFileSource(resources = "slips.csv", numLinesToSkip = 1)
  void tellsSlipsFromOtherNames(String typed, String meant, boolean likely, String why) {
    assertEquals(likely, Slip.isLikely(typed, meant), why);
    assertEquals(likely, Slip.isLikely(meant, typed), why + ", the other way round");
  }
}
