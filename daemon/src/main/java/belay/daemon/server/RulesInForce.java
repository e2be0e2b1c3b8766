package belay.daemon.server;

import belay.daemon.config.Allowances;
import belay.rules.effect.EffectReader;
import belay.rules.judge.Inquiry;
import belay.rules.judge.Judge;
import belay.rules.judge.Policy;
import belay.rules.judge.Rule;
import belay.rules.judge.RuleSet;
import belay.rules.pack.Diagnostic;
import belay.rules.pack.Examples;
import belay.rules.pack.PackReader;
import belay.rules.pack.PackResult;
import belay.rules.pack.Source;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The rules that judge now: the shipped packs and the user's. A broken pack never replaces a good
 * one: the last good set stays, and what is wrong is kept to be told.
 */
public final class RulesInForce {

  private final Path settings;
  private final Path directory;
  private final EffectReader effects;
  private final Policy policy;
  private final AtomicReference<State> inForce;

  /**
   * What judges.
   *
   * @param allowed what the user has allowed
   * @param nextEnd when the next of it ends, or null
   * @param packTroubles what is wrong with the packs
   */
  private record State(
      RuleSet rules,
      Judge judge,
      Allowances allowed,
      @Nullable Instant nextEnd,
      List<String> packTroubles) {}

  /**
   * Loads the shipped packs, then the user's.
   *
   * @param settings where {@code allow.yaml} is
   * @param directory the user's packs, {@code *.yaml}; need not exist
   * @param effects reads the commands of the packs' examples
   */
  public RulesInForce(Path settings, Path directory, EffectReader effects, Policy policy) {
    this.settings = settings;
    this.directory = directory;
    this.effects = effects;
    this.policy = policy;
    this.inForce = new AtomicReference<>(state(shipped(), List.of()));
    reload();
  }

  public Judge judge() {
    State now = inForce.get();
    Instant end = now.nextEnd;
    if (end != null && !end.isAfter(Instant.now())) {
      // Not in the place of what somebody has read meanwhile, and nobody waits for who reads now.
      inForce.compareAndSet(now, state(now.rules, now.packTroubles, now.allowed));
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
    reloadAllowances();
  }

  /** All rules. */
  List<Rule> rules() {
    return inForce.get().rules().rules();
  }

  /** Reads what is allowed again, and no pack. */
  synchronized void reloadAllowances() {
    State now = inForce.get();
    inForce.set(state(now.rules, now.packTroubles));
  }

  private State state(RuleSet rules, List<String> troubles) {
    return state(rules, troubles, Allowances.load(settings));
  }

  private State state(RuleSet rules, List<String> troubles, Allowances allowed) {
    Instant now = Instant.now();
    return new State(
        rules,
        new Judge(rules, policy, allowed.at(now)),
        allowed,
        allowed.nextEnd(now),
        List.copyOf(troubles));
  }

  /** The probes that the packs want asked. */
  public List<Inquiry> inquiries() {
    return inForce.get().rules().inquiries();
  }

  public int size() {
    return inForce.get().rules().rules().size();
  }

  /** What is wrong with the user's packs and allowances, one line each; empty when nothing is. */
  public List<String> troubles() {
    State now = inForce.get();
    return Stream.concat(now.packTroubles.stream(), now.allowed.complaints().stream()).toList();
  }

  /** Reads the user's packs and what is allowed again. */
  public synchronized void reload() {
    RuleSet before = inForce.get().rules();
    try {
      List<Source> sources = new ArrayList<>(PackReader.builtInSources());
      List<Source> own = userSources();
      sources.addAll(own);
      inForce.set(
          switch (PackReader.read(sources)) {
            case PackResult.Rejected(List<Diagnostic> diagnostics) ->
                state(before, told(diagnostics));
            case PackResult.Loaded loaded -> {
              List<Diagnostic> failed = Examples.run(loaded.examplesOf(own), effects);
              yield failed.isEmpty()
                  ? state(loaded.rules(), List.of())
                  : state(before, told(failed));
            }
          });
    } catch (IOException | UncheckedIOException e) {
      inForce.set(
          state(
              before,
              List.of("the packs in `" + directory + "` cannot be read: " + e.getMessage())));
    }
  }

  private static List<String> told(List<Diagnostic> diagnostics) {
    return diagnostics.stream()
        .map(diagnostic -> diagnostic + " (the last good set of rules stays in force)")
        .toList();
  }

  private List<Source> userSources() throws IOException {
    return Files.isDirectory(directory) ? PackReader.sources(directory) : List.of();
  }

  /** The build has run their examples, so that a fault here is a broken installation. */
  private static RuleSet shipped() {
    return switch (PackReader.builtIn()) {
      case PackResult.Loaded loaded -> loaded.rules();
      case PackResult.Rejected(List<Diagnostic> diagnostics) ->
          throw new IllegalStateException("the shipped packs are broken: " + diagnostics);
    };
  }
}
