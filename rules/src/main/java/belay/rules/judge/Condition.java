package belay.rules.judge;

import belay.rules.effect.Certainty;
import belay.rules.effect.EffectKind;
import belay.rules.effect.Reach;
import belay.rules.effect.Trait;
import belay.rules.fact.Fact;
import belay.rules.fact.Facts;
import belay.rules.fact.Truth;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What must hold of one effect, and of one thing its target turned out to be, for a rule to speak.
 * Where a condition lists several answers, one of them must be the case.
 */
public sealed interface Condition {

  /** One that is not made of others. */
  sealed interface Simple extends Condition {}

  /** Of all of these; of anything, where there are none. */
  record All(List<Condition> parts) implements Condition {
    public All {
      parts = List.copyOf(parts);
    }
  }

  /** Of at least one of these. */
  record Any(List<Condition> parts) implements Condition {
    public Any {
      parts = List.copyOf(parts);
    }
  }

  record Not(Condition part) implements Condition {}

  record EffectIs(Set<EffectKind> kinds) implements Simple {
    public EffectIs {
      kinds = Set.copyOf(kinds);
    }
  }

  /** By {@link belay.rules.effect.Target#key}. */
  record TargetIs(Set<String> keys) implements Simple {
    public TargetIs {
      keys = Set.copyOf(keys);
    }
  }

  /** The target's name is a path that one of these patterns matches. */
  record PathMatches(List<PathPattern> patterns) implements Simple {
    public PathMatches {
      patterns = List.copyOf(patterns);
    }
  }

  /** In the target's path one of these is found. */
  record PathHas(List<Regex> expressions) implements Simple {
    public PathHas {
      expressions = List.copyOf(expressions);
    }
  }

  /** The target's own name, as a person would say it, matches one of these. */
  record NameMatches(List<NamePattern> names) implements Simple {
    public NameMatches {
      names = List.copyOf(names);
    }
  }

  /** Whose name the target's is: {@code lvm}, {@code docker}, {@code aws}, … */
  record SystemIs(List<NamePattern> systems) implements Simple {
    public SystemIs {
      systems = List.copyOf(systems);
    }
  }

  /** What sort of thing it is. */
  record ResourceIs(List<NamePattern> resources) implements Simple {
    public ResourceIs {
      resources = List.copyOf(resources);
    }
  }

  /** Its options say one of these. */
  record TraitIs(Set<Trait> traits) implements Simple {
    public TraitIs {
      traits = Set.copyOf(traits);
    }
  }

  /** One of the arguments of the command that does it, as it is run. */
  record WordIs(List<NamePattern> words) implements Simple {
    public WordIs {
      words = List.copyOf(words);
    }
  }

  /** The command that does it. */
  record ProgramIs(List<NamePattern> programs) implements Simple {
    public ProgramIs {
      programs = List.copyOf(programs);
    }
  }

  /** One of the commands it was peeled out of. */
  record WrapperIs(List<NamePattern> wrappers) implements Simple {
    public WrapperIs {
      wrappers = List.copyOf(wrappers);
    }
  }

  record ReachIs(Set<Reach> reaches) implements Simple {
    public ReachIs {
      reaches = Set.copyOf(reaches);
    }
  }

  record CertaintyIs(Set<Certainty> certainties) implements Simple {
    public CertaintyIs {
      certainties = Set.copyOf(certainties);
    }
  }

  /** How much of the target's name is known. */
  record SpellingIs(Set<Spelling> spellings) implements Simple {
    public SpellingIs {
      spellings = Set.copyOf(spellings);
    }
  }

  record PlaceIs(Set<Where> places) implements Simple {
    public PlaceIs {
      places = Set.copyOf(places);
    }
  }

  record FactIs(Fact.About about, Set<Truth> truths) implements Simple {
    public FactIs {
      truths = Set.copyOf(truths);
    }
  }

  /** One of the labels of where it is matches one of these. */
  record LabelIs(List<NamePattern> labels) implements Simple {
    public LabelIs {
      labels = List.copyOf(labels);
    }
  }

  /** What a probe of the team's answered. */
  record ProbeSays(String probe, Set<Truth> truths) implements Simple {
    public ProbeSays {
      truths = Set.copyOf(truths);
    }
  }

  /** What stands under the target's name. */
  record ThingIs(Set<Facts.Kind> kinds) implements Simple {
    public ThingIs {
      kinds = Set.copyOf(kinds);
    }
  }

  /** Whether variables in the target's name turned out unset or empty. */
  record Emptied(boolean wanted) implements Simple {}

  /** The login name of who asks. */
  record UserIs(List<NamePattern> users) implements Simple {
    public UserIs {
      users = List.copyOf(users);
    }
  }

  /** A name of the machine it happens on. */
  record HostIs(List<NamePattern> hosts) implements Simple {
    public HostIs {
      hosts = List.copyOf(hosts);
    }
  }

  /** The shell's working directory. */
  record DirectoryIs(List<PathPattern> patterns) implements Simple {
    public DirectoryIs {
      patterns = List.copyOf(patterns);
    }
  }

  /** It is one of these times. */
  record TimeIs(List<TimeWindow> windows) implements Simple {
    public TimeIs {
      windows = List.copyOf(windows);
    }
  }

  /** How the line came. */
  record CallerIs(Set<Circumstances.Caller> callers) implements Simple {
    public CallerIs {
      callers = Set.copyOf(callers);
    }
  }

  /** How much of a name is known. */
  enum Spelling {
    /** All of it, character by character. */
    KNOWN,
    /** A pattern is in it. */
    PATTERN,
    /** Something in it is made at run time. */
    UNKNOWN;

    /** The name used in packs. */
    public String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The places of {@link belay.rules.effect.Origin.Place}, without their names. */
  enum Where {
    HERE,
    REMOTE,
    INSIDE;

    /** The name used in packs. */
    public String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
