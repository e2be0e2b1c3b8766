package belay.rules.effect;

import static belay.rules.effect.ModelYaml.constant;
import static belay.rules.effect.ModelYaml.flag;
import static belay.rules.effect.ModelYaml.items;
import static belay.rules.effect.ModelYaml.mapping;
import static belay.rules.effect.ModelYaml.needed;
import static belay.rules.effect.ModelYaml.number;
import static belay.rules.effect.ModelYaml.scalar;
import static belay.rules.effect.ModelYaml.take;
import static belay.rules.effect.ModelYaml.words;

import belay.rules.effect.Arguments.Manner;
import belay.rules.effect.Arguments.Quirk;
import belay.rules.effect.CommandModels.Example;
import belay.rules.effect.CommandModels.Problem;
import belay.rules.effect.CommandModels.Source;
import belay.rules.effect.ModelYaml.Unsound;
import belay.rules.effect.Option.Takes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Reads one model file: a list of models, each for one or several programs. */
final class ModelParser {

  private static final Set<String> COMMAND_KEYS =
      Set.of(
          "reading",
          "options",
          "letters",
          "until",
          "stop",
          "into",
          "exactly",
          "silent",
          "effects",
          "runs",
          "commands",
          "abbreviates");
  private static final Set<String> PROGRAM_KEYS =
      Set.of("programs", "source", "examples", "expression");

  private final Source source;
  private final Map<String, Model> programs;
  private final List<Problem> problems;
  private final List<Example> examples;

  ModelParser(
      Source source, Map<String, Model> programs, List<Problem> problems, List<Example> examples) {
    this.source = source;
    this.programs = programs;
    this.problems = problems;
    this.examples = examples;
  }

  void read() {
    LoadSettings settings = LoadSettings.builder().setLabel(source.file()).build();
    Node root;
    try {
      root = new Compose(settings).composeString(source.text()).orElse(null);
    } catch (MarkedYamlEngineException e) {
      report(e.getProblemMark(), "this is not YAML: " + e.getProblem());
      return;
    } catch (YamlEngineException e) {
      report(Optional.empty(), "this is not YAML: " + e.getMessage());
      return;
    }
    if (!(root instanceof SequenceNode models)) {
      report(
          root == null ? Optional.empty() : root.getStartMark(),
          "a model file is a list of models");
      return;
    }
    for (Node node : models.getValue()) {
      try {
        program(node);
      } catch (Unsound e) {
        report(e.node().getStartMark(), e.reason());
      }
    }
  }

  private void report(Optional<Mark> at, String reason) {
    problems.add(
        new Problem(
            source.file(),
            at.map(mark -> mark.getLine() + 1).orElse(1),
            at.map(mark -> mark.getColumn() + 1).orElse(1),
            reason));
  }

  private void program(Node node) throws Unsound {
    Set<String> allowed = new HashSet<>(COMMAND_KEYS);
    allowed.addAll(PROGRAM_KEYS);
    Map<String, Node> keys = mapping(node, allowed);
    Node named = needed(keys, "programs", node);
    scalar(needed(keys, "source", node));
    Node lines = needed(keys, "examples", node);
    Model model = model(keys, null, List.of());
    for (String name : words(named)) {
      if (programs.putIfAbsent(name, model) != null) {
        throw new Unsound(named, "`" + name + "` has a model already");
      }
    }
    examples(lines);
  }

  private void examples(Node node) throws Unsound {
    int line = node.getStartMark().map(Mark::getLine).orElse(0) + 1;
    for (String text : scalar(node).split("\n", -1)) {
      line++;
      if (text.isBlank()) {
        continue;
      }
      int arrow = text.indexOf("=>");
      if (arrow < 0) {
        throw new Unsound(node, "`" + text.strip() + "` has no `=>`");
      }
      String command = text.substring(0, arrow).strip();
      String meaning = text.substring(arrow + 2).strip();
      examples.add(new Example(source.file(), line, command, meaning));
    }
  }

  /**
   * @param outer the options of the program whose subcommand this is, or null
   * @param hushed what keeps that program from doing anything, which holds here too
   */
  private Model model(Map<String, Node> keys, @Nullable OptionTable outer, List<Need> hushed)
      throws Unsound {
    Set<Quirk> quirks = EnumSet.noneOf(Quirk.class);
    Node reading = keys.get("reading");
    if (reading != null) {
      for (String word : words(reading)) {
        quirks.add(constant(Quirk.class, word, reading));
      }
    }
    OptionTable options = new OptionTable(outer);
    int until = options(keys, quirks, options);
    Node stop = keys.get("stop");
    Manner manner = new Manner(options, quirks, until, stop == null ? null : scalar(stop));

    ModelParts parts = new ModelParts(options, keys.get("into"), keys.get("exactly"));
    List<Need> silent = new ArrayList<>(hushed);
    silent.addAll(parts.needs(keys.get("silent")));
    if (outer == null && !quirks.contains(Quirk.RAW)) {
      for (String name : List.of("help", "version")) {
        Option option = standard(options, name);
        if (option.takes() == Takes.NOTHING) {
          silent.add(new Need.Has(option));
        }
      }
    }
    List<Deed> deeds = new ArrayList<>();
    for (Node item : items(keys.get("effects"))) {
      deeds.add(parts.deed(item));
    }
    List<Run> runs = new ArrayList<>();
    for (Node item : items(keys.get("runs"))) {
      runs.add(parts.run(item));
    }
    return new Model(
        manner,
        silent,
        deeds,
        runs,
        commands(keys.get("commands"), options, silent),
        flag(keys.get("abbreviates")),
        expression(keys.get("expression")));
  }

  /** Fills the table; returns how many operands end the options. */
  private static int options(Map<String, Node> keys, Set<Quirk> quirks, OptionTable options)
      throws Unsound {
    int until = keys.containsKey("commands") ? 1 : 0;
    Node words = keys.get("options");
    if (words != null) {
      take(words, options::addAll);
    }
    if (quirks.contains(Quirk.SIGNALS)) {
      options.add(OptionTable.SIGNAL, new Option(OptionTable.SIGNAL, Takes.VALUE));
    }
    Node letters = keys.get("letters");
    if (letters != null) {
      String text = scalar(letters);
      // As in getopt(3): the first operand ends the options.
      until = text.startsWith("+") ? 1 : until;
      take(letters, _ -> options.addLetters(text.startsWith("+") ? text.substring(1) : text));
    }
    Node count = keys.get("until");
    return count == null ? until : number(count);
  }

  /** An option that nearly every program has, and that keeps it from doing anything else. */
  private static Option standard(OptionTable options, String name) {
    Option option = options.own(name);
    if (option == null) {
      option = new Option(name, Takes.NOTHING);
      options.add(name, option);
    }
    return option;
  }

  private Map<String, Model> commands(@Nullable Node node, OptionTable outer, List<Need> hushed)
      throws Unsound {
    Map<String, Model> out = new HashMap<>();
    if (node == null) {
      return out;
    }
    for (Map.Entry<String, Node> entry : mapping(node, Set.of()).entrySet()) {
      Model command = model(mapping(entry.getValue(), COMMAND_KEYS), outer, hushed);
      for (String name : entry.getKey().split("[|]", -1)) {
        if (out.putIfAbsent(name, command) != null) {
          throw new Unsound(entry.getValue(), "`" + name + "` is named twice");
        }
      }
    }
    return out;
  }

  private static @Nullable FindExpression expression(@Nullable Node node) throws Unsound {
    if (node == null) {
      return null;
    }
    Map<String, Node> keys = mapping(node, Set.of("one", "two", "tests"));
    Map<String, Integer> values = new HashMap<>();
    for (String word : words(keys.get("one"))) {
      values.put(word, 1);
    }
    for (String word : words(keys.get("two"))) {
      values.put(word, 2);
    }
    return new FindExpression(values, new HashSet<>(words(keys.get("tests"))));
  }
}
