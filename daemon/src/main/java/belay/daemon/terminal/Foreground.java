package belay.daemon.terminal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The terminal that a process is in the foreground of: where the person sits who started it. Nobody
 * is asked on behalf of a process in the background, as the keys are then somebody else's ({@code
 * proc(5)}, {@code /proc/PID/stat}).
 */
public final class Foreground {

  private Foreground() {}

  /** Its path; empty where the process has none, is in the background, or is gone. */
  public static Optional<String> terminal(long pid) {
    try {
      Path stat = Path.of("/proc", Long.toString(pid), "stat");
      return terminal(Files.readString(stat, StandardCharsets.ISO_8859_1));
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  /** The same of the text of that file. */
  static Optional<String> terminal(String stat) {
    // pid (comm) state ppid pgrp session tty_nr tpgid …, and comm may hold anything.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    long device = Long.parseLong(fields[4]);
    if (device == 0 || !fields[2].equals(fields[5])) {
      return Optional.empty();
    }
    long major = (device >> 8) & 0xfff;
    long minor = (device & 0xff) | ((device >> 12) & 0xfff00);
    // Documentation/admin-guide/devices.txt of the kernel.
    if (major >= 136 && major <= 143) {
      return Optional.of("/dev/pts/" + ((major - 136) * 256 + minor));
    }
    if (major == 4) {
      return Optional.of(minor < 64 ? "/dev/tty" + minor : "/dev/ttyS" + (minor - 64));
    }
    return Optional.empty();
  }
}
