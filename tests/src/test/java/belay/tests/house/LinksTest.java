package belay.tests.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class LinksTest {

  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]*)(#[^)\\s]*)?\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ +(.*)$");

  @Test
  void everyLinkWithinTheDocumentsLeadsSomewhere() throws IOException {
    List<String> dead = new ArrayList<>();
    List<Path> documents = Tree.files(".md");
    assertTrue(!documents.isEmpty());
    for (Path document : documents) {
      Matcher link = LINK.matcher(Files.readString(document));
      while (link.find()) {
        String name = link.group(1);
        if (name.contains(":")) {
          continue; // the world outside
        }
        Path target = name.isEmpty() ? document : document.resolveSibling(name);
        if (!Files.exists(target) || !hasAnchor(target, link.group(2))) {
          dead.add(Tree.name(document) + ": " + link.group());
        }
      }
    }
    assertEquals(List.of(), dead);
  }

  private static boolean hasAnchor(Path target, String anchor) throws IOException {
    if (anchor == null) {
      return true;
    }
    return Files.isRegularFile(target)
        && HEADING
            .matcher(Files.readString(target))
            .results()
            .map(heading -> "#" + slug(heading.group(1)))
            .anyMatch(anchor::equals);
  }

  /** What GitHub makes of a heading. */
  private static String slug(String heading) {
    return heading
        .toLowerCase(Locale.ROOT)
        .replaceAll("[^\\p{L}\\p{N} _-]", "")
        .strip()
        .replace(' ', '-');
  }
}
