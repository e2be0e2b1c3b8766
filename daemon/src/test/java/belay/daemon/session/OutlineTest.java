package belay.daemon.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import belay.rules.syntax.Dialect;
import belay.rules.syntax.Parser;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutlineTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      textBlock =
          """
          rm -rf a                                ~ rm -rf a
          cd x && { rm a } || exit 1              ~ cd x && : || exit 1
          for f in 1 2; do rm $f; done > out      ~ : > out
          curl u | while read l; do rm $l; done   ~ curl u | :
          ( rm a ) &> all                         ~ : &> all
          f() { rm a }                            ~ :
          """)
  void bodiesAreLeftOutAndWhatStandsBehindThemIsKept(String line, String expected) {
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    byte[] outline = Outline.of(bytes, Parser.parse(bytes, Dialect.ZSH));
    assertEquals(expected, new String(outline, StandardCharsets.UTF_8).strip());
  }
}
