package belay.rules.syntax;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Here-documents (POSIX.1-2024 2.7.4): found in a first reading, put in place in a second. */
final class HereDocuments {

  /** A document asked for whose body stands behind the next newline. */
  private record Wanted(int operator, Delimiter delimiter) {}

  /** A delimiter as written at {@code [from, to)}, quotes taken off. */
  static final class Delimiter {
    private final int from;
    private final int to;
    private final byte[] text;
    private final boolean quoted;
    private final boolean tabs;

    private Delimiter(int from, int to, byte[] text, boolean quoted, boolean tabs) {
      this.from = from;
      this.to = to;
      this.text = text;
      this.quoted = quoted;
      this.tabs = tabs;
    }

    private String shown() {
      return Text.printable(Text.decode(text));
    }
  }

  /** A body, and where the line behind its delimiter begins. */
  private record Found(Delimiter delimiter, int from, int to, int next) {}

  private final Cursor in;
  private final Reading all;
  private List<Wanted> wanted = new ArrayList<>(0);
  private final Map<Integer, Found> found = new HashMap<>(0);
  private boolean placing;
  private boolean substitution;

  HereDocuments(Cursor in, Reading all) {
    this.in = in;
    this.all = all;
  }

  boolean found() {
    return !found.isEmpty();
  }

  void place() {
    placing = true;
    wanted.clear();
  }

  /** The delimiter word at the place reached, read without regard to expansions. */
  Delimiter delimiter(int from, int to, boolean tabs) {
    var text = new ByteArrayOutputStream(to - from);
    boolean quoted = false;
    int quote = 0;
    for (int p = from; p < to; p++) {
      int c = in.bytes[p];
      if ((quote != 0 && c == quote) || (quote == 0 && (c == '\'' || c == '"'))) {
        quote = quote == 0 ? c : 0;
        quoted = true;
      } else if (c == '\\' && quote != '\'' && p + 1 < to) {
        quoted = true;
        p++;
        if (in.bytes[p] != '\n') {
          text.write(in.bytes[p]);
        }
      } else if (c == '$' && quote == 0 && p + 1 < to && in.bytes[p + 1] == '\'') {
        quoted = true;
      } else {
        text.write(c);
      }
    }
    return new Delimiter(from, to, text.toByteArray(), quoted, tabs);
  }

  /** Asks for the document of the operator at an offset; it is known in the second reading. */
  Redirection.@Nullable HereDocument want(int operator, Delimiter delimiter) {
    wanted.add(new Wanted(operator, delimiter));
    in.keep(20);
    Found body = placing ? found.get(operator) : null;
    return body == null ? null : read(body);
  }

  /** A newline was passed: the bodies of what was asked for stand here. */
  void newline() {
    if (wanted.isEmpty()) {
      return;
    }
    List<Wanted> due = wanted;
    wanted = new ArrayList<>(0);
    for (Wanted one : due) {
      Found body = placing ? found.get(one.operator) : null;
      if (body == null) {
        body = find(one.delimiter);
        found.put(one.operator, body);
        if (!placing) {
          int next = in.pos;
          boolean failed = in.failed();
          if (!failed) {
            // For the here-documents inside substitutions of the body.
            read(body);
            in.pos = next;
          }
        }
      } else if (!in.failed()) {
        in.pos = Math.min(body.next, in.limit);
        if (body.next > in.limit) {
          in.incomplete(one.delimiter.from, one.delimiter.to, one.delimiter.shown());
        }
      }
    }
  }

  private Found find(Delimiter delimiter) {
    int from = in.pos;
    int line = from;
    boolean continued = false;
    while (line < in.limit) {
      int end = line;
      while (end < in.limit && in.bytes[end] != '\n') {
        end++;
      }
      int start = line;
      while (delimiter.tabs && start < end && in.bytes[start] == '\t') {
        start++;
      }
      if (!continued) {
        if (end - start == delimiter.text.length && begins(start, delimiter.text)) {
          in.pos = Math.min(end + 1, in.limit);
          return new Found(delimiter, from, line, in.pos);
        }
        if (closesSubstitution(start, end, delimiter.text)) {
          in.pos = start + delimiter.text.length;
          return new Found(delimiter, from, line, in.pos);
        }
      }
      continued = !delimiter.quoted && endsInBackslash(line, end);
      line = end + 1;
    }
    int limit = in.limit;
    in.pos = limit;
    in.incomplete(delimiter.from, delimiter.to, delimiter.shown());
    return new Found(delimiter, Math.min(from, limit), limit, limit + 1);
  }

  private boolean begins(int at, byte[] text) {
    for (int i = 0; i < text.length; i++) {
      if (in.at(at + i) != (text[i] & 0xFF)) {
        return false;
      }
    }
    return true;
  }

  /** bash takes {@code EOF)} for the end of a document in a substitution, as it always has. */
  private boolean closesSubstitution(int start, int end, byte[] text) {
    if (!substitution || !in.bash() || !begins(start, text)) {
      return false;
    }
    for (int p = start + text.length; p < end; p++) {
      if (in.bytes[p] == ')') {
        return true;
      }
    }
    return false;
  }

  private boolean endsInBackslash(int line, int end) {
    int p = end;
    while (p > line && in.bytes[p - 1] == '\\') {
      p--;
    }
    return (end - p) % 2 == 1;
  }

  private Redirection.HereDocument read(Found body) {
    Delimiter delimiter = body.delimiter;
    int back = in.pos;
    Cursor.Region region = in.enterRegion(body.to);
    in.pos = body.from;
    Parts parts = new Parts(in);
    List<Wanted> outer = wanted;
    wanted = new ArrayList<>(0);
    if (in.enter()) {
      text(parts, delimiter);
      in.leave();
    }
    wanted = outer;
    in.leaveRegion(region, back);
    Span span = in.span(body.from, body.to);
    return new Redirection.HereDocument(span, delimiter.quoted, new Word(span, parts.toList()));
  }

  private void text(Parts parts, Delimiter delimiter) {
    boolean quoted = delimiter.quoted;
    int run = in.pos;
    boolean lineStart = true;
    while (true) {
      int at = in.pos;
      int c = in.next();
      if (c == Cursor.END) {
        parts.literal(run, at);
        return;
      }
      if (lineStart && delimiter.tabs && c == '\t') {
        parts.literal(run, at);
        in.pos++;
        run = in.pos;
        continue;
      }
      lineStart = c == '\n';
      Part part = null;
      if (!quoted) {
        switch (c) {
          case '\\' -> {
            int next = in.at(at + 1);
            if (next == '\n') {
              parts.literal(run, at);
              in.pos += 2;
              run = in.pos;
              continue;
            }
            if (next == '$' || next == '`' || next == '\\') {
              in.pos += 2;
              part = new Part.Escaped(in.spanFrom(at), in.text(at + 1, in.pos));
            }
          }
          case '$' -> part = all.expansions.dollar(true);
          case '`' -> part = all.expansions.backquotes(true);
          default -> {}
        }
      }
      if (part == null) {
        in.pos = at + 1;
        continue;
      }
      parts.literal(run, at);
      parts.add(part);
      run = in.pos;
    }
  }

  /**
   * Reads the list of a substitution. What it still wants at its end bash looks for behind the line
   * the substitution stands on; where the substitution is a text of its own (backquotes), and
   * always in zsh, such documents are empty.
   */
  CommandList inSubstitution(Supplier<CommandList> list, boolean textOfItsOwn) {
    List<Wanted> outer = wanted;
    boolean outerSubstitution = substitution;
    wanted = new ArrayList<>(0);
    substitution = true;
    CommandList body = list.get();
    if (in.bash() && !textOfItsOwn) {
      outer.addAll(wanted);
    } else {
      for (Wanted one : wanted) {
        found.putIfAbsent(one.operator, new Found(one.delimiter, in.pos, in.pos, in.pos));
      }
    }
    wanted = outer;
    substitution = outerSubstitution;
    return body;
  }

  /** The input is over: what was asked for and did not come is missing. */
  void missing() {
    if (!wanted.isEmpty()) {
      Delimiter first = wanted.getFirst().delimiter;
      in.incomplete(first.from, first.to, first.shown());
    }
  }
}
