package belay.daemon.fact;

import belay.daemon.libc.Directory;
import belay.daemon.libc.Directory.EntryKind;
import belay.daemon.libc.FileStatus;
import belay.daemon.libc.FileStatus.Device;
import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A machine as it is drawn: a tree in memory, indented by two spaces a level.
 *
 * <pre>
 * srv/xen/
 *   web1.img            an empty file
 *   web2.img = abc      a file with contents; \n is a line end
 *   golden -> web1.img  a symbolic link
 * dev/
 *   sda : 8:0           a block device
 *   sdb ! 8:16          one that the kernel refuses to an exclusive opener
 * proc/
 *   812/
 *     fd/
 *       3 -> /srv/xen/web1.img   a descriptor for reading
 *       4 => /srv/xen/web2.img   a descriptor that can write
 *   1/
 *     fd !                       a directory that may not be read
 * </pre>
 *
 * Every file is on device 9:1, and {@link #inode} tells which one it is, for drawn locks.
 */
class DrawnMachine implements Machine {

  static final Device DISK = new Device(9, 1);

  /** When everything that is drawn was last changed. */
  private static final FileTime DRAWN = FileTime.fromMillis(1_700_000_000_000L);

  private final FileSystem tree =
      Jimfs.newFileSystem(
          Configuration.unix().toBuilder()
              .setAttributeViews("basic", "owner", "posix", "unix")
              .setWorkingDirectory("/")
              .build());
  private final Map<Path, Device> devices = new HashMap<>();
  private final Set<Path> claimed = new HashSet<>();
  private final Set<Path> writing = new HashSet<>();
  private final Set<Path> closed = new HashSet<>();

  DrawnMachine(String drawing) {
    List<Path> parents = new ArrayList<>(List.of(tree.getPath("/")));
    try {
      for (String line : drawing.lines().filter(text -> !text.isBlank()).toList()) {
        int depth = (line.length() - line.stripLeading().length()) / 2;
        while (parents.size() > depth + 1) {
          parents.removeLast();
        }
        draw(parents, line.strip());
      }
    } catch (IOException e) {
      throw new IllegalArgumentException(drawing, e);
    }
  }

  private void draw(List<Path> parents, String line) throws IOException {
    Path parent = parents.getLast();
    if (line.endsWith("/")) {
      parents.add(Files.createDirectories(parent.resolve(line.substring(0, line.length() - 1))));
      return;
    }
    String[] words = line.split(" ", 3);
    Path path = parent.resolve(words[0]);
    switch (words.length == 1 ? "" : words[1]) {
      case "" -> Files.createFile(path);
      case "=" -> {
        Files.writeString(path, words[2].replace("\\n", "\n").replace("\\0", "\0"));
        Files.setLastModifiedTime(path, DRAWN);
      }
      case "->" -> Files.createSymbolicLink(path, tree.getPath(words[2]));
      case "=>" -> {
        Files.createSymbolicLink(path, tree.getPath(words[2]));
        writing.add(path);
      }
      case ":" -> device(path, words[2]);
      case "!" -> {
        if (words.length == 2) {
          closed.add(Files.createDirectories(path));
        } else {
          device(path, words[2]);
          claimed.add(path);
        }
      }
      default -> throw new IllegalArgumentException(line);
    }
  }

  private void device(Path path, String number) throws IOException {
    int colon = number.indexOf(':');
    int major = Integer.parseInt(number.substring(0, colon));
    devices.put(
        Files.createFile(path), new Device(major, Integer.parseInt(number.substring(colon + 1))));
  }

  /** The inode number a drawn file got. */
  long inode(String path) throws IOException {
    return status(path, true).inode();
  }

  /** Draws a file once more, as with numbers that were not known before. */
  DrawnMachine with(String path, String contents) throws IOException {
    Files.writeString(tree.getPath(path), contents);
    return this;
  }

  @Override
  public FileStatus status(String path, boolean follow) throws IOException {
    Path file = tree.getPath(path);
    LinkOption[] options =
        follow ? new LinkOption[0] : new LinkOption[] {LinkOption.NOFOLLOW_LINKS};
    BasicFileAttributes seen = Files.readAttributes(file, BasicFileAttributes.class, options);
    long inode = Long.parseLong(String.valueOf(Files.getAttribute(file, "unix:ino", options)));
    Path real = follow ? file.toRealPath() : file;
    Device special = devices.getOrDefault(real, Device.NONE);
    int type =
        seen.isDirectory()
            ? 0040000
            : seen.isSymbolicLink() ? 0120000 : special.equals(Device.NONE) ? 0100000 : 0060000;
    int permissions = type == 0120000 && !writing.contains(file) ? 0500 : 0700;
    MountTable.Mount mount = mountOf(real.toString());
    return new FileStatus(
        type | permissions,
        1,
        0,
        inode,
        seen.size(),
        seen.lastModifiedTime().to(TimeUnit.NANOSECONDS),
        DISK,
        special,
        mount == null ? 0 : mount.id(),
        mount != null && mount.point().equals(real.toString()));
  }

  private MountTable.@Nullable Mount mountOf(String real) throws IOException {
    MountTable.@Nullable Mount best = null;
    for (MountTable.Mount mount : MountTable.read(this, "self").all()) {
      if (real.startsWith(mount.point())
          && (best == null || mount.point().length() >= best.point().length())) {
        best = mount;
      }
    }
    return best;
  }

  @Override
  public String link(String path) throws IOException {
    return Files.readSymbolicLink(tree.getPath(path)).toString();
  }

  @Override
  public void list(String path, Directory.Visitor visitor) throws IOException {
    Path directory = tree.getPath(path);
    if (closed.contains(directory)) {
      throw new AccessDeniedException(path);
    }
    if (!Files.exists(directory)) {
      throw new NoSuchFileException(path);
    }
    if (!Files.isDirectory(directory)) {
      throw new NotDirectoryException(path);
    }
    try (var entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        EntryKind kind =
            Files.isSymbolicLink(entry)
                ? EntryKind.SYMBOLIC_LINK
                : Files.isDirectory(entry) ? EntryKind.DIRECTORY : EntryKind.OTHER;
        long inode = status(entry.toString(), false).inode();
        if (!visitor.visit(entry.getFileName().toString(), inode, kind)) {
          return;
        }
      }
    }
  }

  @Override
  public boolean targets(String path, Directory.TargetVisitor visitor) throws IOException {
    if (closed.contains(tree.getPath(path)) || !Files.exists(tree.getPath(path))) {
      return false;
    }
    list(
        path,
        (name, inode, kind) -> {
          FileStatus target = found(path + "/" + name, true);
          if (target != null) {
            visitor.visit(name, target);
          }
          return true;
        });
    return true;
  }

  @Override
  public byte[] read(String path, int limit) throws IOException {
    byte[] all = Files.readAllBytes(tree.getPath(path));
    return Arrays.copyOf(all, Math.min(all.length, limit));
  }

  @Override
  public boolean isLocked(String file, long offset) throws IOException {
    throw new AccessDeniedException(file);
  }

  @Override
  public boolean isClaimed(String blockDevice) {
    return claimed.contains(tree.getPath(blockDevice));
  }
}
