package belay.rules.syntax;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads unquoted words (POSIX.1-2024 2.3 Token Recognition, 2.6 Word Expansions; bash(1)
 * EXPANSION).
 */
final class Words {

  /** Where a word stands, which decides what is special in it. */
  enum Place {
    /** An argument, an element of a list, or the target of a redirection: all is expanded. */
    ARGUMENT(true, true),
    /** As an argument, of a command that declares: zsh reads assignments in it, too. */
    DECLARED(true, true),
    /** The value of an assignment: neither braces nor patterns, tildes also behind colons. */
    VALUE(false, false),
    /** A pattern of {@code case} or {@code [[}: no braces. */
    PATTERN(false, true),
    /** Where nothing is split or matched: the subject of {@code case}, a here-string. */
    SINGLE(false, false),
    /** The regular expression of {@code [[ =~}: parentheses and bars are text. */
    REGEX(false, false);

    private final boolean braces;
    private final boolean globs;

    Place(boolean braces, boolean globs) {
      this.braces = braces;
      this.globs = globs;
    }
  }

  private final Cursor in;
  private final Reading all;

  Words(Cursor in, Reading all) {
    this.in = in;
    this.all = all;
  }

  /** The word at the place reached; without parts where no word is. */
  Word word(Place place) {
    int from = in.pos;
    int limit = in.limit;
    byte[] bytes = in.bytes;
    int p = from;
    while (p < limit && !Bytes.is(bytes[p] & 0xFF, Bytes.ACTIVE)) {
      p++;
    }
    if (p > from && endsPlainly(p) && (in.bash() || bytes[from] != '=') && place != Place.REGEX) {
      in.pos = p;
      in.keep(1);
      Span span = in.span(from, p);
      return new Word(span, List.of(new Part.Literal(span, in.text(from, p))));
    }
    Parts parts = new Parts(in);
    read(place, parts);
    List<Part> list = parts.toList();
    return new Word(in.spanFrom(from), list);
  }

  private boolean endsPlainly(int p) {
    return switch (in.at(p)) {
      case Cursor.END, ' ', '\t', '\n', ';', '|', '&', ')' -> true;
      default -> false;
    };
  }

  private boolean endsBefore(int p) {
    int c = in.at(p);
    return endsPlainly(p) || ((c == '<' || c == '>') && in.at(p + 1) != '(');
  }

  /** The word that must stand on the line here; null where none does. */
  @Nullable Word required(Place place) {
    if (in.peek() == '#' && in.comments) {
      in.unexpected();
      return null;
    }
    Word word = word(place);
    if (word.parts().isEmpty() && in.pos == word.span().from()) {
      in.unexpected();
      return null;
    }
    return word;
  }

  private void read(Place place, Parts parts) {
    int start = in.pos;
    int run = start;
    Braces braces = null;
    int parens = 0;
    if (in.zsh() && in.peek() == '=' && place != Place.REGEX) {
      Part leading = equalsAtStart(place);
      if (leading != null) {
        parts.add(leading);
        run = in.pos;
      }
    }
    while (true) {
      int c = in.next();
      if (c == Cursor.END) {
        break;
      }
      if (!Bytes.is(c, Bytes.ACTIVE)) {
        in.pos++;
        continue;
      }
      int at = in.pos;
      Part part = null;
      switch (c) {
        case ' ', '\t', '\n', ';', '&' -> {
          if (place == Place.REGEX && parens > 0) {
            in.pos++;
            continue;
          }
          parts.literal(run, at);
          end(place, braces, parts);
          return;
        }
        case '|' -> {
          if (place == Place.REGEX && (parens > 0 || in.at(at + 1) != '|')) {
            in.pos++;
            continue;
          }
          parts.literal(run, at);
          end(place, braces, parts);
          return;
        }
        case '(' -> {
          if (place == Place.REGEX) {
            parens++;
            in.pos++;
            continue;
          }
          int glob = all.globs.groupStart(run, at, place != Place.SINGLE);
          if (glob < 0) {
            parts.literal(run, at);
            end(place, braces, parts);
            return;
          }
          parts.literal(run, glob);
          in.pos = glob;
          group(place, parts);
          run = in.pos;
          continue;
        }
        case ')' -> {
          if (place == Place.REGEX && parens > 0) {
            parens--;
            in.pos++;
            continue;
          }
          parts.literal(run, at);
          end(place, braces, parts);
          return;
        }
        case '<', '>' -> {
          if (place == Place.REGEX && parens > 0) {
            in.pos++;
            continue;
          }
          if (in.at(at + 1) == '(') {
            parts.literal(run, at);
            parts.add(all.expansions.processSubstitution());
            run = in.pos;
            continue;
          }
          int end = all.globs.numericEnd(at);
          if (end < 0) {
            parts.literal(run, at);
            end(place, braces, parts);
            return;
          }
          in.pos = end;
          part = new Part.Glob(in.span(at, end), in.text(at, end));
        }
        case '*', '?' -> {
          if (!place.globs) {
            in.pos++;
            continue;
          }
          if (in.at(at + 1) == '(' && all.globs.groupStart(run, at + 1, true) == at) {
            parts.literal(run, at);
            all.globs.group(parts);
            run = in.pos;
            continue;
          }
          part = all.globs.star();
        }
        case '[' -> {
          part = place.globs ? all.globs.bracket() : null;
          if (part == null) {
            in.pos++;
            continue;
          }
        }
        case '~' -> {
          part = tilde(place, start, at, braces);
          if (part == null) {
            in.pos++;
            continue;
          }
        }
        case '{' -> {
          if (!place.braces) {
            in.pos++;
            continue;
          }
          parts.literal(run, at);
          if (braces == null) {
            braces = new Braces(in, parts, start);
          }
          if (!braces.open()) {
            return;
          }
          run = in.pos;
          continue;
        }
        case ',' -> {
          if (braces == null || !braces.isOpen()) {
            in.pos++;
            continue;
          }
          parts.literal(run, at);
          braces.comma();
          run = in.pos;
          continue;
        }
        case '}' -> {
          if (braces == null || !braces.isOpen()) {
            if (in.zsh() && at > start && place.braces && endsBefore(at + 1)) {
              // zsh splits a brace that closes none in the word off its end: `{ echo a}`.
              parts.literal(run, at);
              return;
            }
            in.pos++;
            continue;
          }
          parts.literal(run, at);
          braces.close();
          run = in.pos;
          continue;
        }
        default -> {
          part = quotedOrDollar(c);
          if (part == null) {
            if (in.pos > at) {
              // A backslash-newline pair: nothing at all.
              parts.literal(run, at);
              run = in.pos;
            } else {
              in.pos++;
            }
            continue;
          }
        }
      }
      if (part != null) {
        parts.literal(run, at);
        parts.add(part);
        run = in.pos;
      }
    }
    parts.literal(run, in.pos);
    end(place, braces, parts);
  }

  /** A parenthesised pattern, or the text that it is where patterns match nothing. */
  private void group(Place place, Parts parts) {
    Parts inside = new Parts(in);
    all.globs.group(inside);
    for (Part part : inside.toList()) {
      boolean text = !place.globs && part instanceof Part.Glob;
      parts.add(
          text && part instanceof Part.Glob(Span span, String written)
              ? new Part.Literal(span, written)
              : part);
    }
  }

  private void end(Place place, @Nullable Braces braces, Parts parts) {
    if (braces == null || parts.size() == 0) {
      return;
    }
    braces.end();
    if (in.bash() && place == Place.ARGUMENT) {
      braces.unassign();
    }
  }

  /**
   * The quote, backslash, dollar or backquote at the place reached. Null, and not moved, where it
   * stands for itself; null, but moved, for a backslash-newline pair.
   */
  @Nullable Part quotedOrDollar(int c) {
    return switch (c) {
      case '\\' -> all.quotes.escaped();
      case '\'' -> all.quotes.single();
      case '"' -> all.quotes.doubled(in.pos, false);
      case '`' -> all.expansions.backquotes(false);
      case '$' -> all.expansions.dollar(false);
      default -> null;
    };
  }

  /** zsh's {@code =(list)} and {@code =command} at the beginning of a word (zshexpn(1)). */
  private @Nullable Part equalsAtStart(Place place) {
    int at = in.pos;
    if (in.at(at + 1) == '(') {
      return place.braces || place == Place.VALUE ? all.expansions.processSubstitution() : null;
    }
    if (!place.braces) {
      return null;
    }
    int end = at + 1;
    while (end < in.limit && !Bytes.is(in.at(end), Bytes.ACTIVE) && in.at(end) != '=') {
      end++;
    }
    if (end == at + 1 || !endsPlainly(end)) {
      return null;
    }
    in.pos = end;
    return new Part.EqualsCommand(in.span(at, end), in.text(at + 1, end));
  }

  /** A tilde-prefix (POSIX.1-2024 2.6.1; bash(1) Tilde Expansion), where the shell expands it. */
  private @Nullable Part tilde(Place place, int start, int at, @Nullable Braces braces) {
    boolean value = place == Place.VALUE;
    if (at == start) {
      if (place == Place.REGEX) {
        return null;
      }
    } else if (braces != null && braces.atHead(at)) {
      value = false;
    } else {
      int before = in.bytes[at - 1];
      boolean expands =
          value
              ? before == ':'
              : place.braces && (before == '=' || before == ':') && looksAssigned(place, start, at);
      if (!expands) {
        return null;
      }
      value = true;
    }
    int end = at + 1;
    while (Bytes.is(in.at(end), Bytes.LOGIN)) {
      end++;
    }
    int next = in.at(in.joined(end));
    boolean ends =
        next == '/'
            || endsPlainly(in.joined(end))
            || (next == ':' && value)
            || ((next == ',' || next == '}') && braces != null && braces.isOpen());
    if (!ends) {
      return null;
    }
    in.pos = end;
    return new Part.Tilde(in.span(at, end), in.text(at + 1, end));
  }

  /**
   * Whether an argument reads {@code name=…} up to a tilde behind its first equals sign, which bash
   * expands as in an assignment (bash(1) Tilde Expansion); zsh does not (MAGIC_EQUAL_SUBST is off).
   */
  private boolean looksAssigned(Place place, int start, int at) {
    if ((in.zsh() && place != Place.DECLARED) || !Bytes.is(in.at(start), Bytes.NAME_START)) {
      return false;
    }
    int p = start;
    while (Bytes.is(in.at(p), Bytes.NAME)) {
      p++;
    }
    if (in.at(p) == '+') {
      p++;
    }
    return in.at(p) == '=' && p < at && (in.bytes[at - 1] == ':' || p == at - 1);
  }

  /** Words up to what cannot begin one; {@code newlines} may stand between them. */
  List<Word> several(boolean newlines) {
    List<Word> words = new ArrayList<>();
    while (true) {
      if (newlines) {
        all.lists.newlines();
      } else {
        in.skipBlanks();
      }
      int c = in.next();
      boolean process = (c == '<' || c == '>') && in.at(in.pos + 1) == '(';
      process |= all.globs.numericEnd(in.pos) >= 0;
      if (c == Cursor.END || (Bytes.is(c, Bytes.META) && !process && (c != '(' || in.bash()))) {
        return words;
      }
      if (c == '#' && in.comments) {
        return words;
      }
      int before = in.pos;
      Word word = word(Place.ARGUMENT);
      if (in.pos == before) {
        return words;
      }
      words.add(word);
    }
  }
}
