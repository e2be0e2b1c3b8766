package belay.daemon.cli;

import belay.daemon.config.Governance;
import belay.daemon.config.Layers;
import belay.daemon.config.Sheets;
import belay.daemon.server.Client;
import belay.daemon.server.Messages;
import belay.daemon.server.PackShelf;
import belay.daemon.share.Installer;
import belay.rules.effect.CommandModels;
import belay.rules.effect.EffectReader;
import belay.rules.pack.PackReader;
import belay.rules.pack.PackResult;
import belay.rules.pack.Source;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where packs are installed, and what else is in force. */
final class PackPlace {

  @Option(
      names = "--system",
      description = "for all users of the machine, in /etc/belay (default: for oneself)")
  private boolean system;

  Path installed() {
    return Layers.installed(system ? Layers.SYSTEM : AskedLine.directories().config());
  }

  static EffectReader reader() {
    return new EffectReader(CommandModels.builtIn());
  }

  Installer installer() {
    Layers layers = Layers.of(AskedLine.directories(), System.getenv());
    Governance governance = new Sheets(layers, Map.of()).read().governance();
    return new Installer(
        installed(), reader(), key -> !governance.namesKeys() || governance.keys().contains(key));
  }

  /** The packs of all layers but Belay's own. */
  static List<Source> others() throws IOException {
    List<Source> out = new ArrayList<>();
    for (Layers.Packs place : Layers.of(AskedLine.directories(), System.getenv()).packs()) {
      out.addAll(new PackShelf(place).read());
    }
    return out;
  }

  /** Belay's own packs and these. */
  static PackResult together(List<Source> own) {
    List<Source> all = new ArrayList<>(PackReader.builtInSources());
    all.addAll(own);
    return PackReader.read(all);
  }

  /** Has a daemon that runs write it into the journal. */
  static void journalled(String what, String pack, String detail) throws IOException {
    Optional<Client> running = Client.connect(AskedLine.directories());
    if (running.isPresent()) {
      try (Client client = running.get()) {
        JsonObject message = Messages.of("pack");
        message.addProperty("what", what);
        message.addProperty("pack", pack);
        message.addProperty("detail", detail);
        JsonObject _ = client.call(message);
      }
    }
  }
}
