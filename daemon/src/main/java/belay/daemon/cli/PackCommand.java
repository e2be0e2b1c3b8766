package belay.daemon.cli;

import belay.daemon.config.Layer;
import belay.daemon.config.Layers;
import belay.daemon.server.PackShelf;
import belay.daemon.share.Ledger;
import belay.rules.effect.CommandModels;
import belay.rules.effect.EffectReader;
import belay.rules.judge.Rule;
import belay.rules.pack.Diagnostic;
import belay.rules.pack.Example;
import belay.rules.pack.Examples;
import belay.rules.pack.Pack;
import belay.rules.pack.PackReader;
import belay.rules.pack.PackResult;
import belay.rules.pack.PackSchema;
import belay.rules.pack.Source;
import belay.rules.syntax.Text;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code belay pack}: needs no daemon. */
@Command(
    name = "pack",
    description = "Rule packs: what is in force, help to write one, and to share it.",
    subcommands = {
      PackInstallCommand.Install.class,
      PackInstallCommand.Update.class,
      PackKeyCommands.Remove.class,
      PackKeyCommands.Build.class,
      PackKeyCommands.Sign.class,
      PackKeyCommands.Verify.class,
      PackKeyCommands.Keygen.class,
      PackKeyCommands.Pinned.class,
      PackKeyCommands.Revoke.class,
      PackDiffCommand.class,
      PackBenchCommand.class
    })
final class PackCommand {

  private static final int WRONG = 1;

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]*(\\.[a-z0-9-]+)*");

  @Spec private @Nullable CommandSpec spec;

  private PackCommand() {}

  @Command(
      description =
          "Reads packs as the daemon would, together with Belay's own, and runs their examples. All"
              + " that is wrong is told, each with its place.",
      exitCodeListHeading = "%nExit codes:%n",
      exitCodeList = {"0:sound", "1:not sound", "2:misuse"})
  int lint(
      @Parameters(
              paramLabel = "FILE",
              arity = "1..*",
              description = "packs, or directories of such")
          List<Path> files)
      throws IOException {
    List<Source> own = sources(files);
    List<Diagnostic> wrong =
        switch (read(own)) {
          case PackResult.Rejected(List<Diagnostic> diagnostics) -> diagnostics;
          case PackResult.Loaded loaded -> Examples.run(loaded.examplesOf(own), reader());
        };
    wrong.forEach(System.out::println);
    if (wrong.isEmpty()) {
      System.out.println("belay: " + counted(own.size(), "pack") + " sound");
    }
    return wrong.isEmpty() ? 0 : WRONG;
  }

  @Command(
      description = "Runs the examples of packs, and says of each what came of it.",
      exitCodeListHeading = "%nExit codes:%n",
      exitCodeList = {"0:all as promised", "1:some not, or a pack is not sound", "2:misuse"})
  int test(
      @Parameters(
              paramLabel = "FILE",
              arity = "1..*",
              description = "packs, or directories of such")
          List<Path> files)
      throws IOException {
    List<Source> own = sources(files);
    return switch (read(own)) {
      case PackResult.Rejected(List<Diagnostic> diagnostics) -> {
        diagnostics.forEach(System.out::println);
        yield WRONG;
      }
      case PackResult.Loaded loaded -> tested(loaded.examplesOf(own));
    };
  }

  private static int tested(PackResult.Loaded loaded) {
    List<Diagnostic> failed = Examples.run(loaded, reader());
    record Place(String file, int line, int column) {}
    Set<Place> places = new HashSet<>();
    failed.forEach(each -> places.add(new Place(each.file(), each.line(), each.column())));
    for (Example example : loaded.examples()) {
      boolean ok = !places.contains(new Place(example.file(), example.line(), example.column()));
      System.out.println(
          (ok ? "ok      " : "FAILED  ")
              + example.rule()
              + "  "
              + promise(example)
              + "  "
              + Text.printable(example.command()));
    }
    failed.forEach(System.out::println);
    System.out.println(
        "belay: "
            + counted(loaded.examples().size(), "example")
            + ", "
            + failed.size()
            + " not as promised");
    return failed.isEmpty() ? 0 : WRONG;
  }

  private static String promise(Example example) {
    return switch (example.expectation()) {
      case Example.Expectation.Speaks speaks -> speaks.action().key();
      case Example.Expectation.Silent _ -> "silent";
      case Example.Expectation.Allowed _ -> "allow";
    };
  }

  @Command(
      description = "Lists the packs in force: Belay's own and the user's.",
      exitCodeListHeading = "%nExit codes:%n",
      exitCodeList = {
        "0:done",
        "1:a pack is not sound, so that only the sound ones before are in force"
      })
  int list(@Option(names = "--json", description = "one JSON object") boolean json)
      throws IOException {
    InForce inForce = inForce();
    if (inForce == null) {
      return WRONG;
    }
    Map<String, Ledger.Entry> ledger = new HashMap<>();
    for (Path directory : List.of(Layers.SYSTEM, AskedLine.directories().config())) {
      Ledger.of(Layers.installed(directory))
          .entries()
          .forEach(
              (pack, entry) -> {
                if (!entry.removed()) {
                  ledger.put(pack, entry);
                }
              });
    }
    JsonArray array = new JsonArray();
    for (Pack pack : inForce.loaded.packs()) {
      JsonObject one = new JsonObject();
      one.addProperty("pack", pack.name());
      one.addProperty("version", pack.version().toString());
      one.addProperty("title", Text.printable(pack.title()));
      one.addProperty("rules", pack.rules());
      one.addProperty("layer", inForce.layer(pack).key());
      one.addProperty("file", Text.printable(pack.file()));
      Ledger.Entry entry = ledger.get(pack.name());
      if (entry != null) {
        one.addProperty("source", Text.printable(entry.source()));
        one.addProperty("key", entry.key());
        one.addProperty("signed", entry.signed());
      }
      array.add(one);
      if (!json) {
        System.out.printf(
            Locale.ROOT,
            "%-20s %-8s %4d rules  %-8s  %s%n",
            pack.name(),
            pack.version(),
            pack.rules(),
            inForce.layer(pack).key(),
            Text.printable(pack.title()));
        if (entry != null) {
          System.out.println(
              "    from "
                  + Text.printable(entry.source())
                  + (entry.key() == null ? ", unsigned" : ", signed by " + entry.key()));
        }
      }
    }
    if (json) {
      JsonObject out = new JsonObject();
      out.add("packs", array);
      System.out.println(out);
    }
    return 0;
  }

  @Command(
      description = "Says what rules a pack in force has.",
      exitCodeListHeading = "%nExit codes:%n",
      exitCodeList = {"0:done", "1:there is no such pack", "2:misuse"})
  int info(
      @Parameters(paramLabel = "PACK", description = "such as core.files") String name,
      @Option(names = "--json", description = "one JSON object") boolean json)
      throws IOException {
    InForce inForce = inForce();
    if (inForce == null) {
      return WRONG;
    }
    PackResult.Loaded loaded = inForce.loaded;
    Pack pack =
        loaded.packs().stream().filter(each -> each.name().equals(name)).findFirst().orElse(null);
    if (pack == null) {
      System.err.println(
          "belay: there is no pack `" + Text.printable(name) + "` in force; `belay pack list`");
      return WRONG;
    }
    List<Rule> rules =
        loaded.rules().rules().stream().filter(rule -> rule.id().startsWith(name + "/")).toList();
    if (json) {
      System.out.println(json(pack, inForce.layer(pack), rules));
      return 0;
    }
    System.out.println(pack.name() + " " + pack.version() + ": " + Text.printable(pack.title()));
    System.out.println(
        "  layer " + inForce.layer(pack).key() + ", from " + Text.printable(pack.file()));
    for (Rule rule : rules) {
      System.out.printf(
          Locale.ROOT,
          "  %-48s %-8s %-8s %s%n",
          rule.id(),
          rule.action().key(),
          rule.severity().key(),
          Text.printable(rule.title()));
    }
    return 0;
  }

  private static JsonObject json(Pack pack, Layer layer, List<Rule> rules) {
    JsonObject out = new JsonObject();
    out.addProperty("pack", pack.name());
    out.addProperty("version", pack.version().toString());
    out.addProperty("title", Text.printable(pack.title()));
    out.addProperty("layer", layer.key());
    out.addProperty("file", Text.printable(pack.file()));
    JsonArray array = new JsonArray();
    for (Rule rule : rules) {
      JsonObject one = new JsonObject();
      one.addProperty("id", rule.id());
      one.addProperty("title", Text.printable(rule.title()));
      one.addProperty("severity", rule.severity().key());
      one.addProperty("action", rule.action().key());
      one.addProperty("passable", rule.passable());
      array.add(one);
    }
    out.add("rules", array);
    return out;
  }

  @Command(description = "Prints the JSON Schema of packs, for editors.")
  int schema() {
    System.out.println(
        new GsonBuilder()
            .setPrettyPrinting()
            .disableHtmlEscaping()
            .create()
            .toJson(PackSchema.schema()));
    return 0;
  }

  @Command(
      name = "new",
      description = "Writes a pack to begin with, which is sound, into the current directory.",
      exitCodeListHeading = "%nExit codes:%n",
      exitCodeList = {"0:written", "1:not written, with the reason", "2:misuse"})
  int begin(@Parameters(paramLabel = "PACK", description = "such as team.storage") String name)
      throws IOException {
    if (!NAME.matcher(name).matches()) {
      throw misuse(
          "a pack is called by lower-case words with dots between, such as `team.storage`, not `"
              + Text.printable(name)
              + "`");
    }
    Path file = Path.of(name + ".yaml");
    try {
      Files.writeString(
          file,
          BEGINNING.replace("PACK", name),
          StandardOpenOption.CREATE_NEW,
          StandardOpenOption.WRITE);
    } catch (FileAlreadyExistsException e) {
      System.err.println("belay: `" + file + "` is there already");
      return WRONG;
    }
    System.out.println(
        "belay: `"
            + file
            + "` is written; `belay pack lint "
            + file
            + "` checks it, and `"
            + AskedLine.directories().packs()
            + "` is where it is in force");
    return 0;
  }

  private static final String BEGINNING =
      """
      # What may stand here: docs/packs.md. `belay pack test PACK.yaml` runs the examples,
      # `belay explain -- 'COMMAND'` says why a rule speaks or not.
      pack: PACK
      version: 0.1.0
      title: What it is about
      sets:
        precious: ["/srv/precious/**"]
      rules:
        - id: precious-deleted
          title: Something precious is deleted
          when:
            effects: [delete, truncate, overwrite]
            targets: path
            path: {matches: $precious}
            facts: {exists: [true, unknown]}
          severity: high
          action: confirm
          challenge: target
          message: "`{program}` would ruin {thing}[: {evidence}]."
          instead: Copy it first.
          examples:
            facts:
              /srv/precious/ring: {kind: regular_file, size: 4096}
            confirm:
              - rm /srv/precious/ring
              - ": > /srv/precious/ring"
            allow:
              - cat /srv/precious/ring
      """;

  /**
   * Belay's own packs and those of all layers.
   *
   * @param layers where each file that is not Belay's own stands
   */
  private record InForce(PackResult.Loaded loaded, Map<String, Layer> layers) {

    Layer layer(Pack pack) {
      return layers.getOrDefault(pack.file(), Layer.BUILT_IN);
    }
  }

  /** What is in force, or null where it is not sound, which is told. */
  private static @Nullable InForce inForce() throws IOException {
    List<Source> own = new ArrayList<>();
    Map<String, Layer> layers = new HashMap<>();
    for (Layers.Packs place : Layers.of(AskedLine.directories(), System.getenv()).packs()) {
      List<Source> read = new PackShelf(place).read();
      read.forEach(source -> layers.put(source.name(), place.layer()));
      own.addAll(read);
    }
    return switch (read(own)) {
      case PackResult.Loaded loaded -> new InForce(loaded, layers);
      case PackResult.Rejected(List<Diagnostic> diagnostics) -> {
        diagnostics.forEach(System.err::println);
        yield null;
      }
    };
  }

  private static PackResult read(List<Source> own) {
    List<Source> all = new ArrayList<>(PackReader.builtInSources());
    all.addAll(own);
    return PackReader.read(all);
  }

  private static EffectReader reader() {
    return new EffectReader(CommandModels.builtIn());
  }

  private List<Source> sources(List<Path> files) throws IOException {
    List<Source> out = new ArrayList<>();
    for (Path file : files) {
      try {
        out.addAll(
            Files.isDirectory(file) ? PackReader.sources(file) : List.of(PackReader.source(file)));
      } catch (NoSuchFileException e) {
        throw misuse("there is no `" + Text.printable(file.toString()) + "`");
      }
    }
    return out;
  }

  private ParameterException misuse(String message) {
    if (spec == null) {
      throw new IllegalStateException(message);
    }
    return new ParameterException(spec.commandLine(), message);
  }

  private static String counted(int count, String thing) {
    return count + " " + thing + (count == 1 ? "" : "s");
  }
}
