package belay.rules.pack;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a pack needs: {@code needs: {belay: ">=0.2.0", packs: {core.files: ">=1.0.0"}}}. The version
 * of Belay is held against this one at once, the packs when all have been read.
 */
final class Needs {

  static final List<String> KEYS = List.of("belay", "packs");

  private record Wanted(Tree.Text key, VersionRange range) {}

  private final Report report;
  private final Map<String, Wanted> packs = new LinkedHashMap<>();

  private Needs(Report report) {
    this.report = report;
  }

  static Needs none(Report report) {
    return new Needs(report);
  }

  static Needs parse(Tree node, Report report) {
    Needs out = new Needs(report);
    Fields fields = Fields.of(node, "`needs`", report, KEYS);
    Tree.Text belay = fields.text("belay");
    if (belay != null) {
      VersionRange range = out.range(belay);
      if (range != null && !range.contains(Version.BELAY)) {
        report.add(
            belay,
            "the pack needs Belay " + range + ", and this is " + Version.BELAY,
            "use a version of the pack that fits, or another Belay");
      }
    }
    Tree packs = fields.get("packs");
    if (packs != null) {
      for (Fields.Entry entry : Fields.open(packs, "`packs`", report).entries().values()) {
        Tree.Text wanted = Fields.scalar(entry.value(), "a version", report);
        VersionRange range = wanted == null ? null : out.range(wanted);
        if (range != null) {
          out.packs.put(entry.key().value(), new Wanted(entry.key(), range));
        }
      }
    }
    return out;
  }

  private @Nullable VersionRange range(Tree.Text text) {
    VersionRange range = VersionRange.parse(text.value()).orElse(null);
    if (range == null) {
      report.add(
          text,
          Report.quoted(text.value()) + " is no range of versions",
          "write it so: `\">=1.2.0 <2.0.0\"`");
    }
    return range;
  }

  Map<String, VersionRange> ranges() {
    Map<String, VersionRange> out = new LinkedHashMap<>();
    packs.forEach((name, wanted) -> out.put(name, wanted.range));
    return out;
  }

  /** Reports what is not there or does not fit, and circles. */
  void check(String own, Map<String, Version> there, Map<String, Needs> all) {
    packs.forEach(
        (name, wanted) -> {
          Version version = there.get(name);
          if (version == null) {
            report.add(
                wanted.key,
                "the pack needs the pack " + Report.quoted(name) + ", which is not there",
                Report.instead(name, there.keySet()));
          } else if (!wanted.range.contains(version)) {
            report.add(
                wanted.key,
                "the pack needs "
                    + Report.quoted(name)
                    + " "
                    + wanted.range
                    + ", and there is "
                    + version,
                "bring one of the two up to date");
          } else {
            List<String> circle = circle(own, name, all);
            if (!circle.isEmpty()) {
              report.add(
                  wanted.key,
                  "packs that need each other: " + String.join(" needs ", circle),
                  "one of them must do without");
            }
          }
        });
  }

  /** The way from {@code own} over {@code next} back to it; empty where there is none. */
  private static List<String> circle(String own, String next, Map<String, Needs> all) {
    Set<String> seen = new LinkedHashSet<>();
    List<String> way = new ArrayList<>(List.of(own));
    return walk(own, next, all, seen, way) ? way : List.of();
  }

  private static boolean walk(
      String own, String at, Map<String, Needs> all, Set<String> seen, List<String> way) {
    way.add(at);
    if (at.equals(own)) {
      return true;
    }
    Needs needs = all.get(at);
    if (needs != null && seen.add(at)) {
      for (String next : needs.packs.keySet()) {
        if (walk(own, next, all, seen, way)) {
          return true;
        }
      }
    }
    way.removeLast();
    return false;
  }
}
