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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
          "cloud.aws",
          "cloud.gcp",
          "cloud.azure",
          "cloud",
          "secrets",
          "iac",
          "db");

  /** The file that makes a directory a pack. */
  public static final String MANIFEST = "pack.yaml";

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

  /** The packs of a directory, by name: {@code .yaml} files, and directories with a manifest. */
  public static List<Source> sources(Path directory) throws IOException {
    if (Files.isRegularFile(directory.resolve(MANIFEST))) {
      return List.of(pack(directory));
    }
    List<Source> out = new ArrayList<>();
    for (Path file : sorted(directory)) {
      if (Files.isRegularFile(file) && isYaml(file)) {
        out.add(source(file));
      } else if (Files.isRegularFile(file.resolve(MANIFEST))) {
        out.add(pack(file));
      }
    }
    return out;
  }

  private static Source pack(Path directory) throws IOException {
    List<Source> parts = new ArrayList<>();
    for (Path file : sorted(directory)) {
      if (Files.isRegularFile(file) && isYaml(file) && !file.endsWith(MANIFEST)) {
        parts.add(source(file));
      }
    }
    Source manifest = source(directory.resolve(MANIFEST));
    return new Source(manifest.name(), manifest.text(), parts);
  }

  private static boolean isYaml(Path file) {
    return String.valueOf(file.getFileName()).endsWith(".yaml");
  }

  private static List<Path> sorted(Path directory) throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.sorted(Comparator.comparing(file -> String.valueOf(file.getFileName())))
          .filter(file -> !String.valueOf(file.getFileName()).startsWith("."))
          .toList();
    }
  }

  /** One pack file. */
  public static Source source(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      // UTF-8 has at most four bytes a character: what is cut off here is refused as too long.
      byte[] bytes = in.readNBytes(4 * TreeReader.MOST_CHARACTERS + 4);
      return new Source(file.toString(), Text.decode(bytes));
    }
  }

  /** What a pack calls itself; empty where it cannot be read so far. */
  public static Optional<String> name(Source source) {
    Report report = new Report(source.name());
    return TreeReader.read(source.text(), report) instanceof Tree.Mapping mapping
        ? mapping.pairs().stream()
            .filter(pair -> pair.key() instanceof Tree.Text key && key.value().equals("pack"))
            .map(pair -> pair.value() instanceof Tree.Text text ? text.value() : "")
            .findFirst()
        : Optional.empty();
  }

  /** What the sources make together. */
  public static PackResult read(List<Source> sources) {
    List<Diagnostic> diagnostics = new ArrayList<>();
    List<Rule> rules = new ArrayList<>();
    List<Inquiry> inquiries = new ArrayList<>();
    List<Pack> packs = new ArrayList<>();
    List<Example> examples = new ArrayList<>();
    Map<String, String> files = new HashMap<>();
    Map<String, PackParser> parsers = new LinkedHashMap<>();
    List<PackParser> all = new ArrayList<>();
    for (Source source : sources) {
      PackParser parsed = new PackParser(source);
      all.add(parsed);
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
        parsers.putIfAbsent(name.value(), parsed);
      }
      rules.addAll(parsed.rules());
      inquiries.addAll(parsed.inquiries());
      examples.addAll(parsed.examples());
      Pack pack = parsed.pack();
      if (pack != null) {
        packs.add(pack);
      }
    }
    checkNeeds(parsers, packs);
    all.forEach(parsed -> diagnostics.addAll(parsed.diagnostics()));
    return diagnostics.isEmpty()
        ? new PackResult.Loaded(new RuleSet(rules, inquiries), packs, examples)
        : new PackResult.Rejected(diagnostics);
  }

  private static void checkNeeds(Map<String, PackParser> parsers, List<Pack> packs) {
    Map<String, Version> there = new HashMap<>();
    packs.forEach(pack -> there.putIfAbsent(pack.name(), pack.version()));
    Map<String, Needs> needs = new HashMap<>();
    parsers.forEach((name, parser) -> needs.put(name, parser.needs()));
    needs.forEach((name, each) -> each.check(name, there, needs));
  }
}
