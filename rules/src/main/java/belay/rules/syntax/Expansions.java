package belay.rules.syntax;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What begins with a dollar or a backquote, and process substitution (POSIX.1-2024 2.6.2 to 2.6.4).
 */
final class Expansions {

  private final Cursor in;
  private final Reading all;

  /** For each parenthesis that was matched, where it is closed; made when first needed. */
  private int @Nullable [] pairs;

  Expansions(Cursor in, Reading all) {
    this.in = in;
    this.all = all;
  }

  /** The expansion at a dollar; null, and not moved, where the dollar stands for itself. */
  @Nullable Part dollar(boolean quoted) {
    int from = in.pos;
    int p = in.joined(from + 1);
    int c = in.at(p);
    return switch (c) {
      case '(' -> parenthesis(from, p);
      case '{' -> {
        in.pos = p + 1;
        yield all.parameters.braced(from, quoted);
      }
      case '[' -> {
        in.pos = p + 1;
        yield arithmeticBrackets(from);
      }
      case '\'' -> quoted ? null : all.quotes.ansi();
      case '"' -> {
        if (quoted || in.zsh()) {
          yield null;
        }
        in.pos = p;
        yield all.quotes.doubled(from, true);
      }
      default -> {
        in.pos = p;
        Part part = all.parameters.plain(from);
        if (part == null) {
          in.pos = from;
        }
        yield part;
      }
    };
  }

  private Part parenthesis(int from, int paren) {
    if (in.at(in.joined(paren + 1)) == '(') {
      return doubleParenthesis(from, paren);
    }
    in.pos = paren + 1;
    return commandSubstitution(from, paren + 1);
  }

  /** The list and the parenthesis behind it, once the opening is taken. */
  private Part commandSubstitution(int from, int openerEnd) {
    CommandList body = substituted(from, openerEnd);
    return new Part.CommandSubstitution(in.spanFrom(from), body);
  }

  private CommandList substituted(int from, int openerEnd) {
    CommandList body = all.documents.inSubstitution(all.lists::list, false);
    if (in.peek() == ')') {
      in.pos++;
    } else {
      in.unexpected(from, openerEnd, ")");
    }
    return body;
  }

  /** {@code <(…)}, {@code >(…)} and {@code =(…)}. */
  Part processSubstitution() {
    int from = in.pos;
    Part.ProcessSubstitution.Direction direction =
        switch (in.peek()) {
          case '<' -> Part.ProcessSubstitution.Direction.OUTPUT_OF;
          case '>' -> Part.ProcessSubstitution.Direction.INPUT_OF;
          default -> Part.ProcessSubstitution.Direction.TEMPORARY;
        };
    in.pos += 2;
    CommandList body = substituted(from, in.pos);
    return new Part.ProcessSubstitution(in.spanFrom(from), direction, body);
  }

  /**
   * {@code $((}: arithmetic when the inner parenthesis is closed right before the outer one, else a
   * command substitution that begins with a subshell (POSIX.1-2024 2.6.3).
   */
  private Part doubleParenthesis(int from, int outer) {
    int inner = in.joined(outer + 1);
    int outerEnd = closing(outer);
    if (outerEnd < 0) {
      in.incomplete(from, inner + 1, ")");
      in.pos = inner + 1;
      return new Part.ArithmeticExpansion(in.spanFrom(from), List.of());
    }
    int innerEnd = closing(inner);
    if (innerEnd >= 0 && in.joined(innerEnd + 1) == outerEnd) {
      in.pos = inner + 1;
      Word word = expression(innerEnd, outerEnd + 1);
      return new Part.ArithmeticExpansion(in.spanFrom(from), word.parts());
    }
    in.pos = outer + 1;
    Cursor.Region region = in.enterRegion(outerEnd);
    CommandList body = all.documents.inSubstitution(all.lists::whole, true);
    in.leaveRegion(region, outerEnd + 1);
    return new Part.CommandSubstitution(in.spanFrom(from), body);
  }

  /** Where the parenthesis at an offset is closed, or -1; each is looked for once. */
  int closing(int paren) {
    if (pairs == null) {
      pairs = new int[in.bytes.length];
    }
    if (pairs[paren] == 0) {
      int end = Matching.closing(in, paren + 1, pairs);
      if (end < 0) {
        return -1;
      }
      pairs[paren] = end;
    }
    return pairs[paren] < in.limit ? pairs[paren] : -1;
  }

  private Part arithmeticBrackets(int from) {
    int end = Matching.closing(in, in.pos, ']');
    if (end < 0) {
      in.incomplete(from, in.pos, "]");
      return new Part.ArithmeticExpansion(in.spanFrom(from), List.of());
    }
    Word word = expression(end, end + 1);
    return new Part.ArithmeticExpansion(in.spanFrom(from), word.parts());
  }

  /** Text up to {@code end} as an expression; what cannot be read in it stays inside. */
  Word expression(int end, int next) {
    int from = in.pos;
    Cursor.Region region = in.enterRegion(end);
    Parts parts = new Parts(in);
    if (in.enter()) {
      raw(parts);
      in.leave();
    }
    in.leaveRegion(region, end);
    Word word = new Word(in.spanFrom(from), parts.toList());
    in.pos = next;
    return word;
  }

  /** Text to the end, in which only expansions and double quotes are parts of their own. */
  void raw(Parts parts) {
    int run = in.pos;
    while (in.next() != Cursor.END) {
      int at = in.pos;
      int c = in.peek();
      Part part =
          switch (c) {
            case '$' -> dollar(true);
            case '`' -> backquotes(true);
            case '"' -> all.quotes.doubled(at, false);
            case '\'' -> in.at(at + 1) == Cursor.END ? null : quotedKey(at);
            default -> null;
          };
      if (part == null) {
        in.pos = c == '\\' && at + 1 < in.limit ? at + 2 : at + 1;
        continue;
      }
      parts.literal(run, at);
      parts.add(part);
      run = in.pos;
    }
    parts.literal(run, in.pos);
  }

  private @Nullable Part quotedKey(int at) {
    return Matching.quoteEnd(in, at) < 0 ? null : all.quotes.single();
  }

  /**
   * {@code `…`}: a backslash before a backquote, a backslash or a dollar (in double quotes also
   * before a double quote) goes away before the text is read as commands (POSIX.1-2024 2.6.3).
   */
  Part backquotes(boolean quoted) {
    int from = in.pos;
    int p = from + 1;
    boolean escapes = false;
    while (p < in.limit && in.bytes[p] != '`') {
      if (in.bytes[p] == '\\') {
        int next = in.at(p + 1);
        escapes |= next == '`' || next == '\\' || next == '$' || (quoted && next == '"');
        p++;
      }
      p++;
    }
    if (p >= in.limit) {
      in.pos = in.limit;
      in.incomplete(from, from + 1, "`");
      return new Part.CommandSubstitution(
          in.spanFrom(from), new CommandList(in.span(in.pos, in.pos), List.of()));
    }
    CommandList body;
    if (!in.enter()) {
      return new Part.CommandSubstitution(
          in.spanFrom(from), new CommandList(in.span(in.pos, in.pos), List.of()));
    }
    if (escapes) {
      body = unescaped(from + 1, p, quoted);
    } else {
      in.pos = from + 1;
      Cursor.Region region = in.enterRegion(p);
      body = all.documents.inSubstitution(all.lists::whole, true);
      in.leaveRegion(region, p);
    }
    in.leave();
    in.pos = p + 1;
    return new Part.CommandSubstitution(in.spanFrom(from), body);
  }

  private CommandList unescaped(int from, int to, boolean quoted) {
    in.keep(5);
    var made = new ByteArrayOutputStream(to - from);
    int[] origin = new int[to - from + 1];
    for (int i = from; i < to; i++) {
      origin[made.size()] = i;
      int c = in.bytes[i];
      if (c == '\\') {
        int next = in.at(i + 1);
        if (next == '`' || next == '\\' || next == '$' || (quoted && next == '"')) {
          i++;
          c = next;
        }
      }
      made.write(c);
    }
    origin[made.size()] = to;
    Cursor inner = in.derived(made.toByteArray(), Arrays.copyOf(origin, made.size() + 1));
    return new Reading(inner).contained();
  }
}
