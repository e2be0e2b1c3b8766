package belay.daemon.holders;

import belay.daemon.fact.HiddenHolders.Answer;
import belay.daemon.fact.HiddenHolders.Holding;
import belay.rules.syntax.Text;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Questions and answers as bytes: docs/protocol.md, "The privileged helper". */
final class HolderPacket {

  /** What a question says, besides the file that comes with it. */
  enum Question {
    HOLDERS("belay 1 holders\n"),
    BELOW("belay 1 below\n");

    private final String text;

    Question(String text) {
      this.text = text;
    }

    byte[] bytes() {
      return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Null for what is no question. */
    static @Nullable Question of(byte[] bytes) {
      for (Question question : values()) {
        if (Arrays.equals(question.bytes(), bytes)) {
          return question;
        }
      }
      return null;
    }
  }

  /** Longer than any question. */
  static final int LONGEST_QUESTION = 32;

  /** Longer than any answer. */
  static final int LONGEST_ANSWER = 8 * 1024;

  private HolderPacket() {}

  /** The bytes of an answer. */
  static byte[] of(Answer answer) {
    StringBuilder text = new StringBuilder();
    switch (answer) {
      case Answer.Known(List<Holding> holdings, boolean all) -> {
        text.append(all ? "all\n" : "some\n");
        for (Holding holding : holdings) {
          text.append(holding.writes() ? 'w' : 'r')
              .append(' ')
              .append(holding.pid())
              .append(' ')
              .append(Text.printable(holding.name()))
              .append('\n');
        }
      }
      case Answer.Nobody() -> text.append("no it was not looked\n");
      case Answer.Unknown(String why) -> text.append("no ").append(why).append('\n');
    }
    return Text.encode(text.toString());
  }

  /** What an answer says. */
  static Answer answer(byte[] bytes) {
    String[] lines = Text.decode(bytes).split("\n");
    if (lines[0].startsWith("no ")) {
      return new Answer.Unknown(Text.printable(lines[0].substring(3)));
    }
    if (!lines[0].equals("all") && !lines[0].equals("some")) {
      return new Answer.Unknown("the privileged helper is not understood");
    }
    List<Holding> holdings = new ArrayList<>();
    for (String line : Arrays.asList(lines).subList(1, lines.length)) {
      String[] words = line.split(" ", 3);
      if (words.length != 3 || !words[1].matches("[0-9]{1,18}")) {
        return new Answer.Unknown("the privileged helper is not understood");
      }
      holdings.add(new Holding(Long.parseLong(words[1]), words[0].equals("w"), words[2]));
    }
    return new Answer.Known(holdings, lines[0].equals("all"));
  }
}
