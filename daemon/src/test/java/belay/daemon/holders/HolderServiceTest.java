package belay.daemon.holders;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import belay.daemon.fact.HiddenHolders.Answer;
import belay.daemon.fact.HiddenHolders.Holding;
import belay.daemon.fact.HolderSearch;
import belay.daemon.fact.Machine;
import belay.daemon.libc.Fifo;
import belay.daemon.libc.Located;
import belay.daemon.libc.Opened;
import belay.daemon.libc.PacketSocket;
import belay.daemon.libc.User;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The helper in this process, asked over a real socket by well-meaning and other peers. */
final class HolderServiceTest {

  private static final Duration LONG = Duration.ofSeconds(20);

  @TempDir Path directory = Path.of("");
  private final List<PacketSocket> open = new ArrayList<>();
  private final List<Process> started = new ArrayList<>();
  private String socket = "";
  private @Nullable Thread serving;
  private volatile boolean over;

  @BeforeEach
  void serve() throws IOException {
    assumeTrue(User.effective() == 0, "only root's helper is believed");
    socket = directory.resolve("socket").toString();
    PacketSocket listening = PacketSocket.listen(socket);
    open.add(listening);
    HolderService service =
        new HolderService(
            new HolderSearch(Machine.local()),
            OptionalInt.empty(),
            text -> {},
            Duration.ofMillis(400));
    serving =
        Thread.ofPlatform()
            .daemon()
            .start(
                () -> {
                  try {
                    while (!over) {
                      service.serve(listening, Duration.ofMillis(50));
                    }
                  } catch (IOException failed) {
                    throw new UncheckedIOException(failed);
                  }
                });
  }

  @AfterEach
  void end() throws InterruptedException {
    over = true;
    if (serving != null) {
      serving.join();
    }
    open.forEach(PacketSocket::close);
    for (Process process : started) {
      process.destroyForcibly();
      assertTrue(process.waitFor(20, TimeUnit.SECONDS));
    }
  }

  private Process shell(String script) throws IOException {
    Process process = new ProcessBuilder("sh", "-c", script + "\necho ready\nread _").start();
    started.add(process);
    assertEquals("ready", process.inputReader(UTF_8).readLine());
    return process;
  }

  private Answer ask(Path path, boolean below) {
    return new HolderClient(socket).ask(path.toString(), below, LONG);
  }

  @Test
  void whoHasAFileOpenIsToldWriterFirst() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "data");
    Process reader = shell("exec 3<" + file);
    Process writer = shell("exec 3>>" + file);
    assertEquals(
        new Answer.Known(
            List.of(new Holding(writer.pid(), true, "sh"), new Holding(reader.pid(), false, "sh")),
            true),
        ask(file, false));
    assertEquals(
        new Answer.Known(List.of(), true),
        ask(Files.createFile(directory.resolve("other")), false));
  }

  @Test
  void ofADirectoryItIsToldWhoButNotWhat() throws IOException {
    Path tree = Files.createDirectories(directory.resolve("tree/below"));
    Process writer = shell("exec 3>" + tree.resolve("secret-name"));
    assertEquals(
        new Answer.Known(List.of(new Holding(writer.pid(), true, "sh")), true),
        ask(directory.resolve("tree"), true));
    assertEquals(
        new Answer.Known(List.of(), true),
        ask(Files.createDirectories(directory.resolve("tre")), true));
  }

  @Test
  void whatIsNeitherFileNorDeviceIsNotToldOf() throws IOException {
    Path fifo = directory.resolve("fifo");
    Fifo.make(fifo.toString(), 0600);
    Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("/etc/shadow"));
    for (Path path : List.of(fifo, link, Path.of("/dev/null"), directory)) {
      assertInstanceOf(Answer.Unknown.class, ask(path, false), path.toString());
    }
    assertInstanceOf(Answer.Unknown.class, ask(fifo, true));
  }

  @Test
  void withoutAHelperThereIsNobodyToAsk() {
    assertEquals(
        new Answer.Nobody(),
        new HolderClient(directory + "/nothing-here").ask("/etc/passwd", false, LONG));
  }

  private @Nullable String answer(byte[] question, @Nullable Located file) throws IOException {
    try (PacketSocket peer = PacketSocket.connect(socket, LONG)) {
      peer.send(question, file);
      try (PacketSocket.Message answer = peer.receive(1_000)) {
        return answer == null ? null : new String(answer.bytes(), UTF_8);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x",
        "belay",
        "belay 1 holders",
        "belay 1 holders\n\n",
        "belay 2 holders\n",
        "belay 1 kill\n",
        "\0\0\0\0",
        "{\"type\":\"holders\"}",
        "belay 1 holders\nbelay 1 holders\nbelay 1 holders\nbelay 1 holders\n"
      })
  void whatIsNoQuestionIsRefusedAndTheNextQuestionAnswered(String question) throws IOException {
    try (Located here = Located.at("/etc/passwd", false)) {
      assertEquals(
          "no the privileged helper does not understand this question\n",
          answer(question.getBytes(UTF_8), here));
    }
    assertInstanceOf(Answer.Known.class, ask(Path.of("/etc/passwd"), false));
  }

  @Test
  void aMegabyteIsRefusedLikeAnyOther() throws IOException {
    try (Located here = Located.at("/etc/passwd", false)) {
      assertEquals(
          "no the privileged helper does not understand this question\n",
          answer(new byte[100_000], here));
    }
  }

  @Test
  void aFileThatIsOpenIsRefusedSinceClosingItMightWait() throws IOException {
    try (Located open = Opened.at("/etc/passwd")) {
      assertEquals(
          "no the privileged helper takes only what was opened with O_PATH\n",
          answer("belay 1 holders\n".getBytes(UTF_8), open));
    }
  }

  @Test
  void aQuestionWithoutAFileIsRefused() throws IOException {
    assertEquals(
        "no the privileged helper does not understand this question\n",
        answer("belay 1 holders\n".getBytes(UTF_8), null));
  }

  @Test
  void aPeerThatSaysNothingIsLetGoAndDelaysNobody() throws IOException {
    for (int i = 0; i < 6; i++) {
      open.add(PacketSocket.connect(socket, LONG));
    }
    // Two of the eight places of this user are still to be had, again and again.
    for (int i = 0; i < 5; i++) {
      assertInstanceOf(Answer.Known.class, ask(Path.of("/etc/passwd"), false));
    }
    for (int i = 0; i < 8; i++) {
      open.add(PacketSocket.connect(socket, LONG));
    }
    assertEquals(
        new Answer.Unknown("the privileged helper would not answer"),
        settled(ask(Path.of("/etc/passwd"), false)));
    try (PacketSocket.Message nothing = open.get(1).receive(10)) {
      assertNull(nothing, "let go");
    }
    for (PacketSocket silent : open.subList(1, open.size())) {
      try (PacketSocket.Message nothing = silent.receive(10)) {
        assertNull(nothing);
      }
    }
    Answer later = ask(Path.of("/etc/passwd"), false);
    for (int i = 0; i < 1_000 && !(later instanceof Answer.Known); i++) {
      later = ask(Path.of("/etc/passwd"), false);
    }
    assertInstanceOf(Answer.Known.class, later);
  }

  /** A peer that is turned away may find the door closed while it still speaks. */
  private static Answer settled(Answer answer) {
    return answer.equals(new Answer.Unknown("the privileged helper could not be asked"))
        ? new Answer.Unknown("the privileged helper would not answer")
        : answer;
  }
}
