package belay.index.journal;

import belay.index.journal.RoughWords.Range;
import belay.index.journal.RoughWords.Word;
import belay.rules.syntax.Assignment;
import belay.rules.syntax.Command;
import belay.rules.syntax.CommandList;
import belay.rules.syntax.Dialect;
import belay.rules.syntax.Parser;
import belay.rules.syntax.Part;
import belay.rules.syntax.Redirection;
import belay.rules.syntax.Script;
import belay.rules.syntax.Span;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The commands of a text as the shell reads them, those in substitutions, loops and functions too;
 * of a text that is no complete line what {@link RoughWords} makes of it.
 */
final class ShellWords {

  /**
   * A command.
   *
   * @param words assignments first
   * @param documents what here-documents and here-strings feed it
   * @param piped the command whose output it reads, no words where there is none
   */
  record Simple(List<Word> words, List<Range> documents, List<Word> piped) {}

  private final int offset;
  private final List<Simple> commands = new ArrayList<>();

  private ShellWords(int offset) {
    this.offset = offset;
  }

  static List<Simple> commands(String text, int from, int to) {
    byte[] bytes = text.substring(from, to).getBytes(StandardCharsets.ISO_8859_1);
    Script script = Parser.parse(bytes, Dialect.BASH);
    if (script.status() instanceof Script.Status.Complete) {
      var reader = new ShellWords(from);
      reader.list(script.body());
      return reader.commands;
    }
    return RoughWords.commands(text, from, to).stream()
        .map(words -> new Simple(words, List.of(), List.of()))
        .toList();
  }

  private void list(CommandList list) {
    list.items().forEach(item -> command(item.command(), List.of(), List.of()));
  }

  private void command(Command command, List<Word> piped, List<Range> fed) {
    switch (command) {
      case Command.Simple simple -> simple(simple, piped, fed);
      case Command.AndOr both -> {
        command(both.left(), List.of(), fed);
        command(both.right(), List.of(), fed);
      }
      case Command.Pipeline pipeline -> {
        List<Word> before = piped;
        for (Command stage : pipeline.stages()) {
          command(stage, before, fed);
          before = stage instanceof Command.Simple simple ? words(simple) : List.of();
        }
      }
      case Command.Redirected redirected -> {
        List<Range> documents = new ArrayList<>(fed);
        redirected.redirections().forEach(redirection -> redirection(redirection, documents));
        command(redirected.command(), piped, documents);
      }
      case Command.Subshell subshell -> list(subshell.body());
      case Command.Group group -> list(group.body());
      case Command.If choice -> {
        for (Command.Branch branch : choice.branches()) {
          list(branch.condition());
          list(branch.body());
        }
        CommandList otherwise = choice.otherwise();
        if (otherwise != null) {
          list(otherwise);
        }
      }
      case Command.For loop -> {
        var words = loop.words();
        if (words != null) {
          loose(words);
        }
        list(loop.body());
      }
      case Command.Select loop -> {
        var words = loop.words();
        if (words != null) {
          loose(words);
        }
        list(loop.body());
      }
      case Command.ArithmeticFor loop -> list(loop.body());
      case Command.While loop -> {
        list(loop.condition());
        list(loop.body());
      }
      case Command.Repeat loop -> list(loop.body());
      case Command.Case choice -> {
        loose(List.of(choice.subject()));
        choice.arms().forEach(arm -> list(arm.body()));
      }
      case Command.Conditional conditional -> loose(conditional.words());
      case Command.Arithmetic arithmetic -> loose(List.of(arithmetic.expression()));
      case Command.FunctionDefinition function -> command(function.body(), List.of(), fed);
      case Command.AnonymousFunction function -> {
        command(function.body(), List.of(), fed);
        loose(function.arguments());
      }
      case Command.Coprocess coprocess -> command(coprocess.body(), List.of(), fed);
      case Command.Always always -> {
        list(always.body());
        list(always.always());
      }
      case Command.Unparsed _ -> {}
    }
  }

  /** Words that are no command's own: nothing but what stands in them counts. */
  private void loose(List<belay.rules.syntax.Word> words) {
    List<Word> out = new ArrayList<>();
    words.forEach(word -> out.add(word(word)));
    words.forEach(word -> inside(word.parts()));
    commands.add(new Simple(out, List.of(), List.of()));
  }

  private void simple(Command.Simple simple, List<Word> piped, List<Range> fed) {
    List<Range> documents = new ArrayList<>(fed);
    simple.redirections().forEach(redirection -> redirection(redirection, documents));
    commands.add(new Simple(words(simple), documents, piped));
    simple.words().forEach(word -> inside(word.parts()));
    for (Assignment assignment : simple.assignments()) {
      switch (assignment.value()) {
        case Assignment.Value.Scalar(belay.rules.syntax.Word word) -> inside(word.parts());
        case Assignment.Value.Array(List<belay.rules.syntax.Word> elements) ->
            elements.forEach(word -> inside(word.parts()));
      }
    }
  }

  private List<Word> words(Command.Simple simple) {
    List<Word> out = new ArrayList<>();
    simple.words().forEach(word -> out.add(word(word)));
    for (Assignment assignment : simple.assignments()) {
      List<Range> quoted = new ArrayList<>();
      switch (assignment.value()) {
        case Assignment.Value.Scalar(belay.rules.syntax.Word word) -> quotes(word.parts(), quoted);
        case Assignment.Value.Array(List<belay.rules.syntax.Word> elements) ->
            elements.forEach(word -> quotes(word.parts(), quoted));
      }
      Span span = assignment.span();
      out.add(new Word(offset + span.from(), offset + span.to(), quoted));
    }
    out.sort(Comparator.comparingInt(Word::from));
    return out;
  }

  private void redirection(Redirection redirection, List<Range> documents) {
    inside(redirection.target().parts());
    Redirection.HereDocument document = redirection.document();
    if (document != null) {
      documents.add(range(document.body().span()));
      inside(document.body().parts());
    } else if (redirection.operator() == Redirection.Operator.HERE_STRING) {
      documents.add(range(redirection.target().span()));
    }
  }

  private Word word(belay.rules.syntax.Word word) {
    List<Range> quoted = new ArrayList<>();
    quotes(word.parts(), quoted);
    return new Word(offset + word.span().from(), offset + word.span().to(), quoted);
  }

  private void quotes(List<Part> parts, List<Range> quoted) {
    for (Part part : parts) {
      Span span = part.span();
      int opening =
          switch (part) {
            case Part.SingleQuoted _ -> 1;
            case Part.AnsiQuoted _ -> 2;
            case Part.DoubleQuoted text -> text.localized() ? 2 : 1;
            // What it runs is read on its own.
            case Part.CommandSubstitution _, Part.ProcessSubstitution _ -> 1;
            case Part.Literal _,
                Part.Escaped _,
                Part.Parameter _,
                Part.ArithmeticExpansion _,
                Part.Tilde _,
                Part.EqualsCommand _,
                Part.Glob _,
                Part.Braces _,
                Part.BraceRange _ ->
                0;
          };
      if (opening > 0 && span.length() > opening) {
        quoted.add(new Range(offset + span.from() + opening, offset + span.to() - 1));
      }
    }
  }

  /** The commands that a word runs to become what it is. */
  private void inside(List<Part> parts) {
    for (Part part : parts) {
      switch (part) {
        case Part.CommandSubstitution(Span _, CommandList body) -> list(body);
        case Part.ProcessSubstitution(Span _, Part.ProcessSubstitution.Direction _, var body) ->
            list(body);
        case Part.DoubleQuoted quoted -> inside(quoted.parts());
        case Part.Parameter parameter -> {
          var argument = parameter.argument();
          if (argument != null) {
            inside(argument.parts());
          }
        }
        case Part.ArithmeticExpansion arithmetic -> inside(arithmetic.parts());
        case Part.Braces braces -> braces.alternatives().forEach(word -> inside(word.parts()));
        case Part.Literal _,
            Part.Escaped _,
            Part.SingleQuoted _,
            Part.AnsiQuoted _,
            Part.Tilde _,
            Part.EqualsCommand _,
            Part.Glob _,
            Part.BraceRange _ -> {}
      }
    }
  }

  private Range range(Span span) {
    return new Range(offset + span.from(), offset + span.to());
  }
}
