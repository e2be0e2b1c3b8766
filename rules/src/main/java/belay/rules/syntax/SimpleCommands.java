package belay.rules.syntax;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Simple commands, assignments, and the functions that begin like one (POSIX.1-2024 2.9.1). */
final class SimpleCommands {

  /** Each takes a look at all the rest of the line; nobody means that many. */
  private static final int UNCLOSED_CAP = 5;

  private final Cursor in;
  private final Reading all;

  /** Where the subscript ends that {@link #assignment} last met, or -1. */
  private int subscriptEnd;

  /** How many subscripts were met that nothing closes, which zsh minds only when it runs them. */
  private int unclosed;

  SimpleCommands(Cursor in, Reading all) {
    this.in = in;
    this.all = all;
  }

  /** A simple command or {@code name () body}; null where neither begins. */
  @Nullable Command command() {
    return command(in.pos, List.of());
  }

  /** As {@link #command()}, behind redirections that begin at {@code from}. */
  @Nullable Command command(int from, List<Redirection> before) {
    int to = in.pos;
    List<Assignment> assignments = null;
    List<Redirection> redirections = before.isEmpty() ? null : before;
    List<Word> words = new ArrayList<>(6);
    boolean declaring = false;
    while (true) {
      in.skipBlanks();
      int c = in.next();
      if (c == Cursor.END) {
        break;
      }
      if (Bytes.is(c, Bytes.META | Bytes.DIGIT) || c == '{') {
        if (c == '(') {
          if (isFunction(words, assignments, redirections)) {
            return function(from, words);
          }
          if (in.bash() || words.isEmpty()) {
            break;
          }
        } else {
          Redirection redirection = all.redirections.redirection();
          if (redirection != null) {
            redirections = redirections == null ? new ArrayList<>(2) : redirections;
            redirections.add(redirection);
            to = in.pos;
            continue;
          }
          if (in.failed() || (Bytes.is(c, Bytes.META) && !beginsWord(c))) {
            break;
          }
        }
      }
      if ((c == '#' && in.comments) || (in.zsh() && Reserved.at(in) == Reserved.CLOSE)) {
        break;
      }
      if (words.isEmpty() && assignments != null && in.zsh() && Reserved.at(in) != null) {
        // Still a reserved word to zsh, and out of place.
        in.unexpected();
        break;
      }
      if (words.isEmpty() || declaring) {
        Assignment assignment = assignment(!words.isEmpty());
        if (assignment != null) {
          assignments = assignments == null ? new ArrayList<>(2) : assignments;
          assignments.add(assignment);
          to = in.pos;
          continue;
        }
        if (in.failed()) {
          break;
        }
      }
      int at = in.pos;
      Word word =
          words.isEmpty() && subscriptEnd > at && in.bash()
              ? subscripted(subscriptEnd)
              : all.words.word(declaring ? Words.Place.DECLARED : Words.Place.ARGUMENT);
      if (in.pos == at) {
        break;
      }
      words.add(word);
      to = in.pos;
      if (words.size() == 1) {
        declaring = isDeclaring(word.bareText());
      }
    }
    if (words.isEmpty() && assignments == null && redirections == null) {
      return null;
    }
    return new Command.Simple(
        in.span(from, to),
        assignments == null ? List.of() : assignments,
        words,
        redirections == null ? List.of() : redirections);
  }

  /** Whether a word begins at a metacharacter. */
  private boolean beginsWord(int c) {
    return ((c == '<' || c == '>') && in.at(in.pos + 1) == '(')
        || all.globs.numericEnd(in.pos) >= 0;
  }

  /** Commands whose operands may be array assignments. */
  private boolean isDeclaring(@Nullable String name) {
    if (name == null) {
      return false;
    }
    return switch (name) {
      case "declare", "typeset", "local", "export", "readonly" -> true;
      case "alias", "eval", "let" -> in.bash();
      case "integer", "float", "private" -> in.zsh();
      default -> false;
    };
  }

  private boolean isFunction(
      List<Word> words,
      @Nullable List<Assignment> assignments,
      @Nullable List<Redirection> redirections) {
    if (words.isEmpty() || assignments != null || redirections != null) {
      return false;
    }
    return (words.size() == 1 || in.zsh()) && parenthesesEnd() >= 0;
  }

  /** The end of {@code ()} at the place reached, or -1. */
  int parenthesesEnd() {
    int p = in.joined(in.pos + 1);
    while (Bytes.is(in.at(p), Bytes.BLANK)) {
      p = in.joined(p + 1);
    }
    return in.at(p) == ')' ? p + 1 : -1;
  }

  private Command function(int from, List<Word> words) {
    List<String> names = new ArrayList<>();
    for (Word word : words) {
      names.add(name(word));
    }
    int opener = in.pos;
    in.pos = parenthesesEnd();
    return all.commands.functionBody(from, names, opener, in.pos);
  }

  /** A function's name as it is called. */
  String name(Word word) {
    String text = word.constantText();
    if (text != null) {
      return text;
    }
    StringBuilder out = new StringBuilder();
    for (Part part : word.parts()) {
      out.append(part instanceof Part.Literal literal ? literal.text() : "?");
    }
    return out.toString();
  }

  /** bash reads {@code name[…]} as one word where an assignment may stand, blanks and all. */
  private Word subscripted(int end) {
    int from = in.pos;
    boolean plain = true;
    for (int p = from; p < end; p++) {
      plain &= !Bytes.is(in.at(p), Bytes.META);
    }
    if (plain) {
      return all.words.word(Words.Place.ARGUMENT);
    }
    Parts parts = new Parts(in);
    while (in.peek() != '[') {
      in.pos++;
    }
    in.pos++;
    parts.literal(from, in.pos);
    all.expansions.expression(end, end + 1).parts().forEach(parts::add);
    parts.literal(end, end + 1);
    all.words.word(Words.Place.ARGUMENT).parts().forEach(parts::add);
    return new Word(in.spanFrom(from), parts.toList());
  }

  /**
   * The assignment at the place reached; null, and not moved, where none is.
   *
   * @param operand it is one of a declaring command's, of which only arrays are told apart
   */
  private @Nullable Assignment assignment(boolean operand) {
    int from = in.pos;
    subscriptEnd = -1;
    if (!Bytes.is(in.peek(), Bytes.NAME_START)) {
      return null;
    }
    int p = from;
    while (Bytes.is(in.at(p), Bytes.NAME)) {
      p++;
    }
    int nameEnd = p;
    if (in.at(p) == '[' && unclosed < UNCLOSED_CAP) {
      subscriptEnd = Matching.closing(in, p + 1, ']');
      if (subscriptEnd < 0 && in.zsh()) {
        unclosed++;
        return null;
      }
      if (subscriptEnd < 0) {
        in.incomplete(p, p + 1, "]");
        return null;
      }
      p = subscriptEnd + 1;
    }
    boolean append = in.at(p) == '+';
    p += append ? 1 : 0;
    if (in.at(p) != '=' || (operand && in.at(p + 1) != '(')) {
      return null;
    }
    String name = in.text(from, nameEnd);
    Word subscript = null;
    if (subscriptEnd >= 0) {
      in.pos = nameEnd;
      subscript = all.parameters.subscript();
    }
    in.pos = p + 1;
    Assignment.Value value;
    if (in.peek() == '(') {
      value = array();
    } else {
      value = new Assignment.Value.Scalar(all.words.word(Words.Place.VALUE));
    }
    return new Assignment(in.spanFrom(from), name, subscript, append, value);
  }

  private Assignment.Value array() {
    int opener = in.pos;
    in.pos++;
    List<Word> elements = new ArrayList<>();
    if (in.enter()) {
      while (true) {
        all.lists.newlines();
        int c = in.next();
        if (c == Cursor.END || c == ')' || (c == '}' && in.zsh())) {
          break;
        }
        if (Bytes.is(c, Bytes.META) && !beginsWord(c) && (c != '(' || in.bash())) {
          break;
        }
        int before = in.pos;
        Word element = c == '[' ? keyed() : all.words.word(Words.Place.ARGUMENT);
        if (in.pos == before) {
          break;
        }
        elements.add(element);
      }
      in.leave();
    }
    if (in.peek() == ')') {
      in.pos++;
    } else {
      in.unexpected(opener, opener + 1, ")");
    }
    return new Assignment.Value.Array(elements);
  }

  /** {@code [key]=value}, or a word that only begins like one. */
  private Word keyed() {
    int from = in.pos;
    int end = Matching.closing(in, from + 1, ']');
    if (end < 0) {
      in.pos = from + 1;
      in.incomplete(from, from + 1, "]");
      return new Word(in.spanFrom(from), List.of());
    }
    int equals = end + 1 + (in.at(end + 1) == '+' ? 1 : 0);
    if (in.at(equals) != '=') {
      return all.words.word(Words.Place.ARGUMENT);
    }
    Parts parts = new Parts(in);
    parts.literal(from, from + 1);
    in.pos = from + 1;
    all.expansions.expression(end, end).parts().forEach(parts::add);
    parts.literal(end, equals + 1);
    in.pos = equals + 1;
    all.words.word(Words.Place.VALUE).parts().forEach(parts::add);
    return new Word(in.spanFrom(from), parts.toList());
  }
}
