package belay.rules.judge;

import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Some hours of some days of each week. One that ends before it begins ends on the next day.
 *
 * @param days on which it begins
 * @param from the first moment that is in it
 * @param to the first that is not; the same as {@code from} for a whole day
 * @param zone whose clock is meant; null for that of the machine
 */
public record TimeWindow(Set<DayOfWeek> days, LocalTime from, LocalTime to, @Nullable ZoneId zone) {

  private static final int ABBREVIATED = 3;

  public TimeWindow {
    days = Set.copyOf(days);
  }

  /** The day as packs write it: {@code mon}. */
  public static String key(DayOfWeek day) {
    return day.name().substring(0, ABBREVIATED).toLowerCase(Locale.ROOT);
  }

  boolean contains(ZonedDateTime moment) {
    ZonedDateTime there = zone == null ? moment : moment.withZoneSameInstant(zone);
    LocalTime time = there.toLocalTime();
    DayOfWeek day = there.getDayOfWeek();
    if (from.isBefore(to)) {
      return days.contains(day) && !time.isBefore(from) && time.isBefore(to);
    }
    return time.isBefore(from)
        ? time.isBefore(to) && days.contains(day.minus(1))
        : days.contains(day);
  }

  String inWords() {
    return days.stream().sorted().map(TimeWindow::key).collect(Collectors.joining(", "))
        + " "
        + from
        + " to "
        + to
        + (zone == null ? "" : " " + zone);
  }
}
