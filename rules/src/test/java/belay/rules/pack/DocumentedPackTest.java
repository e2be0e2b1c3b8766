package belay.rules.pack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import belay.rules.effect.CommandModels;
import belay.rules.effect.EffectReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The pack that docs/packs.md shows, and what becomes of it when its examples are changed. */
final class DocumentedPackTest {

  private static final EffectReader READER = new EffectReader(CommandModels.builtIn());

  @Test
  void theDocumentedPackIsSoundAndItsExamplesHold() throws IOException {
    assertEquals(List.of(), Examples.run(loaded(documented()), READER));
  }

  @Test
  void anExampleThatDoesNotHoldIsNamedWithItsPlaceAndItsReading() throws IOException {
    String text =
        documented()
            .replace("- cat /srv/xen/web1.img", "- cat a > /srv/xen/web1.img")
            .replace("- dd if=golden.img of=/srv/xen/web1.img", "- dd if=/srv/xen/web1.img")
            .replace("- dd if=golden.img of=/srv/xen/web2.img", "- echo 'unfinished");

    List<String> said =
        Examples.run(loaded(text), READER).stream().map(Diagnostic::toString).toList();

    assertEquals(
        List.of(
            "packs.md.yaml:24:11: rule `team.storage/web-images` says nothing about"
                + " `dd if=/srv/xen/web1.img`; the command has no effect that Belay knows of",
            "packs.md.yaml:28:11: rule `team.storage/web-images` wants it allowed, but"
                + " `team.storage/web-images` speaks about `cat a > /srv/xen/web1.img`; the"
                + " command overwrites /srv/xen/web1.img",
            "packs.md.yaml:30:11: rule `team.storage/web-images` cannot read `echo 'unfinished`;"
                + " mend the command"),
        said);
  }

  @Test
  void thePackOfATeamWithAProbeIsSoundAndItsExamplesHold() throws IOException {
    PackResult.Loaded team = loaded(probing());
    assertEquals(List.of(), Examples.run(team, READER));
    assertEquals("rotation", team.rules().inquiries().getFirst().probe());
  }

  @Test
  void aPackThatNamesAPathOrAProbeItDoesNotDeclareIsRefused() throws IOException {
    for (String name : List.of("/usr/local/bin/rotation", "../rotation", "./x")) {
      PackResult result =
          PackReader.read(List.of(new Source("p.yaml", probing().replace("rotation", name))));
      PackResult.Rejected rejected = assertInstanceOf(PackResult.Rejected.class, result);
      assertTrue(rejected.diagnostics().getFirst().toString().contains("write a plain name"));
    }
    PackResult undeclared =
        PackReader.read(
            List.of(
                new Source(
                    "p.yaml",
                    probing().replace("{rotation: true}\n    sev", "{rotatoin: true}\n    sev"))));
    PackResult.Rejected rejected = assertInstanceOf(PackResult.Rejected.class, undeclared);
    assertTrue(rejected.diagnostics().toString().contains("did you mean `rotation`"));
  }

  private static String probing() throws IOException {
    String text = Files.readString(Path.of("../docs/facts.md"));
    int from = text.indexOf("```yaml\npack: team.web");
    int to = text.indexOf("```\n", from + 1);
    assertTrue(from >= 0 && to > from, "docs/facts.md shows a pack");
    return text.substring(from + "```yaml\n".length(), to);
  }

  private static PackResult.Loaded loaded(String text) {
    return assertInstanceOf(
        PackResult.Loaded.class, PackReader.read(List.of(new Source("packs.md.yaml", text))));
  }

  private static String documented() throws IOException {
    String text = Files.readString(Path.of("../docs/packs.md"));
    int from = text.indexOf("```yaml\n");
    int to = text.indexOf("```\n", from + 1);
    assertTrue(from >= 0 && to > from, "docs/packs.md shows a pack");
    return text.substring(from + "```yaml\n".length(), to);
  }
}
