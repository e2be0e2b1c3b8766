package belay.rules.effect;

import belay.rules.effect.Meaning.Change;
import belay.rules.effect.Meaning.Inner;
import belay.rules.effect.Need.Answer;
import belay.rules.effect.Need.Gate;
import belay.rules.effect.Value.Piece;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A command that a command runs, as a model states it.
 *
 * @param suffix what is added to the program's name in messages, or empty
 * @param command the words or the text; several make a text joined by blanks
 * @param arguments of a text
 * @param changes the first that applies counts
 */
record Run(
    Kind kind,
    String suffix,
    Selector command,
    @Nullable Selector arguments,
    List<Alteration> changes,
    Gate gate) {

  private static final String BRACES = "{}";

  enum Kind {
    WORDS,
    TEXT,
    /** Text in another language than the shell's. */
    CODE,
    STDIN,
    /** What somebody else wrote down, and nobody has read: targets of a makefile. */
    OPAQUE
  }

  /** What the wrapper changes. */
  record Alteration(Sort sort, @Nullable Selector of) {

    enum Sort {
      REMOTE,
      INSIDE,
      DIRECTORY,
      /** In another shell, whose working directory nobody knows. */
      SOMEWHERE,
      /** Two braces stand for some of what is below; without any they come last. */
      FOUND,
      /** The placeholder is the value of an option. */
      FED,
      /** The placeholder is two braces wherever they stand. */
      FED_BRACES
    }
  }

  void addTo(List<Inner> inner, String program, Arguments arguments) {
    if (gate.in(arguments) == Answer.NO) {
      return;
    }
    List<Field> fields = command.select(arguments);
    String wrapper = suffix.isEmpty() ? program : program + " " + suffix;
    switch (kind) {
      case WORDS -> {
        if (!fields.isEmpty()) {
          Change change = change(arguments);
          inner.add(new Inner.Words(wrapper, change, braced(fields, change)));
        }
      }
      case TEXT -> {
        if (!fields.isEmpty()) {
          List<Field> more = arguments().select(arguments);
          inner.add(new Inner.Text(wrapper, change(arguments), joined(fields), more));
        }
      }
      case CODE ->
          fields.forEach(
              field -> inner.add(new Inner.Code(wrapper, change(arguments), program, field)));
      case OPAQUE -> fields.forEach(name -> inner.add(new Inner.Opaque(wrapper, name)));
      case STDIN ->
          inner.add(new Inner.Stdin(wrapper, change(arguments), arguments.whole(program)));
    }
  }

  @Override
  public Selector arguments() {
    return arguments == null ? new Selector.Else(List.of()) : arguments;
  }

  private static Field joined(List<Field> fields) {
    Field all = fields.getFirst();
    for (Field field : fields.subList(1, fields.size())) {
      all =
          new Field(
              Values.joined(all.value(), field.value()),
              all.span().cover(field.span()),
              all.emptied());
    }
    return all;
  }

  private Change change(Arguments arguments) {
    for (Alteration alteration : changes) {
      List<Field> fields = alteration.of() == null ? List.of() : alteration.of().select(arguments);
      Change change =
          switch (alteration.sort()) {
            case REMOTE -> fields.isEmpty() ? null : new Change.Remote(fields.getLast().value());
            case INSIDE ->
                fields.isEmpty() ? null : new Change.Inside(fields.getLast().value().display());
            case DIRECTORY ->
                fields.isEmpty() ? null : new Change.Directory(fields.getLast().value());
            case FOUND ->
                new Change.Found(
                    fields.stream().map(root -> FindExpression.below(root.value(), null)).toList(),
                    BRACES,
                    true);
            case SOMEWHERE ->
                new Change.Directory(Value.unknown("the other shell's directory is not known"));
            case FED -> new Change.FedOperands(fields.isEmpty() ? null : fields.getLast().known());
            case FED_BRACES ->
                new Change.FedOperands(hasBraces(arguments.operands()) ? BRACES : null);
          };
      if (change != null) {
        return change;
      }
    }
    return new Change.Nothing();
  }

  private static List<Field> braced(List<Field> words, Change change) {
    if (!(change instanceof Change.Found) || hasBraces(words)) {
      return words;
    }
    List<Field> out = new ArrayList<>(words);
    out.add(words.getFirst().with(Value.of(BRACES)));
    return out;
  }

  private static boolean hasBraces(List<Field> words) {
    for (Field field : words) {
      for (Piece piece : field.value().pieces()) {
        if (piece instanceof Piece.Known(String text) && text.contains(BRACES)) {
          return true;
        }
      }
    }
    return false;
  }
}
