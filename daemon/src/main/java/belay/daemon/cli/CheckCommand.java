package belay.daemon.cli;

import belay.daemon.guard.CheckRequest;
import belay.daemon.server.CheckService;
import belay.daemon.server.Starter;
import com.google.gson.JsonObject;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code belay check}. */
@Command(
    name = "check",
    description =
        "Says what becomes of a command line, and why, without running it. Several arguments are"
            + " joined by spaces; quote the line to have it read exactly as typed.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:allow or note",
      "2:misuse",
      "3:trouble with the daemon",
      "10:confirm",
      "20:block"
    })
final class CheckCommand implements Callable<Integer> {

  @Option(names = "--json", description = "one JSON object")
  private boolean json;

  @Option(
      names = "--jsonl",
      description = {
        "reads objects {\"command\":…, \"shell\"?, \"cwd\"?, \"vars\"?, \"aliases\"?} one a line"
            + " from standard input and answers each with an object a line; variables that are not"
            + " given count as unknown"
      })
  private boolean lines;

  @Mixin private AskedLine asked = new AskedLine();

  @Override
  public Integer call() throws IOException {
    if (lines) {
      if (json || !asked.isEmpty()) {
        throw asked.misuse("--jsonl reads its commands from standard input");
      }
      return answerLines(asked.defaults(CheckRequest.Sight.RECENT));
    }
    CheckRequest request = asked.request();
    JsonObject answer = asked.answered(request, "check", CheckService::answer);
    PrintStream out = System.out;
    if (json) {
      out.println(answer);
    } else {
      Report.print(request.line(), answer, out);
    }
    return AskedLine.status(answer);
  }

  private int answerLines(CheckRequest.Defaults defaults) throws IOException {
    PrintStream out =
        new PrintStream(
            new BufferedOutputStream(System.out, 65_536), false, StandardCharsets.UTF_8);
    InputStream in = new BufferedInputStream(System.in, 65_536);
    try {
      if (asked.isOffline()) {
        CheckService service = AskedLine.service();
        JsonLines.here(in, line -> service.answer(line, defaults).toString(), out);
      } else {
        JsonLines.throughDaemon(in, new Starter(AskedLine.directories()), defaults, out);
      }
    } finally {
      out.flush(); // not closed: standard output is not ours to close
    }
    return 0;
  }
}
