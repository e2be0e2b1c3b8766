package belay.rules.syntax;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The bytes being read, the place reached, and what first went wrong.
 *
 * <p>There are no exceptions: the first failure moves the end of the input to the place reached, so
 * that every reader finds nothing more, finishes what it has, and the tree read so far stands. Only
 * the first failure counts.
 */
final class Cursor {

  /** What {@link #peek} says at the end. */
  static final int END = -1;

  /**
   * How deep readers may call each other; a substitution in a substitution is two deep, its list
   * and its command. People stay below twenty, and a thread's stack bears several times the cap.
   */
  static final int DEPTH_CAP = 400;

  /**
   * How many commands, words and parts of words are kept of a line. A megabyte of file names fits;
   * a megabyte of {@code a;} would be a tree of a hundred, for nobody.
   */
  static final int NODE_CAP = 250_000;

  private static final String[] CHARACTERS = characters();

  final byte[] bytes;
  final Dialect dialect;
  final boolean comments;
  int pos;
  int limit;

  /** Where the input ended before a failure moved the end. */
  private int regionEnd;

  /** Offsets in the line for bytes that were unescaped out of it, one more than there are bytes. */
  private final int @Nullable [] origin;

  private final boolean hasContinuations;
  private final Budget nodes;
  private int depth;
  private int regions;
  private @Nullable Failure failure;
  private boolean failureShown;

  Cursor(byte[] bytes, Dialect dialect, boolean comments) {
    this(bytes, dialect, comments, null, new Budget(), 0);
  }

  private Cursor(
      byte[] bytes,
      Dialect dialect,
      boolean comments,
      int @Nullable [] origin,
      Budget nodes,
      int depth) {
    this.bytes = bytes;
    this.dialect = dialect;
    this.comments = comments;
    this.origin = origin;
    this.nodes = nodes;
    this.depth = depth;
    this.limit = bytes.length;
    this.regionEnd = bytes.length;
    this.hasContinuations = containsContinuation(bytes);
  }

  /** A cursor over bytes made from this one's, the i-th of which came from {@code from[i]}. */
  Cursor derived(byte[] made, int[] from) {
    int[] mapped = from;
    if (origin != null) {
      mapped = new int[from.length];
      for (int i = 0; i < from.length; i++) {
        mapped[i] = origin[from[i]];
      }
    }
    return new Cursor(made, dialect, comments, mapped, nodes, depth);
  }

  private static String[] characters() {
    String[] all = new String[0x80];
    for (int i = 0; i < all.length; i++) {
      all[i] = Character.toString(i);
    }
    return all;
  }

  private static boolean containsContinuation(byte[] bytes) {
    for (int i = 1; i < bytes.length; i++) {
      if (bytes[i] == '\n' && bytes[i - 1] == '\\') {
        return true;
      }
    }
    return false;
  }

  /** Starts over. */
  void rewind() {
    pos = 0;
    limit = bytes.length;
    regionEnd = limit;
    failure = null;
    failureShown = false;
    nodes.used = 0;
  }

  boolean bash() {
    return dialect == Dialect.BASH;
  }

  boolean zsh() {
    return dialect == Dialect.ZSH;
  }

  // Looking

  boolean atEnd() {
    return pos >= limit;
  }

  /** The byte at the place reached, or {@link #END}. */
  int peek() {
    return pos < limit ? bytes[pos] & 0xFF : END;
  }

  /** The byte at an offset, or {@link #END}. */
  int at(int index) {
    return index < limit ? bytes[index] & 0xFF : END;
  }

  /** The offset at or behind {@code index} that no backslash-newline pair stands at. */
  int joined(int index) {
    int at = index;
    if (hasContinuations) {
      while (at + 1 < limit && bytes[at] == '\\' && bytes[at + 1] == '\n') {
        at += 2;
      }
    }
    return at;
  }

  /** Whether {@code text} stands at the place reached. */
  boolean looking(String text) {
    return lookingAt(pos, text);
  }

  /** Whether ASCII {@code text} stands at {@code index}. */
  boolean lookingAt(int index, String text) {
    if (index + text.length() > limit) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (bytes[index + i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  // Moving

  /**
   * Takes an operator if it stands here, which backslash-newline pairs may interrupt anywhere, as
   * both shells remove those before they look for operators (POSIX.1-2024 2.2.1).
   */
  boolean take(String operator) {
    int at = pos;
    for (int i = 0; i < operator.length(); i++) {
      at = i == 0 ? at : joined(at);
      if (at(at) != operator.charAt(i)) {
        return false;
      }
      at++;
    }
    pos = at;
    return true;
  }

  /** Passes spaces, tabs and backslash-newline pairs. */
  void skipBlanks() {
    while (true) {
      int c = peek();
      if (c == ' ' || c == '\t') {
        pos++;
      } else if (c == '\\' && at(pos + 1) == '\n') {
        pos += 2;
      } else {
        return;
      }
    }
  }

  /** Passes a comment up to its newline, if one may begin here. */
  boolean skipComment() {
    if (peek() != '#' || !comments) {
      return false;
    }
    while (pos < limit && bytes[pos] != '\n') {
      pos++;
    }
    return true;
  }

  // What was read

  Span span(int from, int to) {
    int end = Math.max(from, to);
    return origin == null ? new Span(from, end) : new Span(origin[from], origin[end]);
  }

  Span spanFrom(int from) {
    return span(from, pos);
  }

  /** The text of some of the bytes. */
  String text(int from, int to) {
    if (to == from + 1 && bytes[from] >= 0) {
      return CHARACTERS[bytes[from]];
    }
    for (int i = from; i < to; i++) {
      if (bytes[i] < 0) {
        return Text.decode(bytes, from, to);
      }
    }
    return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
  }

  // Failing

  boolean failed() {
    return failure != null;
  }

  @Nullable Failure failure() {
    return failure;
  }

  /** What stands at {@code from} up to {@code to} can never be right. */
  void invalid(int from, int to, String message) {
    fail(new Failure(false, from, to, message));
  }

  /** What begins at {@code from} up to {@code to} is still open. */
  void incomplete(int from, int to, String expected) {
    fail(new Failure(true, from, to, expected));
  }

  private void fail(Failure first) {
    if (failure == null) {
      failure = first;
      limit = Math.min(pos, limit);
    }
  }

  /**
   * The token at the place reached does not fit, and as no newline would either, the end of the
   * line does not.
   */
  void unexpected() {
    if (atEnd()) {
      invalid(Math.min(pos, limit), limit, "unexpected end of the line");
    } else {
      unexpected(pos, pos, "");
    }
  }

  /** The token at the place reached does not fit; at the end, {@code expected} would. */
  void unexpected(int opener, int openerEnd, String expected) {
    if (failed()) {
      return;
    }
    if (atEnd()) {
      incomplete(opener, openerEnd, expected);
      return;
    }
    int to = pos;
    if (Bytes.is(peek(), Bytes.META)) {
      while (to < limit
          && to - pos < 3
          && Bytes.is(at(to), Bytes.META)
          && !Bytes.is(at(to), Bytes.BLANK)
          && (to == pos || at(to) == at(pos))) {
        to++;
      }
      to = Math.max(to, pos + 1);
    } else {
      while (to < limit && to - pos < 40 && !Bytes.is(at(to), Bytes.META)) {
        to++;
      }
    }
    invalid(pos, to, "unexpected `" + Text.printable(text(pos, to)) + "`");
  }

  /**
   * The node that stands for all behind the first failure, once; null when there is nothing to show
   * or it was shown. Moves to the end, so that what is around covers it.
   */
  Command.@Nullable Unparsed unparsed() {
    if (failure == null || failureShown) {
      return null;
    }
    failureShown = true;
    int from = pos;
    pos = regionEnd;
    limit = regionEnd;
    if (failure.incomplete() && regions == 0 && from >= regionEnd) {
      return null;
    }
    return new Command.Unparsed(span(Math.min(from, regionEnd), regionEnd), failure.reason());
  }

  /**
   * Counts something that is kept; {@code weight} says how dear it is. Nothing fails here, in the
   * middle of what is being read, but at the next call of {@link #next}.
   */
  void keep(int weight) {
    nodes.used += weight;
  }

  /** As {@link #peek}, where a reader can bear the end: there it is when too much was kept. */
  int next() {
    if (nodes.used > NODE_CAP) {
      invalid(pos, Math.min(pos + 1, limit), "too many words and commands");
    }
    return peek();
  }

  /** What is left for all that is read of one line, texts inside texts included. */
  private static final class Budget {
    private int used;
  }

  /**
   * Goes one level deeper, or fails; each true answer is paired with a call of {@link #leave}. The
   * stack must not be what limits the depth.
   */
  boolean enter() {
    if (depth >= DEPTH_CAP) {
      invalid(pos, Math.min(pos + 1, limit), "nested too deeply");
      return false;
    }
    depth++;
    return true;
  }

  void leave() {
    depth--;
  }

  /**
   * A stretch whose failures stay inside, as the shells read it only when they run it: backquotes,
   * arithmetic, the bodies of here-documents.
   */
  record Region(int outerLimit, int outerEnd) {}

  Region enterRegion(int to) {
    Region outer = new Region(limit, regionEnd);
    limit = to;
    regionEnd = to;
    regions++;
    return outer;
  }

  /** Back to what is around the region; what it left unread is passed over. */
  void leaveRegion(Region outer, int next) {
    limit = outer.outerLimit;
    regionEnd = outer.outerEnd;
    regions--;
    failure = null;
    failureShown = false;
    pos = next;
  }
}
