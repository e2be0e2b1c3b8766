package belay.rules.syntax;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code for}, {@code select}, {@code while}, {@code until}, zsh's {@code repeat} and foreach. */
final class Loops {

  private final Cursor in;
  private final Reading all;
  private final Commands commands;

  Loops(Cursor in, Reading all, Commands commands) {
    this.in = in;
    this.all = all;
    this.commands = commands;
  }

  /** The loop whose first word stands here. */
  Command loop(Reserved word, int from) {
    Reserved.take(in);
    int to = in.pos;
    in.skipBlanks();
    return switch (word) {
      case WHILE, UNTIL -> whileLoop(word == Reserved.UNTIL, from, to);
      case REPEAT -> repeat(from, to);
      case FOR -> in.looking("((") ? arithmetic(from, to) : each(word, from, to);
      default -> each(word, from, to);
    };
  }

  private Command whileLoop(boolean until, int from, int to) {
    CommandList condition = commands.filled(from, to);
    CommandList body = body(from, to, in.zsh());
    return new Command.While(in.spanFrom(from), until, condition, body);
  }

  private Command repeat(int from, int to) {
    Word count = all.words.required(Words.Place.SINGLE);
    Word known = count == null ? new Word(in.span(in.pos, in.pos), List.of()) : count;
    separators();
    CommandList body = body(from, to, true);
    return new Command.Repeat(in.spanFrom(from), known, body);
  }

  /** {@code for ((init; test; step))}; the place reached is the first parenthesis. */
  private Command arithmetic(int from, int to) {
    int open = in.pos;
    int close = all.expansions.closing(open + 1);
    if (close < 0) {
      in.incomplete(open, open + 2, "))");
      Word none = new Word(in.span(in.pos, in.pos), List.of());
      CommandList body = all.lists.list();
      return new Command.ArithmeticFor(in.spanFrom(from), none, none, none, body);
    }
    in.pos = open + 2;
    Word init = expression(close);
    int testFrom = in.pos;
    Word test = expression(close);
    boolean three = in.pos > testFrom && testFrom > open + 2 && in.bytes[in.pos - 1] == ';';
    Word step = expression(close);
    if (!three || in.pos < close || in.at(in.joined(close + 1)) != ')') {
      in.invalid(open, close, "expected `((init; test; step))`");
    } else {
      in.pos = in.joined(close + 1) + 1;
    }
    separators();
    CommandList body = body(from, to, true);
    return new Command.ArithmeticFor(in.spanFrom(from), init, test, step, body);
  }

  /** One of the three expressions and the semicolon behind it. */
  private Word expression(int close) {
    int end = Math.min(in.pos, close);
    int nesting = 0;
    while (end < close) {
      int c = in.at(end);
      if (c == ';' && nesting == 0) {
        break;
      }
      nesting += c == '(' ? 1 : c == ')' ? -1 : 0;
      end += c == '\\' ? 2 : 1;
    }
    end = Math.min(end, close);
    Word word = all.expansions.expression(end, end);
    if (end < close) {
      in.pos = end + 1;
    }
    return word;
  }

  /** {@code for}, {@code foreach} and {@code select} over words. */
  private Command each(Reserved word, int from, int to) {
    List<String> names = new ArrayList<>(1);
    List<Word> words = null;
    boolean parenthesised = false;
    while (true) {
      in.skipBlanks();
      int c = in.peek();
      if (c == Cursor.END || Bytes.is(c, Bytes.META)) {
        break;
      }
      if (!names.isEmpty() && (in.bash() || commands.keyword("in") || Reserved.at(in) != null)) {
        break;
      }
      int before = in.pos;
      names.add(all.simple.name(all.words.word(Words.Place.SINGLE)));
      if (in.pos == before) {
        break;
      }
    }
    if (names.isEmpty()) {
      in.unexpected();
      names.add("");
    } else if (in.zsh() && !names.stream().allMatch(Loops::isParameter)) {
      in.invalid(from, to, "expected a name behind `" + word.written() + "`");
    }
    in.skipBlanks();
    int here = in.pos;
    all.lists.newlines();
    boolean separated = in.pos > here;
    if (commands.keyword("in")) {
      in.pos += 2;
      words = all.words.several(false);
      in.skipBlanks();
      in.skipComment();
      int c = in.peek();
      if (c != ';' && c != '\n') {
        in.unexpected(from, to, "do");
      }
    } else if (in.zsh() && in.peek() == '(') {
      int open = in.pos;
      in.pos++;
      words = all.words.several(true);
      parenthesised = true;
      if (in.peek() == ')') {
        in.pos++;
      } else {
        in.unexpected(open, open + 1, ")");
      }
    }
    separated |= separators();
    CommandList body;
    Reserved next = Reserved.at(in);
    if (word == Reserved.FOREACH && next != Reserved.DO && next != Reserved.OPEN) {
      body = all.lists.list();
      commands.expect(Reserved.END, from, to);
    } else {
      if (in.bash() && !separated && next == Reserved.OPEN) {
        in.unexpected();
      }
      body = body(from, to, in.zsh() && (parenthesised || words != null));
    }
    if (word == Reserved.SELECT) {
      return new Command.Select(in.spanFrom(from), names.getFirst(), words, body);
    }
    return new Command.For(in.spanFrom(from), names, words, body);
  }

  private static boolean isParameter(String name) {
    return name.chars().allMatch(c -> Bytes.is(c < 0x80 ? c : 0, Bytes.NAME));
  }

  /** One semicolon, or in zsh several, among newlines; whether there was anything. */
  private boolean separators() {
    in.skipBlanks();
    int from = in.pos;
    in.skipComment();
    if (in.peek() == ';' && !all.lists.armEnd()) {
      in.pos++;
    }
    all.lists.newlines();
    while (in.zsh() && in.peek() == ';' && !all.lists.armEnd()) {
      in.pos++;
      all.lists.newlines();
    }
    return in.pos > from;
  }

  /**
   * {@code do list done}, or what may stand instead.
   *
   * @param shortForm zsh lets one command be the body
   */
  private CommandList body(int from, int to, boolean shortForm) {
    int at = in.pos;
    @Nullable Reserved word = Reserved.at(in);
    if (word == Reserved.DO) {
      Reserved.take(in);
      CommandList list = commands.filled(at, in.pos);
      commands.expect(Reserved.DONE, at, Math.min(at + 2, in.limit));
      return list;
    }
    boolean braces = word == Reserved.OPEN;
    if (braces && (in.zsh() || (in.at(from) != 'w' && in.at(from) != 'u'))) {
      return commands.braced();
    }
    if (shortForm && in.zsh() && !in.atEnd() && !in.failed()) {
      return commands.only(all.lists.andOr(), from, to);
    }
    in.unexpected(from, to, "do");
    return all.lists.list();
  }
}
