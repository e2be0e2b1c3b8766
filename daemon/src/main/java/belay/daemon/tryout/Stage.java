package belay.daemon.tryout;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The scene of the incident: disk images, one of them in use, weeks of history, and a daemon of its
 * own that sees nothing of the user's journal and settings.
 *
 * <pre>
 *   belay-try-1a2b/
 *   ├── golden.img
 *   ├── xen/
 *   │   ├── web1.img       open in {@link Guest}
 *   │   ├── web2.img
 *   │   └── web3.img
 *   ├── notes/             what a careless rm -rf would take
 *   └── home/              $HOME of the shell: rc files, history, and Belay's directories
 * </pre>
 */
public final class Stage implements AutoCloseable {

  private static final int IMAGE_BYTES = 2 << 20;

  private final Path launcher;
  private final Path directory;
  private final Guest guest;
  private boolean closed;

  private Stage(Path launcher, Path directory, Guest guest) {
    this.launcher = launcher;
    this.directory = directory;
    this.guest = guest;
  }

  /**
   * Sets everything up but the daemon, which starts when it is first needed.
   *
   * @param launcher the {@code belay} to use
   * @param parent where the scratch directory goes; a temporary or build directory would make all
   *     in it look as if meant to be thrown away
   */
  public static Stage set(Path launcher, Path parent) throws IOException, InterruptedException {
    Path directory = scratch(parent);
    try {
      Files.createDirectories(directory.resolve("xen"));
      Files.createDirectories(directory.resolve("notes"));
      Files.createDirectories(directory.resolve("home/config"));
      image(directory.resolve("golden.img"), 0);
      for (int i = 1; i <= 3; i++) {
        image(directory.resolve("xen/web" + i + ".img"), i);
      }
      Files.writeString(directory.resolve("notes/ideas.txt"), "buy a second disk\n");
      Files.writeString(directory.resolve("notes/todo.txt"), "try the backups\n");
      writeHistory(directory);
      writeStartFiles(directory, launcher);
      Guest guest = Guest.start(directory.resolve("xen/web1.img"), directory.resolve("home"));
      return new Stage(launcher, directory, guest);
    } catch (IOException | InterruptedException | RuntimeException e) {
      delete(directory);
      throw e;
    }
  }

  private static Path scratch(Path parent) throws IOException {
    var random = new Random();
    while (true) {
      Path directory = parent.resolve(String.format("belay-try-%04x", random.nextInt(1 << 16)));
      try {
        return Files.createDirectory(
            directory,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      } catch (FileAlreadyExistsException _) {
        // Somebody else's; the next number then.
      }
    }
  }

  private static void image(Path file, int seed) throws IOException {
    byte[] bytes = new byte[IMAGE_BYTES];
    new Random(seed).nextBytes(bytes);
    Files.write(file, bytes);
  }

  /** What the user did over the last weeks, oldest first. */
  private static List<String> habits(Path directory) {
    String golden = directory.resolve("golden.img").toString();
    String restore =
        "dd if=" + golden + " of=" + directory.resolve("xen/web2.img") + " bs=4M conv=fsync";
    List<String> out = new ArrayList<>();
    for (int week = 0; week < 6; week++) {
      out.add("cd " + directory);
      out.add("ls -l xen");
      out.add("qemu-img info " + golden);
      out.add(restore);
    }
    return out;
  }

  private static void writeHistory(Path directory) throws IOException {
    List<String> habits = habits(directory);
    StringBuilder bash = new StringBuilder();
    StringBuilder zsh = new StringBuilder();
    Instant when = Instant.now().minus(Duration.ofDays(43));
    for (String command : habits) {
      when = when.plus(Duration.ofDays(43).dividedBy(habits.size() + 1L));
      long second = when.getEpochSecond();
      bash.append('#').append(second).append('\n').append(command).append('\n');
      zsh.append(": ").append(second).append(":2;").append(command).append('\n');
    }
    Files.writeString(directory.resolve("home/.bash_history"), bash);
    Files.writeString(directory.resolve("home/.zsh_history"), zsh);
  }

  /**
   * The prompts carry a number that grows with each, in a control string that terminals pass over;
   * {@link Story} waits for it.
   */
  private static void writeStartFiles(Path directory, Path launcher) throws IOException {
    Path programs = Files.createDirectories(directory.resolve("home/bin"));
    Files.createSymbolicLink(programs.resolve("belay"), launcher);
    Files.writeString(
        directory.resolve("home/.bashrc"),
        """
        PATH=~/bin:$PATH
        HISTFILE=~/.bash_history HISTTIMEFORMAT='%F %T '
        PS1='\\[\\e]777;$((++tryout_prompts))\\a\\]try$ '
        eval "$(belay init bash)"
        """);
    Files.writeString(
        directory.resolve("home/.zshrc"),
        """
        PATH=~/bin:$PATH
        HISTFILE=~/.zsh_history HISTSIZE=1000 SAVEHIST=1000
        setopt extended_history prompt_subst
        PS1=$'%{\\e]777;$((++tryout_prompts))\\a%}try$ '
        eval "$(belay init zsh)"
        """);
  }

  public Path directory() {
    return directory;
  }

  public Path golden() {
    return directory.resolve("golden.img");
  }

  /** The image that is in use. */
  public Path live() {
    return directory.resolve("xen/web1.img");
  }

  /** The image that is written every week. */
  public Path idle() {
    return directory.resolve("xen/web2.img");
  }

  /** A directory with something in it. */
  public Path notes() {
    return directory.resolve("notes");
  }

  public Path home() {
    return directory.resolve("home");
  }

  public Guest guest() {
    return guest;
  }

  /** The arguments of an interactive shell that reads nothing but our start files. */
  public List<String> shell(String name) {
    return switch (name) {
      case "bash" -> List.of("bash", "--rcfile", home().resolve(".bashrc").toString(), "-i");
      case "zsh" -> List.of("zsh", "-d", "-i"); // -d: no global start files but zshenv
      default -> throw new IllegalArgumentException(name);
    };
  }

  /** The variables of everything that runs here. */
  public Map<String, String> environment() {
    Map<String, String> out = new HashMap<>(System.getenv());
    out.keySet().removeIf(name -> name.startsWith("BELAY_") || name.startsWith("XDG_"));
    String locale = System.getProperty("belay.locale");
    if (locale != null) {
      // The launcher has put its own in LC_ALL's place.
      if (locale.isEmpty()) {
        out.remove("LC_ALL");
      } else {
        out.put("LC_ALL", locale);
      }
    }
    out.put("HOME", home().toString());
    out.put("ZDOTDIR", home().toString());
    out.put("BELAY_RUNTIME_DIR", home().resolve("run").toString());
    out.put("BELAY_STATE_DIR", home().resolve("state").toString());
    out.put("BELAY_CONFIG_DIR", home().resolve("config").toString());
    out.put("BELAY_NO_BUILD", "1");
    // The story is to be told the same on a machine that is slow or busy.
    out.put("BELAY_FACTS_DEADLINE", "1s");
    return out;
  }

  /**
   * What a {@code belay} that has ended leaves.
   *
   * @param status its exit status
   */
  public record Ran(int status, String output) {}

  /** Runs {@code belay} here and waits for its end. */
  public Ran belay(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().putAll(environment());
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ran(process.waitFor(), output);
  }

  /** Starts the daemon, and has it read the history of {@code shell}. */
  public void startDaemon(String shell) throws IOException, InterruptedException {
    Ran ran = belay("import", home().resolve("." + shell + "_history").toString());
    if (ran.status() != 0) {
      throw new IOException(ran.output().strip());
    }
  }

  /** SHA-256 of a file's bytes. */
  public static String hash(Path file) throws IOException {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  /** Stops daemon and guest and deletes the directory; more than once does no harm. */
  @Override
  public synchronized void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    stopDaemon();
    guest.close();
    delete(directory);
  }

  /** By its process id: there may be no JVM to spare, as when we end by a signal. */
  private void stopDaemon() {
    Optional<ProcessHandle> daemon = daemon();
    if (daemon.isEmpty()) {
      return;
    }
    daemon.get().destroy();
    try {
      daemon.get().onExit().get(10, TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException _) {
      daemon.get().destroyForcibly();
    } catch (InterruptedException _) {
      daemon.get().destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  /** The running daemon. */
  public Optional<ProcessHandle> daemon() {
    try {
      String pid = Files.readString(home().resolve("run/daemon.pid")).strip();
      return ProcessHandle.of(Long.parseLong(pid)).filter(ProcessHandle::isAlive);
    } catch (IOException | NumberFormatException _) {
      return Optional.empty();
    }
  }

  private static void delete(Path directory) throws IOException {
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE; // a shell that ends takes its FIFOs with it
            }
            throw e;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, IOException e)
              throws IOException {
            Files.deleteIfExists(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
