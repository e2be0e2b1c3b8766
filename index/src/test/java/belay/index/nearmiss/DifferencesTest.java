package belay.index.nearmiss;

import static org.junit.jupiter.api.Assertions.assertEquals;

import belay.index.nearmiss.Differences.Range;
import java.util.List;
import org.junit.jupiter.api.Test;

class DifferencesTest {

  @Test
  void equalTextsDifferNowhere() {
    assertEquals(new Differences(List.of(), List.of()), Differences.mark("abc", "abc"));
    assertEquals("", Differences.mark("", "").caretsLeft());
  }

  @Test
  void aChangedCharacterIsMarkedInBoth() {
    Differences differences = Differences.mark("/srv/xen/web1.img", "/srv/xen/web2.img");
    assertEquals(
        new Differences(List.of(new Range(12, 13)), List.of(new Range(12, 13))), differences);
    assertEquals("            ^", differences.caretsLeft());
    assertEquals("            ^", differences.caretsRight());
  }

  @Test
  void whatIsMissingIsMarkedWhereItIs() {
    Differences differences = Differences.mark("/srv/old", "/srv/very/old2");
    assertEquals("", differences.caretsLeft());
    assertEquals("     ^^^^^   ^", differences.caretsRight());
  }

  @Test
  void textsWithNothingInCommonAreMarkedWhole() {
    Differences differences = Differences.mark("abc", "xy");
    assertEquals("^^^", differences.caretsLeft());
    assertEquals("^^", differences.caretsRight());
  }
}
