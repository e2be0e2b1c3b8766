package belay.rules.effect;

import belay.rules.effect.Value.Piece;
import belay.rules.syntax.CommandList;
import belay.rules.syntax.Dialect;
import belay.rules.syntax.Part;
import belay.rules.syntax.Span;
import belay.rules.syntax.Word;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Turns words into fields as the shell does (POSIX.1-2024 2.6), in its order: braces, then tilde,
 * parameters, substitutions and arithmetic, then splitting; pathname expansion is left as pattern
 * pieces for whoever may look at the file system.
 */
final class Expander {

  /** What stands for a process substitution; the shell would choose some such name. */
  static final String SUBSTITUTED = "/dev/fd/63";

  /** More fields than this out of one word are not worth knowing singly. */
  private static final int MOST_FIELDS = 1000;

  /** Runs what stands inside a substitution, for its effects and, where it is known, its output. */
  interface Substitutions {
    /** The output without its trailing newlines, as far as it is known. */
    Value output(CommandList body);

    /** A process substitution is run, and named by a path nobody needs to know. */
    void run(CommandList body);
  }

  private final Scope scope;
  private final Substitutions substitutions;
  private final Parameters parameters;
  private final UnaryOperator<Span> place;

  /**
   * An expander.
   *
   * @param place from a span of the text read to one of the line typed
   */
  Expander(Scope scope, Substitutions substitutions, UnaryOperator<Span> place) {
    this.scope = scope;
    this.substitutions = substitutions;
    this.parameters = new Parameters(scope, this);
    this.place = place;
  }

  /** The fields of all words. */
  List<Field> fields(List<Word> words) {
    List<Field> out = new ArrayList<>(words.size());
    for (Word word : words) {
      String bare = word.bareText();
      if (bare != null) {
        out.add(new Field(Value.of(bare), place.apply(word.span()), List.of()));
      } else {
        fields(word, out);
      }
    }
    return out;
  }

  private void fields(Word word, List<Field> out) {
    Span span = place.apply(word.span());
    for (List<Part> alternative : Braces.expand(word.parts())) {
      Builder builder = new Builder();
      parts(alternative, builder, false);
      builder.finish();
      for (Value value : builder.values) {
        out.add(new Field(value, span, List.copyOf(builder.emptied)));
      }
    }
  }

  /** One value, without splitting and braces: assignments, redirection targets, {@code case}. */
  Field single(Word word) {
    Builder builder = new Builder();
    builder.splits = false;
    parts(word.parts(), builder, false);
    builder.finish();
    Value joined = Value.EMPTY;
    for (int i = 0; i < builder.values.size(); i++) {
      if (i > 0) {
        joined = joined.append(Value.of(" "));
      }
      joined = joined.append(builder.values.get(i));
    }
    return new Field(joined, place.apply(word.span()), List.copyOf(builder.emptied));
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
        case Part.CommandSubstitution(Span _, CommandList body) ->
            builder.expanded(List.of(substitutions.output(body)), quoted, splitsParameters());
        case Part.ProcessSubstitution(Span _, var _, CommandList body) -> {
          substitutions.run(body);
          builder.text(SUBSTITUTED);
        }
        case Part.ArithmeticExpansion(Span _, List<Part> inside) ->
            builder.expanded(List.of(arithmetic(inside)), quoted, false);
        case Part.Tilde(Span _, String user) -> builder.piece(tilde(user));
        case Part.EqualsCommand(Span _, String name) -> builder.text(name);
        case Part.Glob(Span _, String text) ->
            builder.piece(quoted ? new Piece.Known(text) : new Piece.Pattern(text));
        // Only reached where braces are not expanded: quoted, or in an assignment.
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

  private boolean splitsParameters() {
    return scope.shell().dialect() == Dialect.BASH;
  }

  private void parameter(Part.Parameter parameter, Builder builder, boolean quoted) {
    Parameters.Result result = parameters.expand(parameter);
    boolean empty = result.values().stream().allMatch(value -> "".equals(value.known()));
    if (empty && !result.alternative()) {
      builder.emptied.add(parameter.name());
    }
    if (result.list() && quoted) {
      builder.list(result.values());
    } else {
      builder.expanded(result.values(), quoted, splitsParameters());
    }
  }

  private Piece tilde(String user) {
    if (user.isEmpty()) {
      List<Value> assigned = scope.assigned("HOME");
      String home =
          assigned == null || assigned.isEmpty()
              ? scope.shell().home()
              : assigned.getFirst().known();
      return home == null
          ? new Piece.Unknown("the home directory is not known")
          : new Piece.Known(home);
    }
    if (user.equals("+")) {
      Value directory = scope.directory();
      String known = directory == null ? null : directory.known();
      return known == null
          ? new Piece.Unknown("the working directory is not known")
          : new Piece.Known(known);
    }
    if (user.equals("root")) {
      return new Piece.Known("/root");
    }
    return new Piece.Unknown("the home directory of " + user + " is not looked up");
  }

  /** A number where it is written as one; all else would need the shell's arithmetic. */
  private Value arithmetic(List<Part> inside) {
    Builder builder = new Builder();
    builder.splits = false;
    parts(inside, builder, true);
    builder.finish();
    String text = builder.values.isEmpty() ? "" : builder.values.getFirst().known();
    if (text != null && text.strip().matches("[0-9]{1,18}")) {
      return Value.of(String.valueOf(Long.parseLong(text.strip())));
    }
    return Value.unknown("arithmetic is not computed");
  }

  /** Collects fields. */
  private static final class Builder {
    private final List<Value> values = new ArrayList<>();
    private final Set<String> emptied = new LinkedHashSet<>();
    private final List<Piece> current = new ArrayList<>();
    private boolean started;
    private boolean splits = true;

    void text(String text) {
      started |= !text.isEmpty();
      current.add(new Piece.Known(text));
    }

    /** Quotes make a field even of nothing. */
    void quotedText(String text) {
      started = true;
      current.add(new Piece.Known(text));
    }

    void piece(Piece piece) {
      started = true;
      current.add(piece);
    }

    /** {@code "$@"}: one field each, joined to what stands before and behind. */
    void list(List<Value> elements) {
      for (int i = 0; i < elements.size(); i++) {
        if (i > 0) {
          flush();
        }
        started = true;
        current.addAll(elements.get(i).pieces());
      }
    }

    /** The result of an expansion: split, and its pattern characters obeyed, unless quoted. */
    void expanded(List<Value> elements, boolean quoted, boolean splitText) {
      for (int i = 0; i < elements.size(); i++) {
        if (i > 0) {
          if (quoted || !splits) {
            current.add(new Piece.Known(" "));
          } else {
            flush();
          }
        }
        for (Piece piece : elements.get(i).pieces()) {
          if (quoted || !splits) {
            started = true;
            current.add(piece);
          } else if (piece instanceof Piece.Known(String text)) {
            if (splitText) {
              split(text);
            } else {
              text(text);
            }
          } else {
            piece(piece);
          }
        }
      }
    }

    /** By the default IFS; its other values are rare and change only how many targets there are. */
    private void split(String text) {
      int start = 0;
      for (int i = 0; i <= text.length(); i++) {
        boolean end = i == text.length();
        if (end || text.charAt(i) == ' ' || text.charAt(i) == '\t' || text.charAt(i) == '\n') {
          if (i > start) {
            globbed(text.substring(start, i));
          }
          if (!end) {
            flush();
          }
          start = i + 1;
        }
      }
    }

    private void globbed(String text) {
      started = true;
      boolean pattern =
          text.indexOf('*') >= 0
              || text.indexOf('?') >= 0
              || text.indexOf('[') >= 0 && text.indexOf(']') > 0;
      current.add(pattern ? new Piece.Pattern(text) : new Piece.Known(text));
    }

    private void flush() {
      if (started && values.size() < MOST_FIELDS) {
        values.add(new Value(current));
      }
      current.clear();
      started = false;
    }

    void finish() {
      flush();
    }
  }
}
