package belay.daemon.fact;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import belay.daemon.guard.Guard;
import belay.daemon.libc.Fifo;
import belay.rules.effect.CommandModels;
import belay.rules.effect.Effect;
import belay.rules.effect.EffectReader;
import belay.rules.effect.FixedShell;
import belay.rules.effect.ShellView;
import belay.rules.fact.Facts;
import belay.rules.judge.Judge;
import belay.rules.judge.Mode;
import belay.rules.judge.NearMiss;
import belay.rules.judge.Policy;
import belay.rules.judge.RuleSet;
import belay.rules.syntax.Dialect;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What looking may not do to the machine. */
final class NoHarmTest {

  /** What a look may ask of the kernel by a name or of a file. */
  private static final Set<String> HARMLESS =
      Set.of(
          "access",
          "faccessat",
          "faccessat2",
          "stat",
          "lstat",
          "newfstatat",
          "statx",
          "fstat",
          "readlink",
          "readlinkat",
          "open",
          "openat",
          "getcwd",
          "statfs",
          "fstatfs");

  /** {@code 812 openat(AT_FDCWD, "/x", O_RDONLY|O_CLOEXEC) = 7</x>}. */
  private static final Pattern CALL = Pattern.compile("^(?:\\d+ +)?(\\w+)\\((.*)$");

  private static final Pattern OPEN =
      Pattern.compile("open(?:at)?\\((?:AT_FDCWD\\S*, )?\"(.*?)\", ([A-Z_|0-9]+).*?= (.*)$");

  @TempDir Path directory = Path.of("");

  @Test
  void aLookOpensNothingThatMightNoticeAndChangesNothing() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/strace")), "strace is not installed");
    Fifo.make(directory.resolve("fifo").toString(), 0600);
    Files.writeString(directory.resolve("file"), "data");
    Files.createSymbolicLink(directory.resolve("tape"), Path.of("/dev/null"));
    Path tree = Files.createDirectories(directory.resolve("tree/below"));
    Fifo.make(tree.resolve("fifo").toString(), 0600);
    Files.writeString(tree.resolve("file"), "data");
    FileTime past = FileTime.fromMillis(1_000_000_000_000L);
    for (String name : List.of("file", "tree", "tree/below", "tree/below/file")) {
      Files.setAttribute(directory.resolve(name), "lastAccessTime", past);
    }
    try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      socket.bind(UnixDomainSocketAddress.of(directory.resolve("socket")));
      List<String> paths = new ArrayList<>(List.of("/dev/null", "/dev/tty", "/dev/nst0", "/etc"));
      for (String name : List.of("fifo", "file", "tape", "tree", "socket", "missing")) {
        paths.add(directory.resolve(name).toString());
      }
      blockDevices().limit(2).forEach(paths::add);
      List<String> calls = traced(paths);
      assertTrue(calls.size() > 100, () -> "too few to be all: " + calls);
      assertEquals(List.of(), calls.stream().filter(NoHarmTest::mayHarm).toList());
      // Seen at work: were the trace empty of these, it would prove nothing.
      assertTrue(calls.stream().anyMatch(call -> call.contains("/fifo\"")));
      assertTrue(calls.stream().anyMatch(call -> call.contains("/tree/below\"")));
    }
    for (String name : List.of("file", "tree", "tree/below", "tree/below/file")) {
      assertEquals(past, Files.getAttribute(directory.resolve(name), "lastAccessTime"), name);
    }
  }

  private static java.util.stream.Stream<String> blockDevices() throws IOException {
    try (var names = Files.list(Path.of("/sys/block"))) {
      return names
          .map(name -> "/dev/" + name.getFileName())
          .filter(node -> Files.exists(Path.of(node)))
          .sorted()
          .toList()
          .stream();
    }
  }

  /** The calls that take a name, between the marks. */
  private List<String> traced(List<String> paths) throws IOException, InterruptedException {
    Path trace = directory.resolve("trace");
    List<String> command =
        new ArrayList<>(
            List.of(
                "strace",
                "-f",
                "-qq",
                "-yy",
                "-s",
                "4096",
                "-e",
                "signal=none",
                "-e",
                "trace=%file,%desc",
                "-o",
                trace.toString()));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:-UsePerfData",
            "-XX:TieredStopAtLevel=1",
            "-Xshare:auto",
            "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            TracedLook.class.getName()));
    command.addAll(paths);
    Process look =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectInput(Path.of("/dev/null").toFile())
            .start();
    String said = new String(look.getInputStream().readAllBytes(), UTF_8);
    int status = look.waitFor();
    assumeTrue(!said.contains("ptrace"), "nothing can be traced here: " + said);
    assertEquals(0, status, said);
    List<String> all = joined(Files.readAllLines(trace));
    int from = index(all, TracedLook.BEGIN);
    return List.copyOf(all.subList(from + 1, index(all, TracedLook.END)));
  }

  /** The lines with the two halves of a call that another thread's came between put together. */
  private static List<String> joined(List<String> lines) {
    Map<String, String> begun = new HashMap<>();
    List<String> whole = new ArrayList<>();
    for (String line : lines) {
      String thread = line.substring(0, line.indexOf(' '));
      int cut = line.indexOf(" <unfinished ...>");
      int resumed = line.indexOf(" resumed>");
      if (cut >= 0) {
        begun.put(thread, line.substring(0, cut));
      } else if (resumed >= 0) {
        whole.add(begun.remove(thread) + line.substring(resumed + " resumed>".length()));
      } else {
        whole.add(line);
      }
    }
    return whole;
  }

  private static int index(List<String> lines, String mark) {
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).contains("\"" + mark + "\"")) {
        return i;
      }
    }
    throw new AssertionError("no mark " + mark);
  }

  private static boolean mayHarm(String line) {
    Matcher call = CALL.matcher(line);
    if (!call.matches()) {
      return true;
    }
    String name = call.group(1);
    if (!name.startsWith("open")) {
      return !HARMLESS.contains(name) && !isOnOwnDescriptor(name);
    }
    Matcher open = OPEN.matcher(line);
    if (!open.find()) {
      return true;
    }
    Set<String> flags = Set.of(open.group(2).split("\\|"));
    boolean located = flags.contains("O_PATH");
    boolean reads = located || flags.contains("O_RDONLY");
    boolean writes =
        flags.stream()
            .anyMatch(
                flag ->
                    Set.of("O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC", "O_APPEND", "O_TMPFILE")
                        .contains(flag));
    String opened = open.group(3);
    boolean isFifo = opened.contains("/fifo>") || opened.contains("<pipe:");
    boolean isDevice = opened.contains("<char ") || opened.contains("<block ");
    boolean asks = flags.containsAll(Set.of("O_EXCL", "O_NONBLOCK")) && !opened.contains("<char ");
    return !reads || writes || (!located && (isFifo || (isDevice && !asks)));
  }

  /** The JVM's own work on what it has open: output, memory, its jars. */
  private static boolean isOnOwnDescriptor(String name) {
    return Set.of(
            "read",
            "pread64",
            "write",
            "close",
            "lseek",
            "mmap",
            "getdents64",
            "fcntl",
            "ioctl",
            "poll",
            "ppoll",
            "dup",
            "dup2",
            "ftruncate",
            "epoll_wait")
        .contains(name);
  }

  private static final Judge JUDGE = new Judge(RuleSet.EMPTY, new Policy(Mode.GUARD));

  private static List<String> asked(String line) {
    CountingMachine machine = new CountingMachine(Machine.local());
    FactFinder finder = new FactFinder(machine, Duration.ofSeconds(20));
    Guard guard = new Guard(new EffectReader(CommandModels.builtIn()), () -> JUDGE);
    ShellView shell =
        FixedShell.incomplete(Dialect.BASH, "/srv", "/root", Map.of(), Map.of(), Map.of());
    guard.judge(
        line.getBytes(UTF_8),
        shell,
        new Guard.Surroundings() {
          @Override
          public List<List<Facts>> facts(List<Effect> effects, ShellView view) {
            return finder.lookAll(effects, view.directory(), view.home());
          }

          @Override
          public List<List<NearMiss>> nearMisses(String text, List<Effect> effects) {
            return Guard.NOTHING_KNOWN.nearMisses(text, effects);
          }
        });
    return machine.asked();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ls -l /srv",
        "cat /etc/passwd | grep root | sort -u",
        "cd /srv && git status && git log --oneline",
        "echo rm -rf /",
        "git commit -m 'dd of=/dev/sda'",
        "for i in 1 2 3; do echo $i; done",
        "ps aux | less",
        "grep -rn mkfs . 2>/dev/null",
        "systemctl status nginx",
        "ssh web1 uptime",
      })
  void nothingIsAskedOfTheMachineForAHarmlessCommand(String line) {
    assertEquals(List.of(), asked(line));
  }

  @Test
  void forADestructiveOneTheMachineIsAsked() {
    assertFalse(asked("rm -rf /srv/no-such").isEmpty());
  }

  @Test
  void whatWouldBeMountedByLookingIsNotListed() {
    CountingMachine machine =
        new CountingMachine(
            new DrawnMachine(
                """
                net/
                srv/
                proc/
                  locks = \\n
                  swaps = \\n
                  self/
                    mountinfo = 27 1 9:1 / / rw - ext4 /dev/sda1 rw\\n28 27 0:50 / /net rw - autofs auto.net rw\\n
                """));
    FactFinder finder = new FactFinder(machine, Duration.ofSeconds(20));
    finder.lookAll(List.of(Effects.deleteTree("/net"), Effects.deleteTree("/srv")), null, null);
    List<String> asked = machine.asked();
    assertTrue(asked.contains("list /srv"), asked.toString());
    assertFalse(asked.contains("list /net"), asked.toString());
  }
}
