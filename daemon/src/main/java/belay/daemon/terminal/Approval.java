package belay.daemon.terminal;

import belay.daemon.libc.Wake;
import java.util.Optional;

/** Another person's word that is waited for. Closing it withdraws the question. */
public interface Approval extends AutoCloseable {

  /** What the other person types behind {@code belay approve}. */
  String code();

  /** Who has approved; empty as long as nobody has. */
  Optional<String> approver();

  /** Wakes who waits, when somebody has. */
  Wake wake();

  @Override
  void close();
}
