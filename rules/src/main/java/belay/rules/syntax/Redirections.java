package belay.rules.syntax;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Redirections (POSIX.1-2024 2.7; bash(1) REDIRECTION; zshmisc(1) REDIRECTION). */
final class Redirections {

  private final Cursor in;
  private final Reading all;

  Redirections(Cursor in, Reading all) {
    this.in = in;
    this.all = all;
  }

  /** The redirection at the place reached; null, and not moved, where none is. */
  @Nullable Redirection redirection() {
    int from = in.pos;
    int operatorAt = operatorAt(from);
    if (operatorAt < 0) {
      return null;
    }
    String descriptor = operatorAt > from ? in.text(from, operatorAt) : null;
    in.pos = operatorAt;
    Redirection.Operator operator = operator(descriptor == null);
    if (operator == null) {
      in.pos = from;
      return null;
    }
    in.skipBlanks();
    boolean document =
        operator == Redirection.Operator.HERE_DOCUMENT
            || operator == Redirection.Operator.HERE_DOCUMENT_TABS;
    boolean single = document || operator == Redirection.Operator.HERE_STRING;
    int targetFrom = in.pos;
    if (operatorAt(targetFrom) > targetFrom) {
      // `> 2>&1`: a descriptor before an operator is never a word.
      in.unexpected();
      return null;
    }
    Word target = all.words.required(single ? Words.Place.SINGLE : Words.Place.ARGUMENT);
    if (target == null) {
      return null;
    }
    int targetEnd = in.pos;
    if (operator == Redirection.Operator.DUPLICATE_OUTPUT && isFile(descriptor, target)) {
      operator = Redirection.Operator.OUTPUT_BOTH;
    }
    Redirection.HereDocument body = null;
    if (document && !in.failed()) {
      body =
          all.documents.want(
              operatorAt,
              all.documents.delimiter(
                  targetFrom, targetEnd, operator == Redirection.Operator.HERE_DOCUMENT_TABS));
      in.pos = targetEnd;
    }
    return new Redirection(in.span(from, targetEnd), descriptor, operator, target, body);
  }

  /** Whether {@code >&word} names a file: no number, no {@code -}, nothing to expand. */
  private static boolean isFile(@Nullable String descriptor, Word target) {
    String text = target.constantText();
    if (text == null || text.isEmpty() || (descriptor != null && !descriptor.equals("1"))) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && !(c == '-' && i == text.length() - 1)) {
        return !text.equals("p");
      }
    }
    return false;
  }

  /** Where the operator stands behind a descriptor at {@code from}, if any; -1 where none does. */
  private int operatorAt(int from) {
    int c = in.at(from);
    int p = from;
    if (Bytes.is(c, Bytes.DIGIT)) {
      p++;
      // zsh: one digit, or it is a word of its own.
      while (in.bash() && Bytes.is(in.at(p), Bytes.DIGIT)) {
        p++;
      }
    } else if (c == '{') {
      p++;
      if (!Bytes.is(in.at(p), Bytes.NAME_START)) {
        return -1;
      }
      while (Bytes.is(in.at(p), Bytes.NAME)) {
        p++;
      }
      if (in.at(p) == '[' && in.bash()) {
        // {name[subscript]}: as far as a subscript without blanks goes.
        while (in.at(p) != ']' && in.at(p) != Cursor.END && !Bytes.is(in.at(p), Bytes.META)) {
          p++;
        }
        p += in.at(p) == ']' ? 1 : 0;
      }
      if (in.at(p) != '}') {
        return -1;
      }
      p++;
    } else if (c == '&') {
      return in.at(in.joined(from + 1)) == '>' ? from : -1;
    }
    int next = in.at(p);
    boolean process = in.bash() && p > from && in.at(p + 1) == '(';
    return (next == '<' || next == '>') && !process ? p : -1;
  }

  /**
   * Takes the operator at the place reached; null where it is something else.
   *
   * @param bare no descriptor stands before it
   */
  private Redirection.@Nullable Operator operator(boolean bare) {
    int c = in.peek();
    if (bare && (in.at(in.pos + 1) == '(' || all.globs.numericEnd(in.pos) >= 0)) {
      return null;
    }
    return c == '&' ? both() : c == '<' ? input() : output();
  }

  private Redirection.Operator both() {
    Redirection.Operator operator = Redirection.Operator.APPEND_BOTH;
    if (!in.take("&>>")) {
      in.take("&>");
      operator = Redirection.Operator.OUTPUT_BOTH;
    }
    clobber();
    return operator;
  }

  private Redirection.Operator input() {
    if (in.take("<<<")) {
      return Redirection.Operator.HERE_STRING;
    }
    if (in.take("<<-")) {
      return Redirection.Operator.HERE_DOCUMENT_TABS;
    }
    if (in.take("<<")) {
      return Redirection.Operator.HERE_DOCUMENT;
    }
    if (in.take("<>")) {
      return Redirection.Operator.READ_WRITE;
    }
    if (in.take("<&")) {
      return Redirection.Operator.DUPLICATE_INPUT;
    }
    in.take("<");
    return Redirection.Operator.INPUT;
  }

  private Redirection.Operator output() {
    if (in.take(">>")) {
      boolean both = in.zsh() && in.take("&");
      clobber();
      return both ? Redirection.Operator.APPEND_BOTH : Redirection.Operator.APPEND;
    }
    if (in.take(">&")) {
      return clobber() ? Redirection.Operator.OUTPUT_BOTH : Redirection.Operator.DUPLICATE_OUTPUT;
    }
    if (in.take(">|")) {
      return Redirection.Operator.CLOBBER;
    }
    in.take(">");
    return clobber() ? Redirection.Operator.CLOBBER : Redirection.Operator.OUTPUT;
  }

  /** zsh's {@code |} or {@code !} behind an operator. */
  private boolean clobber() {
    return in.zsh() && (in.take("|") || in.take("!"));
  }

  /** Reads redirections behind a compound command. */
  void behind(List<Redirection> redirections) {
    while (true) {
      in.skipBlanks();
      Redirection next = redirection();
      if (next == null) {
        return;
      }
      redirections.add(next);
    }
  }
}
