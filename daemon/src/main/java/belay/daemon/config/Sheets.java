package belay.daemon.config;

import belay.daemon.libc.User;
import belay.rules.judge.Wildcard;
import belay.rules.pack.Diagnostic;
import belay.rules.pack.PackReader;
import belay.rules.pack.Sheet;
import belay.rules.pack.SheetReader;
import belay.rules.pack.Source;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The settings files of the layers. One that is wrong anywhere never replaces what it said when it
 * was last sound; of one that never was, what can be read of it holds, and of the machine's all is
 * locked.
 */
public final class Sheets {

  private static final List<String> KEYS =
      Arrays.stream(Setting.values()).map(Setting::key).toList();

  private final Layers layers;
  private final Map<String, String> environment;
  private final Map<Path, Sheet> lastGood = new HashMap<>();
  private final Policies policies;

  /** Those that bind the user of this process. */
  public Sheets(Layers layers, Map<String, String> environment) {
    this(
        layers, environment, User.name(User.effective()).orElse(""), User.groups(User.effective()));
  }

  Sheets(Layers layers, Map<String, String> environment, String user, Set<String> groups) {
    this.layers = layers;
    this.environment = Map.copyOf(environment);
    this.policies = new Policies(layers, user, groups);
  }

  /** What they come to now. */
  public synchronized Standing read() {
    Policies.Read policy = policies.read();
    List<Standing.Layered> sheets = new ArrayList<>(policy.sheets());
    List<String> complaints = new ArrayList<>();
    for (Path directory : layers.settings()) {
      boolean system = !directory.equals(layers.user());
      sheets.add(
          new Standing.Layered(
              system ? Layer.SYSTEM : Layer.USER,
              system
                  ? ofMachine(directory.resolve("config.yaml"), complaints)
                  : sheet(directory.resolve("config.yaml"), complaints),
              system && directory.equals(layers.system().getFirst())));
    }
    Standing standing = Standing.of(sheets, environment);
    complaints.addAll(standing.complaints());
    return new Standing(
        standing.values(), standing.layered(), standing.refused(), complaints, policy.governance());
  }

  /**
   * Nobody knows what a file locks that cannot be read. A copy of what it said when it could would
   * be the user's own, and his to change; so all is locked, until it is mended.
   */
  private Sheet ofMachine(Path file, List<String> complaints) {
    int before = complaints.size();
    Sheet sheet = sheet(file, complaints);
    if (complaints.size() == before || lastGood.containsKey(file)) {
      return sheet;
    }
    complaints.add(
        "`"
            + file
            + "`: until it is mended, every setting and rule is locked: nothing after it can"
            + " loosen any");
    List<Sheet.Lock> locks = new ArrayList<>(sheet.locks());
    KEYS.forEach(key -> locks.add(new Sheet.Lock.OfSetting(key, 1)));
    locks.add(new Sheet.Lock.OfRules(new Wildcard("*"), 1));
    return new Sheet(sheet.file(), sheet.settings(), sheet.changes(), locks);
  }

  private Sheet sheet(Path file, List<String> complaints) {
    Sheet nothing = Sheet.empty(file.toString());
    try {
      Source source = PackReader.source(file);
      SheetReader.Result result = SheetReader.read(source, KEYS);
      if (result.diagnostics().isEmpty()) {
        lastGood.put(file, result.sheet());
        return result.sheet();
      }
      boolean stays = lastGood.containsKey(file);
      for (Diagnostic diagnostic : result.diagnostics()) {
        complaints.add(
            diagnostic
                + (stays
                    ? " (what the file said before stays in force)"
                    : " (the rest of the file is in force)"));
      }
      return lastGood.getOrDefault(file, result.sheet());
    } catch (NoSuchFileException _) {
      lastGood.remove(file);
      return nothing;
    } catch (IOException e) {
      complaints.add("`" + file + "` cannot be read: " + e.getMessage());
      return lastGood.getOrDefault(file, nothing);
    }
  }
}
