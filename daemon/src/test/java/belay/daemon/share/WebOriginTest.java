package belay.daemon.share;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Packs from a web server: a real one that speaks TLS, on this machine. */
@ResourceLock("SSLContext")
final class WebOriginTest {

  private static final char[] PASSWORD = "changeit".toCharArray();

  @TempDir private Path scratch = Path.of("");
  private final Map<String, byte[]> pages = new ConcurrentHashMap<>();
  private final AtomicLong sent = new AtomicLong();
  private final HttpsServer server;
  private SSLContext before;

  WebOriginTest() throws Exception {
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    before = SSLContext.getDefault();
  }

  @BeforeEach
  void serve() throws Exception {
    SSLContext known = certificate();
    before = SSLContext.getDefault();
    SSLContext.setDefault(known);
    server.setHttpsConfigurator(new HttpsConfigurator(known));
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void close() {
    server.stop(0);
    SSLContext.setDefault(before);
  }

  /** A key for localhost, by the JDK's own keytool, and who trusts it. */
  private SSLContext certificate() throws Exception {
    Path store = scratch.resolve("store.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-alias",
                "web",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost",
                "-storepass",
                new String(PASSWORD),
                "-keystore",
                store.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, keytool.waitFor(), said);
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD);
    }
    KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    own.init(keys, PASSWORD);
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("web", keys.getCertificate("web"));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(own.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      byte[] page = pages.get(path);
      if (path.equals("/to-http")) {
        exchange.getResponseHeaders().add("Location", "http://localhost:1/pack");
        exchange.sendResponseHeaders(302, -1);
      } else if (path.equals("/to-pack")) {
        exchange.getResponseHeaders().add("Location", "/pack");
        exchange.sendResponseHeaders(302, -1);
      } else if (path.equals("/broken")) {
        exchange.sendResponseHeaders(503, -1);
      } else if (path.equals("/endless")) {
        exchange.sendResponseHeaders(200, 0);
        OutputStream out = exchange.getResponseBody();
        byte[] block = new byte[65_536];
        while (sent.get() < 1L << 32) {
          out.write(block);
          sent.addAndGet(block.length);
        }
      } else if (page == null) {
        exchange.sendResponseHeaders(404, -1);
      } else {
        exchange.sendResponseHeaders(200, page.length);
        exchange.getResponseBody().write(page);
      }
    }
  }

  private Origin at(String path) throws PackTrouble {
    return Origin.of("https://localhost:" + server.getAddress().getPort() + path);
  }

  private byte[] pack() throws IOException {
    Path directory = Files.createDirectories(scratch.resolve("pack"));
    Files.writeString(directory.resolve("pack.yaml"), "pack: team.x\nversion: 1.0.0\ntitle: T\n");
    return PackArchive.of(directory).bytes();
  }

  @Test
  void anArchiveIsFetchedWithTheSignatureBesideIt() throws Exception {
    pages.put("/pack", pack());
    pages.put("/pack.sig", "signature".getBytes(StandardCharsets.UTF_8));
    Origin.Fetched fetched = at("/pack").fetch();
    assertArrayEquals(pack(), fetched.archive().bytes());
    assertArrayEquals("signature".getBytes(StandardCharsets.UTF_8), fetched.signature());
  }

  @Test
  void aSignatureNeedNotBeThere() throws Exception {
    pages.put("/pack", pack());
    assertNull(at("/pack").fetch().signature());
  }

  @Test
  void aRedirectionIsFollowedButNeverOutOfTls() throws Exception {
    pages.put("/pack", pack());
    assertArrayEquals(pack(), at("/to-pack").fetch().archive().bytes());
    assertTrue(refusal("/to-http").contains("answers 302"), refusal("/to-http"));
  }

  @Test
  void whatIsNotThereOrBrokenIsSaid() {
    assertTrue(refusal("/none").startsWith("there is nothing at `https://localhost:"));
    assertTrue(refusal("/broken").endsWith("answers 503"), refusal("/broken"));
  }

  @Test
  void anEndlessAnswerIsReadNoFurtherThanAPackIsLong() {
    assertTrue(refusal("/endless").endsWith("is too large for a pack"));
    assertTrue(sent.get() < 8L * PackArchive.LARGEST, () -> sent.get() + " bytes were sent");
  }

  @Test
  void aServerThatNobodyVouchesForIsNotSpokenTo() throws Exception {
    pages.put("/pack", pack());
    SSLContext.setDefault(before);
    assertThrows(SSLException.class, () -> at("/pack").fetch());
  }

  private String refusal(String path) {
    return String.valueOf(assertThrows(PackTrouble.class, () -> at(path).fetch()).getMessage());
  }
}
