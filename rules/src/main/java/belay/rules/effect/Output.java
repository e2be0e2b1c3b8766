package belay.rules.effect;

import belay.rules.effect.Value.Piece;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a command writes, as far as it is known to whoever reads it. */
sealed interface Output {

  /** This text, parts of which may not be known. */
  record Text(Value value) implements Output {}

  /**
   * Names found, one a line; see {@link Findings.Below}.
   *
   * @param roots directories of which all is meant, or, of some of what is below, the names
   */
  record Found(List<Value> roots, boolean limited) implements Output {
    public Found {
      roots = List.copyOf(roots);
    }

    /** What a filter leaves of them. */
    Found filtered() {
      return limited ? this : new Found(roots.stream().map(Findings.Below::part).toList(), true);
    }
  }

  /**
   * Text nobody knows before it runs.
   *
   * @param from the program that writes it, or the file it is in
   */
  record Unknown(String from) implements Output {

    String why() {
      return "what `" + from + "` prints";
    }
  }

  /** Text longer than this is not kept. */
  int LONGEST = 1 << 16;

  /** Programs that bring text from elsewhere, or make other text out of it. */
  Set<String> FETCHERS =
      Set.of(
          "curl",
          "wget",
          "fetch",
          "aria2c",
          "lynx",
          "w3m",
          "links",
          "http",
          "https",
          "xh",
          "nc",
          "ncat",
          "netcat",
          "socat",
          "ftp",
          "tftp",
          "base64",
          "base32",
          "xxd",
          "uudecode",
          "openssl",
          "gpg");

  /** Whether text that is not known for this reason comes from the network or was hidden. */
  static boolean isFetched(Value value) {
    for (Piece piece : value.pieces()) {
      if (piece instanceof Piece.Unknown(String why) && isFetched(why)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isFetched(String why) {
    int from = why.indexOf('`');
    int to = why.indexOf('`', from + 1);
    return from >= 0 && to > from && FETCHERS.contains(why.substring(from + 1, to));
  }

  /** As the text that {@code $(…)} or a script would be made of. */
  default Value asText(Findings findings) {
    return switch (this) {
      case Text(Value value) -> value;
      case Found(List<Value> roots, boolean limited) ->
          Value.of("").append(found(roots.getFirst(), limited, findings));
      case Unknown unknown -> Value.unknown(unknown.why());
    };
  }

  /** One by one, as xargs(1) or an unquoted {@code $(…)} takes them. */
  default List<Value> asNames(Findings findings, boolean byLine) {
    return switch (this) {
      case Text(Value value) -> split(value, byLine);
      case Found(List<Value> roots, boolean limited) ->
          roots.stream().map(root -> found(root, limited, findings)).toList();
      case Unknown unknown -> List.of(Value.unknown(unknown.why()));
    };
  }

  private static Value found(Value root, boolean limited, Findings findings) {
    return new Value(List.of(findings.found(root, limited)));
  }

  /** At blanks and newlines, or at newlines alone, of the text that is known. */
  private static List<Value> split(Value value, boolean byLine) {
    List<Value> out = new ArrayList<>();
    List<Piece> current = new ArrayList<>();
    for (Piece piece : value.pieces()) {
      if (!(piece instanceof Piece.Known(String text))) {
        current.add(piece);
        continue;
      }
      int start = 0;
      for (int i = 0; i <= text.length(); i++) {
        if (i == text.length() || isBreak(text.charAt(i), byLine)) {
          if (i > start) {
            current.add(new Piece.Known(text.substring(start, i)));
          }
          if (i < text.length() && !current.isEmpty()) {
            out.add(new Value(current));
            current.clear();
          }
          start = i + 1;
        }
      }
    }
    if (!current.isEmpty()) {
      out.add(new Value(current));
    }
    return out;
  }

  private static boolean isBreak(char c, boolean byLine) {
    return c == '\n' || c == 0 || (!byLine && (c == ' ' || c == '\t'));
  }

  private static int length(Value value) {
    int length = 0;
    for (Piece piece : value.pieces()) {
      length += piece instanceof Piece.Known(String text) ? text.length() : LONGEST / 64;
    }
    return length;
  }

  /** One behind the other. */
  static Output both(@Nullable Output first, Output second) {
    if (first == null) {
      return second;
    }
    if (first instanceof Text(Value one) && second instanceof Text(Value two)) {
      Value all = one.append(two);
      return length(all) > LONGEST ? new Unknown("the commands before it") : new Text(all);
    }
    if (first instanceof Text(Value nothing) && nothing.pieces().isEmpty()) {
      return second;
    }
    if (second instanceof Text(Value nothing) && nothing.pieces().isEmpty()) {
      return first;
    }
    if (first instanceof Unknown) {
      return first;
    }
    return second instanceof Unknown ? second : new Unknown("the commands before it");
  }
}
