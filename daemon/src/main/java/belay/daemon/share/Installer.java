package belay.daemon.share;

import belay.rules.effect.EffectReader;
import belay.rules.pack.Diagnostic;
import belay.rules.pack.Examples;
import belay.rules.pack.Pack;
import belay.rules.pack.PackReader;
import belay.rules.pack.PackResult;
import belay.rules.pack.Source;
import belay.rules.pack.Version;
import belay.rules.syntax.Text;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Puts packs into a directory of installed ones: an entry is a link that is replaced in one step,
 * so that who reads sees the old pack or the new one and never half of either.
 */
public final class Installer {

  private static final String STORE = ".store";

  /** After so long nobody may look after a pack any more. */
  private static final Duration STALE = Duration.ofDays(400);

  private final Path installed;
  private final EffectReader effects;
  private final Predicate<String> permitted;

  /**
   * An installer that takes any key that is agreed to.
   *
   * @param installed where the links are; need not exist
   */
  public Installer(Path installed, EffectReader effects) {
    this(installed, effects, _ -> true);
  }

  /**
   * An installer.
   *
   * @param installed where the links are; need not exist
   * @param permitted whether the machine's policy lets a key of this fingerprint be pinned
   */
  public Installer(Path installed, EffectReader effects, Predicate<String> permitted) {
    this.installed = installed;
    this.effects = effects;
    this.permitted = permitted;
  }

  /**
   * What the person agreed to.
   *
   * @param unsigned whether a pack that nobody signed may come from elsewhere
   * @param downgrade why an older version may come; null where it may not
   * @param consents asked whether a key that is new for this pack is the right one
   */
  public record Consent(boolean unsigned, @Nullable String downgrade, Predicate<String> consents) {}

  /**
   * What came of it.
   *
   * @param before the version that was there, or null
   * @param key the fingerprint that signed it, or null
   * @param notices what the person should know
   */
  public record Done(
      String pack,
      Version version,
      @Nullable String before,
      @Nullable String key,
      List<String> notices) {
    public Done {
      notices = List.copyOf(notices);
    }
  }

  /** It is not sound among the others. */
  public static final class Unsound extends IOException {
    private static final long serialVersionUID = 1L;
    private final transient List<Diagnostic> diagnostics;

    Unsound(List<Diagnostic> diagnostics) {
      super("the pack is not sound");
      this.diagnostics = List.copyOf(diagnostics);
    }

    public List<Diagnostic> diagnostics() {
      return diagnostics;
    }
  }

  /**
   * Installs what an origin has.
   *
   * @param others the packs it will stand beside, but for an older one of the same name
   */
  public Done install(Origin origin, List<Source> others, Consent consent)
      throws IOException, InterruptedException {
    Origin.Fetched fetched = origin.fetch();
    Files.createDirectories(installed);
    try (FileChannel lock =
            FileChannel.open(
                installed.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock _ = lock.lock()) {
      Ledger ledger = Ledger.of(installed);
      Pack pack = sound(fetched.archive().source(origin.spelling()), others);
      Optional<Ledger.Entry> before = ledger.entry(pack.name());
      List<String> notices = new ArrayList<>();
      String digest = fetched.archive().digest();
      PackSignature signature = signature(fetched, origin, pack, digest, consent);
      checkKey(signature, pack.name(), before, ledger, consent, notices);
      checkVersion(pack, before, digest, consent);
      String store = store(fetched.archive(), pack, digest);
      link(pack.name(), store);
      String highest =
          before
              .map(Ledger.Entry::highestVersion)
              .filter(known -> known.compareTo(pack.version()) > 0)
              .orElse(pack.version())
              .toString();
      ledger.put(
          pack.name(),
          new Ledger.Entry(
              origin.spelling(),
              pack.version().toString(),
              highest,
              digest,
              signature == null ? null : Keys.fingerprint(signature.key()),
              signature == null ? null : signature.signed().toString(),
              false));
      sweep();
      return new Done(
          pack.name(),
          pack.version(),
          before.filter(entry -> !entry.removed()).map(Ledger.Entry::version).orElse(null),
          signature == null ? null : Keys.fingerprint(signature.key()),
          notices);
    }
  }

  private Pack sound(Source own, List<Source> others) throws Unsound {
    List<Source> all = new ArrayList<>(PackReader.builtInSources());
    String name = nameOf(own);
    others.stream().filter(other -> !nameOf(other).equals(name)).forEach(all::add);
    all.add(own);
    return switch (PackReader.read(all)) {
      case PackResult.Rejected(List<Diagnostic> diagnostics) -> throw new Unsound(diagnostics);
      case PackResult.Loaded loaded -> {
        List<Diagnostic> wrong = Examples.run(loaded.examplesOf(List.of(own)), effects);
        if (!wrong.isEmpty()) {
          throw new Unsound(wrong);
        }
        yield loaded.packs().stream()
            .filter(pack -> pack.file().equals(own.name()))
            .findFirst()
            .orElseThrow(() -> new Unsound(List.of()));
      }
    };
  }

  private static String nameOf(Source source) {
    return PackReader.name(source).orElse("");
  }

  private static @Nullable PackSignature signature(
      Origin.Fetched fetched, Origin origin, Pack pack, String digest, Consent consent)
      throws PackTrouble {
    byte[] bytes = fetched.signature();
    if (bytes == null) {
      if (!origin.isLocal() && !consent.unsigned()) {
        throw new PackTrouble(
            "nobody has signed `"
                + pack.name()
                + "`, and it comes from elsewhere: ask for a signature, or take it with"
                + " `--unsigned` when you have read it");
      }
      return null;
    }
    PackSignature read = PackSignature.read(bytes, "the signature of " + origin.spelling());
    read.check(pack.name(), pack.version(), digest);
    return read;
  }

  private void checkKey(
      @Nullable PackSignature signature,
      String pack,
      Optional<Ledger.Entry> before,
      Ledger ledger,
      Consent consent,
      List<String> notices)
      throws PackTrouble {
    String pinned = before.map(Ledger.Entry::key).orElse(null);
    if (signature == null) {
      if (pinned != null) {
        throw new PackTrouble(
            "`"
                + pack
                + "` was signed by "
                + pinned
                + " so far, and this one by nobody: it is not taken");
      }
      notices.add("nobody has signed it");
      return;
    }
    String key = Keys.fingerprint(signature.key());
    if (ledger.isRevoked(key)) {
      throw new PackTrouble(
          "the key " + key + " is revoked: nothing that it signed is taken any more");
    }
    if (!permitted.test(key)) {
      throw new PackTrouble(
          "the policy of this machine names the keys whose packs may be installed, and "
              + key
              + " is none of them: `belay config` lists them");
    }
    if (pinned != null && !pinned.equals(key)) {
      throw new PackTrouble(
          "`"
              + pack
              + "` was signed by "
              + pinned
              + " so far, and this one by "
              + key
              + ": where its authors have a new key, `belay pack revoke` the old one, remove the"
              + " pack with `--forget` and install it anew");
    }
    if (pinned == null && !consent.consents().test(key)) {
      throw new PackTrouble("the key " + key + " is new for `" + pack + "`, and was not agreed to");
    }
    Instant now = Instant.now();
    if (signature.signed().isBefore(now.minus(STALE))) {
      notices.add("it was signed long ago, on " + signature.signed());
    }
    if (signature.signed().isAfter(now.plus(Duration.ofDays(1)))) {
      notices.add("it says it was signed in the future, on " + signature.signed());
    }
    before
        .map(Ledger.Entry::signed)
        .filter(last -> signature.signed().isBefore(Instant.parse(last)))
        .ifPresent(last -> notices.add("it was signed before the one that was here, on " + last));
  }

  private static void checkVersion(
      Pack pack, Optional<Ledger.Entry> before, String digest, Consent consent) throws PackTrouble {
    if (before.isEmpty() || consent.downgrade() != null) {
      return;
    }
    Version highest = before.get().highestVersion();
    int order = pack.version().compareTo(highest);
    if (order < 0) {
      throw new PackTrouble(
          "`"
              + pack.name()
              + "` "
              + pack.version()
              + " is older than "
              + highest
              + ", which was here: `--downgrade REASON` takes it all the same");
    }
    boolean same = before.get().version().equals(pack.version().toString());
    if (order == 0 && same && !before.get().digest().equals(digest)) {
      throw new PackTrouble(
          "`"
              + pack.name()
              + "` "
              + pack.version()
              + " is here already, and is another: its authors must give it a new version");
    }
  }

  /** Writes the files to where nothing leads yet; the name of that place. */
  private String store(PackArchive archive, Pack pack, String digest) throws IOException {
    String name = pack.name() + "-" + pack.version() + "-" + digest.substring(0, 16);
    Path place = installed.resolve(STORE).resolve(name);
    if (Files.isDirectory(place)) {
      return name;
    }
    Path staging = installed.resolve(STORE).resolve(".staging-" + UUID.randomUUID());
    Files.createDirectories(staging);
    for (Map.Entry<String, byte[]> file : archive.files().entrySet()) {
      Ledger.write(staging.resolve(file.getKey()), file.getValue());
    }
    sync(staging);
    Files.move(staging, place, StandardCopyOption.ATOMIC_MOVE);
    sync(installed.resolve(STORE));
    return name;
  }

  private void link(String pack, String store) throws IOException {
    Path draft = installed.resolve(".link-" + UUID.randomUUID());
    Files.createSymbolicLink(draft, Path.of(STORE, store));
    Files.move(draft, installed.resolve(pack), StandardCopyOption.ATOMIC_MOVE);
    sync(installed);
  }

  private static void sync(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Takes away what nothing leads to: old versions, and what a killed installer left. */
  private void sweep() throws IOException {
    Set<Path> used = new HashSet<>();
    List<Path> loose = new ArrayList<>();
    try (Stream<Path> all = Files.list(installed)) {
      for (Path entry : all.toList()) {
        String name = String.valueOf(entry.getFileName());
        if (name.startsWith(".link-") || name.startsWith(".ledger") && name.endsWith(".new")) {
          loose.add(entry);
        } else if (Files.isSymbolicLink(entry)) {
          used.add(installed.resolve(Files.readSymbolicLink(entry)).normalize());
        }
      }
    }
    Path store = installed.resolve(STORE);
    if (Files.isDirectory(store)) {
      try (Stream<Path> all = Files.list(store)) {
        all.filter(entry -> !used.contains(entry.normalize())).forEach(loose::add);
      }
    }
    for (Path each : loose) {
      delete(each);
    }
  }

  private static void delete(Path place) throws IOException {
    if (Files.isSymbolicLink(place)) {
      Files.deleteIfExists(place);
      return;
    }
    try (Stream<Path> all = Files.walk(place)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    }
  }

  /**
   * Takes a pack away.
   *
   * @param loaded all packs that are in force
   * @param forget whether its key and versions are forgotten too
   * @return the version that was there
   */
  public String remove(String pack, List<Pack> loaded, boolean forget) throws IOException {
    Path link = installed.resolve(pack);
    if (!Files.isSymbolicLink(link)) {
      throw new PackTrouble(
          "`" + Text.printable(pack) + "` is not installed in `" + installed + "`");
    }
    List<String> needing =
        loaded.stream().filter(other -> other.needs().containsKey(pack)).map(Pack::name).toList();
    if (!needing.isEmpty()) {
      throw new PackTrouble(
          "`" + pack + "` is needed by `" + String.join("`, `", needing) + "`: remove that first");
    }
    try (FileChannel lock =
            FileChannel.open(
                installed.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock _ = lock.lock()) {
      Ledger ledger = Ledger.of(installed);
      Files.delete(link);
      sync(installed);
      Optional<Ledger.Entry> entry = ledger.entry(pack);
      if (forget) {
        ledger.forget(pack);
      } else if (entry.isPresent()) {
        Ledger.Entry was = entry.get();
        ledger.put(
            pack,
            new Ledger.Entry(
                was.source(),
                was.version(),
                was.highest(),
                was.digest(),
                was.key(),
                was.signed(),
                true));
      }
      sweep();
      return entry.map(Ledger.Entry::version).orElse("?");
    }
  }
}
