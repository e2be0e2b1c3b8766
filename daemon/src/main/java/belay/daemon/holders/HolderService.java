package belay.daemon.holders;

import belay.daemon.fact.HiddenHolders.Answer;
import belay.daemon.fact.HolderSearch;
import belay.daemon.libc.Located;
import belay.daemon.libc.PacketSocket;
import belay.daemon.libc.Peer;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * Answers who has a file open, and nothing else: it runs no program, opens no file that it is asked
 * about, and writes none. Who asks shows that he can reach the file by sending it along, found but
 * not opened ({@code O_PATH}); of anything else nobody learns. A peer that stalls, or sends what is
 * no question, costs one of the few places that its own user has.
 */
public final class HolderService {

  /** How long a peer may take to ask, and to take the answer. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private static final int MOST_PEERS = 64;

  private static final int MOST_PEERS_OF_ONE_USER = 8;

  private final HolderSearch search;
  private final OptionalInt group;
  private final Consumer<String> log;
  private final Duration patience;
  private final Map<Integer, Integer> peers = new HashMap<>();
  private int peersOfAll;

  /**
   * A service.
   *
   * @param group of those who may ask, besides root; empty for every user of this machine
   */
  public HolderService(HolderSearch search, OptionalInt group, Consumer<String> log) {
    this(search, group, log, PATIENCE);
  }

  HolderService(HolderSearch search, OptionalInt group, Consumer<String> log, Duration patience) {
    this.patience = patience;
    this.search = search;
    this.group = group;
    this.log = log;
  }

  /** Serves until nobody has come for {@code idle}. */
  public void serve(PacketSocket listening, Duration idle) throws IOException {
    while (true) {
      PacketSocket peer = listening.accept(idle);
      if (peer == null) {
        return;
      }
      admit(peer);
    }
  }

  private void admit(PacketSocket peer) {
    try {
      Peer who = peer.peer();
      if (!mayAsk(peer, who) || !enter(who.uid())) {
        peer.close();
        return;
      }
      Thread.ofPlatform()
          .daemon()
          .name("asker-" + who.pid())
          .start(
              () -> {
                try (peer) {
                  answer(peer, who.uid());
                } catch (SocketTimeoutException silent) {
                  // Not worth a line in the log, of which there could be any number.
                } catch (IOException | RuntimeException lost) {
                  log.accept("process " + who.pid() + " was not answered: " + lost.getMessage());
                }
              });
    } catch (IOException unknown) {
      log.accept("somebody was not admitted: " + unknown.getMessage());
      peer.close();
    }
  }

  /** A peer without a pid is in another pid namespace, where ours would mean nothing. */
  private boolean mayAsk(PacketSocket peer, Peer who) throws IOException {
    return who.pid() > 0 && (who.uid() == 0 || group.isEmpty() || peer.isPeerIn(group.getAsInt()));
  }

  private synchronized boolean enter(int uid) {
    int of = peers.getOrDefault(uid, 0);
    if (peersOfAll >= MOST_PEERS || of >= MOST_PEERS_OF_ONE_USER) {
      return false;
    }
    peers.put(uid, of + 1);
    peersOfAll++;
    return true;
  }

  private synchronized void leave(int uid) {
    peers.computeIfPresent(uid, (_, of) -> of == 1 ? null : of - 1);
    peersOfAll--;
  }

  private void answer(PacketSocket peer, int uid) throws IOException {
    byte[] answer;
    // Its place is free before it has the answer, so that it can ask again at once.
    try {
      peer.patience(patience);
      try (PacketSocket.Message message = peer.receive(HolderPacket.LONGEST_QUESTION)) {
        if (message == null) {
          return;
        }
        answer = HolderPacket.of(answer(message));
      }
    } finally {
      leave(uid);
    }
    peer.send(answer, null);
  }

  private Answer answer(PacketSocket.Message message) {
    HolderPacket.Question question = HolderPacket.Question.of(message.bytes());
    Located file = message.file();
    if (question == null || file == null || !message.whole()) {
      return new Answer.Unknown("the privileged helper does not understand this question");
    }
    if (!file.isOnlyLocated()) {
      return new Answer.Unknown("the privileged helper takes only what was opened with O_PATH");
    }
    try {
      return switch (question) {
        case HOLDERS -> search.of(file);
        case BELOW -> search.below(file);
      };
    } catch (IOException failed) {
      return new Answer.Unknown("the privileged helper could not look");
    }
  }
}
