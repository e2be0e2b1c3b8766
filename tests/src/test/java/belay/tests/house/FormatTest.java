package belay.tests.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.googlejavaformat.java.Main;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FormatTest {

  @Test
  void everyJavaFileIsAsGoogleJavaFormatWritesIt() throws Exception {
    List<String> arguments = new ArrayList<>(List.of("--dry-run"));
    Tree.files(".java").stream().map(Path::toString).forEach(arguments::add);
    assertTrue(arguments.size() > 10, "the sources are where this test looks for them");
    var changed = new StringWriter();
    var errors = new StringWriter();
    int status =
        new Main(
                new PrintWriter(changed, true),
                new PrintWriter(errors, true),
                new ByteArrayInputStream(new byte[0]))
            .format(arguments.toArray(String[]::new));
    assertEquals("", errors.toString());
    assertEquals(0, status);
    assertEquals("", changed.toString(), "run `./test --format`");
  }
}
