package belay.daemon.tryout;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ScreenTest {

  private static List<String> rows(String output) {
    return Screen.rows(output, 10);
  }

  @Test
  void aCarriageReturnOverwritesTheRow() {
    assertEquals(List.of("abX", "d"), rows("xxx\rabX\r\nd"));
  }

  @Test
  void coloursTitlesAndModesLeaveNoTrace() {
    assertEquals(
        List.of("red plain"),
        rows("\u001b[?2004h\u001b]0;title\u0007\u001b[1;31mred\u001b[0m \u001b]7;x\u001b\\plain"));
  }

  @Test
  void aLineIsErasedFromTheCursorOn() {
    assertEquals(List.of("try$ new"), rows("try$ old!!\r\u001b[Ktry$ new"));
    assertEquals(List.of("ab"), rows("abcdef\u001b[4D\u001b[K"));
  }

  @Test
  void backspaceAndCursorKeysMoveWithoutErasing() {
    assertEquals(List.of("aXc"), rows("abc\b\bX"));
    assertEquals(List.of("abcX"), rows("abc\b\b\u001b[2CX"));
  }

  @Test
  void textGoesOnBelowTheLastColumn() {
    assertEquals(List.of("0123456789", "ab"), rows("0123456789ab"));
  }

  @Test
  void aFullRowAndANewlineMakeNoEmptyRow() {
    assertEquals(List.of("0123456789", "ab"), rows("0123456789\r\nab"));
  }

  @Test
  void charactersAreInsertedAndDeletedAtTheCursor() {
    assertEquals(List.of("aXbc"), rows("abc\b\b\u001b[1@X"));
    assertEquals(List.of("ac"), rows("abc\b\b\u001b[P"));
    assertEquals(List.of("a"), rows("abc\b\b\u001b[99P"));
  }

  @Test
  void whatIsBelowIsErasedWithTheScreen() {
    assertEquals(List.of("a", "x"), rows("a\r\nb\r\nc\u001b[1A\r\u001b[Jx"));
  }

  @Test
  void aSequenceCutShortAtTheEndIsNoText() {
    assertEquals(List.of("a"), rows("a\u001b"));
    assertEquals(List.of("a"), rows("a\u001b[12"));
    assertEquals(List.of("a"), rows("a\u001b]0;title"));
  }
}
