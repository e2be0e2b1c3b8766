package belay.rules.pack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import belay.rules.effect.CommandModels;
import belay.rules.effect.EffectReader;
import belay.rules.judge.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Packs of several files, and packs that need others. */
final class PackDirectoryTest {

  private static final String MANIFEST =
      """
      pack: team.web
      version: 1.2.0-rc.1
      title: Our web servers
      licence: MIT
      maintainers: [Ann Example <ann@example.org>, Bob]
      needs: {belay: ">=0.1.0", packs: {team.base: ">=1.0.0 <2.0.0"}}
      sets: {images: ["*.img"]}
      """;

  private static String rules(String id, String set) {
    return """
    sets: {own: ["*.raw"]}
    rules:
      - id: %s
        title: A rule
        when: {effects: delete, path: {matches: $%s}}
        severity: low
        action: note
        message: It speaks.
        examples: {note: rm /srv/a.img /srv/a.raw, silent: ls}
    """
        .formatted(id, set);
  }

  private static void pack(Path directory, Map<String, String> files) throws IOException {
    Files.createDirectories(directory);
    for (Map.Entry<String, String> file : files.entrySet()) {
      Files.writeString(directory.resolve(file.getKey()), file.getValue());
    }
  }

  @Test
  void aDirectoryWithAManifestIsOnePack(@TempDir Path packs) throws IOException {
    pack(
        packs.resolve("web"),
        Map.of(
            "pack.yaml",
            MANIFEST,
            "a.yaml",
            rules("first", "images"),
            "b.yaml",
            rules("second", "own"),
            "notes.txt",
            "not read"));
    Files.writeString(
        packs.resolve("base.yaml"), "{pack: team.base, version: 1.5.0, title: Base, rules: []}");
    List<Source> sources = PackReader.sources(packs);
    var loaded = assertInstanceOf(PackResult.Loaded.class, PackReader.read(sources));

    assertEquals(
        List.of("team.web/first", "team.web/second"),
        loaded.rules().rules().stream().map(Rule::id).toList());
    Pack pack = loaded.packs().getLast();
    assertEquals("1.2.0-rc.1", pack.version().toString());
    assertEquals("MIT", pack.licence());
    assertEquals(List.of("Ann Example <ann@example.org>", "Bob"), pack.maintainers());
    assertEquals(">=1.0.0 <2.0.0", String.valueOf(pack.needs().get("team.base")));
    assertEquals(
        List.of(),
        Examples.run(loaded.examplesOf(sources), new EffectReader(CommandModels.builtIn())));
    assertEquals(2 * 2, loaded.examplesOf(sources).examples().size());
  }

  @Test
  void whatIsWrongIsSaidOfTheFileItIsIn(@TempDir Path packs) throws IOException {
    pack(
        packs.resolve("web"),
        Map.of(
            "pack.yaml",
            MANIFEST,
            "a.yaml",
            rules("same", "own"),
            "b.yaml",
            "version: 1.0.0\n" + rules("same", "imags")));
    String at = packs.resolve("web") + "/";
    assertEquals(
        List.of(
            at
                + "pack.yaml:6:35: the pack needs the pack `team.base`, which is not there;"
                + " known here: `team.web`",
            at + "b.yaml:1:1: unknown key `version`; known here: `rules`, `sets`",
            at + "b.yaml:4:9: a second rule `same`; give it a name of its own",
            at + "b.yaml:6:45: unknown set `imags`; did you mean `images`?"),
        said(PackReader.sources(packs)));
  }

  @Test
  void packsThatNeedEachOtherAreRefused() {
    assertEquals(
        List.of(
            "a.yaml:1:60: packs that need each other: t.a needs t.b needs t.c needs t.a; one of"
                + " them must do without",
            "b.yaml:1:60: packs that need each other: t.b needs t.c needs t.a needs t.b; one of"
                + " them must do without",
            "c.yaml:1:60: packs that need each other: t.c needs t.a needs t.b needs t.c; one of"
                + " them must do without",
            "d.yaml:1:60: the pack needs `t.a` <1.0.0, and there is 1.0.0; bring one of the two up"
                + " to date"),
        said(
            List.of(
                needing("a", "t.b", ">=1.0.0"),
                needing("b", "t.c", ">=1.0.0"),
                needing("c", "t.a", ">=1.0.0"),
                needing("d", "t.a", "<1.0.0"))));
  }

  private static Source needing(String name, String other, String range) {
    return new Source(
        name + ".yaml",
        "{pack: t.%s, version: 1.0.0, title: T, needs: {packs: {     %s: '%s'}}, rules: []}"
            .formatted(name, other, range));
  }

  private static List<String> said(List<Source> sources) {
    return assertInstanceOf(PackResult.Rejected.class, PackReader.read(sources))
        .diagnostics()
        .stream()
        .map(Diagnostic::toString)
        .toList();
  }

  @Test
  void aSuggestionMustItselfBeLetThrough() {
    assertEquals(
        List.of(
            "s.yaml:10:25: rule `t.s/gone` suggests `rm -- /opt/a` for `rm /opt/a`; but"
                + " `t.s/gone` speaks about that"),
        run("rm -- {target}"));
    assertEquals(List.of(), run("mv -- {target} '{target}.old'".replace("'", "")));
    assertEquals(
        List.of(
            "s.yaml:10:25: rule `t.s/gone` suggests what no shell can read for `rm /opt/a`;"
                + " `echo 'x`"),
        run("echo 'x"));
  }

  private static List<String> run(String suggestion) {
    Source source =
        new Source(
            "s.yaml",
            """
            pack: t.s
            version: 1.0.0
            title: T
            rules:
              - id: gone
                title: A rule
                when: {effects: delete, path: {under: /opt}}
                severity: low
                action: confirm
                examples: {confirm: rm /opt/a, silent: ls}
                message: It speaks.
                instead: {say: Keep it., run: "%s"}
            """
                .formatted(suggestion));
    var loaded = assertInstanceOf(PackResult.Loaded.class, PackReader.read(List.of(source)));
    return Examples.run(loaded, new EffectReader(CommandModels.builtIn())).stream()
        .map(Diagnostic::toString)
        .toList();
  }
}
