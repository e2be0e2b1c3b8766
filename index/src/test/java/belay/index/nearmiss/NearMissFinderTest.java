package belay.index.nearmiss;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import belay.index.history.History;
import belay.index.journal.Durability;
import belay.index.journal.Journal;
import belay.index.journal.JournalRecord.Answer;
import belay.index.journal.JournalRecord.Imported;
import belay.index.journal.JournalRecord.Intent;
import belay.index.journal.LoggedEffect;
import belay.rules.effect.Certainty;
import belay.rules.effect.Effect;
import belay.rules.effect.EffectKind;
import belay.rules.effect.Origin;
import belay.rules.effect.Reach;
import belay.rules.effect.Target;
import belay.rules.effect.Value;
import belay.rules.judge.Decision;
import belay.rules.judge.NearMiss;
import belay.rules.syntax.Span;
import belay.rules.syntax.Text;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table is in near-misses.txt, which says how it is read. */
class NearMissFinderTest {

  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  @TempDir Path home;
  private final SetClock clock = new SetClock();
  private Journal journal;
  private History history;

  @BeforeEach
  void open() throws Exception {
    journal = Journal.open(home.resolve("journal"), clock);
    history = History.open(home.resolve("index"), journal);
  }

  @AfterEach
  void close() throws Exception {
    history.close();
    journal.close();
  }

  private static final class SetClock extends Clock {
    private Instant now = NOW;

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  private static Target target(String kind, String name) {
    return switch (kind) {
      case "device" -> new Target.Device(Value.of(name));
      case "guest" -> new Target.Guest("xen", Value.of(name));
      case "volume" -> new Target.Volume("lvm", Value.of(name));
      default -> new Target.Path(Value.of(name));
    };
  }

  private static Effect effect(String program, String kind, String target, Span span) {
    String[] typed = target.split(":", 2);
    return new Effect(
        EffectKind.valueOf(kind.toUpperCase(Locale.ROOT)),
        typed.length == 2 ? target(typed[0], typed[1]) : target("path", target),
        Reach.ONE,
        Certainty.CERTAIN,
        new Origin(span, program, List.of(), new Origin.Place.Here(), List.of()));
  }

  private static Effect effect(String program, String kind, String target) {
    String name = target.substring(target.indexOf(':') + 1);
    int from = program.length() + 1;
    return effect(program, kind, target, new Span(from, from + name.getBytes(UTF_8).length));
  }

  private long run(Instant when, String line, Decision decision, Effect effect) {
    clock.now = when;
    return journal
        .append(
            new Intent(
                "1-1",
                "bash",
                "ada",
                "dom0",
                "/srv",
                "",
                line,
                decision,
                List.of(),
                List.of(LoggedEffect.of(effect)),
                1),
            Durability.GROUPED)
        .number();
  }

  private List<NearMiss> find(String line, Effect... effects) throws Exception {
    journal.sync();
    assertTrue(history.settle(20, TimeUnit.SECONDS));
    return new NearMissFinder(history).find(line, List.of(effects), NOW);
  }

  @Test
  void theIncidentIsSeen() throws Exception {
    String habitual = "dd if=/srv/golden.img of=/srv/xen/web2.img bs=4M conv=fsync";
    Span span = new Span(24, 45);
    for (int week = 1; week <= 6; week++) {
      run(
          NOW.minus(Duration.ofDays(7L * week)),
          habitual,
          Decision.ALLOW,
          effect("dd", "overwrite", "/srv/xen/web2.img", span));
    }
    String typed = "dd if=/srv/golden.img of=/srv/xen/web1.img bs=4M conv=fsync";
    Effect effect = effect("dd", "overwrite", "/srv/xen/web1.img", span);
    assertEquals(
        List.of(
            new NearMiss(
                effect,
                "/srv/xen/web1.img",
                "/srv/xen/web2.img",
                habitual,
                6,
                0,
                NOW.minus(Duration.ofDays(7)),
                1,
                habitual)),
        find(typed, effect));
  }

  record Case(String name, List<String> lines) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> cases() throws Exception {
    try (var in =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(
                    NearMissFinderTest.class.getResourceAsStream("near-misses.txt")),
                UTF_8))) {
      List<Case> cases = new ArrayList<>();
      List<String> lines = new ArrayList<>();
      for (String line : in.lines().toList()) {
        if (line.startsWith("== ")) {
          lines = new ArrayList<>();
          cases.add(new Case(line.substring(3), lines));
        } else if (!line.isBlank()) {
          lines.add(line);
        }
      }
      return cases.stream();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void asksWhenItMattersAndOnlyThen(Case row) throws Exception {
    List<Effect> typed = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    String line = "";
    for (String step : row.lines) {
      String[] words = step.split(" +");
      switch (words[0]) {
        case "done", "blocked", "accepted", "imported" -> play(words);
        case "typed" -> {
          line = words[1] + " " + words[3].substring(words[3].indexOf(':') + 1);
          typed.add(effect(words[1], words[2], words[3]));
        }
        case "asks" -> expected.add(String.join(" ", List.of(words).subList(1, words.length)));
        default -> throw new IllegalArgumentException(step);
      }
    }
    List<String> found = new ArrayList<>();
    for (NearMiss miss : find(line, typed.toArray(Effect[]::new))) {
      found.add(
          String.join(
              " ",
              miss.habitual(),
              String.valueOf(miss.distance()),
              String.valueOf(miss.habitualCount()),
              String.valueOf(miss.typedCount())));
    }
    assertEquals(expected, found);
  }

  /** {@code done TIMES EVERY LAST PROGRAM KIND TARGET}. */
  private void play(String[] words) {
    int times = Integer.parseInt(words[1]);
    Duration every = Duration.parse(words[2]);
    Duration last = Duration.parse(words[3]);
    Effect effect = effect(words[4], words[5], words[6]);
    for (int i = 0; i < times; i++) {
      Instant when = NOW.minus(last).minus(every.multipliedBy(i));
      switch (words[0]) {
        case "imported" ->
            journal.append(
                new Imported(
                    "h", null, "x", OptionalLong.empty(), List.of(LoggedEffect.of(effect))),
                Durability.GROUPED);
        case "accepted" -> {
          long n = run(when, "x", Decision.CONFIRM, effect);
          journal.append(new Answer(n, Answer.How.ACCEPTED, "y"), Durability.GROUPED);
        }
        default ->
            run(when, "x", words[0].equals("done") ? Decision.ALLOW : Decision.BLOCK, effect);
      }
    }
  }

  @Test
  void aLineThatDoesBothSiblingsMeansBoth() throws Exception {
    for (int day = 1; day < 6; day++) {
      run(
          NOW.minus(Duration.ofDays(day)),
          "rm /srv/web2",
          Decision.ALLOW,
          effect("rm", "delete", "/srv/web2"));
    }
    assertEquals(
        List.of(),
        find(
            "rm /srv/web1 /srv/web2",
            effect("rm", "delete", "/srv/web1"),
            effect("rm", "delete", "/srv/web2")));
  }

  @Test
  void theSuggestionPutsTheHabitualTargetWhereTheTypedOneStands() {
    assertEquals(
        "dd of=web2.img bs=4M",
        suggestion("dd of=web1.img bs=4M", "of=web1.img", "/srv/web1.img", "/srv/web2.img"));
    assertEquals(
        "cat a > '/srv/web2.img'",
        suggestion("cat a > '/srv/web1.img'", "'/srv/web1.img'", "/srv/web1.img", "/srv/web2.img"));
    assertEquals(
        "echo ü > x/b/c", suggestion("echo ü > x/a/c", "x/a/c", "/srv/x/a/c", "/srv/x/b/c"));
    assertEquals(
        "echo \uDCFF > b/c", suggestion("echo \uDCFF > a/c", "a/c", "/srv/a/c", "/srv/b/c"));
    assertNull(suggestion("dd of=$IMG", "of=$IMG", "/srv/web1.img", "/srv/web2.img"));
    assertNull(suggestion("rm a a", "rm a a", "/srv/a", "/srv/b"));
    assertNull(suggestion("rm ab", "ab", "/srv/ab", "/srv/a b"));
  }

  private static @Nullable String suggestion(
      String line, String words, String typed, String habitual) {
    int from = Text.encode(line.substring(0, line.lastIndexOf(words))).length;
    int length = Text.encode(words).length;
    return NearMissFinder.suggestion(line, new Span(from, from + length), typed, habitual);
  }
}
