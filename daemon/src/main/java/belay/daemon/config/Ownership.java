package belay.daemon.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;

/** Whether what a file says is root's word: it and all directories above it. */
final class Ownership {

  private Ownership() {}

  /** Why somebody else than root could have written it; empty where nobody could. */
  static Optional<String> objection(Path file) throws IOException {
    Path real = file.toRealPath();
    for (Path each = real; each != null; each = each.getParent()) {
      int owner = (Integer) Files.getAttribute(each, "unix:uid", LinkOption.NOFOLLOW_LINKS);
      if (owner != 0) {
        return Optional.of("`" + each + "` belongs to user " + owner + ", not to root");
      }
      PosixFileAttributes attributes =
          Files.readAttributes(each, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      Set<PosixFilePermission> mode = attributes.permissions();
      boolean others =
          mode.contains(PosixFilePermission.GROUP_WRITE)
              || mode.contains(PosixFilePermission.OTHERS_WRITE);
      if (others && !(attributes.isDirectory() && isSticky(each))) {
        return Optional.of("others than root may write `" + each + "`");
      }
    }
    return Optional.empty();
  }

  /** In a directory such as /tmp nobody can replace what is root's: chmod(1), the sticky bit. */
  private static boolean isSticky(Path directory) throws IOException {
    int mode = (Integer) Files.getAttribute(directory, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    return (mode & 01000) != 0;
  }
}
