package belay.rules.syntax;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Brace expansion (bash(1) Brace Expansion) inside one word. What a brace means is known only when
 * it is closed, so each one is kept as a marked literal until then: one pass, however deep, and
 * braces that turn out to be text are text already.
 */
final class Braces {

  private static final int DEPTH_CAP = 100;

  /** An open brace: where its mark and its commas stand among the parts. */
  private static final class Open {
    final int at;
    final int mark;
    final boolean head;
    final List<Integer> commas = new ArrayList<>(2);

    Open(int at, int mark, boolean head) {
      this.at = at;
      this.mark = mark;
      this.head = head;
    }
  }

  private final Cursor in;
  private final Parts parts;
  private final int start;
  private final ArrayDeque<Open> open = new ArrayDeque<>();

  Braces(Cursor in, Parts parts, int start) {
    this.in = in;
    this.parts = parts;
    this.start = start;
  }

  boolean isOpen() {
    return !open.isEmpty();
  }

  /** Takes an opening brace; false where it stands too deep. */
  boolean open() {
    if (open.size() >= DEPTH_CAP) {
      in.invalid(in.pos, in.pos + 1, "nested too deeply");
      return false;
    }
    int at = in.pos++;
    boolean head = at == start || atHead(at);
    open.push(new Open(at, parts.mark(at, at + 1), head));
    return true;
  }

  /** Whether a word made from the alternative that is being read would begin at {@code at}. */
  boolean atHead(int at) {
    Open innermost = open.peek();
    if (innermost == null || !innermost.head) {
      return false;
    }
    int before = in.bytes[at - 1];
    return (before == '{' && innermost.at == at - 1)
        || (before == ',' && !innermost.commas.isEmpty() && markedAt(innermost, at - 1));
  }

  private boolean markedAt(Open brace, int at) {
    return parts.get(brace.commas.getLast()).span().equals(in.span(at, at + 1));
  }

  void comma() {
    int at = in.pos++;
    Open innermost = open.peek();
    if (innermost != null) {
      innermost.commas.add(parts.mark(at, at + 1));
    }
  }

  /** Takes a closing brace and makes of what it closes an expansion, or text. */
  void close() {
    int at = in.pos++;
    Open brace = open.pop();
    if (brace.commas.isEmpty()) {
      Part range = range(brace, at);
      if (range != null) {
        parts.cut(brace.mark);
        parts.add(range);
      } else {
        untilde(brace.mark);
        parts.mark(at, at + 1);
      }
      return;
    }
    List<Part> inside = parts.cut(brace.mark);
    List<Word> alternatives = new ArrayList<>();
    int from = 1;
    int fromByte = in.span(brace.at, brace.at + 1).to();
    for (int comma : brace.commas) {
      int index = comma - brace.mark;
      Span mark = inside.get(index).span();
      alternatives.add(alternative(inside.subList(from, index), fromByte, mark.from()));
      from = index + 1;
      fromByte = mark.to();
    }
    alternatives.add(
        alternative(inside.subList(from, inside.size()), fromByte, in.span(at, at + 1).from()));
    parts.add(new Part.Braces(in.span(brace.at, at + 1), alternatives));
  }

  private Word alternative(List<Part> inside, int from, int to) {
    return new Word(new Span(from, Math.max(from, to)), parts.joined(inside));
  }

  /** {@code {a..z}} and {@code {01..10..2}}: both ends letters, or both integers. */
  private @Nullable Part range(Open brace, int at) {
    String text = in.text(brace.at + 1, at);
    if (text.length() > 80 || !text.contains("..")) {
      return null;
    }
    int dots = text.indexOf("..");
    int more = text.indexOf("..", dots + 2);
    String first = text.substring(0, dots);
    String last = more < 0 ? text.substring(dots + 2) : text.substring(dots + 2, more);
    String step = more < 0 ? null : text.substring(more + 2);
    boolean numbers = isInteger(first) && isInteger(last);
    boolean letters = isLetter(first) && isLetter(last);
    if ((!numbers && !letters) || (step != null && !isInteger(step))) {
      return null;
    }
    return new Part.BraceRange(in.span(brace.at, at + 1), first, last, step);
  }

  private static boolean isInteger(String text) {
    int from = !text.isEmpty() && (text.charAt(0) == '-' || text.charAt(0) == '+') ? 1 : 0;
    if (from == text.length()) {
      return false;
    }
    for (int i = from; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }

  private static boolean isLetter(String text) {
    return text.length() == 1
        && Bytes.is(text.charAt(0) & 0xFF, Bytes.NAME_START)
        && text.charAt(0) < 0x80
        && text.charAt(0) != '_';
  }

  /** The word is over: what is still open is text. */
  void end() {
    while (!open.isEmpty()) {
      Open brace = open.pop();
      untilde(brace.mark);
      for (int comma : brace.commas) {
        untilde(comma);
      }
    }
  }

  /** A tilde behind a brace or comma that is text does not begin a word. */
  private void untilde(int mark) {
    if (mark + 1 < parts.size()
        && parts.get(mark + 1) instanceof Part.Tilde(Span span, String user)) {
      parts.set(mark + 1, new Part.Literal(span, "~" + user));
    }
  }
}
