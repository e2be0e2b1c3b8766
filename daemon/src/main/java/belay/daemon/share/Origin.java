package belay.daemon.share;

import belay.rules.pack.Version;
import belay.rules.syntax.Text;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProxySelector;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where a pack comes from. */
public sealed interface Origin {

  /** The file in a directory or repository that holds the signature. */
  String SIGNATURE = "pack.sig";

  /** What is behind an archive's name for its signature. */
  String SUFFIX = ".sig";

  /**
   * What was fetched.
   *
   * @param signature the text beside it, or null
   */
  record Fetched(PackArchive archive, byte @Nullable [] signature) {}

  /** As it is written. */
  String spelling();

  /** Whether it is on this machine, where who can write it can write the rules as well. */
  boolean isLocal();

  Fetched fetch() throws IOException, InterruptedException;

  /** The same place with the newest version there is, where places have versions. */
  default Origin newest() throws IOException, InterruptedException {
    return this;
  }

  /** Reads what a person wrote: a path, {@code https://…}, {@code git+https://…#v1.2.0}. */
  static Origin of(String spelling) throws PackTrouble {
    if (spelling.startsWith("git+")) {
      int hash = spelling.lastIndexOf('#');
      if (hash < 0 || hash == spelling.length() - 1) {
        throw new PackTrouble(
            "which version of `"
                + Text.printable(spelling)
                + "`? Write the tag behind it: `…#v1.0.0`");
      }
      String address = spelling.substring("git+".length(), hash);
      String tag = spelling.substring(hash + 1);
      if (!address.startsWith("https://")
          && !address.startsWith("ssh://")
          && !address.startsWith("file:///")) {
        throw new PackTrouble(
            "a Git repository is at `git+https://`, `git+ssh://` or `git+file:///`");
      }
      if (!tag.matches("[A-Za-z0-9][A-Za-z0-9._/+-]{0,100}")) {
        throw new PackTrouble("`" + Text.printable(tag) + "` is no name of a tag");
      }
      return new Repository(address, tag);
    }
    if (spelling.startsWith("https://")) {
      try {
        return new Web(new URI(spelling));
      } catch (URISyntaxException e) {
        throw new PackTrouble("`" + Text.printable(spelling) + "` is no address", e);
      }
    }
    if (spelling.matches("[a-z][a-z0-9+.-]*://.*")) {
      throw new PackTrouble(
          "`" + Text.printable(spelling) + "` is not fetched: only `https://` and `git+…` are");
    }
    return new Place(Path.of(spelling).toAbsolutePath().normalize());
  }

  /** A directory, a YAML file or an archive on this machine. */
  record Place(Path path) implements Origin {

    @Override
    public String spelling() {
      return path.toString();
    }

    @Override
    public boolean isLocal() {
      return true;
    }

    @Override
    public Fetched fetch() throws IOException {
      if (!Files.exists(path)) {
        throw new PackTrouble("there is no `" + Text.printable(spelling()) + "`");
      }
      if (Files.isDirectory(path)) {
        return new Fetched(PackArchive.of(path), bytes(path.resolve(SIGNATURE)));
      }
      Path beside = path.resolveSibling(path.getFileName() + SUFFIX);
      if (path.toString().endsWith(".yaml")) {
        return new Fetched(PackArchive.of(path), bytes(beside));
      }
      if (Files.size(path) > PackArchive.LARGEST) {
        throw new PackTrouble("`" + Text.printable(spelling()) + "` is too large for a pack");
      }
      return new Fetched(PackArchive.read(Files.readAllBytes(path), spelling()), bytes(beside));
    }

    private static byte @Nullable [] bytes(Path file) throws IOException {
      try (InputStream in = Files.newInputStream(file)) {
        return in.readNBytes(PackArchive.LARGEST);
      } catch (NoSuchFileException _) {
        return null;
      }
    }
  }

  /** An archive on a web server. */
  record Web(URI address) implements Origin {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final int OK = 200;
    private static final int NOT_FOUND = 404;

    @Override
    public String spelling() {
      return address.toString();
    }

    @Override
    public boolean isLocal() {
      return false;
    }

    @Override
    public Fetched fetch() throws IOException, InterruptedException {
      // NORMAL never goes from https to http.
      HttpClient.Builder settings =
          HttpClient.newBuilder()
              .followRedirects(HttpClient.Redirect.NORMAL)
              .connectTimeout(PATIENCE);
      ProxySelector proxies = ProxySelector.getDefault();
      if (proxies != null) {
        settings.proxy(proxies);
      }
      try (HttpClient client = settings.build()) {
        byte[] archive = get(client, address);
        if (archive == null) {
          throw new PackTrouble("there is nothing at `" + Text.printable(spelling()) + "`");
        }
        return new Fetched(
            PackArchive.read(archive, spelling()), get(client, URI.create(address + SUFFIX)));
      }
    }

    private static byte @Nullable [] get(HttpClient client, URI address)
        throws IOException, InterruptedException {
      HttpRequest request = HttpRequest.newBuilder(address).timeout(PATIENCE).build();
      HttpResponse<InputStream> answer =
          client.send(request, HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream body = answer.body()) {
        if (answer.statusCode() == NOT_FOUND) {
          return null;
        }
        if (answer.statusCode() != OK) {
          throw new PackTrouble(
              "`" + Text.printable(address.toString()) + "` answers " + answer.statusCode());
        }
        byte[] bytes = body.readNBytes(PackArchive.LARGEST + 1);
        if (bytes.length > PackArchive.LARGEST) {
          throw new PackTrouble(
              "`" + Text.printable(address.toString()) + "` is too large for a pack");
        }
        return bytes;
      }
    }
  }

  /** A Git repository at a tag. */
  record Repository(String address, String tag) implements Origin {

    private static final long PATIENCE_SECONDS = 120;

    @Override
    public String spelling() {
      return "git+" + address + "#" + tag;
    }

    @Override
    public boolean isLocal() {
      return address.startsWith("file:");
    }

    @Override
    public Fetched fetch() throws IOException, InterruptedException {
      Path directory = Files.createTempDirectory("belay-pack");
      try {
        Path tree = directory.resolve("tree");
        String _ =
            git(
                directory,
                List.of(
                    "clone",
                    "--quiet",
                    "--depth=1",
                    "--branch=" + tag,
                    "--no-recurse-submodules",
                    "--",
                    address,
                    tree.toString()));
        return new Place(tree).fetch();
      } finally {
        delete(directory);
      }
    }

    @Override
    public Origin newest() throws IOException, InterruptedException {
      Path directory = Files.createTempDirectory("belay-pack");
      try {
        String listed = git(directory, List.of("ls-remote", "--tags", "--refs", "--", address));
        return listed
            .lines()
            .map(line -> line.substring(line.lastIndexOf('/') + 1))
            .filter(name -> version(name).isPresent())
            .max(Comparator.comparing(name -> version(name).orElseThrow()))
            .<Origin>map(name -> new Repository(address, name))
            .orElse(this);
      } finally {
        delete(directory);
      }
    }

    private static Optional<Version> version(String tag) {
      return Version.parse(tag.startsWith("v") ? tag.substring(1) : tag);
    }

    /** Without the user's or the repository's hooks, filters and helpers; only plain transports. */
    private static String git(Path directory, List<String> words)
        throws IOException, InterruptedException {
      Path output = Files.createTempFile(directory, "git", ".out");
      List<String> command =
          Stream.concat(
                  Stream.of(
                      "git",
                      "-c",
                      "core.hooksPath=/dev/null",
                      "-c",
                      "core.symlinks=false",
                      "-c",
                      "core.fsmonitor=false",
                      "-c",
                      "protocol.allow=never",
                      "-c",
                      "protocol.https.allow=always",
                      "-c",
                      "protocol.ssh.allow=always",
                      "-c",
                      "protocol.file.allow=always",
                      "-c",
                      "init.templateDir="),
                  words.stream())
              .toList();
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .redirectInput(Path.of("/dev/null").toFile());
      Map<String, String> environment = builder.environment();
      environment.put("GIT_TERMINAL_PROMPT", "0");
      environment.put("GIT_CONFIG_NOSYSTEM", "1");
      environment
          .keySet()
          .removeIf(name -> name.startsWith("GIT_DIR") || name.equals("GIT_WORK_TREE"));
      Process process = builder.start();
      boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (!ended) {
        Process _ = process.destroyForcibly();
      }
      String said = Files.readString(output);
      if (!ended || process.exitValue() != 0) {
        throw new PackTrouble(
            "git "
                + words.getFirst()
                + " failed: "
                + Text.printable(ended ? said.strip() : "it took too long"));
      }
      return said;
    }

    private static void delete(Path directory) throws IOException {
      try (Stream<Path> all = Files.walk(directory)) {
        for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(each);
        }
      }
    }
  }
}
