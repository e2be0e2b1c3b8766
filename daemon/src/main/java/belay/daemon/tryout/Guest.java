package belay.daemon.tryout;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.concurrent.TimeUnit;

/**
 * A process that keeps a disk image open for writing as a virtual machine does. Where QEMU's tools
 * are installed it is one of them, with QEMU's own image lock; the block layer, and so the lock, is
 * the one of {@code qemu-system-*}.
 *
 * @param program what runs: {@code qemu-nbd}
 * @param locked whether it holds QEMU's image lock
 */
public record Guest(String program, boolean locked, Process process) implements AutoCloseable {

  private static final long PATIENCE_SECONDS = 30;

  /**
   * Starts one and waits until it has the image.
   *
   * @param scratch where its socket and its process id go
   */
  public static Guest start(Path image, Path scratch) throws IOException, InterruptedException {
    Path socket = scratch.resolve("guest.socket");
    Path pidFile = scratch.resolve("guest.pid");
    if (Programs.isInstalled("qemu-storage-daemon")) {
      return qemu(
          scratch,
          pidFile,
          "qemu-storage-daemon",
          "--pidfile=" + pidFile,
          "--blockdev=driver=file,node-name=disk,filename=" + commasDoubled(image),
          "--nbd-server=addr.type=unix,addr.path=" + commasDoubled(socket),
          "--export=type=nbd,id=disk,node-name=disk,writable=on");
    }
    if (Programs.isInstalled("qemu-nbd")) {
      return qemu(
          scratch,
          pidFile,
          "qemu-nbd",
          "--pid-file=" + pidFile,
          "--persistent",
          "--format=raw",
          "--socket=" + socket,
          image.toString());
    }
    return plain(image);
  }

  /** Whether a tool with QEMU's lock is there, so that {@link #start} need not make do. */
  static boolean isAvailable() {
    return Programs.isInstalled("qemu-storage-daemon") || Programs.isInstalled("qemu-nbd");
  }

  /** Both programs write their process id when the image is open and locked. */
  private static Guest qemu(Path scratch, Path pidFile, String... command)
      throws IOException, InterruptedException {
    Path log = scratch.resolve("guest.log");
    try (WatchService watch = pidFile.getFileSystem().newWatchService()) {
      scratch.register(watch, StandardWatchEventKinds.ENTRY_CREATE);
      Process process =
          new ProcessBuilder(command)
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
      while (!Files.exists(pidFile)) {
        if (!process.isAlive() || System.nanoTime() > deadline) {
          process.destroyForcibly();
          throw new IOException(
              "`" + command[0] + "` did not start: " + Files.readString(log).strip());
        }
        WatchKey key = watch.poll(100, TimeUnit.MILLISECONDS);
        if (key != null) {
          key.reset();
        }
      }
      return new Guest(command[0], true, process);
    }
  }

  private static Guest plain(Path image) throws IOException {
    Process shell =
        new ProcessBuilder(
                "sh", "-c", "exec 3<>\"$0\" && echo ready && exec sleep infinity", image.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader out =
        new BufferedReader(new InputStreamReader(shell.getInputStream(), StandardCharsets.UTF_8));
    if (!"ready".equals(out.readLine())) {
      shell.destroyForcibly();
      throw new IOException("`" + image + "` could not be kept open");
    }
    return new Guest("sleep", false, shell);
  }

  private static String commasDoubled(Path path) {
    return path.toString().replace(",", ",,"); // qemu(1): a comma in a value is written twice
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
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException _) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
