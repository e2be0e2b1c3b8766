package belay.daemon.holders;

import belay.daemon.fact.HiddenHolders;
import belay.daemon.fact.HiddenHolders.Answer;
import belay.daemon.libc.Located;
import belay.daemon.libc.PacketSocket;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;

/** Asks the privileged helper, where there is one: a connection for each question. */
public final class HolderClient implements HiddenHolders.Asker {

  private final String socket;

  /** A client of whoever listens at {@code socket}, if that is root. */
  public HolderClient(String socket) {
    this.socket = socket;
  }

  @Override
  public Answer ask(String path, boolean below, Duration patience) {
    try (PacketSocket helper = PacketSocket.connect(socket, patience)) {
      if (helper.peer().uid() != 0) {
        return new Answer.Unknown("who listens at `" + socket + "` is not root");
      }
      HolderPacket.Question question =
          below ? HolderPacket.Question.BELOW : HolderPacket.Question.HOLDERS;
      try (Located file = Located.at(path, false)) {
        helper.send(question.bytes(), file);
      }
      try (PacketSocket.Message answer = helper.receive(HolderPacket.LONGEST_ANSWER)) {
        return answer == null || !answer.whole()
            ? new Answer.Unknown("the privileged helper would not answer")
            : HolderPacket.answer(answer.bytes());
      }
    } catch (NoSuchFileException noHelper) {
      return new Answer.Nobody();
    } catch (SocketTimeoutException late) {
      return new Answer.Unknown(
          "the privileged helper did not answer within " + patience.toMillis() + " ms");
    } catch (IOException notReached) {
      return new Answer.Unknown("the privileged helper could not be asked");
    }
  }
}
