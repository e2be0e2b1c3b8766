package belay.daemon.server;

import belay.rules.effect.EffectReader;
import belay.rules.judge.Inquiry;
import belay.rules.judge.Judge;
import belay.rules.judge.Policy;
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
import java.util.ArrayList;
import java.util.List;

/**
 * The rules that judge now: the shipped packs and the user's. A broken pack never replaces a good
 * one: the last good set stays, and what is wrong is kept to be told.
 */
public final class RulesInForce {

  private final Path directory;
  private final EffectReader effects;
  private final Policy policy;
  private volatile State state;

  private record State(Judge judge, int rules, List<Inquiry> inquiries, List<String> troubles) {}

  /**
   * Loads the shipped packs, then the user's.
   *
   * @param directory the user's packs, {@code *.yaml}; need not exist
   * @param effects reads the commands of the packs' examples
   */
  public RulesInForce(Path directory, EffectReader effects, Policy policy) {
    this.directory = directory;
    this.effects = effects;
    this.policy = policy;
    RuleSet shipped = shipped();
    this.state =
        new State(
            new Judge(shipped, policy), shipped.rules().size(), shipped.inquiries(), List.of());
    reload();
  }

  public Judge judge() {
    return state.judge();
  }

  /** The probes that the packs want asked. */
  public List<Inquiry> inquiries() {
    return state.inquiries();
  }

  public int size() {
    return state.rules();
  }

  /** What is wrong with the user's packs, one line each; empty when nothing is. */
  public List<String> troubles() {
    return state.troubles();
  }

  /** Reads the user's packs again. */
  public synchronized void reload() {
    State before = state;
    try {
      List<Source> sources = new ArrayList<>(PackReader.builtInSources());
      sources.addAll(userSources());
      state =
          switch (PackReader.read(sources)) {
            case PackResult.Rejected(List<Diagnostic> diagnostics) ->
                new State(before.judge(), before.rules(), before.inquiries(), told(diagnostics));
            case PackResult.Loaded loaded -> {
              List<Diagnostic> failed = Examples.run(loaded, effects);
              RuleSet rules = loaded.rules();
              yield failed.isEmpty()
                  ? new State(
                      new Judge(rules, policy), rules.rules().size(), rules.inquiries(), List.of())
                  : new State(before.judge(), before.rules(), before.inquiries(), told(failed));
            }
          };
    } catch (IOException | UncheckedIOException e) {
      state =
          new State(
              before.judge(),
              before.rules(),
              before.inquiries(),
              List.of("the packs in `" + directory + "` cannot be read: " + e.getMessage()));
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
