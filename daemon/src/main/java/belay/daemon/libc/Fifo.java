package belay.daemon.libc;

import java.io.IOException;

/** Named pipes: {@code mkfifo(3)}. */
public final class Fifo {

  private Fifo() {}

  /**
   * Makes a named pipe.
   *
   * @param mode permission bits, from which the process's umask is taken
   * @throws java.nio.file.FileAlreadyExistsException where something has that name already
   */
  public static void make(String path, int mode) throws IOException {
    if (Libc.mkfifo(Libc.path(path), mode) != 0) {
      throw Libc.failure(path);
    }
  }
}
