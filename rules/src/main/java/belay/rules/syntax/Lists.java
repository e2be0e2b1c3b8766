package belay.rules.syntax;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lists, and-or lists and pipelines (POSIX.1-2024 2.9.2 and 2.9.3). */
final class Lists {

  /** An and-or list makes a tree as deep as it is long, and others walk it. */
  private static final int CHAIN_CAP = 1000;

  private final Cursor in;
  private final Reading all;

  Lists(Cursor in, Reading all) {
    this.in = in;
    this.all = all;
  }

  /** Passes newlines, blanks and comments, and the here-documents that stand behind newlines. */
  void newlines() {
    while (true) {
      in.skipBlanks();
      if (in.peek() == '\n') {
        in.pos++;
        all.documents.newline();
      } else if (!in.skipComment()) {
        return;
      }
    }
  }

  /** zsh lets semicolons stand wherever newlines may between commands. */
  private void separators() {
    newlines();
    while (in.zsh() && in.peek() == ';' && !armEnd()) {
      in.pos++;
      newlines();
    }
  }

  /** A list to the end of the text; what stands there besides does not fit. */
  CommandList whole() {
    CommandList body = list();
    if (in.failed() || in.atEnd()) {
      return body;
    }
    in.unexpected(in.pos, in.pos, "");
    Command.Unparsed rest = in.unparsed();
    if (rest == null) {
      return body;
    }
    List<CommandList.Item> items = new ArrayList<>(body.items());
    items.add(new CommandList.Item(rest, CommandList.Terminator.SEQUENCE));
    return new CommandList(body.span().cover(rest.span()), items);
  }

  /** Commands up to what cannot begin one: the end, or what closes a construct around. */
  CommandList list() {
    List<CommandList.Item> items = new ArrayList<>(2);
    if (in.enter()) {
      while (true) {
        separators();
        if (in.atEnd() || closes()) {
          break;
        }
        Command command = andOr();
        if (command == null) {
          break;
        }
        CommandList.Terminator terminator = in.failed() ? null : terminator();
        items.add(
            new CommandList.Item(
                command, terminator == null ? CommandList.Terminator.SEQUENCE : terminator));
        if (terminator == null) {
          break;
        }
      }
      in.leave();
    }
    Command.Unparsed rest = in.unparsed();
    if (rest != null) {
      items.add(new CommandList.Item(rest, CommandList.Terminator.SEQUENCE));
    }
    return new CommandList(spanOf(items), items);
  }

  private Span spanOf(List<CommandList.Item> items) {
    if (items.isEmpty()) {
      return in.span(in.pos, in.pos);
    }
    return items.getFirst().command().span().cover(items.getLast().command().span());
  }

  /** Whether what stands here closes something, so that no command begins. */
  private boolean closes() {
    int c = in.peek();
    if (c == ')' || (c == ';' && armEnd())) {
      return true;
    }
    Reserved word = Reserved.at(in);
    return word != null && word.closes(in.dialect);
  }

  /** {@code ;;}, {@code ;&} and the like. */
  boolean armEnd() {
    if (in.peek() != ';') {
      return false;
    }
    int next = in.at(in.joined(in.pos + 1));
    return next == ';' || next == '&' || (next == '|' && in.zsh());
  }

  /** Takes what stands behind a command; null where another command cannot follow. */
  private CommandList.@Nullable Terminator terminator() {
    in.skipBlanks();
    in.skipComment();
    int c = in.peek();
    if (c == '&') {
      return background();
    }
    if (c == '\n') {
      in.pos++;
      all.documents.newline();
      return CommandList.Terminator.SEQUENCE;
    }
    if (c == ';' && !armEnd()) {
      in.pos++;
      return CommandList.Terminator.SEQUENCE;
    }
    return null;
  }

  private CommandList.@Nullable Terminator background() {
    if (in.at(in.joined(in.pos + 1)) == '&') {
      return null;
    }
    if (in.zsh() && (in.take("&|") || in.take("&!"))) {
      return CommandList.Terminator.DISOWN;
    }
    in.pos++;
    return CommandList.Terminator.BACKGROUND;
  }

  /** Pipelines joined by {@code &&} and {@code ||}, equal in rank; null where none begins. */
  @Nullable Command andOr() {
    Command left = pipeline();
    int length = 0;
    while (left != null && !in.failed()) {
      in.skipBlanks();
      int at = in.pos;
      Command.Connector connector;
      if (in.take("&&")) {
        connector = Command.Connector.AND;
      } else if (in.take("||")) {
        connector = Command.Connector.OR;
      } else {
        in.pos = at;
        return left;
      }
      if (++length > CHAIN_CAP) {
        in.pos = at;
        in.invalid(at, at + 2, "nested too deeply");
        return left;
      }
      int end = in.pos;
      Command right = following(at, end);
      if (right == null) {
        return left;
      }
      left = new Command.AndOr(left.span().cover(right.span()), left, connector, right);
    }
    return left;
  }

  private @Nullable Command following(int operator, int operatorEnd) {
    newlines();
    Command command = pipeline();
    if (command == null) {
      in.unexpected(operator, operatorEnd, "a command");
    }
    return command;
  }

  /** Commands joined by pipes, with what may stand before them; null where none begins. */
  @Nullable Command pipeline() {
    int from = in.pos;
    boolean negated = false;
    boolean timed = false;
    boolean prefixed = false;
    Reserved last = null;
    while (true) {
      in.skipBlanks();
      Reserved word = Reserved.at(in);
      if (word == Reserved.NOT) {
        if (last == Reserved.NOT && in.zsh()) {
          in.unexpected();
          return null;
        }
        negated = !negated;
      } else if (word == Reserved.TIME) {
        timed = true;
      } else {
        break;
      }
      prefixed = true;
      last = word;
      Reserved.take(in);
      if (word == Reserved.TIME && in.bash()) {
        timeOptions();
      }
    }
    int end = in.pos;
    in.skipBlanks();
    Command first = all.commands.command();
    if (first == null) {
      if (!prefixed || in.failed()) {
        return null;
      }
      in.pos = end;
      return bare(from, negated, timed);
    }
    List<Command> stages = new ArrayList<>(prefixed ? 1 : 0);
    Command latest = first;
    while (!in.failed()) {
      in.skipBlanks();
      int at = in.pos;
      int next = in.at(in.joined(at + 1));
      if (in.peek() != '|' || next == '|') {
        break;
      }
      boolean both = in.take("|&");
      if (!both) {
        in.pos++;
      }
      int operatorEnd = in.pos;
      newlines();
      Command stage = all.commands.command();
      if (stage == null) {
        in.unexpected(at, operatorEnd, "a command");
        break;
      }
      stages.add(both ? withErrors(latest, at, operatorEnd) : latest);
      latest = stage;
    }
    if (stages.isEmpty() && !prefixed) {
      return latest;
    }
    stages.add(latest);
    return new Command.Pipeline(in.span(from, from).cover(latest.span()), negated, timed, stages);
  }

  private void timeOptions() {
    while (true) {
      in.skipBlanks();
      int option = in.looking("-p") ? 2 : in.looking("--") ? 2 : 0;
      int next = in.at(in.pos + option);
      if (option == 0 || (next != Cursor.END && !Bytes.is(next, Bytes.META))) {
        return;
      }
      in.pos += option;
    }
  }

  /** The words before a pipeline alone, which is allowed where a command could end. */
  private @Nullable Command bare(int from, boolean negated, boolean timed) {
    int end = in.pos;
    in.skipBlanks();
    int c = in.peek();
    if (c != Cursor.END && c != '\n' && c != ';' && !(c == '#' && in.comments)) {
      in.unexpected(from, end, "a command");
      return null;
    }
    Command nothing = new Command.Simple(in.span(end, end), List.of(), List.of(), List.of());
    return new Command.Pipeline(in.span(from, end), negated, timed, List.of(nothing));
  }

  /** {@code |&} is {@code 2>&1 |} (bash(1) Pipelines). */
  private Command withErrors(Command stage, int from, int to) {
    Span span = in.span(from, to);
    Word one = new Word(span, List.of(new Part.Literal(span, "1")));
    Redirection errors =
        new Redirection(span, "2", Redirection.Operator.DUPLICATE_OUTPUT, one, null);
    Span covered = stage.span().cover(span);
    if (stage instanceof Command.Simple simple) {
      List<Redirection> redirections = new ArrayList<>(simple.redirections());
      redirections.add(errors);
      return new Command.Simple(covered, simple.assignments(), simple.words(), redirections);
    }
    return new Command.Redirected(covered, stage, List.of(errors));
  }
}
