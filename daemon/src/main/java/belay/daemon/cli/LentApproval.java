package belay.daemon.cli;

import belay.daemon.libc.Wake;
import belay.daemon.server.Client;
import belay.daemon.server.Messages;
import belay.daemon.server.Starter;
import belay.daemon.terminal.Approval;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The question to a second person that the daemon asks for us. */
final class LentApproval implements Approval {

  private final String code;
  private final Wake wake = new Wake();
  private final Client client;
  private final AtomicReference<@Nullable String> approver = new AtomicReference<>();

  LentApproval(String code) throws IOException {
    this.code = code;
    this.client = new Starter(AskedLine.directories()).connected();
    Thread.ofVirtual().start(this::await);
  }

  private void await() {
    JsonObject message = Messages.of("await-approval");
    message.addProperty("code", code);
    try {
      String name = Messages.text(client.call(message), "approver", "");
      if (!name.isEmpty()) {
        approver.set(name);
        wake.wake();
      }
    } catch (IOException _) {
      // Nobody will approve; who waits gives up when the time is over.
    }
  }

  @Override
  public String code() {
    return code;
  }

  @Override
  public Optional<String> approver() {
    return Optional.ofNullable(approver.get());
  }

  @Override
  public Wake wake() {
    return wake;
  }

  @Override
  public void close() {
    wake.close();
    JsonObject message = Messages.of("withdraw-approval");
    message.addProperty("code", code);
    try (client;
        Client second = new Starter(AskedLine.directories()).connected()) {
      JsonObject _ = second.call(message);
    } catch (IOException _) {
      // The daemon is gone, and with it the question.
    }
  }
}
