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

  /**
   * {@code {a..z}} and {@code {01..10..2}}. bash takes two letters or two integers, zsh any two
   * characters or two integers, and no step with characters.
   */
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
    Span span = in.span(brace.at, at + 1);
    if (in.zsh() && losesItsBraces(first, last, step)) {
      return new Part.Literal(span, text);
    }
    boolean numbers = isInteger(first) && isInteger(last) && (step == null || isInteger(step));
    boolean letters =
        in.bash()
            ? isLetter(first) && isLetter(last) && (step == null || isInteger(step))
            : isCharacter(first) && isCharacter(last) && step == null;
    return numbers || letters ? new Part.BraceRange(span, first, last, step) : null;
  }

  /** What zsh 5.9 makes of a range of numbers with an end or a step that is none: its inside. */
  private boolean losesItsBraces(String first, String last, @Nullable String step) {
    if (step == null) {
      return first.isEmpty()
          ? isInteger(last)
          : last.isEmpty() && isInteger(first) && first.charAt(0) != '-';
    }
    boolean none = step.isEmpty() || (isInteger(step) && step.matches("-?0+"));
    return none && isInteger(first) && isInteger(last);
  }

  private boolean isInteger(String text) {
    boolean signed =
        !text.isEmpty() && (text.charAt(0) == '-' || (text.charAt(0) == '+' && in.bash()));
    int from = signed ? 1 : 0;
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
        && text.charAt(0) < 0x80
        && Bytes.is(text.charAt(0), Bytes.NAME_START)
        && text.charAt(0) != '_';
  }

  private static boolean isCharacter(String text) {
    return text.length() == 1 && text.charAt(0) != '\\';
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

  /** Words that come of braces are no assignments to bash, so that a tilde inside one is text. */
  void unassign() {
    boolean expanded = false;
    for (int i = 0; i < parts.size() && !expanded; i++) {
      expanded = parts.get(i) instanceof Part.Braces || parts.get(i) instanceof Part.BraceRange;
    }
    for (int i = 1; i < parts.size() && expanded; i++) {
      if (parts.get(i) instanceof Part.Tilde(Span span, String user)) {
        parts.set(i, new Part.Literal(span, "~" + user));
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
