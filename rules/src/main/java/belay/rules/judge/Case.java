package belay.rules.judge;

import belay.rules.effect.Effect;
import belay.rules.effect.Origin;
import belay.rules.effect.Target;
import belay.rules.effect.Value;
import belay.rules.fact.Facts;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One effect upon one thing: what the conditions of a rule are held against. */
final class Case {

  private final Effect effect;
  private final Facts facts;
  private final Circumstances circumstances;
  private @Nullable List<PathName> paths;

  Case(Effect effect, Facts facts, Circumstances circumstances) {
    this.effect = effect;
    this.facts = facts;
    this.circumstances = circumstances;
  }

  Effect effect() {
    return effect;
  }

  Facts facts() {
    return facts;
  }

  Circumstances circumstances() {
    return circumstances;
  }

  /** The thing in danger by its own name: what was looked at, else what was written. */
  String subject() {
    if (effect.target() instanceof Target.Unknown(String why)) {
      return why;
    }
    return isFile(effect.target()) && facts.subject().startsWith("/")
        ? facts.subject()
        : effect.target().display();
  }

  /** Why part of the target's name is not known; empty where all of it is. */
  String whyUnknown() {
    Value value = value(effect.target());
    if (value == null) {
      return "";
    }
    for (Value.Piece piece : value.pieces()) {
      if (piece instanceof Value.Piece.Unknown(String why)) {
        return why;
      }
    }
    return "";
  }

  boolean meets(Condition condition) {
    return meets(condition, true);
  }

  /**
   * Whether a condition holds.
   *
   * @param unknown the answer where it is about a circumstance that is not known: within a {@code
   *     not} the other one, so that what nobody knows keeps no rule silent
   */
  private boolean meets(Condition condition, boolean unknown) {
    return switch (condition) {
      case Condition.All(List<Condition> parts) ->
          parts.stream().allMatch(part -> meets(part, unknown));
      case Condition.Any(List<Condition> parts) ->
          parts.stream().anyMatch(part -> meets(part, unknown));
      case Condition.Not(Condition part) -> !meets(part, !unknown);
      case Condition.EffectIs is -> is.kinds().contains(effect.kind());
      case Condition.TargetIs is -> is.keys().contains(effect.target().key());
      case Condition.PathMatches(List<PathPattern> patterns) ->
          paths().stream().anyMatch(path -> patterns.stream().anyMatch(p -> p.matches(path)));
      case Condition.PathHas(List<Regex> expressions) ->
          paths().stream()
              .anyMatch(path -> expressions.stream().anyMatch(each -> each.matches(path.text())));
      case Condition.NameMatches(List<NamePattern> names) -> anyMatches(names, name());
      case Condition.SystemIs(List<NamePattern> systems) -> anyMatches(systems, system());
      case Condition.ResourceIs(List<NamePattern> resources) -> anyMatches(resources, resource());
      case Condition.TraitIs is ->
          effect.detail().traits().stream().anyMatch(is.traits()::contains);
      case Condition.WordIs(List<NamePattern> words) ->
          words().anyMatch(word -> anyMatches(words, word));
      case Condition.ProgramIs(List<NamePattern> programs) ->
          anyMatches(programs, effect.origin().program());
      case Condition.WrapperIs(List<NamePattern> wrappers) ->
          effect.origin().wrappers().stream().anyMatch(wrapper -> anyMatches(wrappers, wrapper));
      case Condition.ReachIs is -> is.reaches().contains(effect.reach());
      case Condition.CertaintyIs is -> is.certainties().contains(effect.certainty());
      case Condition.SpellingIs is -> spelling().stream().anyMatch(is.spellings()::contains);
      case Condition.PlaceIs is -> is.places().contains(place());
      case Condition.FactIs is -> is.truths().contains(facts.truth(is.about()));
      case Condition.LabelIs(List<NamePattern> labels) ->
          facts.labels().stream().anyMatch(label -> anyMatches(labels, label));
      case Condition.ProbeSays says -> says.truths().contains(facts.probe(says.probe()));
      case Condition.ThingIs is -> is.kinds().contains(facts.kind());
      case Condition.Emptied(boolean wanted) -> effect.origin().emptied().isEmpty() != wanted;
      case Condition.UserIs(List<NamePattern> users) ->
          circumstances.user() == null ? unknown : anyMatches(users, circumstances.user());
      case Condition.HostIs(List<NamePattern> hosts) -> {
        List<String> names = circumstances.hostsOf(effect);
        yield names.isEmpty() ? unknown : names.stream().anyMatch(name -> anyMatches(hosts, name));
      }
      case Condition.DirectoryIs(List<PathPattern> patterns) -> {
        String directory = circumstances.directory();
        yield directory == null
            ? unknown
            : patterns.stream().anyMatch(pattern -> pattern.matches(directory));
      }
      case Condition.TimeIs(List<TimeWindow> windows) -> {
        ZonedDateTime time = circumstances.time();
        yield time == null ? unknown : windows.stream().anyMatch(window -> window.contains(time));
      }
      case Condition.CallerIs is ->
          circumstances.caller() == null ? unknown : is.callers().contains(circumstances.caller());
    };
  }

  private static boolean anyMatches(List<NamePattern> patterns, @Nullable String text) {
    return text != null && patterns.stream().anyMatch(pattern -> pattern.matches(text));
  }

  Condition.Where place() {
    return switch (effect.origin().place()) {
      case Origin.Place.Here _ -> Condition.Where.HERE;
      case Origin.Place.Remote _ -> Condition.Where.REMOTE;
      case Origin.Place.Inside _ -> Condition.Where.INSIDE;
    };
  }

  /**
   * The names by which a file may be meant: what was looked up, else what was written. A pattern
   * counts as written too, since it says more than one of its matches: {@code /home/ann/*} is all
   * of a home.
   */
  List<PathName> paths() {
    if (paths == null) {
      List<String> names = new ArrayList<>();
      boolean lookedUp = isFile(effect.target()) && facts.subject().startsWith("/");
      if (lookedUp) {
        names.add(facts.subject());
      }
      Value value = value(effect.target());
      if (!lookedUp || (value != null && value.hasPattern())) {
        names.addAll(written());
      }
      paths = names.stream().map(PathName::of).toList();
    }
    return paths;
  }

  private List<String> written() {
    if (effect.target() instanceof Target.Path(Value value, Value child) && child != null) {
      return List.of(value.display(), value.display() + "/" + child.display());
    }
    return isFile(effect.target()) ? List.of(effect.target().display()) : List.of();
  }

  Set<Condition.Spelling> spelling() {
    Value value = value(effect.target());
    if (value == null) {
      return EnumSet.of(Condition.Spelling.UNKNOWN);
    }
    if (!value.hasPattern() && !value.hasUnknown()) {
      return EnumSet.of(Condition.Spelling.KNOWN);
    }
    Set<Condition.Spelling> out = EnumSet.noneOf(Condition.Spelling.class);
    if (value.hasPattern()) {
      out.add(Condition.Spelling.PATTERN);
    }
    if (value.hasUnknown()) {
      out.add(Condition.Spelling.UNKNOWN);
    }
    return out;
  }

  private static boolean isFile(Target target) {
    return target instanceof Target.Path || target instanceof Target.Device;
  }

  private static @Nullable Value value(Target target) {
    return switch (target) {
      case Target.Path(Value value, Value _) -> value;
      case Target.Device(Value value) -> value;
      case Target.Volume(String _, Value name) -> name;
      case Target.Guest(String _, Value name) -> name;
      case Target.Host(Value name) -> name;
      case Target.Service(Value name) -> name;
      case Target.Processes(Value selector) -> selector;
      case Target.Repository(Value directory, String _) -> directory;
      case Target.DatabaseObject(String _, Value name) -> name;
      case Target.ClusterObject(Value name) -> name;
      case Target.CloudResource(String _, Value name) -> name;
      case Target.Unknown _ -> null;
    };
  }

  @Nullable String name() {
    Target target = effect.target();
    if (target instanceof Target.Repository(Value _, String what)) {
      return what;
    }
    Value value = value(target);
    return value == null ? null : value.display();
  }

  @Nullable String system() {
    return switch (effect.target()) {
      case Target.Volume(String system, Value _) -> system;
      case Target.Guest(String system, Value _) -> system;
      case Target.DatabaseObject(String system, Value _) -> system;
      case Target.CloudResource(String provider, Value _) -> provider;
      case Target.Path _,
          Target.Device _,
          Target.Host _,
          Target.Service _,
          Target.Processes _,
          Target.Repository _,
          Target.ClusterObject _,
          Target.Unknown _ ->
          null;
    };
  }

  /** The arguments of the command that does it, as far as they are known. */
  Stream<String> words() {
    return effect.origin().invocation().arguments().stream().map(Value::display);
  }

  /** What sort of thing it is; null where no model tells. */
  @Nullable String resource() {
    String said = effect.detail().resource();
    return said.isEmpty() ? null : said;
  }
}
