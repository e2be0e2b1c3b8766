package belay.rules.pack;

import static org.junit.jupiter.api.Assertions.assertEquals;

import belay.rules.effect.Certainty;
import belay.rules.effect.Detail;
import belay.rules.effect.Effect;
import belay.rules.effect.EffectKind;
import belay.rules.effect.Origin;
import belay.rules.effect.Reach;
import belay.rules.effect.Target;
import belay.rules.effect.Trait;
import belay.rules.effect.Value;
import belay.rules.effect.Value.Piece;
import belay.rules.fact.Fact;
import belay.rules.fact.Facts;
import belay.rules.fact.Truth;
import belay.rules.judge.Assessed;
import belay.rules.judge.Circumstances;
import belay.rules.judge.Decision;
import belay.rules.judge.Judge;
import belay.rules.judge.Mode;
import belay.rules.judge.Policy;
import belay.rules.judge.RuleSet;
import belay.rules.syntax.Script;
import belay.rules.syntax.Span;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Conditions as packs write them, held against one effect each. */
final class ConditionsTest {

  /** {@code sudo rm -rf $X/srv/xen/*.img} with X empty, of which one file is looked at. */
  private static final Assessed PATH =
      new Assessed(
          new Effect(
              EffectKind.DELETE,
              new Target.Path(
                  new Value(List.of(new Piece.Known("/srv/xen/"), new Piece.Pattern("*.img")))),
              Reach.RECURSIVE,
              Certainty.LIKELY,
              new Origin(
                  new Span(12, 28), "rm", List.of("sudo"), new Origin.Place.Here(), List.of("X"))),
          List.of(
              new Facts(
                  "/srv/xen/web1.img",
                  Facts.Kind.REGULAR_FILE,
                  OptionalLong.of(4096),
                  false,
                  List.of(
                      new Fact(Fact.About.EXISTS, Truth.TRUE, ""),
                      new Fact(Fact.About.LIVE, Truth.TRUE, "open"),
                      new Fact(Fact.About.MOUNTED, Truth.FALSE, "")))),
          List.of());

  /** {@code lvremove vg0/…}, on another host, with part of the name unknown. */
  private static final Assessed VOLUME =
      new Assessed(
          new Effect(
              EffectKind.DESTROY,
              new Target.Volume(
                  "lvm", new Value(List.of(new Piece.Known("vg0/"), new Piece.Unknown("$1")))),
              Reach.ONE,
              Certainty.CERTAIN,
              new Origin(
                  new Span(0, 3),
                  "lvremove",
                  List.of(),
                  new Origin.Place.Remote(Value.of("db1")),
                  List.of())),
          List.of(),
          List.of());

  /** A database at a provider, with the options that keep nothing of it. */
  private static final Assessed RESOURCE =
      new Assessed(
          new Effect(
              EffectKind.DESTROY,
              new Target.CloudResource("aws", Value.of("shop")),
              Reach.ONE,
              Certainty.CERTAIN,
              new Detail("rds delete-db-instance", Set.of(Trait.UNRECOVERABLE)),
              new Origin(
                  new Span(0, 3),
                  "aws",
                  List.of(),
                  new Origin.Place.Here(),
                  List.of(),
                  new Origin.Invocation(
                      List.of(Value.of("rds"), Value.of("--skip-final-snapshot")), Map.of()))),
          List.of(),
          List.of());

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "effects: destroy, targets: cloud, resource: rds *            | true",
        "effects: destroy, targets: cloud, resource: rds              | false",
        "effects: destroy, targets: cloud, resource: [kms *, '* delete-db-*'] | true",
        "effects: destroy, targets: cloud, system: aws, name: shop    | true",
        "effects: destroy, trait: unrecoverable                       | true",
        "effects: destroy, words: [--skip-*, --quiet]                 | true",
        "effects: destroy, words: --skip                              | false",
        "effects: destroy, trait: [forced, at-once]                   | false",
        "effects: destroy, not: {trait: unrecoverable}                | false",
      })
  void aConditionHoldsOfAResourceOrNot(String when, boolean holds) {
    assertEquals(holds, speaks(when, RESOURCE), when);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "effects: delete, resource: rds *                             | false",
        "effects: delete, trait: forced                               | false",
      })
  void aFileIsNoResource(String when, boolean holds) {
    assertEquals(holds, speaks(when, PATH), when);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "effects: delete                                              | true",
        "effects: [delete, wipe], targets: path                       | true",
        "effects: delete, targets: device                             | false",
        "effects: wipe                                                | false",
        "effects: delete, path: {under: /srv}                         | true",
        "effects: delete, path: {under: /opt}                         | false",
        "effects: delete, path: {matches: '*.img'}                    | true",
        "effects: delete, path: {matches: $disks}                     | true",
        "effects: delete, path: {matches: [/opt/*, $disks]}           | true",
        "effects: delete, path: {matches: '/srv/xen/\\*.img'}         | true",
        "effects: delete, path: {under: /opt, matches: web1.img}      | true",
        "effects: delete, path: {matches: web2.img}                   | false",
        "effects: delete, reach: recursive                            | true",
        "effects: delete, reach: [one, many]                          | false",
        "effects: delete, certainty: likely                           | true",
        "effects: delete, certainty: certain                          | false",
        "effects: delete, spelling: pattern                           | true",
        "effects: delete, spelling: known                             | false",
        "effects: delete, where: here                                 | true",
        "effects: delete, where: [remote, inside]                     | false",
        "effects: delete, program: rm                                 | true",
        "effects: delete, program: [find, 'r*']                       | true",
        "effects: delete, wrapper: sudo                               | true",
        "effects: delete, wrapper: xargs                              | false",
        "effects: delete, emptied: true                               | true",
        "effects: delete, emptied: false                              | false",
        "effects: delete, is: regular_file                            | true",
        "effects: delete, is: [directory, missing]                    | false",
        "effects: delete, facts: {live: true}                         | true",
        "effects: delete, facts: {live: false}                        | false",
        "effects: delete, facts: {live: true, mounted: true}          | false",
        "effects: delete, facts: {mounted: [false, unknown]}          | true",
        "effects: delete, facts: {nonempty: true}                     | false",
        "effects: delete, facts: {nonempty: unknown}                  | true",
        "effects: delete, not: {program: rm}                          | false",
        "effects: delete, not: {program: rm, reach: one}              | true",
        "effects: delete, any: [{program: dd}, {reach: recursive}]    | true",
        "effects: delete, any: [{program: dd}, {reach: one}]          | false",
        "effects: delete, all: [{program: rm}, {reach: recursive}]    | true",
        "effects: delete, all: [{program: rm}, {reach: one}]          | false",
        "effects: [delete, wipe], any: [{effects: wipe}]              | false",
        "effects: [delete, wipe], any: [{targets: path}]              | true",
        "effects: delete, system: lvm                                 | false",
      })
  void aConditionHoldsOfAFileOrNot(String when, boolean holds) {
    assertEquals(holds, speaks(when, PATH), when);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "effects: destroy                                             | true",
        "effects: destroy, targets: volume, system: lvm               | true",
        "effects: destroy, system: [zfs, btrfs]                       | false",
        "effects: destroy, name: vg0/*                                | true",
        "effects: destroy, name: vg1/*                                | false",
        "effects: destroy, path: {matches: '**'}                      | false",
        "effects: destroy, where: remote                              | true",
        "effects: destroy, where: here                                | false",
        "effects: destroy, spelling: unknown                          | true",
        "effects: destroy, spelling: known                            | false",
        "effects: destroy, is: unknown                                | true",
        "effects: destroy, facts: {live: true}                        | false",
        "effects: destroy, facts: {live: [true, unknown]}             | true",
        "effects: destroy, emptied: false                             | true",
      })
  void aConditionHoldsOfAVolumeOrNot(String when, boolean holds) {
    assertEquals(holds, speaks(when, VOLUME), when);
  }

  private static boolean speaks(String when, Assessed assessed) {
    String text =
        """
        pack: test
        version: 1.0.0
        title: Test
        sets: {disks: ["*.img", "*.raw"]}
        rules:
          - id: rule
            title: A rule
            when: {%s}
            severity: low
            action: note
            message: It speaks.
            examples: {note: "x", silent: "y"}
        """
            .formatted(when.strip());
    RuleSet rules =
        switch (PackReader.read(List.of(new Source("test.yaml", text)))) {
          case PackResult.Loaded loaded -> loaded.rules();
          case PackResult.Rejected rejected ->
              throw new AssertionError(rejected.diagnostics().toString());
        };
    return new Judge(rules, new Policy(Mode.GUARD))
            .judge(List.of(assessed), new Script.Status.Complete(), Circumstances.UNKNOWN)
            .decision()
        == Decision.NOTE;
  }
}
