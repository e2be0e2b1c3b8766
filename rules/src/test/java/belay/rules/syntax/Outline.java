package belay.rules.syntax;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A script on one line, short enough to be read in a table of cases. */
final class Outline {

  private Outline() {}

  static String of(Script script) {
    return list(script.body());
  }

  static String status(Script script) {
    return switch (script.status()) {
      case Script.Status.Complete _ -> "accept";
      case Script.Status.Incomplete incomplete -> "incomplete " + incomplete.expected();
      case Script.Status.Invalid _ -> "reject";
    };
  }

  static String list(CommandList list) {
    StringBuilder out = new StringBuilder();
    for (CommandList.Item item : list.items()) {
      if (!out.isEmpty()) {
        out.append(' ');
      }
      out.append(command(item.command()));
      out.append(
          switch (item.terminator()) {
            case SEQUENCE -> "";
            case BACKGROUND -> " &";
            case DISOWN -> " &!";
          });
    }
    return out.toString();
  }

  private static String all(List<Word> words) {
    return words.stream().map(Outline::word).collect(Collectors.joining(" "));
  }

  static String command(Command command) {
    return switch (command) {
      case Command.Simple simple -> simple(simple);
      case Command.AndOr andOr ->
          "("
              + switch (andOr.connector()) {
                case AND -> "and ";
                case OR -> "or ";
              }
              + command(andOr.left())
              + " "
              + command(andOr.right())
              + ")";
      case Command.Pipeline pipeline ->
          "(pipe"
              + (pipeline.negated() ? " not" : "")
              + (pipeline.timed() ? " timed" : "")
              + " "
              + pipeline.stages().stream().map(Outline::command).collect(Collectors.joining(" "))
              + ")";
      case Command.Redirected redirected ->
          "(with "
              + command(redirected.command())
              + " "
              + redirections(redirected.redirections())
              + ")";
      case Command.Subshell subshell -> "(subshell " + list(subshell.body()) + ")";
      case Command.Group group -> "(group " + list(group.body()) + ")";
      case Command.If choice ->
          choice.branches().stream()
                  .map(b -> "if " + list(b.condition()) + " then " + list(b.body()))
                  .collect(Collectors.joining(" el", "(", ""))
              + (choice.otherwise() == null ? "" : " else " + list(choice.otherwise()))
              + ")";
      case Command.For loop ->
          "(for "
              + String.join(",", loop.names())
              + words(loop.words())
              + " do "
              + list(loop.body())
              + ")";
      case Command.Select loop ->
          "(select " + loop.name() + words(loop.words()) + " do " + list(loop.body()) + ")";
      case Command.ArithmeticFor loop ->
          "(for-arith "
              + word(loop.init())
              + " "
              + word(loop.test())
              + " "
              + word(loop.step())
              + " do "
              + list(loop.body())
              + ")";
      case Command.While loop ->
          (loop.until() ? "(until " : "(while ")
              + list(loop.condition())
              + " do "
              + list(loop.body())
              + ")";
      case Command.Repeat repeat ->
          "(repeat " + word(repeat.count()) + " do " + list(repeat.body()) + ")";
      case Command.Case choice ->
          "(case "
              + word(choice.subject())
              + choice.arms().stream()
                  .map(
                      arm ->
                          " ["
                              + arm.patterns().stream()
                                  .map(Outline::word)
                                  .collect(Collectors.joining("|"))
                              + "] "
                              + list(arm.body())
                              + switch (arm.end()) {
                                case LEAVES -> "";
                                case RUNS_NEXT -> " ;&";
                                case TRIES_NEXT -> " ;;&";
                              })
                  .collect(Collectors.joining())
              + ")";
      case Command.Conditional conditional -> "(cond " + all(conditional.words()) + ")";
      case Command.Arithmetic arithmetic -> "(arith " + word(arithmetic.expression()) + ")";
      case Command.FunctionDefinition function ->
          "(function " + String.join(",", function.names()) + " " + command(function.body()) + ")";
      case Command.AnonymousFunction function ->
          "(anonymous " + command(function.body()) + prefixed(all(function.arguments())) + ")";
      case Command.Coprocess coprocess ->
          "(coproc"
              + (coprocess.name() == null ? "" : " " + coprocess.name())
              + " "
              + command(coprocess.body())
              + ")";
      case Command.Always always ->
          "(try " + list(always.body()) + " always " + list(always.always()) + ")";
      case Command.Unparsed unparsed -> "(unparsed " + unparsed.span().length() + ")";
    };
  }

  private static String words(@Nullable List<Word> words) {
    return words == null ? "" : " in" + prefixed(all(words));
  }

  private static String prefixed(String text) {
    return text.isEmpty() ? "" : " " + text;
  }

  private static String simple(Command.Simple simple) {
    return "["
        + (simple.assignments().stream().map(Outline::assignment).collect(Collectors.joining())
                + all(simple.words())
                + prefixed(redirections(simple.redirections())))
            .strip()
        + "]";
  }

  private static String assignment(Assignment assignment) {
    return "set:"
        + assignment.name()
        + (assignment.subscript() == null ? "" : "[" + word(assignment.subscript()) + "]")
        + (assignment.append() ? "+=" : "=")
        + switch (assignment.value()) {
          case Assignment.Value.Scalar(Word word) -> word.parts().isEmpty() ? "" : word(word);
          case Assignment.Value.Array(List<Word> elements) -> "(" + all(elements) + ")";
        }
        + " ";
  }

  private static String redirections(List<Redirection> redirections) {
    return redirections.stream().map(Outline::redirection).collect(Collectors.joining(" "));
  }

  private static String redirection(Redirection redirection) {
    String sign =
        switch (redirection.operator()) {
          case INPUT -> "<";
          case OUTPUT -> ">";
          case CLOBBER -> ">|";
          case APPEND -> ">>";
          case READ_WRITE -> "<>";
          case OUTPUT_BOTH -> "&>";
          case APPEND_BOTH -> "&>>";
          case DUPLICATE_INPUT -> "<&";
          case DUPLICATE_OUTPUT -> ">&";
          case HERE_DOCUMENT -> "<<";
          case HERE_DOCUMENT_TABS -> "<<-";
          case HERE_STRING -> "<<<";
        };
    Redirection.HereDocument document = redirection.document();
    return (redirection.descriptor() == null ? "" : redirection.descriptor())
        + sign
        + word(redirection.target())
        + (document == null
            ? ""
            : (document.quoted() ? ":quoted{" : ":{") + parts(document.body().parts()) + "}");
  }

  static String word(Word word) {
    return word.parts().isEmpty() ? "∅" : parts(word.parts());
  }

  private static String parts(List<Part> parts) {
    return parts.stream().map(Outline::part).collect(Collectors.joining());
  }

  private static String shown(String text) {
    StringBuilder out = new StringBuilder();
    Text.printable(text)
        .codePoints()
        .forEach(
            c -> {
              if (c == ' ') {
                out.append('␣');
              } else {
                out.appendCodePoint(c);
              }
            });
    return out.toString();
  }

  private static String part(Part part) {
    return switch (part) {
      case Part.Literal literal -> shown(literal.text());
      case Part.Escaped escaped -> "\\" + shown(escaped.text());
      case Part.SingleQuoted quoted -> "'" + shown(quoted.text()) + "'";
      case Part.AnsiQuoted quoted -> "$'" + shown(quoted.text()) + "'";
      case Part.DoubleQuoted quoted ->
          (quoted.localized() ? "$\"" : "\"") + parts(quoted.parts()) + "\"";
      case Part.Parameter parameter -> parameter(parameter);
      case Part.CommandSubstitution substitution -> "$(" + list(substitution.body()) + ")";
      case Part.ProcessSubstitution substitution ->
          switch (substitution.direction()) {
                case OUTPUT_OF -> "<(";
                case INPUT_OF -> ">(";
                case TEMPORARY -> "=(";
              }
              + list(substitution.body())
              + ")";
      case Part.ArithmeticExpansion expansion -> "$((" + parts(expansion.parts()) + "))";
      case Part.Tilde tilde -> "‹~" + tilde.user() + "›";
      case Part.EqualsCommand equals -> "‹=" + equals.name() + "›";
      case Part.Glob glob -> "‹" + shown(glob.text()) + "›";
      case Part.Braces braces ->
          braces.alternatives().stream()
              .map(word -> parts(word.parts()))
              .collect(Collectors.joining(",", "‹{", "}›"));
      case Part.BraceRange range ->
          "‹{"
              + range.first()
              + ".."
              + range.last()
              + (range.step() == null ? "" : ".." + range.step())
              + "}›";
    };
  }

  private static String parameter(Part.Parameter p) {
    return "${"
        + (p.flags().isEmpty() ? "" : "(" + p.flags() + ")")
        + p.prefix()
        + p.name()
        + (p.subscript() == null ? "" : "[" + parts(p.subscript().parts()) + "]")
        + (p.operator().isEmpty() ? "" : "‹" + p.operator() + "›")
        + (p.argument() == null ? "" : "‹" + parts(p.argument().parts()) + "›")
        + (p.replacement() == null ? "" : "/‹" + parts(p.replacement().parts()) + "›")
        + "}";
  }
}
