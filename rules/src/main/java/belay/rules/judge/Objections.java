package belay.rules.judge;

import belay.rules.effect.EffectKind;
import belay.rules.effect.Trait;
import belay.rules.fact.Fact;
import belay.rules.fact.Facts;
import belay.rules.fact.Truth;
import belay.rules.syntax.Text;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Why a condition does not hold of a case, in words for the author of a rule. */
final class Objections {

  /** More patterns or names than that say less. */
  private static final int MOST_NAMED = 6;

  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("HH:mm VV", Locale.ROOT);

  private final Case about;

  private Objections(Case about) {
    this.about = about;
  }

  /** What stands against it; nothing where it holds. */
  static List<String> of(Condition condition, Case about) {
    return new Objections(about).against(condition);
  }

  private List<String> against(Condition condition) {
    if (about.meets(condition)) {
      return List.of();
    }
    return switch (condition) {
      case Condition.All(List<Condition> parts) ->
          parts.stream().flatMap(part -> against(part).stream()).toList();
      case Condition.Any(List<Condition> parts) ->
          List.of(
              "none of these: "
                  + String.join(
                      "; ", parts.stream().flatMap(part -> against(part).stream()).toList()));
      case Condition.Not(Condition part) ->
          List.of("it is excepted: " + String.join("; ", so(part)));
      case Condition.Simple simple -> {
        Aspect aspect = aspect(simple);
        yield List.of(
            aspect.name + " is " + aspect.actual + ", and would have to be " + aspect.wanted);
      }
    };
  }

  /** Why a condition does hold. */
  private List<String> so(Condition condition) {
    return switch (condition) {
      case Condition.All(List<Condition> parts) ->
          parts.stream().flatMap(part -> so(part).stream()).toList();
      case Condition.Any(List<Condition> parts) ->
          parts.stream().filter(about::meets).limit(1).flatMap(part -> so(part).stream()).toList();
      case Condition.Not(Condition part) -> against(part);
      case Condition.Simple simple -> {
        Aspect aspect = aspect(simple);
        yield List.of(aspect.name + " is " + aspect.actual);
      }
    };
  }

  /**
   * What a simple condition is about.
   *
   * @param wanted what it asks for
   * @param actual what is the case
   */
  private record Aspect(String name, String wanted, String actual) {}

  private Aspect aspect(Condition.Simple condition) {
    return switch (condition) {
      case Condition.EffectIs is ->
          new Aspect(
              "the effect",
              words(is.kinds(), EffectKind::key),
              quoted(about.effect().kind().key()));
      case Condition.TargetIs is ->
          new Aspect(
              "the kind of target",
              words(is.keys(), key -> key),
              quoted(about.effect().target().key()));
      case Condition.PathMatches(List<PathPattern> patterns) ->
          new Aspect("its path", words(patterns, PathPattern::inWords), quoted(about.subject()));
      case Condition.PathHas(List<Regex> expressions) ->
          new Aspect("its path", words(expressions, Regex::toString), quoted(about.subject()));
      case Condition.NameMatches(List<NamePattern> names) ->
          new Aspect("its name", words(names, NamePattern::toString), orNone(about.name()));
      case Condition.SystemIs(List<NamePattern> systems) ->
          new Aspect("its system", words(systems, NamePattern::toString), orNone(about.system()));
      case Condition.ResourceIs(List<NamePattern> resources) ->
          new Aspect(
              "its resource", words(resources, NamePattern::toString), orNone(about.resource()));
      case Condition.TraitIs is ->
          new Aspect(
              "a trait",
              words(is.traits(), Trait::key),
              words(about.effect().detail().traits(), Trait::key));
      case Condition.WordIs(List<NamePattern> words) ->
          new Aspect(
              "a word of it",
              words(words, NamePattern::toString),
              words(about.words().toList(), word -> word));
      case Condition.ProgramIs(List<NamePattern> programs) ->
          new Aspect(
              "the program",
              words(programs, NamePattern::toString),
              quoted(about.effect().origin().program()));
      case Condition.WrapperIs(List<NamePattern> wrappers) ->
          new Aspect(
              "what it is run through",
              words(wrappers, NamePattern::toString),
              words(about.effect().origin().wrappers(), name -> name));
      case Condition.ReachIs is ->
          new Aspect(
              "the reach",
              words(is.reaches(), Objections::key),
              quoted(key(about.effect().reach())));
      case Condition.CertaintyIs is ->
          new Aspect(
              "the certainty",
              words(is.certainties(), Objections::key),
              quoted(key(about.effect().certainty())));
      case Condition.SpellingIs is ->
          new Aspect(
              "what is known of the target's name",
              words(is.spellings(), Condition.Spelling::key),
              words(about.spelling(), Condition.Spelling::key));
      case Condition.PlaceIs is ->
          new Aspect(
              "where it happens",
              words(is.places(), Condition.Where::key),
              quoted(about.place().key()));
      case Condition.FactIs is -> fact(is);
      case Condition.LabelIs(List<NamePattern> labels) ->
          new Aspect(
              "a label",
              words(labels, NamePattern::toString),
              words(about.facts().labels(), name -> name));
      case Condition.ProbeSays says ->
          new Aspect(
              "the answer of the probe `" + says.probe() + "`",
              words(says.truths(), Objections::key),
              quoted(key(about.facts().probe(says.probe()))));
      case Condition.ThingIs is ->
          new Aspect(
              "what stands there",
              words(is.kinds(), Facts.Kind::key),
              quoted(about.facts().kind().key()));
      case Condition.UserIs(List<NamePattern> users) ->
          new Aspect(
              "the user",
              words(users, NamePattern::toString),
              orNone(about.circumstances().user()));
      case Condition.HostIs(List<NamePattern> hosts) ->
          new Aspect(
              "the host",
              words(hosts, NamePattern::toString),
              words(about.circumstances().hostsOf(about.effect()), name -> name));
      case Condition.DirectoryIs(List<PathPattern> patterns) ->
          new Aspect(
              "the working directory",
              words(patterns, PathPattern::inWords),
              orNone(about.circumstances().directory()));
      case Condition.TimeIs(List<TimeWindow> windows) ->
          new Aspect("the time", words(windows, TimeWindow::inWords), now());
      case Condition.CallerIs is ->
          new Aspect(
              "the way it came",
              words(is.callers(), Circumstances.Caller::key),
              caller(about.circumstances().caller()));
      case Condition.Emptied(boolean wanted) ->
          new Aspect(
              "a variable in it that is empty",
              wanted ? "there" : "absent",
              words(about.effect().origin().emptied(), name -> "$" + name));
    };
  }

  private String now() {
    ZonedDateTime time = about.circumstances().time();
    return time == null
        ? "not known"
        : quoted(TimeWindow.key(time.getDayOfWeek()) + " " + CLOCK.format(time));
  }

  private static String caller(Circumstances.@Nullable Caller caller) {
    return caller == null ? "not known" : quoted(caller.key());
  }

  private Aspect fact(Condition.FactIs is) {
    Truth truth = about.facts().truth(is.about());
    List<String> evidence =
        about.facts().facts().stream()
            .filter(fact -> fact.about() == is.about() && fact.truth() == truth)
            .map(Fact::evidence)
            .filter(text -> !text.isEmpty())
            .limit(1)
            .toList();
    String why = evidence.isEmpty() ? "" : " (" + Text.printable(evidence.getFirst()) + ")";
    return new Aspect(
        "`" + key(is.about()) + "`", words(is.truths(), Objections::key), quoted(key(truth)) + why);
  }

  private static String key(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static String orNone(@Nullable String text) {
    return text == null ? "none" : quoted(text);
  }

  private static <T> String words(Collection<T> items, Function<T, String> name) {
    List<String> all =
        new ArrayList<>(items.stream().map(name).map(Objections::quoted).sorted().toList());
    if (all.isEmpty()) {
      return "none";
    }
    if (all.size() <= MOST_NAMED) {
      return String.join(" or ", all);
    }
    return String.join(
        " or ",
        Stream.concat(
                all.stream().limit(MOST_NAMED),
                Stream.of("one of " + (all.size() - MOST_NAMED) + " more"))
            .toList());
  }

  private static String quoted(String text) {
    return "`" + Text.printable(text) + "`";
  }
}
