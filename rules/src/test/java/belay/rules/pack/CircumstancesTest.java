package belay.rules.pack;

import static org.junit.jupiter.api.Assertions.assertEquals;

import belay.rules.effect.Certainty;
import belay.rules.effect.Effect;
import belay.rules.effect.EffectKind;
import belay.rules.effect.Origin;
import belay.rules.effect.Reach;
import belay.rules.effect.Target;
import belay.rules.effect.Value;
import belay.rules.judge.Assessed;
import belay.rules.judge.Circumstances;
import belay.rules.judge.Decision;
import belay.rules.judge.Judge;
import belay.rules.judge.Mode;
import belay.rules.judge.Policy;
import belay.rules.syntax.Script;
import belay.rules.syntax.Span;
import java.time.ZonedDateTime;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who asks, where, when and how, as packs speak of it. */
final class CircumstancesTest {

  /** Ann, on web1, in /srv/xen, on a Friday evening, by ssh. */
  private static final Circumstances KNOWN =
      new Circumstances(
          "ann",
          List.of("web1", "web1.example.org"),
          "/srv/xen",
          ZonedDateTime.parse("2026-11-27T19:30:00+01:00[Europe/Berlin]"),
          Circumstances.Caller.SSH);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "user: ann                                                         | true  | true",
        "user: [bob, 'a*']                                                 | true  | true",
        "user: root                                                        | false | true",
        "user: {regex: '^an+$'}                                            | true  | true",
        "user: {regex: 'n{3}'}                                             | false | true",
        "not: {user: ann}                                                  | false | true",
        "not: {user: root}                                                 | true  | true",
        "not: {not: {user: root}}                                          | false | true",
        "host: web1                                                        | true  | true",
        "host: '*.example.org'                                             | true  | true",
        "host: db1                                                         | false | true",
        "directory: /srv                                                   | true  | true",
        "directory: /srv/xen                                               | true  | true",
        "directory: {matches: /srv}                                        | false | true",
        "directory: {under: [/opt, /srv]}                                  | true  | true",
        "directory: /opt                                                   | false | true",
        "time: {days: fri}                                                 | true  | true",
        "time: {days: [sat, sun]}                                          | false | true",
        "time: {from: '18:00', to: '08:00'}                                | true  | true",
        "time: {from: '08:00', to: '18:00'}                                | false | true",
        "time: {from: '19:30', to: '19:31'}                                | true  | true",
        "time: {from: '19:00', to: '19:30'}                                | false | true",
        "time: {from: '18:00', to: '19:00', zone: UTC}                     | true  | true",
        "time: {days: sat, from: '00:00', to: '06:00', zone: Asia/Tokyo}   | true  | true",
        "time: [{days: mon}, {days: fri, from: '19:00', to: '02:00'}]      | true  | true",
        "origin: ssh                                                       | true  | true",
        "origin: [script, agent, terminal, nobody]                         | false | true",
        "any: [{user: root}, {origin: ssh}]                                | true  | true",
        "path: {regex: 'xen/web[0-9]+\\.img$'}                             | true  | true",
        "path: {regex: 'web[a-z]'}                                         | false | false",
      })
  void aConditionHoldsOrNotAndOfWhatIsNotKnownNobodyIsSilent(
      String when, boolean holds, boolean unknown) {
    assertEquals(holds, speaks(when, KNOWN, new Origin.Place.Here()), when);
    assertEquals(unknown, speaks(when, Circumstances.UNKNOWN, new Origin.Place.Here()), when);
  }

  @ParameterizedTest
  @CsvSource({"db1, true", "db1.example.org, true", "root@db1, true", "web1, false"})
  void theHostIsTheOneItHappensOn(String destination, boolean holds) {
    assertEquals(holds, speaks("host: db1", KNOWN, new Origin.Place.Remote(Value.of(destination))));
  }

  /** A window over midnight belongs to the day it begins on. */
  @ParameterizedTest
  @CsvSource({
    "2026-11-27T17:59:59Z, false",
    "2026-11-27T18:00:00Z, true",
    "2026-11-28T05:59:59Z, true",
    "2026-11-28T06:00:00Z, false",
    "2026-11-28T18:00:00Z, false",
    "2026-11-27T05:00:00Z, false",
  })
  void aWindowOverMidnightEndsOnTheNextDay(String time, boolean holds) {
    Circumstances then = new Circumstances(null, List.of(), null, ZonedDateTime.parse(time), null);
    assertEquals(
        holds,
        speaks(
            "time: {days: fri, from: '18:00', to: '06:00', zone: UTC}",
            then,
            new Origin.Place.Here()));
  }

  private static boolean speaks(String when, Circumstances circumstances, Origin.Place place) {
    String text =
        """
        pack: test
        version: 1.0.0
        title: Test
        rules:
          - id: rule
            title: A rule
            when: {effects: delete, %s}
            severity: low
            action: note
            message: It speaks.
            examples: {note: "x", silent: "y"}
        """
            .formatted(when.strip());
    return switch (PackReader.read(List.of(new Source("test.yaml", text)))) {
      case PackResult.Rejected rejected ->
          throw new AssertionError(rejected.diagnostics().toString());
      case PackResult.Loaded loaded ->
          new Judge(loaded.rules(), new Policy(Mode.GUARD))
                  .judge(
                      List.of(
                          new Assessed(
                              new Effect(
                                  EffectKind.DELETE,
                                  new Target.Path(Value.of("/srv/xen/web1.img")),
                                  Reach.ONE,
                                  Certainty.CERTAIN,
                                  new Origin(new Span(0, 2), "rm", List.of(), place, List.of())),
                              List.of(),
                              List.of())),
                      new Script.Status.Complete(),
                      circumstances)
                  .decision()
              == Decision.NOTE;
    };
  }
}
