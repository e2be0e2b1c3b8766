package belay.daemon.tryout;

import java.io.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Gets qemu-utils, so that the guest of the story holds QEMU's own lock. */
final class QemuTools {

  private QemuTools() {}

  /**
   * Installs the package where that takes no password, or where the person at {@code console} says
   * yes. The story works without it too.
   */
  static void offer(@Nullable Console console, PrintStream out)
      throws IOException, InterruptedException {
    boolean root = "root".equals(System.getProperty("user.name"));
    if (!Programs.isInstalled("apt-get") || !(root || Programs.isInstalled("sudo"))) {
      out.println("belay: qemu-utils is not installed: a plain process will hold the image open");
      return;
    }
    List<String> install = new ArrayList<>(root ? List.of() : List.of("sudo"));
    if (console == null && !root) {
      install.add("--non-interactive");
    }
    install.addAll(List.of("apt-get", "-qq", "-y", "--no-install-recommends", "install"));
    install.add("qemu-utils");
    if (console != null) {
      String answer =
          console.readLine(
              "Install qemu-utils for the story (%s)? [y/N] ", String.join(" ", install));
      if (answer == null || !answer.strip().toLowerCase(Locale.ROOT).startsWith("y")) {
        return;
      }
    } else {
      out.println("belay: " + String.join(" ", install));
    }
    int status =
        new ProcessBuilder(install)
            .redirectInput(ProcessBuilder.Redirect.INHERIT)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start()
            .waitFor();
    if (status != 0) {
      out.println("belay: it could not be installed: a plain process will hold the image open");
    }
  }
}
