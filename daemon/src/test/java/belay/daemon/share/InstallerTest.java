package belay.daemon.share;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import belay.rules.effect.CommandModels;
import belay.rules.effect.EffectReader;
import belay.rules.pack.Pack;
import belay.rules.pack.PackReader;
import belay.rules.pack.Source;
import belay.rules.pack.Version;
import belay.rules.pack.VersionRange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.PublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is taken and what is not; nothing is ever taken by half. */
final class InstallerTest {

  private static final EffectReader READER = new EffectReader(CommandModels.builtIn());

  @TempDir private Path scratch = Path.of("");
  private Path installed = Path.of("");
  private Installer installer = new Installer(Path.of(""), READER);
  private final List<String> asked = new ArrayList<>();

  @BeforeEach
  void fresh() throws IOException {
    installed = scratch.resolve("installed");
    installer = new Installer(installed, READER);
    Keys.generate(scratch.resolve("a.key"));
    Keys.generate(scratch.resolve("b.key"));
  }

  private Installer.Consent agreeing() {
    return new Installer.Consent(false, null, asked::add);
  }

  private Path pack(String version, String more) throws IOException {
    Path directory = Files.createDirectories(scratch.resolve("pack-" + version));
    Files.writeString(
        directory.resolve("pack.yaml"),
        "pack: team.x\nversion: %s\ntitle: T\n%s\n".formatted(version, more));
    Files.writeString(
        directory.resolve("a.yaml"),
        """
        rules:
          - id: one
            title: One
            when: {effects: delete, path: {under: /srv/%s}}
            severity: low
            action: note
            message: It speaks.
            examples: {note: rm /srv/%s/a, silent: ls}
        """
            .formatted(version, version));
    return directory;
  }

  private Path signed(Path pack, String key) throws IOException {
    return signed(pack, key, Instant.now());
  }

  private Path signed(Path pack, String key, Instant time) throws IOException {
    PackArchive archive = PackArchive.of(pack);
    String version =
        PackReader.name(archive.source("x")).isEmpty()
            ? "0.0.0"
            : pack.getFileName().toString().substring("pack-".length());
    PackSignature signature =
        PackSignature.of(
            "team.x",
            Version.parse(version).orElseThrow(),
            archive.digest(),
            time,
            Keys.read(scratch.resolve(key)));
    Files.writeString(pack.resolve(Origin.SIGNATURE), signature.text());
    return pack;
  }

  private Installer.Done install(Path pack, Installer.Consent consent) throws Exception {
    return installer.install(Origin.of(pack.toString()), others(), consent);
  }

  private List<Source> others() throws IOException {
    return Files.isDirectory(installed) ? PackReader.sources(installed) : List.of();
  }

  /** All that is there, links by where they lead. */
  private List<String> tree() throws IOException {
    if (!Files.isDirectory(installed)) {
      return List.of();
    }
    TreeMap<String, String> out = new TreeMap<>();
    try (Stream<Path> all = Files.walk(installed)) {
      for (Path each : all.toList()) {
        String name = installed.relativize(each).toString();
        if (Files.isSymbolicLink(each)) {
          out.put(name, Files.readSymbolicLink(each).toString());
        } else if (Files.isRegularFile(each) && !name.equals(".lock")) {
          out.put(name, Files.readString(each));
        }
      }
    }
    return out.entrySet().stream().map(Object::toString).toList();
  }

  private void refused(Path pack, Installer.Consent consent, String reason) throws Exception {
    List<String> before = tree();
    IOException refused = assertThrows(IOException.class, () -> install(pack, consent));
    String said =
        refused instanceof Installer.Unsound unsound
            ? unsound.diagnostics().toString()
            : String.valueOf(refused.getMessage());
    assertTrue(said.contains(reason), said);
    assertEquals(before, tree());
  }

  @Test
  void aSignedPackIsTakenOnceItsKeyIsAgreedTo() throws Exception {
    Installer.Done first = install(signed(pack("1.0.0", ""), "a.key"), agreeing());
    assertEquals(1, asked.size());
    assertEquals(first.key(), asked.getFirst());
    assertEquals(null, first.before());
    assertEquals("1.0.0", version());
    Installer.Done second = install(signed(pack("1.1.0", ""), "a.key"), agreeing());
    assertEquals(1, asked.size());
    assertEquals("1.0.0", second.before());
    assertEquals("1.1.0", version());
    try (Stream<Path> store = Files.list(installed.resolve(".store"))) {
      assertEquals(1, store.count());
    }
  }

  private @Nullable String version() throws IOException {
    return PackReader.sources(installed).isEmpty()
        ? null
        : Files.readAllLines(installed.resolve("team.x/pack.yaml")).get(1).substring(9);
  }

  @Test
  void whatIsNotVouchedForIsRefused() throws Exception {
    Path one = signed(pack("1.0.0", ""), "a.key");
    refused(one, new Installer.Consent(false, null, _ -> false), "was not agreed to");
    install(one, agreeing());
    refused(signed(pack("1.1.0", ""), "b.key"), agreeing(), "was signed by SHA256:");
    Files.delete(scratch.resolve("pack-1.1.0/pack.sig"));
    refused(pack("1.1.0", ""), agreeing(), "and this one by nobody");
    Path changed = signed(pack("1.2.0", ""), "a.key");
    Files.writeString(changed.resolve("a.yaml"), "\n", StandardOpenOption.APPEND);
    refused(changed, agreeing(), "was changed after it was signed");
    Path other = signed(pack("1.3.0", ""), "a.key");
    Files.copy(
        one.resolve("pack.sig"), other.resolve("pack.sig"), StandardCopyOption.REPLACE_EXISTING);
    refused(other, agreeing(), "the signature is for `team.x` 1.0.0");
    Path forged = signed(pack("1.4.0", ""), "a.key");
    String text = Files.readString(forged.resolve("pack.sig"));
    Files.writeString(forged.resolve("pack.sig"), text.replaceFirst("signed 20..", "signed 2030"));
    refused(forged, agreeing(), "has not signed this");
    PublicKey key = Keys.read(scratch.resolve("a.key")).open();
    Ledger.of(installed).revoke(Keys.fingerprint(key));
    refused(signed(pack("1.5.0", ""), "a.key"), agreeing(), "is revoked");
  }

  @Test
  void olderAndOtherVersionsAreRefused() throws Exception {
    install(signed(pack("2.0.0", ""), "a.key"), agreeing());
    Path old = signed(pack("1.0.0", ""), "a.key", Instant.parse("2020-01-01T00:00:00Z"));
    refused(old, agreeing(), "is older than 2.0.0, which was here");
    installer.remove("team.x", List.of(), false);
    refused(old, agreeing(), "is older than 2.0.0, which was here");
    Installer.Done done =
        install(old, new Installer.Consent(false, "2.0.0 asks too much", _ -> true));
    assertEquals(
        List.of(
            "it was signed long ago, on 2020-01-01T00:00:00Z",
            "it was signed before the one that was here, on "
                + Ledger.of(installed).entry("team.x").orElseThrow().signed()),
        done.notices().stream()
            .map(
                notice ->
                    notice.startsWith("it was signed before")
                        ? "it was signed before the one that was here, on 2020-01-01T00:00:00Z"
                        : notice)
            .toList());
    refused(signed(pack("1.5.0", ""), "a.key"), agreeing(), "is older than 2.0.0");
    Path same = pack("2.0.0", "licence: MIT");
    install(signed(same, "a.key"), new Installer.Consent(false, null, _ -> true));
    Files.writeString(same.resolve("b.yaml"), "rules: []\n");
    refused(signed(same, "a.key"), agreeing(), "is here already, and is another");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "needs: {belay: '>=99.0.0'}|needs Belay >=99.0.0",
        "needs: {packs: {team.y: '>=1.0.0'}}|which is not there",
        "needs: {packs: {team.x: '>=1.0.0'}}|packs that need each other",
        "titel: x|unknown key `titel`",
        "sets: {a: &x [b], c: *x}|alias",
      })
  void whatIsNotSoundIsRefused(String both) throws Exception {
    String[] parts = both.split("\\|", -1);
    refused(pack("1.0.0", parts[0]), agreeing(), parts[1]);
  }

  @Test
  void anExampleThatDoesNotHoldIsRefused() throws Exception {
    Path pack = pack("1.0.0", "");
    String rules = Files.readString(pack.resolve("a.yaml"));
    Files.writeString(pack.resolve("a.yaml"), rules.replace("silent: ls", "silent: rm /srv/1.0.0"));
    refused(pack, agreeing(), "speaks about `rm /srv/1.0.0`");
  }

  @Test
  void aPackThatAnotherNeedsStays() throws Exception {
    install(pack("1.0.0", ""), agreeing());
    var needing =
        new Pack(
            "team.y",
            Version.BELAY,
            "Y",
            0,
            "y.yaml",
            null,
            List.of(),
            Map.of("team.x", Needed.any()));
    PackTrouble refused =
        assertThrows(PackTrouble.class, () -> installer.remove("team.x", List.of(needing), false));
    assertTrue(
        String.valueOf(refused.getMessage()).contains("is needed by `team.y`"),
        String.valueOf(refused.getMessage()));
    assertEquals("1.0.0", installer.remove("team.x", List.of(), false));
    assertFalse(Files.exists(installed.resolve("team.x")));
  }

  /** Any version. */
  private static final class Needed {
    static VersionRange any() {
      return new VersionRange(
          List.of(new VersionRange.Bound(VersionRange.Relation.AT_LEAST, Version.BELAY)));
    }
  }

  @Test
  void whatOthersMayReadIsNoPrivateKey() throws IOException {
    Files.setPosixFilePermissions(
        scratch.resolve("a.key"), PosixFilePermissions.fromString("rw-r--r--"));
    PackTrouble refused =
        assertThrows(PackTrouble.class, () -> Keys.read(scratch.resolve("a.key")));
    assertTrue(
        String.valueOf(refused.getMessage()).contains("is open to others"),
        String.valueOf(refused.getMessage()));
    assertThrows(PackTrouble.class, () -> Keys.generate(scratch.resolve("b.key")));
  }

  @Test
  void aRepositoryIsTakenAtItsTagAndUpdatedToTheNewest() throws Exception {
    Path repository = signed(pack("1.0.0", ""), "a.key");
    git(repository, "init", "--quiet");
    commit(repository, "v1.0.0");
    Origin origin = Origin.of("git+file://" + repository + "#v1.0.0");
    assertEquals("1.0.0", installer.install(origin, others(), agreeing()).version().toString());
    Files.writeString(repository.resolve("pack.yaml"), "pack: team.x\nversion: 1.10.0\ntitle: T\n");
    Path renamed = scratch.resolve("pack-1.10.0");
    Files.move(repository, renamed);
    commit(signed(renamed, "a.key"), "v1.10.0");
    git(renamed, "tag", "v1.9.0");
    git(renamed, "tag", "nightly");
    Origin newest = Origin.of("git+file://" + renamed + "#v1.0.0").newest();
    assertEquals("git+file://" + renamed + "#v1.10.0", newest.spelling());
    assertEquals("1.0.0", installer.install(newest, others(), agreeing()).before());
    assertEquals("1.10.0", version());
  }

  private static void commit(Path repository, String tag) throws Exception {
    git(repository, "add", ".");
    git(repository, "commit", "--quiet", "-m", tag);
    git(repository, "tag", tag);
  }

  private static void git(Path repository, String... words) throws Exception {
    List<String> command =
        Stream.concat(
                Stream.of(
                    "git",
                    "-C",
                    repository.toString(),
                    "-c",
                    "user.name=Ann",
                    "-c",
                    "user.email=ann@example.org"),
                Stream.of(words))
            .toList();
    assertEquals(0, new ProcessBuilder(command).inheritIO().start().waitFor());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://example.org/x.belay",
        "ftp://example.org/x.belay",
        "git+http://example.org/x#v1",
        "git+https://example.org/x",
        "https://example.org/a b",
        "git+ext::sh#v1",
        "git+https://example.org/x#--upload-pack=touch",
        "/nonexistent/pack.belay",
      })
  void whatIsNoPlaceForPacksIsRefused(String spelling) {
    assertThrows(PackTrouble.class, () -> Origin.of(spelling).fetch());
  }
}
