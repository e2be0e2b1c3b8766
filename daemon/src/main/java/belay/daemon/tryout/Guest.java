package belay.daemon.tryout;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A process that keeps a disk image open for writing as a virtual machine does. Where QEMU's tools
 * are installed it is one of them, with QEMU's own image lock; the block layer, and so the lock, is
 * the one of {@code qemu-system-*}.
 *
 * @param program what runs: {@code qemu-nbd}
 * @param locked whether it holds QEMU's image lock
 */
public record Guest(String program, boolean locked, ProcessHandle process)
    implements AutoCloseable {

  /**
   * Starts one and waits until it has the image.
   *
   * @param scratch where its socket and its process id go
   */
  public static Guest start(Path image, Path scratch) throws IOException, InterruptedException {
    Path socket = scratch.resolve("guest.socket");
    Path pidFile = scratch.resolve("guest.pid");
    // Both go to the background once they serve, and have the lock by then.
    if (Programs.isInstalled("qemu-storage-daemon")) {
      String program = "qemu-storage-daemon";
      background(
          List.of(
              program,
              "--daemonize",
              "--pidfile=" + pidFile,
              "--blockdev=driver=file,node-name=disk,filename=" + commasDoubled(image),
              "--nbd-server=addr.type=unix,addr.path=" + commasDoubled(socket),
              "--export=type=nbd,id=disk,node-name=disk,writable=on"));
      return new Guest(program, true, process(pidFile));
    }
    if (Programs.isInstalled("qemu-nbd")) {
      String program = "qemu-nbd";
      background(
          List.of(
              program,
              "--fork",
              "--pid-file=" + pidFile,
              "--persistent",
              "--format=raw",
              "--socket=" + socket,
              image.toString()));
      return new Guest(program, true, process(pidFile));
    }
    return plain(image);
  }

  /** Whether a tool with QEMU's lock is there, so that {@link #start} need not make do. */
  static boolean isAvailable() {
    return Programs.isInstalled("qemu-storage-daemon") || Programs.isInstalled("qemu-nbd");
  }

  private static Guest plain(Path image) throws IOException {
    Process shell =
        new ProcessBuilder(
                "sh", "-c", "exec 3<>\"$0\" && echo ready && exec sleep infinity", image.toString())
            .redirectInput(ProcessBuilder.Redirect.PIPE)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader out =
        new BufferedReader(new InputStreamReader(shell.getInputStream(), StandardCharsets.UTF_8));
    if (!"ready".equals(out.readLine())) {
      throw new IOException("`" + image + "` could not be kept open");
    }
    return new Guest("sleep", false, shell.toHandle());
  }

  private static String commasDoubled(Path path) {
    return path.toString().replace(",", ",,"); // qemu(1): a comma in a value is written twice
  }

  private static void background(List<String> command) throws IOException, InterruptedException {
    // Its output must not be a pipe of ours: the process in the background would keep it open.
    Path errors = Files.createTempFile("belay-guest", ".log");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectErrorStream(true)
              .redirectOutput(errors.toFile())
              .start();
      if (process.waitFor() != 0) {
        throw new IOException(
            "`" + command.getFirst() + "` did not start: " + Files.readString(errors).strip());
      }
    } finally {
      Files.delete(errors);
    }
  }

  private static ProcessHandle process(Path pidFile) throws IOException {
    long pid = Long.parseLong(Files.readString(pidFile).strip());
    Optional<ProcessHandle> process = ProcessHandle.of(pid);
    return process.orElseThrow(() -> new IOException("process " + pid + " has ended at once"));
  }

  /** Whether the image is still held. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** Ends it and waits for that. */
  @Override
  public void close() {
    process.destroy();
    try {
      process.onExit().get(5, TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException _) {
      process.destroyForcibly();
    } catch (InterruptedException _) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
