package belay.rules.judge;

import belay.rules.effect.Origin;
import belay.rules.effect.Target;
import belay.rules.fact.Fact;
import belay.rules.fact.Facts;
import belay.rules.fact.Truth;
import belay.rules.syntax.Text;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Puts what is known of a case into words, all of them printable. */
final class Wording {

  private Wording() {}

  /** The text for a rule's blank. */
  static String of(Phrase.Placeholder placeholder, Case about, Rule rule) {
    String text =
        switch (placeholder) {
          case TARGET -> about.subject();
          case THING -> thing(about);
          case NAME -> baseName(about.subject());
          case EFFECT -> about.effect().inWords();
          case EVIDENCE -> String.join("; ", evidenceFor(about, rule));
          case PROGRAM -> about.effect().origin().program();
          case KIND -> kind(about.facts().kind());
          case SIZE -> size(about.facts());
          case VARIABLES -> variables(about.effect().origin().emptied());
          case PLACE -> place(about.effect().origin().place());
        };
    return Text.printable(text);
  }

  private static String thing(Case about) {
    if (about.effect().target() instanceof Target.Unknown(String why)) {
      return why;
    }
    String why = about.whyUnknown();
    return "`" + about.subject() + "`" + (why.isEmpty() ? "" : " (" + why + ")");
  }

  /** The last component of a name, the name itself where it has none. */
  static String baseName(String name) {
    int end = name.length();
    while (end > 1 && name.charAt(end - 1) == '/') {
      end--;
    }
    int slash = name.lastIndexOf('/', end - 1);
    return slash < 0 || end == 1 ? name.substring(0, end) : name.substring(slash + 1, end);
  }

  /** What was seen of a thing: first what the rule asks for, then all else that is true. */
  static List<String> evidence(Case about, Rule rule) {
    Set<String> out = new LinkedHashSet<>(evidenceFor(about, rule));
    about.facts().context().forEach(text -> out.add(Text.printable(text)));
    about.facts().probes().stream()
        .filter(probed -> probed.truth() == Truth.TRUE && !probed.evidence().isEmpty())
        .forEach(probed -> out.add(Text.printable(probed.evidence())));
    Set<Fact.About> named = named(rule.when());
    for (Fact fact : about.facts().facts()) {
      if (fact.evidence().isEmpty()) {
        continue;
      }
      if (fact.truth() == Truth.TRUE && fact.about() != Fact.About.EXISTS) {
        out.add(Text.printable(fact.evidence()));
      } else if (fact.truth() == Truth.UNKNOWN
          && fact.about() == Fact.About.LIVE
          && named.contains(Fact.About.LIVE)
          && about.facts().kind() != Facts.Kind.UNKNOWN) {
        out.add("whether it is in use is not known: " + Text.printable(fact.evidence()));
      }
    }
    return List.copyOf(out);
  }

  private static List<String> evidenceFor(Case about, Rule rule) {
    List<String> out = new ArrayList<>();
    for (Fact.About named : named(rule.when())) {
      for (String text : about.facts().evidence(named)) {
        String printable = Text.printable(text);
        if (!out.contains(printable)) {
          out.add(printable);
        }
      }
    }
    reasons(about, rule.when(), out);
    return out;
  }

  /** What labels and probes rest on, where a condition asks after them. */
  private static void reasons(Case about, Condition condition, List<String> out) {
    switch (condition) {
      case Condition.All(List<Condition> parts) -> parts.forEach(part -> reasons(about, part, out));
      case Condition.Any(List<Condition> parts) -> parts.forEach(part -> reasons(about, part, out));
      case Condition.LabelIs _ -> {
        if (about.meets(condition)) {
          about.facts().context().forEach(text -> out.add(Text.printable(text)));
        }
      }
      case Condition.ProbeSays says ->
          about.facts().probes().stream()
              .filter(probed -> probed.name().equals(says.probe()) && !probed.evidence().isEmpty())
              .forEach(
                  probed ->
                      out.add(
                          (probed.truth() == Truth.UNKNOWN
                                  ? "`" + says.probe() + "` is not known: "
                                  : "")
                              + Text.printable(probed.evidence())));
      case Condition.Not _, Condition.Simple _ -> {}
    }
  }

  /** The statements a condition asks after, in its order. */
  private static Set<Fact.About> named(Condition condition) {
    Set<Fact.About> out = new LinkedHashSet<>();
    collect(condition, out);
    return out;
  }

  private static void collect(Condition condition, Set<Fact.About> out) {
    switch (condition) {
      case Condition.All(List<Condition> parts) -> parts.forEach(part -> collect(part, out));
      case Condition.Any(List<Condition> parts) -> parts.forEach(part -> collect(part, out));
      case Condition.FactIs is -> out.add(is.about());
      // What must not be the case is no reason to speak.
      case Condition.Not _, Condition.Simple _ -> {}
    }
  }

  private static String kind(Facts.Kind kind) {
    return switch (kind) {
      case MISSING, UNKNOWN -> "";
      case REGULAR_FILE -> "file";
      case DIRECTORY -> "directory";
      case SYMBOLIC_LINK -> "symbolic link";
      case BLOCK_DEVICE -> "block device";
      case CHARACTER_DEVICE -> "character device";
      case FIFO -> "named pipe";
      case SOCKET -> "socket";
    };
  }

  private static String size(Facts facts) {
    if (facts.size().isEmpty()) {
      return "";
    }
    long size = facts.size().getAsLong();
    String text =
        facts.kind() == Facts.Kind.DIRECTORY
            ? String.format(Locale.ROOT, "%,d %s", size, size == 1 ? "entry" : "entries")
            : bytes(size);
    return facts.countIsLowerBound() ? "more than " + text : text;
  }

  private static String bytes(long size) {
    if (size < 1024) {
      return size == 1 ? "1 byte" : size + " bytes";
    }
    double value = size;
    int unit = -1;
    while (value >= 1024 && unit < 4) {
      value /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f %siB", value, "KMGTP".charAt(unit));
  }

  private static String variables(List<String> names) {
    return inSeries(names.stream().map(name -> "`$" + name + "`").toList());
  }

  /** {@code a}, {@code a and b}, {@code a, b and c}. */
  static String inSeries(List<String> items) {
    if (items.size() < 2) {
      return String.join("", items);
    }
    return String.join(", ", items.subList(0, items.size() - 1)) + " and " + items.getLast();
  }

  private static String place(Origin.Place place) {
    return switch (place) {
      case Origin.Place.Here _ -> "";
      case Origin.Place.Remote remote -> "on " + remote.host().display();
      case Origin.Place.Inside inside -> "inside " + inside.what();
    };
  }
}
