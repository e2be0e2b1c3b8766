package belay.rules.effect;

import belay.rules.effect.Meaning.Mark;
import belay.rules.effect.Meaning.Sort;
import belay.rules.effect.Need.Answer;
import belay.rules.effect.Need.Gate;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One effect as a model states it.
 *
 * @param to what it falls on
 * @param system the fixed part of the target's system, or empty
 * @param named operands whose text is added to {@code system}, one mark for each; or null
 * @param remote whether {@code host:path} names a file on another machine
 * @param reaches which needs make which reach; the first that holds counts
 * @param resource words that say what sort of thing it is, joined by blanks; or null
 * @param traits which needs show which trait
 */
record Deed(
    EffectKind kind,
    Selector to,
    Sort sort,
    String system,
    @Nullable Selector named,
    boolean remote,
    Map<Reach, List<Need>> reaches,
    Certainty certainty,
    @Nullable Selector resource,
    Map<Trait, List<Need>> traits,
    Gate gate) {

  void addTo(List<Mark> marks, Arguments arguments) {
    Answer answer = gate.in(arguments);
    if (answer == Answer.NO) {
      return;
    }
    Certainty atMost =
        switch (answer) {
          case YES, NO -> Certainty.CERTAIN;
          case MAYBE -> Certainty.LIKELY;
          case POSSIBLE -> Certainty.POSSIBLE;
        };
    Certainty sure = atMost.compareTo(certainty) > 0 ? atMost : certainty;
    Reach reach = reach(arguments);
    for (Field field : to.select(arguments)) {
      Detail detail = detail(arguments, field);
      if (named != null) {
        for (Field name : named.select(arguments)) {
          String known = name.value().display();
          String full = system.isEmpty() ? known : system + " " + known;
          marks.add(mark(field, full, null, reach, sure, detail, name));
        }
      } else if (to instanceof Selector.Destination destination
          && !destination.isExact(arguments)) {
        for (Field source : destination.sources(arguments)) {
          Value child = Values.baseName(withoutHost(source.value()));
          marks.add(mark(field, system, child, widened(reach, source), sure, detail, field));
        }
      } else {
        marks.add(mark(field, system, null, widened(reach, field), sure, detail, field));
      }
    }
  }

  private Reach reach(Arguments arguments) {
    for (Map.Entry<Reach, List<Need>> entry : reaches.entrySet()) {
      if (entry.getValue().isEmpty()
          || Need.any(entry.getValue(), arguments).compareTo(Answer.MAYBE) >= 0) {
        return entry.getKey();
      }
    }
    return Reach.ONE;
  }

  /** What may hold, as far as is known, is taken to hold: a trait is no excuse. */
  private Detail detail(Arguments arguments, Field target) {
    Set<Trait> shown = EnumSet.noneOf(Trait.class);
    traits.forEach(
        (trait, needs) -> {
          if (needs.isEmpty() || Need.any(needs, arguments).compareTo(Answer.MAYBE) >= 0) {
            shown.add(trait);
          }
        });
    String words =
        resource == null
            ? ""
            : resource.select(arguments).stream()
                .map(field -> field.value().display())
                .collect(Collectors.joining(" "));
    if (words.isEmpty() && sort == Sort.CLUSTER) {
      // ns/web says itself what it is; kubectl(1) takes both forms.
      String prefix = target.value().knownPrefix();
      words = prefix.substring(0, Math.max(0, prefix.indexOf('/')));
    }
    return words.isEmpty() && shown.isEmpty() ? Detail.NONE : new Detail(words, shown);
  }

  private static Reach widened(Reach reach, Field field) {
    return reach == Reach.ONE && field.value().hasPattern() ? Reach.MANY : reach;
  }

  private Mark mark(
      Field field,
      String what,
      @Nullable Value child,
      Reach reach,
      Certainty sure,
      Detail detail,
      Field at) {
    int colon = remote ? hostEnd(field.value()) : -1;
    if (colon < 0) {
      return new Mark(kind, sort, what, field.value(), child, reach, sure, null, detail, at);
    }
    String text = field.value().knownPrefix();
    int skip = text.startsWith("::", colon) ? 2 : 1;
    return new Mark(
        kind,
        sort,
        what,
        Values.without(field.value(), colon + skip),
        child,
        reach,
        sure,
        Value.of(text.substring(0, colon)),
        detail,
        at);
  }

  private Value withoutHost(Value value) {
    int colon = remote ? hostEnd(value) : -1;
    return colon < 0 ? value : Values.without(value, colon + 1);
  }

  /**
   * Where the host of {@code host:path} ends, or -1: a colon makes a host unless a slash comes
   * before it (scp(1), rsync(1)).
   */
  private static int hostEnd(Value value) {
    String text = value.knownPrefix();
    int from = text.startsWith("[") ? Math.max(text.indexOf(']'), 0) : 0;
    int colon = text.indexOf(':', from);
    int slash = text.indexOf('/');
    return colon > 0 && (slash < 0 || colon < slash) ? colon : -1;
  }
}
