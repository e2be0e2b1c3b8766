package belay.daemon.session;

import belay.rules.syntax.Command;
import belay.rules.syntax.CommandList;
import belay.rules.syntax.Redirection;
import belay.rules.syntax.Script;
import belay.rules.syntax.Span;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * What of a list zsh does before it stops at the commands inside: its DEBUG trap is told the whole
 * of a compound command, and then of each command in it by itself (zshmisc(1), {@code trap}).
 * Bodies are left out therefore, and the redirections behind them are kept. A loop that removes ten
 * files is ten questions and not eleven.
 */
final class Outline {

  private final byte[] line;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private boolean documents;

  private Outline(byte[] line) {
    this.line = line;
  }

  /** The line without its bodies; the line itself where it could not be read to its end. */
  static byte[] of(byte[] line, Script script) {
    if (!(script.status() instanceof Script.Status.Complete)) {
      return line;
    }
    Outline outline = new Outline(line);
    for (CommandList.Item item : script.body().items()) {
      outline.command(item.command());
      outline.text(item.terminator() == CommandList.Terminator.SEQUENCE ? "\n" : " &\n");
    }
    // A here-document stands behind its line: such a command is taken whole.
    return outline.documents ? line : outline.out.toByteArray();
  }

  private void command(Command command) {
    switch (command) {
      case Command.Simple simple -> {
        span(simple.span());
        documents |= simple.redirections().stream().anyMatch(each -> each.document() != null);
      }
      case Command.AndOr list -> {
        command(list.left());
        text(list.connector() == Command.Connector.AND ? " && " : " || ");
        command(list.right());
      }
      case Command.Pipeline pipeline -> {
        text(pipeline.negated() ? "! " : "");
        for (int i = 0; i < pipeline.stages().size(); i++) {
          text(i == 0 ? "" : " | ");
          command(pipeline.stages().get(i));
        }
      }
      case Command.Redirected redirected -> {
        command(redirected.command());
        for (Redirection redirection : redirected.redirections()) {
          if (redirection.document() == null) {
            text(" ");
            span(redirection.span());
          }
        }
      }
      case Command.Unparsed unparsed -> span(unparsed.span());
      case Command.Subshell _,
          Command.Group _,
          Command.If _,
          Command.For _,
          Command.Select _,
          Command.ArithmeticFor _,
          Command.While _,
          Command.Repeat _,
          Command.Case _,
          Command.Conditional _,
          Command.Arithmetic _,
          Command.FunctionDefinition _,
          Command.AnonymousFunction _,
          Command.Coprocess _,
          Command.Always _ ->
          text(":");
    }
  }

  private void span(Span span) {
    out.write(line, span.from(), span.to() - span.from());
  }

  private void text(String text) {
    out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
  }
}
