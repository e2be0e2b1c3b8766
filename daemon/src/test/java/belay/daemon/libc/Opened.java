package belay.daemon.libc;

import java.io.IOException;

/** A file that was opened, in the place of one that was only located. */
public final class Opened {

  private Opened() {}

  public static Located at(String path) throws IOException {
    return new Located(Descriptor.opened(path, 0));
  }
}
