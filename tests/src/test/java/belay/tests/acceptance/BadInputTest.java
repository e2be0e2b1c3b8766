package belay.tests.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes in may be anything; one daemon serves all of this class and must outlive it. */
@Tag("acceptance")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class BadInputTest {

  private Scene scene;
  private long daemon;

  @BeforeAll
  void start() throws Exception {
    scene = Scene.withDaemon();
    daemon = scene.stage().daemon().orElseThrow().pid();
  }

  @AfterAll
  void stop() throws IOException {
    if (scene != null) {
      scene.close();
    }
  }

  @AfterEach
  void theSameDaemonStillServes() throws IOException {
    try (SocketPeer peer = SocketPeer.greeted(scene.stage())) {
      peer.frame("{\"type\":\"check\",\"id\":1,\"command\":\"ls\"}");
      assertEquals("allow", answer(peer).get("verdict").getAsString());
    }
    assertEquals(daemon, scene.stage().daemon().orElseThrow().pid());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, Integer.MIN_VALUE, 16_777_217, Integer.MAX_VALUE})
  void aLengthOutOfBoundsIsRefusedAndTheConnectionClosed(int length) throws IOException {
    try (SocketPeer peer = SocketPeer.greeted(scene.stage())) {
      peer.head(length);
      assertEquals("error", answer(peer).get("type").getAsString());
      assertNull(peer.read());
    }
  }

  @Test
  void aFrameShorterThanItSaysIsRefused() throws IOException {
    try (SocketPeer peer = SocketPeer.greeted(scene.stage())) {
      peer.head(1_000_000);
      peer.raw("{\"type\":\"status\"}".getBytes(StandardCharsets.UTF_8));
      peer.finish();
      JsonObject answer = answer(peer);
      assertEquals("error", answer.get("type").getAsString());
      assertTrue(answer.get("message").getAsString().contains("1000000"), answer.toString());
      assertNull(peer.read());
    }
  }

  @Test
  void aFrameLongerThanItSaysIsRefusedAtItsRest() throws IOException {
    try (SocketPeer peer = SocketPeer.greeted(scene.stage())) {
      peer.head(4);
      peer.raw("{\"type\":\"status\"}".getBytes(StandardCharsets.UTF_8));
      assertEquals("error", answer(peer).get("type").getAsString());
      assertEquals("error", answer(peer).get("type").getAsString());
      assertNull(peer.read());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "not json",
        "[]",
        "null",
        "7",
        "{\"type\":\"status\"",
        "{\"type\":\"no such thing\"}",
        "{\"type\":[]}",
        "{}",
        "{\"type\":\"check\"}",
        "{\"type\":\"check\",\"command\":7.5,\"vars\":\"x\"}",
        "{\"type\":\"check\",\"command\":\"ls\",\"shell\":\"fish\"}",
        "{\"type\":\"check\",\"command_base64\":\"%%%\"}",
        "{\"type\":\"import\",\"file\":\"/nonexistent\"}",
      })
  void whatIsNoMessageIsAnsweredWithAnError(String body) throws IOException {
    try (SocketPeer peer = SocketPeer.greeted(scene.stage())) {
      peer.frame(body);
      JsonObject answer = answer(peer);
      assertEquals("error", answer.get("type").getAsString(), answer.toString());
      assertFalse(answer.get("message").getAsString().isEmpty());
    }
  }

  @Test
  void aProtocolOfTheFutureIsToldWhatIsSpokenHere() throws IOException {
    try (SocketPeer peer = SocketPeer.connect(scene.stage())) {
      peer.frame("{\"type\":\"hello\",\"protocol\":9}");
      JsonObject answer = answer(peer);
      assertEquals("error", answer.get("type").getAsString());
      assertTrue(answer.get("message").getAsString().contains("9"), answer.toString());
    }
  }

  @Test
  void nestingWithoutEndIsAnsweredWithAnError() throws IOException {
    try (SocketPeer peer = SocketPeer.greeted(scene.stage())) {
      peer.frame("{\"type\":" + "[".repeat(200_000));
      assertEquals("error", answer(peer).get("type").getAsString());
    }
  }

  @Test
  void garbageOnTheSocketIsAnsweredWithAnErrorOrClosed() throws IOException {
    var random = new Random(4);
    for (int i = 0; i < 50; i++) {
      byte[] garbage = new byte[1 + random.nextInt(3_000)];
      random.nextBytes(garbage);
      garbage[0] |= (byte) 0x80; // a length below zero: no waiting for more
      try (SocketPeer peer = SocketPeer.connect(scene.stage())) {
        try {
          peer.raw(garbage);
          peer.finish();
        } catch (IOException _) {
          // It closed before it had read all.
        }
        JsonObject answer;
        try {
          answer = peer.read();
        } catch (IOException _) {
          continue;
        }
        assertTrue(answer == null || answer.get("type").getAsString().equals("error"));
      }
    }
  }

  @Test
  void aClientThatStallsWithinAFrameIsLetGoWhileOthersAreServed() throws IOException {
    try (SocketPeer stalled = SocketPeer.greeted(scene.stage());
        SocketPeer other = SocketPeer.greeted(scene.stage())) {
      stalled.head(100);
      stalled.raw("{\"type\":".getBytes(StandardCharsets.UTF_8));
      other.frame("{\"type\":\"check\",\"id\":2,\"command\":\"ls\"}");
      assertEquals("allow", answer(other).get("verdict").getAsString());
      JsonObject last = stalled.read(); // 10 s
      while (last != null) {
        last = stalled.read();
      }
    }
  }

  @Test
  void aCommandOfTenMegabytesIsJudgedByItsLineOfJson() throws Exception {
    String live = scene.stage().live().toString();
    String padding = "x".repeat(10 << 20);
    List<String> answers =
        jsonl(
            "{\"command\":\"echo " + padding + "\"}",
            "{\"command\":\"dd if=/dev/zero of=" + live + " # " + padding + "\"}",
            "{\"command\":\"echo after\"}");
    assertEquals(3, answers.size());
    assertEquals("allow", verdict(answers.getLast()));
    // Too long to be read to its end: what is not read may not pass as harmless in silence.
    assertTrue(
        answers.get(1).contains("unread") || !verdict(answers.get(1)).equals("allow"),
        () -> answers.get(1).substring(0, Math.min(500, answers.get(1).length())));
  }

  @Test
  void answersComeInTheOrderOfTheLinesAlsoWhenAllProcessorsWork() throws Exception {
    String[] lines = new String[2_000];
    for (int i = 0; i < lines.length; i++) {
      lines[i] =
          i % 100 == 7
              ? "no JSON"
              : "{\"command\":\"" + "true;".repeat(i % 50) + "rm -r /a" + i + "\"}";
    }
    for (List<String> options : List.of(List.of("--offline", "--facts=none"), List.<String>of())) {
      List<String> answers = jsonl(options, lines);
      assertEquals(lines.length, answers.size());
      for (int i = 0; i < lines.length; i++) {
        String sought = i % 100 == 7 ? "\"error\"" : "\"target\":\"/a" + i + "\"";
        assertTrue(answers.get(i).contains(sought), answers.get(i));
      }
    }
  }

  @Test
  void aHookMaySendALineOfOneMegabyteAndSayThatThereIsMore() throws Exception {
    byte[] line = new byte[1 << 20];
    Arrays.fill(line, (byte) 'x');
    byte[] start = "echo ".getBytes(StandardCharsets.UTF_8);
    System.arraycopy(start, 0, line, 0, start.length);
    try (HookPeer hook = new HookPeer(scene.stage())) {
      hook.request(1, line, "t=1");
      String decision = hook.untilDecided(1).getLast();
      assertTrue(List.of("A 1", "B 1").contains(decision), decision);
      hook.request(2, "echo next".getBytes(StandardCharsets.UTF_8));
      assertEquals("A 2", hook.untilDecided(2).getLast());
    }
  }

  @Test
  void aLongLineThatOverwritesALiveImageIsStopped() throws Exception {
    byte[] line =
        ("dd if=/dev/zero of=" + scene.stage().live() + " # " + "x".repeat(60_000))
            .getBytes(StandardCharsets.UTF_8);
    try (HookPeer hook = new HookPeer(scene.stage())) {
      hook.request(1, line);
      assertEquals("B 1", hook.untilDecided(1).getLast());
    }
  }

  @Test
  void everyByteThatALineCanHoldPassesUnchanged() throws Exception {
    var random = new Random(8);
    try (HookPeer hook = new HookPeer(scene.stage())) {
      for (int i = 1; i <= 100; i++) {
        byte[] bytes = new byte[200];
        for (int at = 0; at < bytes.length; at++) {
          int b;
          do {
            b = 1 + random.nextInt(255);
          } while (b == '\n' || b == 0x1d || b == 0x1f);
          bytes[at] = (byte) b;
        }
        hook.request(i, bytes);
        String decision = hook.untilDecided(i).getLast();
        assertTrue(decision.endsWith(" " + i), decision);
      }
    }
  }

  @Test
  void aTargetThatIsNotUtf8IsStillTheFileItNames() throws IOException, InterruptedException {
    // The line names the live image through a directory whose name is a lone 0xff.
    byte[] prefix = (scene.stage().directory() + "/").getBytes(StandardCharsets.UTF_8);
    Process link =
        new ProcessBuilder(
                "sh", "-c", "ln -s xen \"$0/$(printf '\\377')\"", scene.path("").toString())
            .inheritIO()
            .start();
    assertEquals(0, link.waitFor());
    var command = new java.io.ByteArrayOutputStream();
    command.writeBytes("dd if=/dev/zero of=".getBytes(StandardCharsets.UTF_8));
    command.writeBytes(prefix);
    command.write(0xff);
    command.writeBytes("/web1.img".getBytes(StandardCharsets.UTF_8));
    try (SocketPeer peer = SocketPeer.greeted(scene.stage())) {
      peer.frame(
          "{\"type\":\"check\",\"id\":1,\"command_base64\":\""
              + Base64.getEncoder().encodeToString(command.toByteArray())
              + "\"}");
      JsonObject answer = answer(peer);
      assertEquals("block", answer.get("verdict").getAsString(), answer.toString());
      assertTrue(answer.toString().contains("\\\\xff"), answer.toString());
    }
  }

  @Test
  void theControlPipeSurvivesGarbage() throws Exception {
    try (var control =
        new java.io.RandomAccessFile(scene.stage().home().resolve("run/control").toFile(), "rw")) {
      var random = new Random(15);
      byte[] garbage = new byte[4_000];
      random.nextBytes(garbage);
      control.write(garbage);
      control.write('\n');
      control.write(HookPeer.message("H", "1", "n=../../etc/passwd", "shell=bash", "pid=1"));
      control.write(HookPeer.message("H", "one", "n=", "pid=x"));
    }
    try (HookPeer hook = new HookPeer(scene.stage())) {
      hook.raw(HookPeer.message("?", "nothing"));
      hook.raw(HookPeer.message("R", "not a number", "c=ls"));
      hook.request(3, "ls".getBytes(StandardCharsets.UTF_8));
      assertEquals("A 3", hook.untilDecided(3).getLast());
    }
  }

  private static JsonObject answer(SocketPeer peer) throws IOException {
    JsonObject answer = peer.read();
    assertNotNull(answer, "the daemon closed the connection without an answer");
    return answer;
  }

  private static String verdict(String line) {
    return JsonParser.parseString(line).getAsJsonObject().get("verdict").getAsString();
  }

  private List<String> jsonl(String... lines) throws IOException {
    return jsonl(List.of(), lines);
  }

  private List<String> jsonl(List<String> options, String... lines) throws IOException {
    List<String> command = new ArrayList<>(List.of(Scene.LAUNCHER.toString(), "check", "--jsonl"));
    command.addAll(options);
    Process process = scene.start(command, Map.of());
    Thread writer =
        Thread.ofVirtual()
            .start(
                () -> {
                  try (OutputStream out = process.getOutputStream()) {
                    for (String line : lines) {
                      out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
                    }
                  } catch (IOException _) {
                    // Its answers, or their absence, tell.
                  }
                });
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      return out.readAllLines();
    } finally {
      writer.interrupt();
      process.destroyForcibly();
    }
  }
}
