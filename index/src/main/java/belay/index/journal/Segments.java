package belay.index.journal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The journal's files and their names: {@code 00000001.jsonl}, {@code 00000002.jsonl}, …. */
final class Segments {

  private static final Pattern NAME = Pattern.compile("[0-9]{8}\\.jsonl");

  private Segments() {}

  /** All segments, oldest first. */
  static List<Path> list(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> NAME.matcher(name(file)).matches()).sorted().toList();
    }
  }

  static String name(Path file) {
    return String.valueOf(file.getFileName());
  }

  static Path first(Path directory) {
    return directory.resolve("00000001.jsonl");
  }

  static Path after(Path segment) {
    int number = Integer.parseInt(name(segment).substring(0, 8)) + 1;
    return segment.resolveSibling(String.format("%08d.jsonl", number));
  }

  /** Makes the directory, closed to others, if it is not there. */
  static void makeDirectory(Path directory) throws IOException {
    Path parent = directory.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    if (!Files.isDirectory(directory)) {
      Files.createDirectory(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
  }

  /** Opens a file for writing, closed to others; made if it is not there. */
  static FileChannel open(Path file) throws IOException {
    return FileChannel.open(
        file,
        Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
  }

  /** Forces a directory's names to the disk (fsync(2): a new file's name needs its own). */
  static void forceNames(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
