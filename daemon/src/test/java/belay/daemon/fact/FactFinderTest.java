package belay.daemon.fact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import belay.daemon.libc.FileStatus;
import belay.rules.effect.Effect;
import belay.rules.effect.EffectKind;
import belay.rules.effect.Origin;
import belay.rules.effect.Reach;
import belay.rules.effect.Target;
import belay.rules.effect.Value;
import belay.rules.effect.Value.Piece;
import belay.rules.fact.Fact.About;
import belay.rules.fact.Facts;
import belay.rules.fact.Facts.Kind;
import belay.rules.fact.Truth;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A workstation with a little of everything. */
final class FactFinderTest {

  private static final Duration LONG = Duration.ofSeconds(20);

  private static final String WORKSTATION =
      """
      bin -> usr/bin
      etc/
        passwd = root:x:0:0:root:/root:/bin/bash\\nbin:x:2:2:bin:/bin:/usr/sbin/nologin\\nnobody:x:65534:65534::/nonexistent:/usr/sbin/nologin\\nann:x:1000:1000::/home/ann:/bin/zsh\\nbob:x:1001:1001::/home/bob:/bin/bash\\n
        hosts = 127.0.0.1 localhost\\n
        ssh/
          sshd_config = Port 22\\n
      home/
        ann/
          notes.txt = buy milk
          empty
          tmp.Ab3dE5/
            x
          .cache/
            thumbnails/
          app/
            pom.xml
            target/
              app.jar = jar
          papers/
            target/
              thesis.tex = thesis
          link -> notes.txt
          dangling -> nowhere
          loop -> loop
        bob/
      net/
      mnt/
        usb/
          photos/
            a.jpg = jpg
      root/
      tmp/
        scratch/
          x = x
      usr/
        bin/
          ls = elf
        share/
          doc/
            ls/
      var/
        log/
          syslog = log
      swapfile = swap
      proc/
        swaps = Filename Type Size Used Priority\\n/swapfile file 8 0 -2\\n
        locks = \\n
        self/
          mountinfo = 27 1 9:1 / / rw - ext4 /dev/sda1 rw\\n28 27 8:17 / /mnt/usb rw - vfat /dev/sdb1 rw\\n29 27 0:50 / /net rw - autofs auto.net rw\\n
        700/
          comm = rsyslogd\\n
          stat = 700 (rsyslogd) S 1 700 700 0 -1 4194624 0\\n
          fd/
            3 => /var/log/syslog
            4 -> /home/ann/notes.txt
        701/
          comm = less\\n
          stat = 701 (less) S 1 701 701 0 -1 4194624 0\\n
          fd/
            3 -> /home/ann/notes.txt
      sys/block/
      """;

  private final DrawnMachine machine = new DrawnMachine(WORKSTATION);

  private List<Facts> lookAll(Effect effect) {
    return new FactFinder(machine, LONG).look(effect, "/home/ann", "/home/ann");
  }

  private Facts look(Effect effect) {
    List<Facts> facts = lookAll(effect);
    assertEquals(1, facts.size());
    return facts.getFirst();
  }

  @ParameterizedTest
  @CsvSource({
    "/, system, the root of all files",
    "/etc, system, a directory of the root",
    "/home, system, a directory of the root",
    "/home, home, holds the home directories of 2 users",
    "/bin, system, a directory of the root",
    "/usr/bin, system, a directory of the system",
    "/usr/share, system, a directory of the system",
    "/etc/ssh, system, a directory of the system",
    "/mnt/usb, system, the root of the file system on /dev/sdb1",
    "/home/ann, home, your home directory",
    "/home/bob, home, the home directory of bob",
    "/root, home, the home directory of root",
    "/tmp/scratch, temporary, below /tmp",
    "/home/ann/app/target, temporary, in or at `target` of a project",
    "/home/ann/app/target/app.jar, temporary, in or at `target` of a project",
    "/home/ann/.cache/thumbnails, temporary, in or at `.cache`",
    "/home/ann/tmp.Ab3dE5, temporary, in or at `tmp.Ab3dE5`",
  })
  void aPlaceSaysWhatItIs(String path, String about, String evidence) {
    Facts facts = look(Effects.deleteTree(path));
    assertTrue(facts.evidence(about(about)).contains(evidence), facts.toString());
  }

  @ParameterizedTest
  @CsvSource({
    "/etc/hosts, system",
    "/usr/share/doc, system",
    "/mnt/usb/photos, system",
    "/missing, system",
    "/home/ann/notes.txt, home",
    "/home/ann/app, home",
    "/tmp, temporary",
    "/home/ann/papers/target, temporary",
    "/home/ann/notes.txt, temporary",
    "/usr, home",
  })
  void anOrdinaryPlaceIsNothingSpecial(String path, String about) {
    assertEquals(Truth.FALSE, look(Effects.deleteTree(path)).truth(about(about)));
  }

  private static About about(String key) {
    return List.of(About.values()).stream()
        .filter(about -> about.key().equals(key))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aMissingFileIsNothingAndNotLive() {
    Facts facts = look(Effects.overwrite("nothing-here"));
    assertEquals("/home/ann/nothing-here", facts.subject());
    assertEquals(Kind.MISSING, facts.kind());
    assertEquals(Truth.FALSE, facts.truth(About.EXISTS));
    assertEquals(Truth.FALSE, facts.truth(About.LIVE));
    assertEquals(Truth.FALSE, facts.truth(About.NONEMPTY));
  }

  @Test
  void aFileSaysItsSizeAndAnEmptyOneThatItIsEmpty() {
    Facts notes = look(Effects.overwrite("notes.txt"));
    assertEquals(8, notes.size().orElseThrow());
    assertEquals(List.of("8 bytes"), notes.evidence(About.NONEMPTY));
    assertEquals(Truth.FALSE, look(Effects.overwrite("empty")).truth(About.NONEMPTY));
  }

  @Test
  void aFileThatIsOnlyReadIsNotLive() {
    assertEquals(Truth.FALSE, look(Effects.overwrite("/home/ann/notes.txt")).truth(About.LIVE));
  }

  @Test
  void aFileOpenForWritingIsLiveAndItsWriterNamed() {
    assertEquals(
        List.of("open for writing in rsyslogd (pid 700)"),
        look(Effects.delete("/var/log/syslog")).evidence(About.LIVE));
  }

  @Test
  void theUseByAnIgnoredProcessMakesNothingLive() {
    Facts facts =
        new FactFinder(machine, LONG)
            .ignoring(700)
            .look(Effects.delete("/var/log/syslog"), null, null)
            .getFirst();
    assertEquals(Truth.FALSE, facts.truth(About.LIVE));
  }

  @Test
  void aSwapFileIsLive() {
    assertEquals(
        List.of("in use as swap"), look(Effects.overwrite("/swapfile")).evidence(About.LIVE));
  }

  @Test
  void writingGoesThroughALinkAndDeletingDoesNot() {
    assertEquals(Kind.REGULAR_FILE, look(Effects.overwrite("link")).kind());
    assertEquals(
        List.of("a file of 8 bytes, in truth `/home/ann/notes.txt`"),
        look(Effects.overwrite("link")).evidence(About.EXISTS));
    assertEquals(Kind.SYMBOLIC_LINK, look(Effects.delete("link")).kind());
    assertEquals(Kind.MISSING, look(Effects.overwrite("dangling")).kind());
  }

  @Test
  void aLinkThatLeadsToItselfIsUnknownWithTheReason() {
    Facts facts = look(Effects.overwrite("loop"));
    assertEquals(Kind.UNKNOWN, facts.kind());
    assertEquals(Truth.UNKNOWN, facts.truth(About.LIVE));
  }

  @Test
  void aMountPointIsLiveAndSoIsWhatHoldsOneWhenAllOfItGoes() {
    assertEquals(
        List.of("a mount point of /dev/sdb1 (vfat)"),
        look(Effects.delete("/mnt/usb")).evidence(About.LIVE));
    assertEquals(
        List.of("`/mnt/usb` mounted below it"),
        look(Effects.deleteTree("/mnt")).evidence(About.LIVE));
    assertEquals(Truth.TRUE, look(Effects.deleteTree("/mnt")).truth(About.MOUNTED));
  }

  @Test
  void aDirectoryIsCountedAsFarAsTheEffectReaches() {
    assertEquals(3, look(Effects.deleteTree("app")).size().orElseThrow());
    assertEquals(2, look(Effects.delete("app")).size().orElseThrow());
    assertEquals(Truth.FALSE, look(Effects.deleteTree("/home/bob")).truth(About.NONEMPTY));
  }

  @Test
  void aDirectoryWithAFileThatIsBeingWrittenIsLiveToARecursiveDelete() {
    assertEquals(
        List.of("`syslog` is open for writing in rsyslogd (pid 700)"),
        look(Effects.deleteTree("/var/log")).evidence(About.LIVE));
  }

  @Test
  void aCopyIntoADirectoryFallsOnTheFileOfThatNameInIt() {
    Target into = new Target.Path(Value.of("/var/log"), Value.of("syslog"));
    Facts facts = look(Effects.effect(EffectKind.OVERWRITE, into, Reach.ONE));
    assertEquals("/var/log/syslog", facts.subject());
    assertEquals(Truth.TRUE, facts.truth(About.LIVE));
    Target onto = new Target.Path(Value.of("/var/log/syslog"), Value.of("syslog"));
    assertEquals(
        "/var/log/syslog", look(Effects.effect(EffectKind.OVERWRITE, onto, Reach.ONE)).subject());
  }

  @Test
  void everythingInADirectoryStandsForTheDirectory() {
    List<Facts> all = lookAll(pattern("/etc/", "*"));
    assertEquals(
        List.of("/etc/hosts", "/etc/passwd", "/etc/ssh"),
        all.stream().map(Facts::subject).toList());
    assertEquals(
        List.of("one of all the entries of `/etc`, a directory of the root"),
        all.getFirst().evidence(About.SYSTEM));
    assertEquals(
        List.of("one of all the entries of `/home/ann`, your home directory"),
        lookAll(pattern("/home/ann/", "*")).getFirst().evidence(About.HOME));
    assertEquals(Truth.FALSE, lookAll(pattern("/home/ann/", "n*")).getFirst().truth(About.HOME));
  }

  @Test
  void aPatternThatMatchesNothingNamesNothing() {
    Facts facts = look(pattern("/home/ann/", "*.img"));
    assertEquals("/home/ann/*.img", facts.subject());
    assertEquals(Kind.MISSING, facts.kind());
    assertEquals(Truth.FALSE, facts.truth(About.LIVE));
  }

  private static Effect pattern(String known, String glob) {
    Value value = new Value(List.of(new Piece.Known(known), new Piece.Pattern(glob)));
    return Effects.effect(EffectKind.DELETE, new Target.Path(value), Reach.RECURSIVE);
  }

  @Test
  void ofANameThatOnlyBeginsToBeKnownItsPlaceIsKnownWhereItIsTemporary() {
    Facts temporary = look(begun("/tmp/build-"));
    assertEquals(List.of("below /tmp"), temporary.evidence(About.TEMPORARY));
    assertEquals(Truth.UNKNOWN, temporary.truth(About.LIVE));
    assertEquals(Truth.UNKNOWN, temporary.truth(About.SYSTEM));
    Facts home = look(begun("/home/ann/"));
    assertEquals(Truth.UNKNOWN, home.truth(About.TEMPORARY));
    assertEquals(Truth.UNKNOWN, home.truth(About.EXISTS));
    assertEquals(Truth.UNKNOWN, look(begun("")).truth(About.TEMPORARY));
  }

  private static Effect begun(String known) {
    Value value = new Value(List.of(new Piece.Known(known), new Piece.Unknown("$X is not known")));
    return Effects.effect(EffectKind.DELETE, new Target.Path(value), Reach.RECURSIVE);
  }

  @Test
  void whatHappensElsewhereIsUnknownWithTheReason() {
    Target target = Effects.path("/etc/hosts");
    Facts remote =
        look(
            Effects.effect(
                EffectKind.DELETE,
                target,
                Reach.ONE,
                new Origin.Place.Remote(Value.of("web\0331.example"))));
    assertEquals(Truth.UNKNOWN, remote.truth(About.EXISTS));
    assertEquals("on another host, web^[1.example", remote.facts().getFirst().evidence());
    Facts inside =
        look(
            Effects.effect(
                EffectKind.DELETE, target, Reach.ONE, new Origin.Place.Inside("container web")));
    assertEquals("inside container web", inside.facts().getFirst().evidence());
  }

  @Test
  void aRelativeNameWithoutADirectoryIsUnknown() {
    List<Facts> facts = new FactFinder(machine, LONG).look(Effects.delete("x"), null, null);
    assertEquals(
        "the working directory is not known", facts.getFirst().facts().getFirst().evidence());
  }

  @Test
  void nothingIsMountedByLooking() {
    Facts facts = look(Effects.delete("/net/server/export"));
    assertEquals(Truth.UNKNOWN, facts.truth(About.EXISTS));
    assertTrue(facts.facts().getFirst().evidence().endsWith("would be mounted by looking"));
  }

  @Test
  void unseenProcessesAreSaidOnceAndOnlyWhereNothingIsKnownToUseIt() throws IOException {
    DrawnMachine guarded =
        new DrawnMachine(
            WORKSTATION
                + """
                proc/
                  800/
                    comm = sshd
                    stat = 800 (sshd) S 1 800 800 0 -1 4194624 0
                    fd !
                  2/
                    comm = kthreadd
                    stat = 2 (kthreadd) S 0 0 0 0 -1 2129984 0
                    fd !
                """);
    FactFinder finder = new FactFinder(guarded, LONG);
    Facts notes = finder.look(Effects.delete("/home/ann/notes.txt"), null, null).getFirst();
    assertEquals(
        List.of("descriptors of other users' processes cannot be seen; `belay helper` would"),
        notes.facts().stream()
            .filter(fact -> fact.about() == About.LIVE)
            .map(fact -> fact.evidence())
            .toList());
    assertEquals(Truth.UNKNOWN, notes.truth(About.LIVE));
    Facts syslog = finder.look(Effects.delete("/var/log/syslog"), null, null).getFirst();
    assertEquals(1, syslog.facts().stream().filter(fact -> fact.about() == About.LIVE).count());
  }

  /** A machine on which looking below one directory never returns, as below a dead NFS mount. */
  private static final class StuckMachine extends DrawnMachine {
    final CountDownLatch released = new CountDownLatch(1);

    StuckMachine(String drawing) {
      super(drawing);
    }

    @Override
    public FileStatus status(String path, boolean follow) throws IOException {
      if (path.startsWith("/mnt/usb/")) {
        try {
          released.await();
        } catch (InterruptedException e) {
          throw new IOException(e);
        }
      }
      return super.status(path, follow);
    }
  }

  @Test
  void whatHangsIsUnknownAtTheDeadlineAndDelaysNothingElse() {
    StuckMachine stuck = new StuckMachine(WORKSTATION);
    try {
      new FactFinder(stuck, LONG).warmUp();
      FactFinder finder = new FactFinder(stuck, Duration.ofSeconds(3));
      long start = System.nanoTime();
      List<List<Facts>> all =
          finder.lookAll(
              List.of(Effects.delete("/mnt/usb/photos/a.jpg"), Effects.delete("/var/log/syslog")),
              null,
              null);
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      Facts hung = all.getFirst().getFirst();
      assertEquals(Truth.UNKNOWN, hung.truth(About.LIVE));
      assertEquals(
          "the file system did not answer within 3000 ms", hung.facts().getFirst().evidence());
      assertEquals(Truth.TRUE, all.get(1).getFirst().truth(About.LIVE));
      assertTrue(took.compareTo(Duration.ofSeconds(10)) < 0, took.toString());
    } finally {
      stuck.released.countDown();
    }
  }

  @Test
  void aThousandNamesAreLookedAtAndTheRestIsSaidToBeUnknown() {
    StringBuilder many = new StringBuilder(WORKSTATION).append("data/\n");
    for (int i = 0; i < 1_100; i++) {
      many.append("  f").append(i).append('\n');
    }
    List<Facts> facts =
        new FactFinder(new DrawnMachine(many.toString()), LONG)
            .look(pattern("/data/", "f*"), null, null);
    assertEquals(1_001, facts.size());
    assertEquals(
        "more names match than the 1000 looked at", facts.getLast().facts().getFirst().evidence());
  }
}
