package belay.rules.effect;

import belay.rules.effect.Value.Piece;
import belay.rules.syntax.Dialect;
import belay.rules.syntax.Part;
import belay.rules.syntax.Span;
import belay.rules.syntax.Word;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns words into fields as the shell does (POSIX.1-2024 2.6), in its order: braces, then tilde,
 * parameters, substitutions and arithmetic, then splitting; pathname expansion is left as pattern
 * pieces for whoever may look at the file system.
 */
final class Expander {

  /** More fields than this out of one word are not worth knowing singly. */
  private static final int MOST_FIELDS = 1000;

  /**
   * A word longer than this is not worth knowing: doubled in a loop, a text soon fills the heap.
   */
  private static final int LONGEST = 1 << 16;

  private static final String BLANKS = " \t\n";

  private final Walk walk;
  private final Parameters parameters;
  private final Arithmetic arithmetic;

  Expander(Walk walk) {
    this.walk = walk;
    this.parameters = new Parameters(walk, this);
    this.arithmetic = new Arithmetic(walk, parameters);
  }

  /** The fields of all words. */
  List<Field> fields(List<Word> words) {
    List<Field> out = new ArrayList<>(words.size());
    for (Word word : words) {
      String bare = word.bareText();
      if (bare != null && !walk.code().hasHoles(bare)) {
        out.add(new Field(Value.of(bare), walk.code().at(word.span()), List.of()));
      } else {
        fields(word, out);
      }
    }
    return out;
  }

  private void fields(Word word, List<Field> out) {
    Span span = walk.code().at(word.span());
    for (List<Part> alternative : Braces.words(word.parts(), walk.scope().dialect())) {
      Builder builder = new Builder(true);
      parts(alternative, builder, false);
      builder.addTo(out, span);
    }
  }

  /** One value, without splitting and braces: assignments, redirection targets, {@code case}. */
  Field single(Word word) {
    Builder builder = new Builder(false);
    parts(word.parts(), builder, false);
    return builder.single(walk.code().at(word.span()));
  }

  /**
   * A word that is a pattern, in shell notation with all that is quoted escaped; null if not known.
   */
  @Nullable String pattern(Word word) {
    StringBuilder out = new StringBuilder();
    return pattern(word.parts(), out, false) ? out.toString() : null;
  }

  private boolean pattern(List<Part> parts, StringBuilder out, boolean quoted) {
    for (Part part : parts) {
      switch (part) {
        case Part.Literal(Span _, String text) -> {
          if (quoted) {
            escape(text, out);
          } else {
            out.append(text);
          }
        }
        case Part.Escaped(Span _, String text) -> escape(text, out);
        case Part.SingleQuoted(Span _, String text) -> escape(text, out);
        case Part.AnsiQuoted(Span _, String text) -> escape(text, out);
        case Part.DoubleQuoted(Span _, List<Part> inside, boolean _) -> {
          if (!pattern(inside, out, true)) {
            return false;
          }
        }
        case Part.Glob(Span _, String text) -> out.append(text);
        case Part.Parameter _,
            Part.CommandSubstitution _,
            Part.ProcessSubstitution _,
            Part.ArithmeticExpansion _,
            Part.Tilde _,
            Part.EqualsCommand _,
            Part.Braces _,
            Part.BraceRange _ -> {
          Builder builder = new Builder(false);
          parts(List.of(part), builder, true);
          String known = builder.single(part.span()).known();
          if (known == null) {
            return false;
          }
          if (quoted || (zsh() && part instanceof Part.Parameter)) {
            escape(known, out);
          } else {
            out.append(known);
          }
        }
      }
    }
    return true;
  }

  private static void escape(String text, StringBuilder out) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ("*?[]\\()|!@+-^".indexOf(c) >= 0) {
        out.append('\\');
      }
      out.append(c);
    }
  }

  /** The value of an expression; null where it is not known. */
  @Nullable Long number(Word expression) {
    return number(expression.parts());
  }

  /** The same of plain text. */
  @Nullable Long number(String expression) {
    return arithmetic.value(expression);
  }

  /** The values of a parameter; empty where it is unset. */
  List<Value> named(String name) {
    return parameters.named(name);
  }

  private @Nullable Long number(List<Part> inside) {
    Builder builder = new Builder(false);
    parts(inside, builder, true);
    String text = builder.single(new Span(0, 0)).known();
    return text == null ? null : arithmetic.value(text);
  }

  private boolean zsh() {
    return walk.scope().dialect() == Dialect.ZSH;
  }

  private void parts(List<Part> parts, Builder builder, boolean quoted) {
    for (Part part : parts) {
      switch (part) {
        case Part.Literal(Span _, String text) -> builder.text(text);
        case Part.Escaped(Span _, String text) -> builder.quotedText(text);
        case Part.SingleQuoted(Span _, String text) -> builder.quotedText(text);
        case Part.AnsiQuoted(Span _, String text) -> builder.quotedText(text);
        case Part.DoubleQuoted(Span _, List<Part> inside, boolean _) -> {
          if (!isAllParameters(inside)) {
            builder.quotedText("");
          }
          parts(inside, builder, true);
        }
        case Part.Parameter parameter -> parameter(parameter, builder, quoted);
        case Part.CommandSubstitution substitution -> {
          Output output = walk.substituted(substitution.body());
          if (quoted || !builder.splits) {
            builder.joined(withoutNewlines(output.asText(walk.findings())), quoted);
          } else {
            boolean found = output instanceof Output.Found;
            List<Value> values =
                found
                    ? output.asNames(walk.findings(), false)
                    : List.of(withoutNewlines(output.asText(walk.findings())));
            builder.expanded(values, true);
          }
        }
        case Part.ProcessSubstitution(Span _, var direction, var body) ->
            builder.text(walk.processSubstitution(direction, body));
        case Part.ArithmeticExpansion(Span _, List<Part> inside) -> {
          Long number = number(inside);
          builder.piece(
              number == null
                  ? new Piece.Unknown("the arithmetic depends on what is not known")
                  : new Piece.Known(number.toString()));
        }
        case Part.Tilde(Span _, String user) -> builder.piece(tilde(user));
        case Part.EqualsCommand(Span _, String name) -> builder.text(name);
        case Part.Glob(Span _, String text) ->
            builder.piece(quoted ? new Piece.Known(text) : new Piece.Pattern(text));
        // Only reached where braces are not expanded, or are too many.
        case Part.Braces _, Part.BraceRange _ when builder.splits ->
            builder.piece(new Piece.Unknown("there are too many alternatives"));
        case Part.Braces(Span _, List<Word> alternatives) -> {
          builder.text("{");
          for (int i = 0; i < alternatives.size(); i++) {
            builder.text(i == 0 ? "" : ",");
            parts(alternatives.get(i).parts(), builder, quoted);
          }
          builder.text("}");
        }
        case Part.BraceRange(Span _, String first, String last, @Nullable String step) ->
            builder.text("{" + first + ".." + last + (step == null ? "" : ".." + step) + "}");
      }
    }
  }

  /** {@code "$@"} alone gives no field when there are no parameters. */
  private static boolean isAllParameters(List<Part> inside) {
    return inside.size() == 1
        && inside.getFirst() instanceof Part.Parameter parameter
        && Parameters.isList(parameter);
  }

  private static Value withoutNewlines(Value value) {
    if (value.pieces().isEmpty()
        || !(value.pieces().getLast() instanceof Piece.Known(String text))) {
      return value;
    }
    int end = text.length();
    while (end > 0 && text.charAt(end - 1) == '\n') {
      end--;
    }
    if (end == text.length()) {
      return value;
    }
    List<Piece> pieces = new ArrayList<>(value.pieces());
    pieces.set(pieces.size() - 1, new Piece.Known(text.substring(0, end)));
    return new Value(pieces);
  }

  private void parameter(Part.Parameter parameter, Builder builder, boolean quoted) {
    Parameters.Result result = parameters.expand(parameter);
    Word word = result.word();
    if (word != null) {
      boolean outer = builder.replacing;
      builder.replacing = !quoted;
      parts(word.parts(), builder, quoted);
      builder.replacing = outer;
      return;
    }
    builder.emptied.addAll(result.emptied());
    Span span = result.span();
    if (span != null) {
      builder.from = builder.from == null ? span : builder.from.cover(span);
    }
    if (result.list() && quoted) {
      builder.list(result.values(), result.spans());
    } else if (quoted || !builder.splits) {
      builder.joined(joined(result.values()), quoted);
    } else {
      builder.expanded(result.values(), !zsh());
    }
  }

  private static Value joined(List<Value> values) {
    if (values.size() == 1) {
      return values.getFirst();
    }
    Value out = Value.EMPTY;
    for (int i = 0; i < values.size(); i++) {
      out = (i == 0 ? out : out.append(Value.of(" "))).append(values.get(i));
    }
    return out;
  }

  private Piece tilde(String user) {
    Scope scope = walk.scope();
    switch (user) {
      case "" -> {
        List<Value> home = parameters.named("HOME");
        String known = home.isEmpty() ? null : home.getFirst().known();
        return known == null
            ? new Piece.Unknown("the home directory is not known")
            : new Piece.Known(known);
      }
      case "+", "-" -> {
        Value directory = user.equals("+") ? scope.directory() : scope.directoryBefore();
        String known = directory == null ? null : directory.known();
        return known == null
            ? new Piece.Unknown("the working directory is not known")
            : new Piece.Known(known);
      }
      case "root" -> {
        return new Piece.Known("/root");
      }
      default -> {
        return new Piece.Unknown("the home directory of " + user + " is not looked up");
      }
    }
  }

  /** IFS where the line has set it; the shell's own is taken to be as it came. */
  private String separators() {
    Scope.Binding assigned = walk.scope().assigned("IFS");
    if (assigned == null || assigned.values().isEmpty()) {
      return BLANKS;
    }
    String known = assigned.values().getFirst().known();
    return known == null ? BLANKS : known;
  }

  /** Collects fields. */
  private final class Builder {
    private final boolean splits;
    private final List<Value> values = new ArrayList<>(1);
    private final List<@Nullable Span> spans = new ArrayList<>(1);
    private final Set<String> emptied = new LinkedHashSet<>(2);
    private final List<Piece> current = new ArrayList<>(4);
    private boolean started;
    private int length;

    /** The text of a word behind an operator is split like what it stands for. */
    private boolean replacing;

    private @Nullable Span from;

    Builder(boolean splits) {
      this.splits = splits;
    }

    private void add(Piece piece) {
      if (piece instanceof Piece.Known(String text)) {
        length += text.length();
      }
      if (length <= LONGEST) {
        current.add(piece);
      } else if (current.isEmpty() || !(current.getLast() instanceof Piece.Unknown)) {
        current.add(new Piece.Unknown("it is too long"));
      }
    }

    void addTo(List<Field> out, Span word) {
      flush();
      for (int i = 0; i < values.size(); i++) {
        Span span = spans.get(i);
        out.add(new Field(values.get(i), span == null ? word : span, List.copyOf(emptied)));
      }
    }

    Field single(Span word) {
      flush();
      return new Field(Expander.joined(values), from == null ? word : from, List.copyOf(emptied));
    }

    void text(String text) {
      if (!text.isEmpty()) {
        if (replacing && splits && !zsh()) {
          split(text, separators(), false);
          return;
        }
        started = true;
        walk.code().fill(text).forEach(this::add);
      }
    }

    /** Quotes make a field even of nothing. */
    void quotedText(String text) {
      started = true;
      walk.code().fill(text).forEach(this::add);
    }

    void piece(Piece piece) {
      started = true;
      add(piece);
    }

    /** {@code "$@"}: one field each, joined to what stands before and behind. */
    void list(List<Value> elements, List<Span> places) {
      for (int i = 0; i < elements.size(); i++) {
        if (i > 0) {
          flush();
        }
        started = true;
        if (i < places.size()) {
          from = places.get(i);
        }
        elements.get(i).pieces().forEach(this::add);
      }
    }

    /** An expansion that is neither split nor matched. */
    void joined(Value value, boolean quoted) {
      started |= quoted || !value.pieces().isEmpty();
      value.pieces().forEach(this::add);
    }

    /** The result of an unquoted expansion: split, and its pattern characters obeyed. */
    void expanded(List<Value> elements, boolean splitText) {
      String separators = splitText ? separators() : "";
      for (int i = 0; i < elements.size(); i++) {
        if (i > 0) {
          flush();
        }
        for (Piece piece : elements.get(i).pieces()) {
          if (!(piece instanceof Piece.Known(String text))) {
            piece(piece);
          } else if (splitText) {
            split(text, separators, true);
          } else {
            started = true;
            add(piece);
          }
        }
      }
    }

    /** POSIX.1-2024 2.6.5: blanks of IFS in a row are one; each other character ends a field. */
    private void split(String text, String separators, boolean patterns) {
      int at = 0;
      while (at < text.length()) {
        int end = at;
        while (end < text.length() && separators.indexOf(text.charAt(end)) < 0) {
          end++;
        }
        if (end > at) {
          String part = text.substring(at, end);
          if (patterns) {
            globbed(part);
          } else {
            started = true;
            walk.code().fill(part).forEach(this::add);
          }
        }
        if (end == text.length()) {
          return;
        }
        int next = end;
        boolean hard = false;
        while (next < text.length() && separators.indexOf(text.charAt(next)) >= 0) {
          boolean blank = BLANKS.indexOf(text.charAt(next)) >= 0;
          if (!blank && hard) {
            break;
          }
          hard |= !blank;
          next++;
        }
        started |= hard;
        flush();
        at = next;
      }
    }

    private void globbed(String text) {
      started = true;
      int first = firstSpecial(text);
      if (first < 0) {
        add(new Piece.Known(text));
        return;
      }
      // What stands before the pattern is kept as text, so that it can be seen to be absolute.
      int slash = text.lastIndexOf('/', first) + 1;
      add(new Piece.Known(text.substring(0, slash)));
      add(new Piece.Pattern(text.substring(slash)));
    }

    private static int firstSpecial(String text) {
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        if (c == '*' || c == '?' || (c == '[' && text.indexOf(']', i + 2) > 0)) {
          return i;
        }
      }
      return -1;
    }

    private void flush() {
      if (started && values.size() < MOST_FIELDS) {
        values.add(new Value(current));
        spans.add(from);
      }
      current.clear();
      started = false;
    }
  }
}
