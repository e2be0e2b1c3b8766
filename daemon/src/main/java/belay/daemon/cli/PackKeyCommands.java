package belay.daemon.cli;

import belay.daemon.share.Keys;
import belay.daemon.share.Ledger;
import belay.daemon.share.Origin;
import belay.daemon.share.PackArchive;
import belay.daemon.share.PackSignature;
import belay.rules.pack.Pack;
import belay.rules.pack.PackReader;
import belay.rules.pack.PackResult;
import belay.rules.pack.Source;
import belay.rules.syntax.Text;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What gives packs to others: archives, signatures and keys. */
final class PackKeyCommands {

  private static final int WRONG = 1;

  private PackKeyCommands() {}

  /** The pack that an archive holds; null where it is not sound, which is told. */
  private static @Nullable Pack pack(Source own) {
    return switch (PackReader.read(List.of(own))) {
      case PackResult.Loaded loaded -> loaded.packs().getFirst();
      case PackResult.Rejected rejected -> {
        // What it needs may stand elsewhere: then it is sound beside that.
        yield switch (PackPlace.together(List.of(own))) {
          case PackResult.Loaded loaded -> loaded.packs().getLast();
          case PackResult.Rejected _ -> {
            rejected.diagnostics().forEach(System.err::println);
            yield null;
          }
        };
      }
    };
  }

  /** {@code build}. */
  @Command(
      name = "build",
      description = "Makes an archive of a pack, the same bytes each time.",
      exitCodeListHeading = "%nExit codes:%n",
      exitCodeList = {"0:written", "1:not written, with the reason", "2:misuse"})
  static final class Build implements Callable<Integer> {
    @Parameters(paramLabel = "PACK", description = "a directory with pack.yaml, or a YAML file")
    private Path place = Path.of("");

    @Option(
        names = {"-o", "--output"},
        paramLabel = "FILE",
        description = "default: NAME-VERSION.belay")
    private @Nullable Path output;

    @Override
    public Integer call() throws IOException {
      PackArchive archive = PackArchive.of(place);
      Pack pack = pack(archive.source(place.toString()));
      if (pack == null) {
        return WRONG;
      }
      Path file = output == null ? Path.of(pack.name() + "-" + pack.version() + ".belay") : output;
      Files.write(file, archive.bytes());
      System.out.println(
          "belay: `"
              + Text.printable(file.toString())
              + "` is written, sha256 "
              + archive.digest());
      return 0;
    }
  }

  /** {@code keygen}. */
  @Command(
      name = "keygen",
      description = "Makes a key to sign packs with: FILE for yourself, FILE.pub for everybody.",
      exitCodeListHeading = "%nExit codes:%n",
      exitCodeList = {"0:written", "1:not written, with the reason", "2:misuse"})
  static final class Keygen implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "such as ~/.config/belay/team.key")
    private Path file = Path.of("");

    @Override
    public Integer call() throws IOException {
      System.out.println(
          "belay: publish this beside your packs: " + Keys.fingerprint(Keys.generate(file)));
      return 0;
    }
  }

  /** {@code sign}. */
  @Command(
      name = "sign",
      description =
          "Signs a pack: writes pack.sig into a directory, or FILE.sig beside an archive or a YAML"
              + " file.",
      exitCodeListHeading = "%nExit codes:%n",
      exitCodeList = {"0:signed", "1:not signed, with the reason", "2:misuse"})
  static final class Sign implements Callable<Integer> {
    @Parameters(paramLabel = "PACK", description = "a directory, a YAML file, or an archive")
    private Path place = Path.of("");

    @Option(names = "--key", paramLabel = "FILE", required = true, description = "of keygen")
    private Path key = Path.of("");

    @Override
    public Integer call() throws IOException, InterruptedException {
      PackArchive archive = Origin.of(place.toString()).fetch().archive();
      Pack pack = pack(archive.source(place.toString()));
      if (pack == null) {
        return WRONG;
      }
      PackSignature signature =
          PackSignature.of(
              pack.name(), pack.version(), archive.digest(), Instant.now(), Keys.read(key));
      Path file =
          Files.isDirectory(place)
              ? place.resolve(Origin.SIGNATURE)
              : place.resolveSibling(place.getFileName() + Origin.SUFFIX);
      Files.writeString(file, signature.text());
      System.out.println(
          "belay: `"
              + Text.printable(file.toString())
              + "` is written: "
              + Keys.fingerprint(signature.key()));
      return 0;
    }
  }

  /** {@code verify}. */
  @Command(
      name = "verify",
      description = "Says who signed a pack, and that it is as it was signed.",
      exitCodeListHeading = "%nExit codes:%n",
      exitCodeList = {"0:signed", "1:not signed, or wrongly, with the reason", "2:misuse"})
  static final class Verify implements Callable<Integer> {
    @Mixin private PackPlace place = new PackPlace();

    @Parameters(paramLabel = "SOURCE", description = "as for install")
    private String source = "";

    @Override
    public Integer call() throws IOException, InterruptedException {
      Origin.Fetched fetched = Origin.of(source).fetch();
      Pack pack = pack(fetched.archive().source(source));
      if (pack == null) {
        return WRONG;
      }
      byte[] bytes = fetched.signature();
      if (bytes == null) {
        System.err.println("belay: nobody has signed `" + Text.printable(source) + "`");
        return WRONG;
      }
      PackSignature signature = PackSignature.read(bytes, "the signature of " + source);
      signature.check(pack.name(), pack.version(), fetched.archive().digest());
      String key = Keys.fingerprint(signature.key());
      Ledger ledger = Ledger.of(place.installed());
      if (ledger.isRevoked(key)) {
        System.err.println("belay: signed by " + key + ", which is revoked");
        return WRONG;
      }
      System.out.println(
          "belay: `"
              + pack.name()
              + "` "
              + pack.version()
              + " is as "
              + key
              + " signed it on "
              + signature.signed());
      return 0;
    }
  }

  /** {@code keys}. */
  @Command(name = "keys", description = "Lists the keys of installed packs, and the revoked ones.")
  static final class Pinned implements Callable<Integer> {
    @Mixin private PackPlace place = new PackPlace();

    @Option(names = "--json", description = "one JSON object")
    private boolean json;

    @Override
    public Integer call() throws IOException {
      Ledger ledger = Ledger.of(place.installed());
      JsonObject out = new JsonObject();
      JsonArray packs = new JsonArray();
      for (Map.Entry<String, Ledger.Entry> each : ledger.entries().entrySet()) {
        JsonObject one = new JsonObject();
        one.addProperty("pack", each.getKey());
        one.addProperty("version", each.getValue().version());
        one.addProperty("source", Text.printable(each.getValue().source()));
        one.addProperty("key", each.getValue().key());
        one.addProperty("removed", each.getValue().removed());
        packs.add(one);
        if (!json) {
          System.out.println(
              each.getKey()
                  + " "
                  + each.getValue().version()
                  + (each.getValue().removed() ? " (removed)  " : "  ")
                  + (each.getValue().key() == null ? "unsigned" : each.getValue().key())
                  + "  "
                  + Text.printable(each.getValue().source()));
        }
      }
      JsonArray revoked = new JsonArray();
      for (String key : ledger.revoked()) {
        revoked.add(key);
        if (!json) {
          System.out.println("revoked  " + Text.printable(key));
        }
      }
      out.add("packs", packs);
      out.add("revoked", revoked);
      if (json) {
        System.out.println(out);
      }
      return 0;
    }
  }

  /** {@code revoke}. */
  @Command(
      name = "revoke",
      description = "From now on takes nothing that a key signed, whatever it was good for before.",
      exitCodeListHeading = "%nExit codes:%n",
      exitCodeList = {"0:revoked", "1:it is no fingerprint", "2:misuse"})
  static final class Revoke implements Callable<Integer> {
    @Mixin private PackPlace place = new PackPlace();

    @Parameters(paramLabel = "FINGERPRINT", description = "SHA256:…")
    private String fingerprint = "";

    @Override
    public Integer call() throws IOException {
      if (!fingerprint.matches("SHA256:[A-Za-z0-9+/]{43}")) {
        System.err.println("belay: `" + Text.printable(fingerprint) + "` is no fingerprint");
        return WRONG;
      }
      Ledger ledger = Ledger.of(place.installed());
      ledger.revoke(fingerprint);
      PackPlace.journalled("key revoked", "*", fingerprint);
      ledger
          .entries()
          .forEach(
              (pack, entry) -> {
                if (fingerprint.equals(entry.key()) && !entry.removed()) {
                  System.err.println(
                      "belay: `"
                          + pack
                          + "` is signed by it and still in force; `belay pack remove "
                          + pack
                          + "` takes it away");
                }
              });
      return 0;
    }
  }

  /** {@code remove}. */
  @Command(
      name = "remove",
      description = "Takes an installed pack away.",
      exitCodeListHeading = "%nExit codes:%n",
      exitCodeList = {"0:removed", "1:not removed, with the reason", "2:misuse"})
  static final class Remove implements Callable<Integer> {
    @Mixin private PackPlace place = new PackPlace();

    @Option(
        names = "--forget",
        description = "also which key it had, and which versions: what comes next is new")
    private boolean forget;

    @Parameters(paramLabel = "PACK", description = "such as team.storage")
    private String pack = "";

    @Override
    public Integer call() throws IOException {
      List<Pack> loaded =
          PackPlace.together(PackPlace.others()) instanceof PackResult.Loaded all
              ? all.packs()
              : List.of();
      String version = place.installer().remove(pack, loaded, forget);
      PackPlace.journalled("pack removed", pack, version + (forget ? ", and forgotten" : ""));
      System.out.println("belay: `" + pack + "` " + version + " is removed");
      return 0;
    }
  }
}
