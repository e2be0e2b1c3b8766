package belay.rules.effect;

import belay.rules.effect.Meaning.Change;
import belay.rules.effect.Meaning.Inner;
import belay.rules.effect.Meaning.Mark;
import belay.rules.effect.Meaning.Sort;
import belay.rules.effect.Value.Piece;
import belay.rules.syntax.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Command lines and meanings in the short form of the examples in model files. */
final class MeaningText {

  private MeaningText() {}

  /**
   * Words between blanks; single quotes keep blanks, {@code $NAME} is unknown, {@code *} and {@code
   * ?} outside quotes make a pattern of the part between slashes.
   */
  static List<Field> fields(String line) {
    List<Field> out = new ArrayList<>();
    int at = 0;
    while (at < line.length()) {
      if (line.charAt(at) == ' ') {
        at++;
        continue;
      }
      int start = at;
      List<Piece> pieces = new ArrayList<>();
      StringBuilder text = new StringBuilder();
      boolean quoted = false;
      boolean pattern = false;
      while (at < line.length() && (quoted || line.charAt(at) != ' ')) {
        char c = line.charAt(at++);
        if (c == '\'') {
          quoted = !quoted;
        } else if (c == '$' && !quoted) {
          pieces.add(new Piece.Known(text.toString()));
          text.setLength(0);
          while (at < line.length() && Character.isUpperCase(line.charAt(at))) {
            at++;
          }
          pieces.add(new Piece.Unknown("not known"));
        } else {
          pattern |= !quoted && (c == '*' || c == '?');
          text.append(c);
        }
      }
      String rest = text.toString();
      pieces.add(pattern ? new Piece.Pattern(rest) : new Piece.Known(rest));
      out.add(new Field(new Value(pieces), new Span(start, at), List.of()));
    }
    return out;
  }

  static String of(Meaning meaning) {
    List<String> parts = new ArrayList<>();
    meaning.marks().forEach(mark -> parts.add(of(mark)));
    meaning.inner().forEach(inner -> parts.add(of(inner)));
    return parts.isEmpty() ? "nothing" : String.join("; ", parts);
  }

  private static String of(Mark mark) {
    StringBuilder out = new StringBuilder(mark.kind().key());
    if (mark.sort() != Sort.PATH) {
      out.append(' ').append(mark.sort().name().toLowerCase(Locale.ROOT));
      if (!mark.system().isEmpty()) {
        out.append('(').append(mark.system()).append(')');
      }
    }
    out.append(' ').append(mark.value().display());
    if (mark.child() != null) {
      out.append(" + ").append(mark.child().display());
    }
    if (mark.reach() != Reach.ONE) {
      out.append(' ').append(mark.reach().name().toLowerCase(Locale.ROOT));
    }
    if (mark.certainty() != Certainty.CERTAIN) {
      out.append(' ').append(mark.certainty().name().toLowerCase(Locale.ROOT));
    }
    if (!mark.detail().resource().isEmpty()) {
      out.append(" of ").append(mark.detail().resource());
    }
    mark.detail().traits().stream().sorted().forEach(trait -> out.append(" #").append(trait.key()));
    if (mark.host() != null) {
      out.append(" @").append(mark.host().display());
    }
    return out.toString();
  }

  private static String of(Inner inner) {
    String under = inner.wrapper() + of(inner.change()) + "]";
    return switch (inner) {
      case Inner.Words words -> "runs[" + under + ": " + joined(words.words());
      case Inner.Text text ->
          "reads["
              + under
              + ": "
              + text.text().value().display()
              + (text.arguments().isEmpty() ? "" : " | " + joined(text.arguments()));
      case Inner.Code code -> "code[" + under + ": " + code.text().value().display();
      case Inner.Opaque opaque -> "opaque[" + under + ": " + opaque.name().value().display();
      case Inner.Stdin _ -> "stdin[" + under;
    };
  }

  private static String of(Change change) {
    return switch (change) {
      case Change.Nothing _ -> "";
      case Change.Remote(Value host) -> " at " + host.display();
      case Change.Inside(String what) -> " inside " + what;
      case Change.Directory(Value directory) -> " in " + directory.display();
      case Change.FedOperands(String placeholder) ->
          " fed" + (placeholder == null ? "" : " " + placeholder);
      case Change.Found(List<Value> roots, String _, boolean limited) ->
          " found "
              + roots.stream().map(Value::display).collect(Collectors.joining(" "))
              + (limited ? " limited" : "");
    };
  }

  private static String joined(List<Field> fields) {
    return fields.stream().map(field -> field.value().display()).collect(Collectors.joining(" "));
  }
}
