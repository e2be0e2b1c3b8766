package belay.daemon.libc;

import belay.rules.syntax.Text;
import java.io.IOException;

/** Symbolic links: {@code readlink(2)}. */
public final class SymbolicLink {

  private static final int PATH_MAX = 4096;

  private SymbolicLink() {}

  /** What the link's text says, which need not exist. */
  public static String read(String path) throws IOException {
    byte[] buffer = new byte[PATH_MAX];
    long length = Libc.readlink(Libc.path(path), buffer, buffer.length);
    if (length < 0) {
      throw Libc.failure(path);
    }
    return Text.decode(buffer, 0, (int) length);
  }
}
