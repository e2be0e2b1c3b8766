package belay.daemon.share;

import java.io.IOException;

/** Why a pack is not taken; the message says what is wrong and the mend. */
public final class PackTrouble extends IOException {

  private static final long serialVersionUID = 1L;

  PackTrouble(String message) {
    super(message);
  }

  PackTrouble(String message, Throwable cause) {
    super(message, cause);
  }
}
