package belay.daemon.fact;

import belay.daemon.libc.FileStatus;
import belay.daemon.libc.FileStatus.Device;
import belay.rules.fact.Facts.Kind;

/** What a status says of which thing it is and of what kind: {@code inode(7)}. */
final class Identity {

  private static final int TYPE = 0170000;

  private Identity() {}

  static Kind kind(FileStatus status) {
    return switch (status.mode() & TYPE) {
      case 0100000 -> Kind.REGULAR_FILE;
      case 0040000 -> Kind.DIRECTORY;
      case 0120000 -> Kind.SYMBOLIC_LINK;
      case 0060000 -> Kind.BLOCK_DEVICE;
      case 0020000 -> Kind.CHARACTER_DEVICE;
      case 0010000 -> Kind.FIFO;
      case 0140000 -> Kind.SOCKET;
      default -> Kind.UNKNOWN;
    };
  }

  /** A block device is the same by whichever node it is reached; anything else is its inode. */
  static FileKey key(FileStatus status) {
    return kind(status) == Kind.BLOCK_DEVICE
        ? key(status.special())
        : new FileKey(status.device(), status.inode());
  }

  static FileKey key(Device blockDevice) {
    return new FileKey(blockDevice, -1);
  }

  static boolean same(FileStatus one, FileStatus other) {
    return key(one).equals(key(other));
  }
}
