package belay.daemon.libc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import belay.daemon.libc.Directory.EntryKind;
import belay.rules.syntax.Text;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LibcTest {

  @TempDir Path directory = Path.of("");

  @Test
  void theStatusIsWhatJavaSeesToo() throws IOException {
    Path file = Files.write(directory.resolve("a"), new byte[1234]);
    FileStatus status = FileStatus.of(file.toString(), true);
    Map<String, Object> seen = Files.readAttributes(file, "unix:ino,dev,mode,nlink,uid");
    assertEquals(seen.get("ino"), status.inode());
    assertEquals(seen.get("mode"), status.mode());
    assertEquals(seen.get("nlink"), status.links());
    assertEquals(seen.get("uid"), status.uid());
    assertEquals(1234, status.size());
    // makedev(3): twelve low bits of the major above eight of the minor.
    long packed = (long) status.device().major() << 8 | status.device().minor();
    assertEquals(seen.get("dev"), packed);
    assertFalse(status.mountRoot());
  }

  @Test
  void aDeviceNodeTellsItsNumber() throws IOException {
    assertEquals("1:3", FileStatus.of("/dev/null", true).special().toString());
  }

  @Test
  void theRootIsTheRootOfAMount() throws IOException {
    assertTrue(FileStatus.of("/", true).mountRoot());
  }

  @Test
  void aLinkIsFollowedOnlyWhereAsked() throws IOException {
    Files.createSymbolicLink(directory.resolve("to"), Path.of("missing"));
    String link = directory.resolve("to").toString();
    assertEquals("missing", SymbolicLink.read(link));
    assertEquals(0120000, FileStatus.of(link, false).mode() & 0170000);
    assertThrows(NoSuchFileException.class, () -> FileStatus.of(link, true));
  }

  @Test
  void aNameThatIsNotUtf8IsFoundByItsBytes() throws IOException {
    byte[] bytes = (directory + "/x\u00e9").getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    String path = Text.decode(bytes);
    Fifo.make(path, 0600);
    assertEquals(0010000, FileStatus.of(path, true).mode() & 0170000);
    Map<String, EntryKind> names = entries(directory);
    assertEquals(Map.of(path.substring(path.lastIndexOf('/') + 1), EntryKind.OTHER), names);
    // Java's own walk could not delete it by a decoded name.
    try (var found = Files.newDirectoryStream(directory)) {
      for (Path entry : found) {
        Files.delete(entry);
      }
    }
  }

  private static Map<String, EntryKind> entries(Path directory) throws IOException {
    Map<String, EntryKind> found = new TreeMap<>();
    Directory.visit(
        directory.toString(),
        (name, inode, kind) -> {
          assertTrue(inode > 0);
          found.put(name, kind);
          return true;
        });
    return found;
  }

  @Test
  void aDirectoryOfThousandsIsListedWhole() throws IOException {
    Map<String, EntryKind> made = new TreeMap<>();
    for (int i = 0; i < 3_000; i++) {
      String name = "entry-with-a-rather-long-name-" + i;
      Files.createFile(directory.resolve(name));
      made.put(name, EntryKind.OTHER);
    }
    Files.createDirectory(directory.resolve("..."));
    made.put("...", EntryKind.DIRECTORY);
    Files.createSymbolicLink(directory.resolve(".hidden"), directory);
    made.put(".hidden", EntryKind.SYMBOLIC_LINK);
    assertEquals(made, entries(directory));
  }

  @Test
  void listingStopsWhenTheVisitorHasEnough() throws IOException {
    Files.createFile(directory.resolve("a"));
    Files.createFile(directory.resolve("b"));
    int[] seen = {0};
    Directory.visit(
        directory.toString(),
        (name, inode, kind) -> {
          seen[0]++;
          return false;
        });
    assertEquals(1, seen[0]);
  }

  @Test
  void aFifoIsMadeOnceAndNeverOpened() throws IOException {
    String fifo = directory.resolve("f").toString();
    Fifo.make(fifo, 0600);
    assertThrows(FileAlreadyExistsException.class, () -> Fifo.make(fifo, 0600));
    FileSystemException refused =
        assertThrows(FileSystemException.class, () -> Descriptor.open(fifo).close());
    assertEquals("no regular file", refused.getReason());
  }

  @Test
  void onlyABlockDeviceIsAskedForItsClaim() {
    FileSystemException refused =
        assertThrows(FileSystemException.class, () -> Descriptor.isClaimed("/dev/null"));
    assertEquals("no block device", refused.getReason());
  }

  @Test
  void theClockOfAProcessMovesAsItRunsAndOnlyThen() throws Exception {
    Process sleeper = new ProcessBuilder("sleep", "60").start();
    Process busy = new ProcessBuilder("sh", "-c", "while :; do :; done").start();
    try {
      int sleeping = Math.toIntExact(sleeper.pid());
      int running = Math.toIntExact(busy.pid());
      long before = CpuClock.nanos(running);
      long settled = CpuClock.nanos(sleeping);
      for (long now = -1; now != settled; settled = CpuClock.nanos(sleeping)) {
        now = settled;
        for (long start = CpuClock.nanos(running); CpuClock.nanos(running) - start < 50_000_000; ) {
          Thread.onSpinWait();
        }
      }
      assertTrue(settled > 0);
      assertTrue(CpuClock.nanos(running) > before);
    } finally {
      sleeper.destroy();
      busy.destroy();
      assertTrue(sleeper.waitFor() != 0 && busy.waitFor() != 0);
    }
    assertEquals(-1, CpuClock.nanos(Math.toIntExact(sleeper.pid())));
  }

  @Test
  void whatIsLocatedIsKnownByItsStatusAndNotOpen() throws IOException {
    Path file = Files.writeString(directory.resolve("a"), "abc");
    try (Located located = Located.at(file.toString(), false)) {
      assertEquals(FileStatus.of(file.toString(), false), located.status());
      assertTrue(located.isOnlyLocated());
      assertEquals(file.toString(), SymbolicLink.read(located.link()));
    }
  }

  @Test
  void aPacketComesWholeWithTheFileThatWasSentAlong() throws Exception {
    String path = directory.resolve("socket").toString();
    try (PacketSocket listening = PacketSocket.listen(path);
        PacketSocket client = PacketSocket.connect(path, Duration.ofSeconds(20));
        PacketSocket server = Objects.requireNonNull(listening.accept(Duration.ofSeconds(20)));
        Located here = Located.at(directory.toString(), false)) {
      assertEquals(ProcessHandle.current().pid(), server.peer().pid());
      assertEquals(User.effective(), client.peer().uid());
      client.send("question".getBytes(UTF_8), here);
      try (PacketSocket.Message message = Objects.requireNonNull(server.receive(64))) {
        assertTrue(message.whole());
        assertEquals("question", new String(message.bytes(), UTF_8));
        Located sent = Objects.requireNonNull(message.file());
        assertEquals(here.status(), sent.status());
        assertTrue(sent.isOnlyLocated());
      }
      client.send(new byte[100], null);
      try (PacketSocket.Message cut = Objects.requireNonNull(server.receive(10))) {
        assertFalse(cut.whole());
        assertEquals(10, cut.bytes().length);
      }
    }
  }

  @Test
  void failuresNameThePathAsAPersonMaySeeIt() {
    IOException missing =
        assertThrows(NoSuchFileException.class, () -> FileStatus.of("/no/such\033[2J", true));
    assertEquals("/no/such^[[2J", missing.getMessage());
    assertThrows(NotDirectoryException.class, () -> entries(Path.of("/dev/null")));
    IOException cut =
        assertThrows(FileSystemException.class, () -> FileStatus.of("/etc\0/passwd", true));
    assertEquals("/etc^@/passwd: a name cannot contain NUL", cut.getMessage());
  }

  @Test
  void aLockOfAnotherDescriptionIsSeenByteForByte() throws IOException {
    Path file = Files.write(directory.resolve("a"), new byte[300]);
    try (FileChannel holder =
            FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        Descriptor look = Descriptor.open(file.toString())) {
      assertFalse(look.isLocked(101));
      try (var lock = holder.lock(101, 1, true)) {
        assertTrue(lock.isShared());
        assertTrue(look.isLocked(101));
        assertFalse(look.isLocked(100));
        assertFalse(look.isLocked(102));
      }
      assertFalse(look.isLocked(101));
    }
  }

  @Test
  void aProcFileIsReadToItsEnd() throws IOException {
    try (Descriptor stat = Descriptor.open("/proc/self/comm")) {
      assertArrayEquals(Files.readAllBytes(Path.of("/proc/self/comm")), stat.read(1 << 20));
    }
    try (Descriptor passwd = Descriptor.open("/etc/passwd")) {
      assertEquals("root", new String(passwd.read(4), UTF_8));
    }
  }

  @Test
  void theKernelSaysWhoIsAtTheOtherEnd() throws IOException {
    Path address = directory.resolve("s");
    Set<Integer> before = openDescriptors();
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(address));
      try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(address));
          SocketChannel accepted = server.accept()) {
        assertTrue(Peer.isThisUser(client));
        assertTrue(Peer.isThisUser(accepted));
        Set<Integer> now = openDescriptors();
        now.removeAll(before);
        boolean found = false;
        for (int fd : now) {
          if (SymbolicLink.read("/proc/self/fd/" + fd).startsWith("socket:")) {
            Peer peer = Peer.of(fd);
            found |= peer.pid() == ProcessHandle.current().pid() && peer.uid() == User.effective();
          }
        }
        assertTrue(found);
      }
    }
  }

  private static Set<Integer> openDescriptors() throws IOException {
    Set<Integer> open = new HashSet<>();
    Directory.visit("/proc/self/fd", (name, inode, kind) -> open.add(Integer.parseInt(name)));
    // The descriptor that listed them is closed by now.
    open.removeIf(fd -> !Files.exists(Path.of("/proc/self/fd/" + fd), LinkOption.NOFOLLOW_LINKS));
    return open;
  }

  @Test
  void theUserIsTheOwnerOfWhatItMakes() throws IOException {
    Path file = Files.createFile(directory.resolve("mine"));
    assertEquals(FileStatus.of(file.toString(), true).uid(), User.effective());
  }
}
