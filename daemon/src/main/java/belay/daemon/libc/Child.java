package belay.daemon.libc;

import belay.rules.syntax.Text;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A program started as a shell starts one: with our descriptors, directory, process group and
 * terminal, and with exactly the bytes of its words and variables. {@link ProcessBuilder} would
 * close what is not 0, 1 or 2 and re-encode the rest. {@code posix_spawn(3)}, {@code waitpid(2)}.
 */
public final class Child {

  private static final int F_SETFD = 2;
  private static final long FD_CLOEXEC = 1;
  private static final short SETSIGDEF = 0x04;
  private static final short SETSIGMASK = 0x08;

  /** More than posix_spawnattr_t (336 bytes) and sigset_t (128 bytes) of glibc and musl. */
  private static final int ATTRIBUTES = 1024;

  private static final int SIGNAL_SET = 128;

  private final int pid;

  private Child(int pid) {
    this.pid = pid;
  }

  /**
   * How a program ended.
   *
   * @param signal what it was ended by, 0 where it ended by itself
   */
  public record End(int status, int signal) {
    /** As a shell's {@code $?} has it. */
    public int shellStatus() {
      return signal == 0 ? status : 128 + signal;
    }
  }

  /** A program that could not be started. */
  public static final class NotStarted extends IOException {
    private static final long serialVersionUID = 1L;

    private final boolean found;

    NotStarted(String message, boolean found) {
      super(message);
      this.found = found;
    }

    /** 126 or 127, as a shell has it for a program that it cannot run or find. */
    public int shellStatus() {
      return found ? 126 : 127;
    }
  }

  /**
   * Starts a program, looked up in the {@code PATH} where its name has no slash.
   *
   * @param words the program and its arguments, as {@link Text} decodes them
   * @param environment {@code NAME=value}, likewise
   * @param descriptors those it inherits besides 0, 1 and 2: the JVM keeps many of its own
   */
  public static Child start(List<String> words, List<String> environment, Set<Integer> descriptors)
      throws IOException {
    closeOnExec(descriptors);
    Memory attributes = new Memory(ATTRIBUTES);
    attributes.clear();
    Memory none = new Memory(SIGNAL_SET);
    none.clear();
    Memory quit = new Memory(SIGNAL_SET);
    quit.clear();
    quit.setByte(0, (byte) (1 << (Signals.QUIT - 1)));
    // The JVM blocks SIGQUIT in its threads, and we ignore it: the program shall know neither.
    check(Libc.posix_spawnattr_init(attributes), words.getFirst());
    check(Libc.posix_spawnattr_setsigmask(attributes, none), words.getFirst());
    check(Libc.posix_spawnattr_setsigdefault(attributes, quit), words.getFirst());
    check(
        Libc.posix_spawnattr_setflags(attributes, (short) (SETSIGDEF | SETSIGMASK)),
        words.getFirst());
    int errno = Libc.ENOEXEC;
    for (List<String> attempt : List.of(words, byShell(words))) {
      Memory pid = new Memory(4);
      try (Strings argv = new Strings(attempt);
          Strings variables = new Strings(environment)) {
        errno =
            Libc.posix_spawnp(
                pid,
                Libc.path(attempt.getFirst()),
                Pointer.NULL,
                attributes,
                argv.pointers,
                variables.pointers);
      }
      if (errno == 0) {
        return new Child(pid.getInt(0));
      }
      if (errno != Libc.ENOEXEC) {
        break;
      }
    }
    throw notStarted(words.getFirst(), errno);
  }

  private static void closeOnExec(Set<Integer> kept) throws IOException {
    try (DirectoryStream<Path> open = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path each : open) {
        int fd = Integer.parseInt(each.getFileName().toString());
        if (fd > 2 && !kept.contains(fd)) {
          int _ = Libc.fcntl(fd, F_SETFD, Pointer.createConstant(FD_CLOEXEC));
        }
      }
    }
  }

  /** A text without {@code #!} is a shell's: POSIX 2.9.1.4. */
  private static List<String> byShell(List<String> words) {
    List<String> out = new ArrayList<>(List.of("/bin/sh"));
    out.addAll(words);
    return out;
  }

  private static void check(int errno, String program) throws NotStarted {
    if (errno != 0) {
      throw notStarted(program, errno);
    }
  }

  private static NotStarted notStarted(String program, int errno) {
    return new NotStarted(
        "`" + Text.printable(program) + "` cannot be run: " + Libc.message(errno),
        errno != Libc.ENOENT);
  }

  /** Waits for its end. */
  public End await() throws IOException {
    Memory status = new Memory(4);
    while (Libc.waitpid(pid, status, 0) < 0) {
      int errno = Native.getLastError();
      if (errno != Libc.EINTR) {
        throw Libc.failure("process " + pid, errno);
      }
    }
    int value = status.getInt(0);
    int signal = value & 0x7f;
    return new End(signal == 0 ? (value >> 8) & 0xff : 0, signal);
  }

  /** Hands a signal on; does nothing once it has ended and {@link #await} has returned. */
  public void signal(int number) {
    int _ = Libc.kill(pid, number);
  }

  /** An array of C strings with the null that ends it, as long as it is open. */
  private static final class Strings implements AutoCloseable {
    private final List<Memory> kept = new ArrayList<>();
    private final Memory pointers;

    Strings(List<String> texts) throws IOException {
      pointers = new Memory((texts.size() + 1L) * Native.POINTER_SIZE);
      pointers.clear();
      for (int i = 0; i < texts.size(); i++) {
        byte[] bytes = Libc.path(texts.get(i));
        Memory text = new Memory(bytes.length);
        text.write(0, bytes, 0, bytes.length);
        kept.add(text);
        pointers.setPointer((long) i * Native.POINTER_SIZE, text);
      }
    }

    @Override
    public void close() {
      kept.forEach(Memory::close);
      pointers.close();
    }
  }
}
