package belay.rules.pack;

import belay.rules.judge.Circumstances;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@code {user: ann, host: web1, directory: /srv, time: …, origin: ssh}} of an example. */
final class CircumstancesParser {

  static final List<String> KEYS = List.of("user", "host", "directory", "time", "origin");

  private CircumstancesParser() {}

  /** What is said, and where nothing is said what {@code common} has. */
  static Circumstances parse(@Nullable Tree node, Circumstances common, Report report) {
    if (node == null) {
      return common;
    }
    Fields fields = Fields.of(node, "`circumstances`", report, KEYS);
    Tree.Text user = fields.text("user");
    Tree.Text directory = fields.text("directory");
    Tree.Text time = fields.text("time");
    List<String> hosts = fields.texts("host").stream().map(Tree.Text::value).toList();
    Circumstances.Caller caller = fields.word("origin", ConditionParser.CALLERS);
    if (directory != null && !directory.value().startsWith("/")) {
      report.add(
          directory,
          "the directory " + Report.quoted(directory.value()),
          "write it from the root, such as `/srv`");
    }
    return new Circumstances(
        user == null ? common.user() : user.value(),
        hosts.isEmpty() ? common.hosts() : hosts,
        directory == null ? common.directory() : directory.value(),
        time == null ? common.time() : time(time, report),
        caller == null ? common.caller() : caller);
  }

  private static @Nullable ZonedDateTime time(Tree.Text text, Report report) {
    try {
      return OffsetDateTime.parse(text.value()).toZonedDateTime();
    } catch (DateTimeParseException e) {
      report.add(
          text,
          Report.quoted(text.value()) + " is no time",
          "write it so: `\"2026-12-24T18:30:00+01:00\"`");
      return null;
    }
  }
}
