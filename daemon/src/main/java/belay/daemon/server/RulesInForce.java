package belay.daemon.server;

import belay.daemon.config.Allowances;
import belay.daemon.config.Governance;
import belay.daemon.config.Layer;
import belay.daemon.config.Layers;
import belay.daemon.config.Sheets;
import belay.daemon.config.Standing;
import belay.daemon.share.Ledger;
import belay.rules.effect.EffectReader;
import belay.rules.judge.Inquiry;
import belay.rules.judge.Judge;
import belay.rules.judge.Policy;
import belay.rules.judge.Rule;
import belay.rules.judge.RuleSet;
import belay.rules.pack.Diagnostic;
import belay.rules.pack.Examples;
import belay.rules.pack.Pack;
import belay.rules.pack.PackReader;
import belay.rules.pack.PackResult;
import belay.rules.pack.PolicyFile;
import belay.rules.pack.Source;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The rules that judge now: the shipped packs and those of each layer above a project. A broken
 * pack never replaces a good one: the last good packs of its directory stay, and what is wrong is
 * kept to be told.
 */
public final class RulesInForce {

  private static final String STAYS = " (the last good packs of its directory stay in force)";

  private final Path settings;
  private final Sheets sheets;
  private final List<PackShelf> shelves;

  /** What each shelf last had that was sound; only read and written by {@link #reload}. */
  private final Map<Path, List<Source>> lastGood = new HashMap<>();

  private final EffectReader effects;
  private final Policy policy;
  private final AtomicReference<State> inForce;

  /**
   * What judges.
   *
   * @param allowed what the user has allowed
   * @param nextEnd when the next of it ends, or null
   * @param packs where the packs come from, by their names
   * @param asPacked the rules as their packs have them
   * @param rules as the settings leave them
   * @param changed which setting changed a rule last, by its id
   * @param packTroubles what is wrong with the packs
   * @param refused what settings wanted of rules and were not given
   * @param governance what the machine's policies demand
   * @param demands what they demand and have not, and what is wrong with them
   * @param loaded the packs
   */
  private record State(
      RuleSet asPacked,
      RuleSet rules,
      Map<String, String> changed,
      Map<String, Provenance> packs,
      Judge judge,
      Allowances allowed,
      @Nullable Instant nextEnd,
      List<String> packTroubles,
      List<String> refused,
      Governance governance,
      List<String> demands,
      List<Pack> loaded) {}

  /**
   * Loads the shipped packs, then those of the layers.
   *
   * @param layers where packs are, and the user's {@code allow.yaml}
   * @param effects reads the commands of the packs' examples
   */
  public RulesInForce(Layers layers, EffectReader effects, Policy policy) {
    this.settings = layers.user();
    // Rules are no matter of the environment.
    this.sheets = new Sheets(layers, Map.of());
    this.shelves = layers.packs().stream().map(PackShelf::new).toList();
    this.effects = effects;
    this.policy = policy;
    this.inForce =
        new AtomicReference<>(state(shipped().rules(), Map.of(), List.of(), shipped().packs()));
    reload();
  }

  public Judge judge() {
    State now = inForce.get();
    Instant end = now.nextEnd;
    if (end != null && !end.isAfter(Instant.now())) {
      // Not in the place of what somebody has read meanwhile, and nobody waits for who reads now.
      inForce.compareAndSet(now, at(now, Instant.now()));
    }
    return inForce.get().judge();
  }

  /** What the user has allowed, what has ended too. */
  Allowances allowed() {
    return inForce.get().allowed();
  }

  /** Puts other allowances in the place of those there were. */
  synchronized void allow(List<Allowances.Entry> entries) throws IOException {
    Allowances.save(settings, entries);
    reloadSettings();
  }

  /** All rules. */
  List<Rule> rules() {
    return inForce.get().rules().rules();
  }

  /** Reads what is allowed and what the settings say of rules again, and no pack. */
  synchronized void reloadSettings() {
    State now = inForce.get();
    inForce.set(state(now.asPacked, now.packs, now.packTroubles, now.loaded));
  }

  private State state(
      RuleSet asPacked, Map<String, Provenance> packs, List<String> troubles, List<Pack> loaded) {
    Standing standing = sheets.read();
    List<Rule> left = new ArrayList<>();
    Map<String, String> changed = new LinkedHashMap<>();
    List<String> refused = new ArrayList<>();
    for (Rule rule : asPacked.rules()) {
      Standing.Outcome outcome = standing.outcome(rule);
      if (outcome.rule() != null) {
        left.add(outcome.rule());
      }
      if (outcome.from() != null) {
        changed.put(rule.id(), outcome.from());
      }
      refused.addAll(outcome.refused());
    }
    RuleSet rules = new RuleSet(left, asPacked.inquiries());
    Allowances allowed = Allowances.load(settings);
    Instant now = Instant.now();
    return new State(
        asPacked,
        rules,
        Collections.unmodifiableMap(changed),
        Map.copyOf(packs),
        new Judge(rules, policy, allowed.at(now)),
        allowed,
        allowed.nextEnd(now),
        List.copyOf(troubles),
        List.copyOf(refused),
        standing.governance(),
        demands(standing.governance(), loaded),
        List.copyOf(loaded));
  }

  private List<String> demands(Governance governance, List<Pack> loaded) {
    List<String> out = new ArrayList<>(governance.complaints());
    for (PolicyFile policy : governance.policies()) {
      for (PolicyFile.Required required : policy.required()) {
        Pack pack =
            loaded.stream()
                .filter(each -> each.name().equals(required.pack()))
                .findFirst()
                .orElse(null);
        String at = "`" + policy.file() + ":" + required.line() + "` requires the pack `";
        if (pack == null) {
          out.add(at + required.pack() + "`, which is not in force: `belay pack install` it");
        } else if (required.versions() != null && !required.versions().contains(pack.version())) {
          out.add(
              at
                  + required.pack()
                  + "` "
                  + required.versions()
                  + ", and "
                  + pack.version()
                  + " is in force: `belay pack update` it");
        } else if (required.key() != null && !required.key().equals(signer(pack.name()))) {
          out.add(
              at
                  + required.pack()
                  + "` signed by "
                  + required.key()
                  + ", which the one in force is not");
        }
      }
    }
    return List.copyOf(out);
  }

  /** The fingerprint of the key that signed an installed pack, or null. */
  private @Nullable String signer(String pack) {
    for (PackShelf shelf : shelves) {
      if (shelf.layer() == Layer.TEAM) {
        try {
          Ledger.Entry entry = Ledger.of(shelf.directory()).entries().get(pack);
          if (entry != null && !entry.removed()) {
            return entry.key();
          }
        } catch (IOException _) {
          // Who signed it is not known, and that is told as if nobody had.
        }
      }
    }
    return null;
  }

  /** What the machine's policies demand. */
  public Governance governance() {
    return inForce.get().governance();
  }

  /** What they demand and have not, and what is wrong with them, one line each. */
  List<String> demands() {
    return inForce.get().demands();
  }

  /** The same with what is allowed at a time. */
  private State at(State state, Instant now) {
    return new State(
        state.asPacked,
        state.rules,
        state.changed,
        state.packs,
        new Judge(state.rules, policy, state.allowed.at(now)),
        state.allowed,
        state.allowed.nextEnd(now),
        state.packTroubles,
        state.refused,
        state.governance,
        state.demands,
        state.loaded);
  }

  /** The file and line that changed a rule's action or severity last; null where none did. */
  public @Nullable String changed(String rule) {
    return inForce.get().changed().get(rule);
  }

  /** All of {@link #changed(String)}, by rule. */
  Map<String, String> changed() {
    return inForce.get().changed();
  }

  /** What settings wanted of rules and were not given. */
  List<String> refused() {
    return inForce.get().refused();
  }

  /** The probes that the packs want asked. */
  public List<Inquiry> inquiries() {
    return inForce.get().rules().inquiries();
  }

  public int size() {
    return inForce.get().rules().rules().size();
  }

  /** Where a rule comes from. */
  public Provenance provenance(String rule) {
    int slash = rule.indexOf('/');
    return inForce
        .get()
        .packs()
        .getOrDefault(slash < 0 ? rule : rule.substring(0, slash), Provenance.BUILT_IN);
  }

  /** What is wrong with packs and allowances, one line each; empty when nothing is. */
  public List<String> troubles() {
    State now = inForce.get();
    return Stream.of(now.demands, now.packTroubles, now.refused, now.allowed.complaints())
        .flatMap(List::stream)
        .toList();
  }

  /** Reads the packs of all layers and what is allowed again. */
  public synchronized void reload() {
    List<String> troubles = new ArrayList<>();
    Map<Path, List<Source>> found = new LinkedHashMap<>();
    for (PackShelf shelf : shelves) {
      List<Source> sources = contents(shelf, troubles);
      if (sources != null) {
        found.put(shelf.directory(), sources);
      }
    }
    List<Source> everything = found.values().stream().flatMap(List::stream).toList();
    PackResult.Loaded loaded =
        found.size() == shelves.size()
                && sound(everything, everything) instanceof PackResult.Loaded sound
            ? keep(found, sound)
            : shelfByShelf(found, troubles);
    inForce.set(state(loaded.rules(), provenances(loaded), troubles, loaded.packs()));
  }

  private PackResult.Loaded keep(Map<Path, List<Source>> found, PackResult.Loaded sound) {
    lastGood.putAll(found);
    return sound;
  }

  private static @Nullable List<Source> contents(PackShelf shelf, List<String> troubles) {
    try {
      return shelf.read();
    } catch (IOException | UncheckedIOException e) {
      troubles.add(
          "the packs in `" + shelf.directory() + "` cannot be read: " + e.getMessage() + STAYS);
      return null;
    }
  }

  /** What is wrong in one is no reason to leave out what is sound in another. */
  private PackResult.Loaded shelfByShelf(Map<Path, List<Source>> found, List<String> troubles) {
    List<Source> taken = new ArrayList<>();
    PackResult.Loaded loaded = shipped();
    for (PackShelf shelf : shelves) {
      List<Source> now = found.get(shelf.directory());
      if (now != null) {
        switch (sound(joined(taken, now), now)) {
          case PackResult.Loaded sound -> {
            loaded = sound;
            taken.addAll(now);
            lastGood.put(shelf.directory(), now);
            continue;
          }
          case PackResult.Rejected(List<Diagnostic> diagnostics) ->
              diagnostics.forEach(diagnostic -> troubles.add(diagnostic + STAYS));
        }
      }
      // Their examples held when they were taken; that others have become stricter is no fault.
      List<Source> before = lastGood.getOrDefault(shelf.directory(), List.of());
      if (read(joined(taken, before)) instanceof PackResult.Loaded sound) {
        loaded = sound;
        taken.addAll(before);
      }
    }
    return loaded;
  }

  private static List<Source> joined(List<Source> some, List<Source> others) {
    List<Source> out = new ArrayList<>(some);
    out.addAll(others);
    return out;
  }

  /** The shipped packs and these. */
  private static PackResult read(List<Source> sources) {
    return PackReader.read(joined(PackReader.builtInSources(), sources));
  }

  /** The same, and the examples of some of them hold. */
  private PackResult sound(List<Source> sources, List<Source> examined) {
    return switch (read(sources)) {
      case PackResult.Rejected rejected -> rejected;
      case PackResult.Loaded loaded -> {
        List<Diagnostic> failed = Examples.run(loaded.examplesOf(examined), effects);
        yield failed.isEmpty() ? loaded : new PackResult.Rejected(failed);
      }
    };
  }

  /** The build has run the shipped packs' examples: a fault here is a broken installation. */
  private static PackResult.Loaded shipped() {
    return switch (PackReader.builtIn()) {
      case PackResult.Loaded loaded -> loaded;
      case PackResult.Rejected(List<Diagnostic> diagnostics) ->
          throw new IllegalStateException("the shipped packs are broken: " + diagnostics);
    };
  }

  private Map<String, Provenance> provenances(PackResult.Loaded loaded) {
    Map<String, Provenance> out = new HashMap<>();
    for (Pack pack : loaded.packs()) {
      for (PackShelf shelf : shelves) {
        if (Path.of(pack.file()).startsWith(shelf.directory())) {
          out.put(pack.name(), new Provenance(shelf.layer(), pack.file()));
        }
      }
    }
    return out;
  }
}
