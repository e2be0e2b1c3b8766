package belay.rules.pack;

import belay.rules.judge.Inquiry;
import belay.rules.judge.Rule;
import belay.rules.judge.RuleSet;
import belay.rules.syntax.Text;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Reads packs. Either all that is given is sound, or it is rejected as a whole with everything that
 * is wrong in it, so that rules are never in force by halves.
 */
public final class PackReader {

  /** The packs Belay comes with, in the order their findings are told in. */
  private static final List<String> SHIPPED =
      List.of(
          "core.storage",
          "core.files",
          "core.system",
          "core.network",
          "core.shell",
          "core.git",
          "virt",
          "containers",
          "kubernetes",
          "cloud",
          "iac",
          "db");

  private PackReader() {}

  /** The packs Belay comes with. */
  public static PackResult builtIn() {
    return read(builtInSources());
  }

  /** The files of {@link #builtIn}, to be read together with others. */
  public static List<Source> builtInSources() {
    return SHIPPED.stream().map(PackReader::shipped).toList();
  }

  private static Source shipped(String pack) {
    String file = pack + ".yaml";
    try (InputStream in = PackReader.class.getResourceAsStream("/belay/packs/" + file)) {
      if (in == null) {
        throw new IllegalStateException("not in this build: belay/packs/" + file);
      }
      return new Source(file, Text.decode(in.readAllBytes()));
    } catch (IOException e) {
      throw new UncheckedIOException("belay/packs/" + file, e);
    }
  }

  /** The {@code .yaml} files of a directory, by name. */
  public static List<Source> sources(Path directory) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(directory)) {
      files =
          all.filter(file -> file.getFileName().toString().endsWith(".yaml"))
              .filter(Files::isRegularFile)
              .sorted(Comparator.comparing(file -> file.getFileName().toString()))
              .toList();
    }
    List<Source> out = new ArrayList<>();
    for (Path file : files) {
      out.add(source(file));
    }
    return out;
  }

  /** One pack file. */
  public static Source source(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      // UTF-8 has at most four bytes a character: what is cut off here is refused as too long.
      byte[] bytes = in.readNBytes(4 * TreeReader.MOST_CHARACTERS + 4);
      return new Source(file.toString(), Text.decode(bytes));
    }
  }

  /** What the sources make together. */
  public static PackResult read(List<Source> sources) {
    List<Diagnostic> diagnostics = new ArrayList<>();
    List<Rule> rules = new ArrayList<>();
    List<Inquiry> inquiries = new ArrayList<>();
    List<Pack> packs = new ArrayList<>();
    List<Example> examples = new ArrayList<>();
    Map<String, String> files = new HashMap<>();
    for (Source source : sources) {
      PackParser parsed = new PackParser(source);
      Tree.Text name = parsed.name();
      if (name != null) {
        String other = files.putIfAbsent(name.value(), source.name());
        if (other != null) {
          parsed
              .report()
              .add(
                  name,
                  "a second pack " + Report.quoted(name.value()),
                  "the first is " + Report.quoted(other));
        }
      }
      diagnostics.addAll(parsed.report().diagnostics());
      rules.addAll(parsed.rules());
      inquiries.addAll(parsed.inquiries());
      examples.addAll(parsed.examples());
      Pack pack = parsed.pack();
      if (pack != null) {
        packs.add(pack);
      }
    }
    return diagnostics.isEmpty()
        ? new PackResult.Loaded(new RuleSet(rules, inquiries), packs, examples)
        : new PackResult.Rejected(diagnostics);
  }
}
