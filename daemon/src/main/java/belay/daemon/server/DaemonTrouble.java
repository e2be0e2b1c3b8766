package belay.daemon.server;

import java.io.IOException;

/** The daemon cannot be reached, refused, or broke off. */
public final class DaemonTrouble extends IOException {
  private static final long serialVersionUID = 1L;

  public DaemonTrouble(String message) {
    super(message);
  }

  public DaemonTrouble(String message, Throwable cause) {
    super(message, cause);
  }
}
