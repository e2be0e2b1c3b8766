package belay.rules.syntax;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Compound commands and functions (POSIX.1-2024 2.9.4 and 2.9.5; bash(1) Compound Commands;
 * zshmisc(1) COMPLEX COMMANDS and ALTERNATE FORMS FOR COMPLEX COMMANDS).
 */
final class Commands {

  private final Cursor in;
  private final Reading all;
  private final Loops loops;

  Commands(Cursor in, Reading all) {
    this.in = in;
    this.all = all;
    this.loops = new Loops(in, all, this);
  }

  /** The command at the place reached with its redirections; null where none begins. */
  @Nullable Command command() {
    int c = in.next();
    if (c == Cursor.END || !in.enter()) {
      return null;
    }
    in.keep(1);
    Command command = beginning(c);
    in.leave();
    return command;
  }

  private @Nullable Command beginning(int c) {
    if (in.zsh() && (c == '<' || c == '>' || c == '&' || Bytes.is(c, Bytes.DIGIT))) {
      return behindRedirections();
    }
    return c == '(' || Reserved.at(in) != null ? compound() : all.simple.command();
  }

  private @Nullable Command compound() {
    int from = in.pos;
    Reserved word = Reserved.at(in);
    Command compound = word == null ? parenthesis(from) : reserved(word, from);
    return compound == null ? null : redirected(compound);
  }

  /** zsh lets redirections stand before compound commands, too (zshmisc(1) REDIRECTION). */
  private @Nullable Command behindRedirections() {
    int from = in.pos;
    List<Redirection> redirections = new ArrayList<>(0);
    all.redirections.behind(redirections);
    if (in.peek() != '(' && Reserved.at(in) == null) {
      return all.simple.command(from, redirections);
    }
    Command compound = compound();
    if (compound == null || redirections.isEmpty()) {
      return compound;
    }
    return new Command.Redirected(
        in.span(from, from).cover(compound.span()), compound, redirections);
  }

  private @Nullable Command reserved(Reserved word, int from) {
    return switch (word) {
      case IF -> ifCommand(from);
      case FOR, FOREACH, SELECT, WHILE, UNTIL, REPEAT -> loops.loop(word, from);
      case CASE -> caseCommand(from);
      case FUNCTION -> function(from);
      case COPROC -> coprocess(from);
      case OPEN -> group(from);
      case CONDITION -> all.conditionals.conditional();
      case TIME -> all.lists.pipeline();
      // Only before a whole pipeline, where it was taken.
      case NOT -> null;
      case THEN, ELIF, ELSE, FI, DO, DONE, END, IN, ESAC, CLOSE, CONDITION_END -> null;
    };
  }

  private Command redirected(Command compound) {
    boolean own =
        compound instanceof Command.FunctionDefinition
            || compound instanceof Command.Coprocess
            || compound instanceof Command.AnonymousFunction;
    if (own || in.failed()) {
      return compound;
    }
    List<Redirection> redirections = new ArrayList<>(0);
    all.redirections.behind(redirections);
    if (redirections.isEmpty()) {
      return compound;
    }
    int next = in.peek();
    if (in.bash() && next != Cursor.END && next != '#' && !Bytes.is(next, Bytes.META)) {
      // No word is reserved behind a redirection.
      in.unexpected();
    }
    Span span = compound.span().cover(redirections.getLast().span());
    return new Command.Redirected(span, compound, redirections);
  }

  // What others build on

  /** Takes a reserved word, or fails because the construct at {@code [from, to)} needs it. */
  boolean expect(Reserved word, int from, int to) {
    if (Reserved.take(in, word)) {
      return true;
    }
    in.unexpected(from, to, word.written());
    return false;
  }

  /** A list that bash does not allow to be empty. */
  CommandList filled(int from, int to) {
    CommandList list = all.lists.list();
    if (list.items().isEmpty() && in.bash()) {
      in.unexpected(from, to, "a command");
    }
    return list;
  }

  /** {@code { list }} from the brace on. */
  CommandList braced() {
    int from = in.pos;
    Reserved.take(in);
    CommandList body = filled(from, from + 1);
    expect(Reserved.CLOSE, from, from + 1);
    return body;
  }

  /** One command as a list. */
  CommandList only(@Nullable Command command, int from, int to) {
    if (command == null) {
      in.unexpected(from, to, "a command");
      return new CommandList(in.span(in.pos, in.pos), List.of());
    }
    return new CommandList(
        command.span(), List.of(new CommandList.Item(command, CommandList.Terminator.SEQUENCE)));
  }

  // Groups and parentheses

  private Command group(int from) {
    CommandList body = braced();
    Span span = in.spanFrom(from);
    if (in.zsh() && !in.failed()) {
      int end = in.pos;
      in.skipBlanks();
      if (keyword("always")) {
        in.pos += "always".length();
        all.lists.newlines();
        if (Reserved.at(in) == Reserved.OPEN) {
          CommandList always = braced();
          return new Command.Always(in.spanFrom(from), body, always);
        }
      }
      in.pos = end;
    }
    return new Command.Group(span, body);
  }

  /** Whether a whole word that is special only here stands at the place reached. */
  boolean keyword(String word) {
    int next = in.at(in.pos + word.length());
    return in.looking(word) && (next == Cursor.END || Bytes.is(next, Bytes.META) || next == '{');
  }

  private @Nullable Command parenthesis(int from) {
    if (in.zsh()) {
      int end = in.at(from + 1) == ')' ? from + 2 : -1;
      if (end >= 0) {
        in.pos = end;
        return anonymous(from, from, end);
      }
    }
    int second = in.joined(from + 1);
    if (in.at(second) == '(') {
      int close = all.expansions.closing(second);
      if (close < 0) {
        in.incomplete(from, second + 1, ")");
        return new Command.Subshell(
            in.span(from, in.pos), new CommandList(in.span(in.pos, in.pos), List.of()));
      }
      if (in.at(in.joined(close + 1)) == ')') {
        in.pos = second + 1;
        Word expression = all.expansions.expression(close, in.joined(close + 1) + 1);
        return new Command.Arithmetic(in.spanFrom(from), expression);
      }
    }
    in.pos = from + 1;
    CommandList body = filled(from, from + 1);
    if (in.peek() == ')') {
      in.pos++;
    } else {
      in.unexpected(from, from + 1, ")");
    }
    return new Command.Subshell(in.spanFrom(from), body);
  }

  // if

  private Command ifCommand(int from) {
    List<Command.Branch> branches = new ArrayList<>(1);
    CommandList otherwise = null;
    int keywordEnd = from + 2;
    Reserved.take(in);
    boolean closed = false;
    while (true) {
      CommandList condition = filled(from, keywordEnd);
      if (in.failed()) {
        branches.add(new Command.Branch(condition, all.lists.list()));
        break;
      }
      int at = in.pos;
      if (Reserved.take(in, Reserved.THEN)) {
        CommandList body = filled(at, in.pos);
        branches.add(new Command.Branch(condition, body));
      } else if (in.zsh() && Reserved.at(in) == Reserved.OPEN) {
        branches.add(new Command.Branch(condition, braced()));
        closed = true;
        in.skipBlanks();
      } else if (in.zsh() && !in.atEnd()) {
        Command body = all.lists.andOr();
        branches.add(new Command.Branch(condition, only(body, at, at)));
        closed = true;
        break;
      } else {
        in.unexpected(from, keywordEnd, "then");
        branches.add(new Command.Branch(condition, all.lists.list()));
        break;
      }
      at = in.pos;
      if (Reserved.take(in, Reserved.ELIF)) {
        keywordEnd = in.pos;
        closed = false;
        continue;
      }
      if (Reserved.take(in, Reserved.ELSE)) {
        if (in.zsh() && closed) {
          all.lists.newlines();
          otherwise = Reserved.at(in) == Reserved.OPEN ? braced() : filled(at, in.pos);
        } else {
          otherwise = filled(at, in.pos);
        }
      }
      break;
    }
    if (!closed) {
      expect(Reserved.FI, from, from + 2);
    }
    return new Command.If(in.spanFrom(from), branches, otherwise);
  }

  // case

  private Command caseCommand(int from) {
    Reserved.take(in);
    in.skipBlanks();
    Word subject = all.words.required(Words.Place.SINGLE);
    List<Command.Arm> arms = new ArrayList<>();
    all.lists.newlines();
    boolean braces = false;
    if (keyword("in")) {
      in.pos += 2;
    } else if (in.zsh() && in.peek() == '{') {
      in.pos++;
      braces = true;
    } else {
      in.unexpected(from, from + 4, "in");
    }
    Reserved close = braces ? Reserved.CLOSE : Reserved.ESAC;
    while (!in.failed()) {
      all.lists.newlines();
      if (Reserved.take(in, close)) {
        break;
      }
      if (in.atEnd()) {
        in.incomplete(from, from + 4, close.written());
        break;
      }
      Command.ArmEnd end = arm(arms);
      if (in.failed()) {
        break;
      }
      if (end == null) {
        expect(close, from, from + 4);
        break;
      }
    }
    Word known = subject == null ? new Word(in.span(in.pos, in.pos), List.of()) : subject;
    return new Command.Case(in.spanFrom(from), known, arms);
  }

  /** Reads an arm; null where nothing but the end of the command may follow. */
  private Command.@Nullable ArmEnd arm(List<Command.Arm> arms) {
    List<Word> patterns = new ArrayList<>(1);
    if (in.peek() == '(' && !(in.zsh() && opensPattern())) {
      in.pos++;
    }
    while (true) {
      in.skipBlanks();
      if (in.zsh() && (in.peek() == '|' || in.peek() == ')')) {
        // An empty pattern.
        patterns.add(new Word(in.span(in.pos, in.pos), List.of()));
      } else {
        Word pattern = all.words.required(Words.Place.PATTERN);
        if (pattern == null) {
          break;
        }
        patterns.add(pattern);
      }
      in.skipBlanks();
      if (in.peek() != '|') {
        break;
      }
      in.pos++;
    }
    if (in.peek() == ')') {
      in.pos++;
    } else {
      in.unexpected();
    }
    CommandList body = all.lists.list();
    Command.ArmEnd end = in.failed() ? null : armEnd();
    arms.add(new Command.Arm(patterns, body, end == null ? Command.ArmEnd.LEAVES : end));
    return end;
  }

  private Command.@Nullable ArmEnd armEnd() {
    if (!all.lists.armEnd()) {
      return null;
    }
    if (in.take(";;&") || in.take(";|")) {
      return Command.ArmEnd.TRIES_NEXT;
    }
    return in.take(";;") ? Command.ArmEnd.LEAVES : in.take(";&") ? Command.ArmEnd.RUNS_NEXT : null;
  }

  /**
   * zsh: whether a parenthesis here is part of a pattern, as what closes it is followed by more.
   */
  private boolean opensPattern() {
    int close = all.globs.end(in.pos);
    if (close < 0) {
      return false;
    }
    int next = in.at(close + 1);
    return next != Cursor.END && (next == ')' || next == '|' || !Bytes.is(next, Bytes.META));
  }

  // Functions and coprocesses

  private Command function(int from) {
    Reserved.take(in);
    int keywordEnd = in.pos;
    List<String> names = new ArrayList<>(1);
    while (true) {
      in.skipBlanks();
      int c = in.peek();
      if (c == Cursor.END || Bytes.is(c, Bytes.META)) {
        break;
      }
      if (Reserved.at(in) == Reserved.OPEN && (in.zsh() || !names.isEmpty())) {
        break;
      }
      if (in.bash() && !names.isEmpty()) {
        break;
      }
      int before = in.pos;
      names.add(all.simple.name(all.words.word(Words.Place.ARGUMENT)));
      if (in.pos == before) {
        break;
      }
    }
    if (in.peek() == '(' && all.simple.parenthesesEnd() >= 0 && !names.isEmpty()) {
      in.pos = all.simple.parenthesesEnd();
    }
    if (names.isEmpty()) {
      if (in.zsh() && !in.atEnd()) {
        return anonymous(from, from, keywordEnd);
      }
      in.unexpected();
    }
    return functionBody(from, names, from, keywordEnd);
  }

  /** What stands behind a function's name and parentheses, which end at {@code openerEnd}. */
  Command functionBody(int from, List<String> names, int opener, int openerEnd) {
    all.lists.newlines();
    Command body = command();
    boolean compound =
        !(body instanceof Command.Simple
            || body instanceof Command.Pipeline
            || body instanceof Command.FunctionDefinition
            || body instanceof Command.Coprocess);
    if (!compound && in.bash()) {
      // Only compound commands can be bodies (bash(1) Shell Function Definitions).
      in.pos = Math.min(in.pos, in.limit);
      in.invalid(opener, openerEnd, "a function's body must be a compound command");
    }
    if (body == null) {
      in.unexpected(from, openerEnd, "a function's body");
      body = new Command.Unparsed(in.span(in.pos, in.pos), "no body");
    }
    return new Command.FunctionDefinition(in.span(from, from).cover(body.span()), names, body);
  }

  private Command anonymous(int from, int opener, int openerEnd) {
    all.lists.newlines();
    Command body = command();
    if (body == null) {
      in.unexpected(opener, openerEnd, "a function's body");
      body = new Command.Unparsed(in.span(in.pos, in.pos), "no body");
    }
    int end = in.pos;
    List<Word> arguments = all.words.several(false);
    Span span = in.span(from, end).cover(body.span());
    if (!arguments.isEmpty()) {
      span = span.cover(arguments.getLast().span());
    }
    return new Command.AnonymousFunction(span, body, arguments);
  }

  private Command coprocess(int from) {
    Reserved.take(in);
    in.skipBlanks();
    String name = null;
    if (in.bash()) {
      int start = in.pos;
      int p = start;
      while (Bytes.is(in.at(p), Bytes.NAME)) {
        p++;
      }
      if (p > start && Reserved.at(in) == null) {
        in.pos = p;
        in.skipBlanks();
        Reserved next = Reserved.at(in);
        boolean compound =
            in.pos > p
                && (in.peek() == '('
                    || (next != null
                        && !next.closes(in.dialect)
                        && next != Reserved.NOT
                        && next != Reserved.IN));
        if (compound) {
          name = in.text(start, p);
        } else {
          in.pos = start;
        }
      }
    }
    Command body = in.zsh() ? all.lists.pipeline() : command();
    if (body == null) {
      in.unexpected();
      body = new Command.Unparsed(in.span(in.pos, in.pos), "no command");
    }
    return new Command.Coprocess(in.span(from, from).cover(body.span()), name, body);
  }
}
