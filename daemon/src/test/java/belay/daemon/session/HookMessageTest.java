package belay.daemon.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import belay.daemon.session.HookMessage.Named;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HookMessageTest {

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void everyByteOfALineSurvivesItsEscapes() {
    byte[] message = bytes("R\u001f7\u001fc=a\u001dnb\u001dgc\u001dud\u00ff\u0080=e");
    HookMessage.Request request =
        assertInstanceOf(HookMessage.Request.class, HookMessage.read(message));
    assertEquals(7, request.sequence());
    assertArrayEquals(bytes("a\nb\u001dc\u001fd\u00ff\u0080=e"), request.line());
  }

  @Test
  void keysOfANewerHookAreSkipped() {
    HookMessage.Request request =
        assertInstanceOf(
            HookMessage.Request.class,
            HookMessage.read(bytes("R\u001f1\u001fz=9\u001fc=ls\u001fp=1\u001fnonsense")));
    assertArrayEquals(bytes("ls"), request.line());
    assertTrue(request.continuation());
    assertFalse(request.truncated());
  }

  @Test
  void aRequestTellsItsFirstWordsAliasAndFunction() {
    HookMessage.Request request =
        assertInstanceOf(
            HookMessage.Request.class,
            HookMessage.read(bytes("R\u001f1\u001fc=ll x\u001fw=ll\u001fa=ls -l\u001dn\u001ff=1")));
    assertEquals("ll", request.firstWord());
    assertEquals("ls -l\n", request.alias());
    assertTrue(request.isFunction());
  }

  @Test
  void anAnswerKeepsScalarsArraysAndTheUnsetApart() {
    HookMessage.Answer answer =
        assertInstanceOf(
            HookMessage.Answer.class,
            HookMessage.read(
                bytes(
                    "V\u001f3\u001fs.A=x=y\u001fe.B=1\u001fe.B=2\u001fu.C=\u001fa.ll=ls\u001fn.g=")));
    assertEquals(
        Map.of(
            "v:A", new Named.Values(List.of("x=y")),
            "v:B", new Named.Values(List.of("1", "2")),
            "v:C", new Named.None(),
            "a:ll", new Named.Text("ls"),
            "a:g", new Named.None(),
            "f:g", new Named.None()),
        answer.names());
  }

  @Test
  void whatIsNoMessageIsNull() {
    for (String text :
        List.of(
            "", "R", "R\u001fx\u001fc=1", "R\u001f-1\u001fc=1", "R\u001f1", "Q\u001f1", "\u0000")) {
      assertNull(HookMessage.read(bytes(text)), text);
    }
  }

  @Test
  void aHelloWithAPathForANameIsRefused() {
    String good = "H\u001f1\u001fn=12-a\u001fpid=12\u001fshell=bash";
    assertNotNull(HookMessage.Hello.read(bytes(good)));
    assertNull(HookMessage.Hello.read(bytes(good.replace("12-a", "12-../../x"))));
    assertNull(HookMessage.Hello.read(bytes(good.replace("pid=12", "pid=-1"))));
    assertNull(HookMessage.Hello.read(bytes("H\u001f1")));
  }

  @Test
  void linesComeWholeHoweverTheyWereCut() throws IOException {
    byte[] longLine = new byte[200_000];
    Arrays.fill(longLine, (byte) 'x');
    byte[] all = new byte[longLine.length + 6];
    System.arraycopy(bytes("a\n\nb"), 0, all, 0, 4);
    System.arraycopy(longLine, 0, all, 4, longLine.length);
    all[all.length - 2] = '\n';
    all[all.length - 1] = 'c';
    FifoLines lines = new FifoLines(new ByteArrayInputStream(all));
    assertArrayEquals(bytes("a"), lines.next());
    assertArrayEquals(bytes(""), lines.next());
    assertEquals(longLine.length + 1, assertNotNullBytes(lines.next()).length);
    assertNull(lines.next());
  }

  @Test
  void aLineOverTheLimitIsSkippedAndTheNextOneRead() throws IOException {
    byte[] all = new byte[6 * 1024 * 1024];
    Arrays.fill(all, (byte) 'x');
    all[10] = '\n';
    all[all.length - 4] = '\n';
    all[all.length - 1] = '\n';
    FifoLines lines = new FifoLines(new ByteArrayInputStream(all));
    assertEquals(10, assertNotNullBytes(lines.next()).length);
    assertArrayEquals(bytes("xx"), lines.next());
    assertNull(lines.next());
  }

  private static byte[] assertNotNullBytes(byte @Nullable [] bytes) {
    assertNotNull(bytes);
    return bytes == null ? new byte[0] : bytes;
  }
}
