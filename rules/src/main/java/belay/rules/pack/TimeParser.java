package belay.rules.pack;

import belay.rules.judge.TimeWindow;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads {@code {days: [mon, tue], from: "18:00", to: "06:00", zone: Europe/Berlin}}. */
final class TimeParser {

  static final List<String> KEYS = List.of("days", "from", "to", "zone");

  static final Map<String, DayOfWeek> DAYS =
      ConditionParser.words(DayOfWeek.values(), TimeWindow::key);

  static final Pattern CLOCK = Pattern.compile("([01][0-9]|2[0-3]):[0-5][0-9]");

  private TimeParser() {}

  /** One window or a list of them. */
  static List<TimeWindow> parse(Tree value, Report report) {
    List<TimeWindow> out = new ArrayList<>();
    for (Tree each : Fields.items(value)) {
      out.add(window(Fields.of(each, "`time`", report, KEYS), report));
    }
    if (out.isEmpty()) {
      report.add(value, "an empty list of times");
    }
    return out;
  }

  private static TimeWindow window(Fields fields, Report report) {
    Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
    days.addAll(fields.words("days", DAYS));
    if (fields.isMapping() && fields.entries().isEmpty()) {
      report.add(fields.node(), "a time that is always", "write `days`, or `from` and `to`");
    }
    if ((fields.get("from") == null) != (fields.get("to") == null)) {
      report.add(fields.node(), "half a time of day", "write `from` and `to`, or neither");
    }
    return new TimeWindow(
        days.isEmpty() ? EnumSet.allOf(DayOfWeek.class) : days,
        clock(fields.text("from"), report),
        clock(fields.text("to"), report),
        zone(fields.text("zone"), report));
  }

  private static LocalTime clock(Tree.@Nullable Text text, Report report) {
    if (text == null) {
      return LocalTime.MIDNIGHT;
    }
    if (CLOCK.matcher(text.value()).matches()) {
      return LocalTime.parse(text.value());
    }
    report.add(
        text, Report.quoted(text.value()) + " is no time of day", "write it so: `\"18:00\"`");
    return LocalTime.MIDNIGHT;
  }

  private static @Nullable ZoneId zone(Tree.@Nullable Text text, Report report) {
    if (text == null) {
      return null;
    }
    try {
      return ZoneId.of(text.value());
    } catch (DateTimeException e) {
      report.add(
          text,
          "unknown zone " + Report.quoted(text.value()),
          Report.instead(text.value(), ZoneId.getAvailableZoneIds()));
      return null;
    }
  }
}
