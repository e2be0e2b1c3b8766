package belay.rules.syntax;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ParserTest {

  private static Script bash(String line) {
    return Parser.parse(line.getBytes(StandardCharsets.UTF_8), Dialect.BASH);
  }

  private static String slice(String line, Span span) {
    return Text.decode(line.getBytes(StandardCharsets.UTF_8), span.from(), span.to());
  }

  private static Command.Simple simple(Script script, int index) {
    return assertInstanceOf(Command.Simple.class, script.body().items().get(index).command());
  }

  @Test
  void aWordsSpanIsTheWordAsItWasTyped() {
    String line = "é;  rm -rf \"$A b\"/x >/dev/null # c";
    Command.Simple rm = simple(bash(line), 1);
    assertEquals("rm -rf \"$A b\"/x >/dev/null", slice(line, rm.span()));
    assertEquals("\"$A b\"/x", slice(line, rm.words().get(2).span()));
    assertEquals(">/dev/null", slice(line, rm.redirections().getFirst().span()));
    Part.DoubleQuoted quoted =
        assertInstanceOf(Part.DoubleQuoted.class, rm.words().get(2).parts().getFirst());
    assertEquals("$A", slice(line, quoted.parts().getFirst().span()));
  }

  @Test
  void spansInNestedBackquotesPointAtTheLine() {
    String line = "echo `a \\`rm x\\` b`";
    Part.CommandSubstitution outer =
        assertInstanceOf(
            Part.CommandSubstitution.class,
            simple(bash(line), 0).words().get(1).parts().getFirst());
    Command.Simple a =
        assertInstanceOf(Command.Simple.class, outer.body().items().getFirst().command());
    Part.CommandSubstitution inner =
        assertInstanceOf(Part.CommandSubstitution.class, a.words().get(1).parts().getFirst());
    assertEquals("\\`rm x\\`", slice(line, inner.span()));
    assertEquals("rm x", slice(line, inner.body().span()));
    assertEquals("b", slice(line, a.words().get(2).span()));
  }

  @Test
  void aHereDocumentsBodyHasTheSpanOfItsLines() {
    String line = "cat <<E | b\n$x y\nE\nrm z";
    Command.Pipeline pipeline =
        assertInstanceOf(Command.Pipeline.class, bash(line).body().items().getFirst().command());
    Redirection redirection =
        assertInstanceOf(Command.Simple.class, pipeline.stages().getFirst())
            .redirections()
            .getFirst();
    assertEquals("<<E", slice(line, redirection.span()));
    Redirection.HereDocument document = redirection.document();
    assertEquals("$x y\n", document == null ? null : slice(line, document.span()));
  }

  @Test
  void whatIsOpenIsPointedAt() {
    Script.Status.Incomplete status =
        assertInstanceOf(Script.Status.Incomplete.class, bash("if a; then echo \"b; fi").status());
    assertEquals(new Span(16, 17), status.at());
    assertEquals("\"", status.expected());
    status = assertInstanceOf(Script.Status.Incomplete.class, bash("a; while b; do c").status());
    assertEquals("done", status.expected());
    status = assertInstanceOf(Script.Status.Incomplete.class, bash("cat <<EOF\nx").status());
    assertEquals(new Span(6, 9), status.at());
    assertEquals("EOF", status.expected());
  }

  @Test
  void theFirstThingThatDoesNotFitIsPointedAtAndShownWithoutItsControls() {
    Script.Status.Invalid status =
        assertInstanceOf(Script.Status.Invalid.class, bash("a; b ) c").status());
    assertEquals(new Span(5, 6), status.at());
    assertEquals("unexpected `)`", status.message());
    status = assertInstanceOf(Script.Status.Invalid.class, bash("(a) \u001b[31mb").status());
    assertEquals("unexpected `^[[31mb`", status.message());
  }

  @Test
  void aZshPromptKnowsNoCommentsUnlessToldSo() {
    byte[] line = "echo a # it's".getBytes(StandardCharsets.UTF_8);
    assertInstanceOf(Script.Status.Incomplete.class, Parser.parse(line, Dialect.ZSH).status());
    assertEquals("[echo a]", Outline.of(Parser.parse(line, Dialect.ZSH, true)));
    assertEquals("[echo a]", Outline.of(Parser.parse(line, Dialect.BASH)));
    assertInstanceOf(
        Script.Status.Incomplete.class, Parser.parse(line, Dialect.BASH, false).status());
  }

  @Test
  void bytesThatAreNoTextSurvive() {
    byte[] line = {'r', 'm', ' ', (byte) 0xFF, (byte) 0xC3, '*'};
    Word operand = simple(Parser.parse(line, Dialect.BASH), 0).words().get(1);
    Part.Literal literal = assertInstanceOf(Part.Literal.class, operand.parts().getFirst());
    assertEquals(
        List.of((byte) 0xFF, (byte) 0xC3),
        List.of(Text.encode(literal.text())[0], Text.encode(literal.text())[1]));
  }
}
