package belay.daemon.fact;

import belay.rules.effect.Effect;
import belay.rules.fact.Fact;
import belay.rules.fact.Fact.About;
import belay.rules.fact.Facts;
import belay.rules.fact.Truth;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What has been found out so far of what surrounds an effect and of targets that are no files. What
 * was asked and is not answered at the deadline is unknown.
 */
final class Notes {

  private final Map<String, Set<About>> open = new LinkedHashMap<>();
  private final Set<String> openProbes = new LinkedHashSet<>();
  private final List<Fact> facts = new ArrayList<>();
  private final Set<String> labels = new LinkedHashSet<>();
  private final List<String> context = new ArrayList<>();
  private final List<Facts.Probed> probed = new ArrayList<>();

  /** Somebody is asked; until the answer comes, what it is about is unknown. */
  synchronized void ask(String whom, Set<About> abouts) {
    open.put(whom, abouts);
  }

  synchronized void askProbe(String probe) {
    openProbes.add(probe);
  }

  synchronized void answered(String whom) {
    open.remove(whom);
  }

  /** It could not be found out. */
  synchronized void failed(String whom, String why) {
    Set<About> abouts = open.remove(whom);
    if (abouts != null) {
      abouts.forEach(about -> facts.add(new Fact(about, Truth.UNKNOWN, why)));
    }
  }

  synchronized void add(About about, boolean holds, String evidence) {
    facts.add(new Fact(about, holds ? Truth.TRUE : Truth.FALSE, evidence));
  }

  synchronized void unknown(About about, String why) {
    facts.add(new Fact(about, Truth.UNKNOWN, why));
  }

  /** Where it is, in words, and what configuration calls that. */
  synchronized void place(String words, Set<String> called) {
    labels.addAll(called);
    if (!words.isEmpty() && !context.contains(words)) {
      context.add(words);
    }
  }

  synchronized void probe(Facts.Probed answer) {
    openProbes.remove(answer.name());
    probed.add(answer);
  }

  /** What is known now of something that is no file. */
  synchronized Facts facts(Effect effect, String late) {
    return added(
        new Facts(
            effect.target().spelling(), Facts.Kind.UNKNOWN, OptionalLong.empty(), false, List.of()),
        late);
  }

  /** What was seen of a thing, and what is known now of its surroundings. */
  synchronized Facts added(Facts seen, @Nullable String late) {
    List<Fact> all = new ArrayList<>(facts);
    List<Facts.Probed> answers = new ArrayList<>(probed);
    String why = late == null ? "is not known" : late;
    open.forEach(
        (whom, abouts) ->
            abouts.forEach(about -> all.add(new Fact(about, Truth.UNKNOWN, whom + " " + why))));
    openProbes.forEach(probe -> answers.add(new Facts.Probed(probe, Truth.UNKNOWN, "it " + why)));
    return seen.with(all).in(labels, context).probed(answers);
  }
}
