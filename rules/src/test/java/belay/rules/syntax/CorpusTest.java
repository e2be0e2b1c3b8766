package belay.rules.syntax;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CorpusTest {

  @Test
  void atLeast995Of1000RealCommandsAreReadWhole() throws IOException {
    int valid = 0;
    List<String> unread = new ArrayList<>();
    for (RealCommands.Entry entry : RealCommands.all()) {
      byte[] command = entry.command().getBytes(StandardCharsets.UTF_8);
      Script script = Parser.parse(command, Dialect.BASH);
      if (entry.valid()) {
        valid++;
        if (!(script.status() instanceof Script.Status.Complete)) {
          unread.add(Text.decode(command) + "\n  " + script.status());
        }
      }
    }
    assertTrue(
        unread.size() <= valid * 0.005,
        unread.size() + " of " + valid + ":\n" + String.join("\n", unread));
  }

  @Test
  void noRealCommandThatBashRefusesIsReadAsComplete() throws IOException {
    for (RealCommands.Entry entry : RealCommands.all()) {
      if (!entry.valid()) {
        byte[] command = entry.command().getBytes(StandardCharsets.UTF_8);
        Script script = Parser.parse(command, Dialect.BASH);
        assertTrue(!(script.status() instanceof Script.Status.Complete), entry.command());
      }
    }
  }
}
