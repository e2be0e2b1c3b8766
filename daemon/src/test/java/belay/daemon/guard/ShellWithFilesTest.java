package belay.daemon.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import belay.rules.effect.CommandModels;
import belay.rules.effect.Effect;
import belay.rules.effect.EffectReader;
import belay.rules.effect.FixedShell;
import belay.rules.effect.Reading;
import belay.rules.effect.ShellView;
import belay.rules.effect.Target;
import belay.rules.syntax.Dialect;
import belay.rules.syntax.Parser;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShellWithFilesTest {

  @TempDir Path directory;

  private ShellView shell() {
    return new ShellWithFiles(
        FixedShell.incomplete(
            Dialect.BASH, directory.toString(), "/home/u", Map.of(), Map.of(), Map.of()));
  }

  private Reading read(String line) {
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    return new EffectReader(CommandModels.builtIn())
        .read(Parser.parse(bytes, Dialect.BASH), bytes, shell());
  }

  private List<Target> targets(String line) {
    return read(line).effects().stream().map(Effect::target).toList();
  }

  @Test
  void aSourcedFileIsReadAndWhatItSetsIsKnownBehindIt() throws Exception {
    Files.writeString(directory.resolve("env.sh"), "IMG=/srv/web1.img\nrm -r /srv/old\n");
    for (String line : List.of("source env.sh; rm $IMG", ". ./env.sh && rm \"$IMG\"")) {
      assertEquals(
          List.of("/srv/old", "/srv/web1.img"),
          targets(line).stream().map(target -> ((Target.Path) target).value().known()).toList());
    }
  }

  @Test
  void aFileThatSourcesItselfEnds() throws Exception {
    Files.writeString(directory.resolve("a.sh"), "rm x\n. ./a.sh\n");
    assertTrue(targets(". ./a.sh").size() < 100);
  }

  @Test
  void whatCannotBeReadIsSaidToBeUnread() {
    Reading reading = read("source missing.sh; rm x");
    assertEquals(1, reading.effects().size());
    assertEquals(List.of("what `missing.sh` holds is not read"), reading.unread());
  }

  @Test
  void aFifoIsNotWaitedFor() throws Exception {
    Process made = new ProcessBuilder("mkfifo", directory.resolve("pipe").toString()).start();
    assertEquals(0, made.waitFor());
    assertNull(shell().script(directory.resolve("pipe").toString()));
    assertNull(shell().script(directory.toString()));
    assertNull(shell().script("/nonexistent\0x"));
  }

  @Test
  void aLineIsJudgedByOneTextOfAFile() throws Exception {
    ShellView shell = shell();
    String file = Files.writeString(directory.resolve("env.sh"), "A=1\n").toString();
    assertEquals("A=1\n", shell.script(file));
    Files.writeString(directory.resolve("env.sh"), "A=2\n");
    assertEquals("A=1\n", shell.script(file));
    assertEquals("A=2\n", shell().script(file));
  }

  @Test
  void ofAHundredFilesTheFirstAreRead() throws Exception {
    ShellView shell = shell();
    List<Boolean> read = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      read.add(shell.script(Files.writeString(directory.resolve("f" + i), "x").toString()) != null);
    }
    assertTrue(read.getFirst());
    assertFalse(read.getLast());
  }
}
