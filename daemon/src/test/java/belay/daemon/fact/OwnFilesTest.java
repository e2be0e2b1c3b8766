package belay.daemon.fact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import belay.rules.effect.Effect;
import belay.rules.fact.Fact.About;
import belay.rules.fact.Facts;
import belay.rules.fact.Truth;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files of this machine, used by real programs. */
final class OwnFilesTest {

  @TempDir Path directory;

  private Facts look(Effect effect) {
    return new FactFinder(Machine.local(), Duration.ofSeconds(20))
        .look(effect, directory.toString(), null)
        .getFirst();
  }

  private void run(String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
  }

  /** Starts a program that says a line when it is ready, and does not end by itself. */
  private Process started(String... command) throws IOException {
    Process process =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
    assertTrue(process.getInputStream().read() >= 0, "it ended at once");
    return process;
  }

  @Test
  void aProgramThatRunsAndALibraryThatIsMappedAreRunning() throws Exception {
    Path shell = directory.resolve("own-shell");
    Files.copy(Path.of("/bin/sh").toRealPath(), shell, StandardCopyOption.COPY_ATTRIBUTES);
    Process process = started(shell.toString(), "-c", "echo ready; read line");
    try {
      List<String> evidence = look(Effects.overwrite(shell)).evidence(About.RUNNING);
      assertEquals(List.of("now running as own-shell (pid " + process.pid() + ")"), evidence);
      assertTrue(
          look(Effects.deleteTree(directory))
              .evidence(About.RUNNING)
              .contains("`own-shell` is now running as own-shell (pid " + process.pid() + ")"));
      Path library = libraryOf(process.pid());
      assertTrue(
          look(Effects.overwrite(library)).evidence(About.RUNNING).stream()
              .allMatch(text -> text.startsWith("mapped by ")));
      assertEquals(Truth.TRUE, look(Effects.overwrite(library)).truth(About.RUNNING));
    } finally {
      process.destroyForcibly().waitFor();
    }
    // Unknown where even root may not ask all processes.
    assertNotEquals(Truth.TRUE, look(Effects.overwrite(shell)).truth(About.RUNNING));
  }

  private static Path libraryOf(long pid) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + pid + "/maps")).stream()
        .filter(line -> line.contains(".so"))
        .map(line -> Path.of(line.substring(line.indexOf('/'))))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aFileOfSeveralNamesSaysSo() throws Exception {
    Path file = Files.writeString(directory.resolve("one"), "abc");
    assertEquals(List.of("a file of 3 bytes"), look(Effects.delete(file)).evidence(About.EXISTS));
    Files.createLink(directory.resolve("two"), file);
    assertEquals(
        List.of("a file of 3 bytes, one of 2 names of it"),
        look(Effects.delete(file)).evidence(About.EXISTS));
  }

  /** A database in WAL mode is locked as long as a connection to it is open. */
  @Test
  void anOpenDatabaseOfSqliteIsLive() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/sqlite3")), "sqlite3 is not installed");
    Path file = directory.resolve("shop.db");
    Process process = new ProcessBuilder("sqlite3", file.toString()).start();
    try {
      process
          .outputWriter()
          .append("PRAGMA journal_mode=wal; CREATE TABLE t(a); BEGIN; SELECT count(*) FROM t;\n")
          .flush();
      BufferedReader said = process.inputReader();
      assertEquals("wal", said.readLine());
      assertEquals("0", said.readLine());
      String who = "sqlite3 (pid " + process.pid() + ")";
      assertEquals(
          List.of("open for writing in " + who),
          look(Effects.overwrite(file)).evidence(About.LIVE));
      assertTrue(
          look(Effects.deleteTree(directory))
              .evidence(About.LIVE)
              .contains("`shop.db` is open for writing in " + who));
    } finally {
      process.destroyForcibly().waitFor();
    }
    assertEquals(Truth.FALSE, look(Effects.overwrite(file)).truth(About.LIVE));
  }

  @Test
  void whatWasDeletedAndIsStillOpenIsSaidSo() throws Exception {
    Path file = Files.writeString(directory.resolve("gone"), "abc");
    Process process = started("sh", "-c", "exec 5<gone; rm gone; echo ready; read line");
    try {
      String evidence = "deleted, but still open in sh (pid " + process.pid() + ")";
      for (Effect effect :
          List.of(Effects.deleteTree(file), Effects.delete(file), Effects.overwrite(file))) {
        Facts facts = look(effect);
        assertEquals(Truth.FALSE, facts.truth(About.EXISTS));
        assertTrue(
            facts.facts().stream().anyMatch(fact -> fact.evidence().equals(evidence)),
            facts.toString());
      }
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  @Test
  void gitSaysWhetherThereIsAnotherCopy() throws Exception {
    for (String version : List.of("2", "4")) {
      Path tree = Files.createDirectory(directory.resolve("tree" + version));
      Path sub = Files.createDirectories(tree.resolve("a/b"));
      Path tracked = Files.writeString(sub.resolve("tracked"), "abc");
      Files.writeString(sub.resolve("tracked too"), "x");
      Path changed = Files.writeString(tree.resolve("changed"), "abc");
      Path untracked = Files.writeString(tree.resolve("untracked"), "abc");
      run("git", "-C", tree.toString(), "init", "-q");
      run("git", "-C", tree.toString(), "config", "index.version", version);
      Path touched = Files.writeString(tree.resolve("touched"), "abc");
      Path fresh = Files.writeString(tree.resolve("fresh"), "abc");
      FileTime past = FileTime.fromMillis(1_000_000_000_000L);
      for (Path file : List.of(tracked, sub.resolve("tracked too"), changed, touched)) {
        Files.setLastModifiedTime(file, past);
      }
      Files.setLastModifiedTime(fresh, FileTime.fromMillis(4_000_000_000_000L));
      run("git", "-C", tree.toString(), "add", "a", "changed", "touched", "fresh");
      assertEquals(Truth.UNKNOWN, copy(tracked), "added, not committed");
      run("git", "-C", tree.toString(), "update-index", "--index-version", version);
      commit(tree);
      Files.writeString(changed, "abcdef");
      Files.writeString(touched, "xyz");
      assertEquals(Truth.FALSE, copy(tracked), version);
      assertEquals(Truth.UNKNOWN, copy(touched), "of the same size, but written");
      assertEquals(Truth.UNKNOWN, copy(fresh), "not older than the index");
      Path added = Files.writeString(tree.resolve("added"), "abc");
      Files.setLastModifiedTime(added, past);
      run("git", "-C", tree.toString(), "add", "added");
      assertEquals(Truth.UNKNOWN, copy(added), "beside others that are committed");
      assertEquals(Truth.FALSE, copy(sub.resolve("tracked too")), version);
      assertEquals(Truth.TRUE, copy(changed), version);
      assertEquals(Truth.TRUE, copy(untracked), version);
      assertEquals(Truth.UNKNOWN, look(Effects.deleteTree(sub)).truth(About.ONLY_COPY));
    }
    Path alone = Files.writeString(directory.resolve("alone"), "abc");
    assertEquals(Truth.TRUE, copy(alone));
  }

  private void commit(Path tree) throws Exception {
    run(
        "git",
        "-C",
        tree.toString(),
        "-c",
        "user.name=Ann",
        "-c",
        "user.email=ann@example.com",
        "commit",
        "-q",
        "-m",
        "all");
  }

  @ParameterizedTest
  @CsvSource({"--object-format=sha256, false", "--object-format=sha1, true"})
  void anIndexThatIsNotReadLeavesItOpen(String format, boolean split) throws Exception {
    Path tree = Files.createDirectory(directory.resolve("odd"));
    Path tracked = Files.writeString(tree.resolve("tracked"), "abc");
    Files.setLastModifiedTime(tracked, FileTime.fromMillis(1_000_000_000_000L));
    run("git", "init", "-q", format, tree.toString());
    run("git", "-C", tree.toString(), "add", "tracked");
    commit(tree);
    if (split) {
      assertEquals(Truth.FALSE, copy(tracked));
      run("git", "-C", tree.toString(), "update-index", "--split-index");
    }
    assertEquals(Truth.UNKNOWN, copy(tracked));
  }

  private Truth copy(Path file) {
    return look(Effects.overwrite(file)).truth(About.ONLY_COPY);
  }

  @Test
  void aSnapshotOfSnapperIsAnotherCopy() {
    DrawnMachine machine =
        new DrawnMachine(
            """
            etc/
              passwd = root:x:0:0:root:/root:/bin/bash\\n
            home/
              ada/
                kept = x
                older = longer
                folder/
                new = x
            tank/
              zfs = x
              .zfs/snapshot/
                daily-1/
            home/.snapshots/12/snapshot/ada/
              kept = y
              older = short
              folder/
            dev/mapper/
              vg-srv-real
            srv/
              file = x
            proc/
              swaps = Filename\\n
              locks = \\n
              self/
                mountinfo = 27 1 9:1 / / rw - ext4 /dev/sda1 rw\\n30 27 9:1 / /home rw - btrfs /dev/sdb rw\\n31 27 9:1 / /tank rw - zfs tank rw\\n32 27 9:1 / /srv rw - ext4 /dev/mapper/vg-srv rw\\n
            sys/block/
            """);
    FactFinder finder = new FactFinder(machine, Duration.ofSeconds(20));
    assertEquals(
        Truth.FALSE,
        finder
            .look(Effects.overwrite("/home/ada/kept"), "/", null)
            .getFirst()
            .truth(About.ONLY_COPY));
    assertEquals(
        Truth.TRUE,
        finder
            .look(Effects.overwrite("/home/ada/new"), "/", null)
            .getFirst()
            .truth(About.ONLY_COPY));
    Facts older = finder.look(Effects.overwrite("/home/ada/older"), "/", null).getFirst();
    assertEquals(Truth.TRUE, older.truth(About.ONLY_COPY), older.toString());
    assertTrue(older.toString().contains("only another version is kept"), older.toString());
    for (Effect each :
        List.of(Effects.deleteTree("/home/ada/folder"), Effects.overwrite("/srv/file"))) {
      Facts facts = finder.look(each, "/", null).getFirst();
      assertEquals(Truth.UNKNOWN, facts.truth(About.ONLY_COPY), facts.toString());
    }
    Facts zfs = finder.look(Effects.overwrite("/tank/zfs"), "/", null).getFirst();
    assertEquals(Truth.UNKNOWN, zfs.truth(About.ONLY_COPY), zfs.toString());
  }
}
