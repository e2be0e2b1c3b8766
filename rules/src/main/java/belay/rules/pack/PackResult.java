package belay.rules.pack;

import belay.rules.judge.RuleSet;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What came of reading packs: all of them together, or nothing. */
public sealed interface PackResult {

  /**
   * Every file was sound.
   *
   * @param rules of all packs, in the order of the files
   * @param packs the packs they came from
   * @param examples what the rules' authors promise of them; {@link Examples#run} holds them to it
   */
  record Loaded(RuleSet rules, List<Pack> packs, List<Example> examples) implements PackResult {
    public Loaded {
      packs = List.copyOf(packs);
      examples = List.copyOf(examples);
    }

    /**
     * The same rules with the examples of some files alone. Those of packs that others may tighten
     * say nothing about the others.
     */
    public Loaded examplesOf(Collection<Source> sources) {
      Set<String> files =
          sources.stream()
              .flatMap(source -> Stream.concat(Stream.of(source), source.parts().stream()))
              .map(Source::name)
              .collect(Collectors.toSet());
      return new Loaded(
          rules,
          packs,
          examples.stream().filter(example -> files.contains(example.file())).toList());
    }
  }

  /**
   * At least one file was not.
   *
   * @param diagnostics everything that was found, in the order of the files and of their lines
   */
  record Rejected(List<Diagnostic> diagnostics) implements PackResult {
    public Rejected {
      diagnostics = List.copyOf(diagnostics);
    }
  }
}
