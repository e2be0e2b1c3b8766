package belay.rules.effect;

import belay.rules.effect.Meaning.Sort;
import belay.rules.effect.Model.ChangeKind;
import belay.rules.effect.Model.Clause;
import belay.rules.effect.Model.Example;
import belay.rules.effect.Model.Form;
import belay.rules.effect.Model.Place;
import belay.rules.effect.Model.Run;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Reads a file of command models; docs/models.md describes the language. */
final class ModelParser {

  /** A file that is no file of models; the message begins with file, line and column. */
  static final class BadModel extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BadModel(String message) {
      super(message);
    }
  }

  private static final Set<String> MODEL_KEYS =
      Set.of(
          "programs",
          "source",
          "short",
          "long",
          "single-dash",
          "harmless",
          "prefixes",
          "does",
          "runs",
          "sub",
          "examples");
  private static final Set<String> FORMS =
      Set.of("words", "joined", "text", "script", "stdin", "find");
  private static final Set<String> CLAUSE_KEYS =
      Set.of("sort", "system", "when", "unless", "matches", "reach", "recursive", "certainty");
  private static final Set<String> RUN_KEYS = Set.of("skip", "change", "when", "unless", "options");

  private final String file;

  private ModelParser(String file) {
    this.file = file;
  }

  /** The models of a file, by program. */
  static Map<String, Model> parse(String file, String text) {
    ModelParser parser = new ModelParser(file);
    Node root;
    try {
      root =
          new Compose(LoadSettings.builder().setLabel(file).build())
              .composeString(text)
              .orElseThrow(() -> new BadModel(file + ":1:1: it is empty"));
    } catch (YamlEngineException e) {
      throw new BadModel(file + ": " + e.getMessage());
    }
    Map<String, Model> out = new LinkedHashMap<>();
    for (Node node : parser.sequence(root)) {
      Map<String, Node> entries = parser.mapping(node, MODEL_KEYS);
      Node programs = entries.get("programs");
      if (programs == null) {
        throw parser.bad(node, "a model needs `programs`");
      }
      if (!entries.containsKey("source")) {
        throw parser.bad(node, "a model needs `source`: the man page it was read from");
      }
      Model model = parser.model(entries);
      for (String program : parser.strings(programs)) {
        if (out.put(program, model) != null) {
          throw parser.bad(programs, "`" + program + "` has a model already");
        }
      }
    }
    return out;
  }

  private BadModel bad(Node node, String what) {
    String at =
        node.getStartMark()
            .map(mark -> ":" + (mark.getLine() + 1) + ":" + (mark.getColumn() + 1))
            .orElse("");
    return new BadModel(file + at + ": " + what);
  }

  private Map<String, Node> mapping(Node node, Set<String> known) {
    if (!(node instanceof MappingNode mapping)) {
      throw bad(node, "names with values are wanted here");
    }
    Map<String, Node> out = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      String key = string(tuple.getKeyNode());
      if (!known.isEmpty() && !known.contains(key)) {
        throw bad(
            tuple.getKeyNode(), "`" + key + "` is not one of " + known.stream().sorted().toList());
      }
      out.put(key, tuple.getValueNode());
    }
    return out;
  }

  private List<Node> sequence(@Nullable Node node) {
    return switch (node) {
      case null -> List.of();
      case SequenceNode sequence -> sequence.getValue();
      default -> throw bad(node, "a list is wanted here");
    };
  }

  private String string(Node node) {
    if (node instanceof ScalarNode scalar) {
      return scalar.getValue();
    }
    throw bad(node, "a word is wanted here");
  }

  private List<String> strings(@Nullable Node node) {
    if (node instanceof ScalarNode scalar) {
      return List.of(scalar.getValue());
    }
    return sequence(node).stream().map(this::string).toList();
  }

  private Model model(Map<String, Node> entries) {
    Node shorts = entries.get("short");
    Node single = entries.get("single-dash");
    Node prefixes = entries.get("prefixes");
    Node harmless = entries.get("harmless");
    List<String> none = new ArrayList<>(List.of("--help", "--version"));
    none.addAll(strings(harmless));
    Map<String, Model> subcommands = new HashMap<>();
    Node sub = entries.get("sub");
    if (sub != null) {
      mapping(sub, Set.of())
          .forEach(
              (names, node) -> {
                Model model = model(mapping(node, MODEL_KEYS));
                for (String name : names.split("\\|", -1)) {
                  subcommands.put(name, model);
                }
              });
    }
    String letters = shorts == null ? "" : string(shorts);
    return new Model(
        Options.of(
            // What stands behind a subcommand is the subcommand's.
            sub == null || letters.startsWith("+") ? letters : "+" + letters,
            strings(entries.get("long")),
            single != null && string(single).equals("true")),
        subcommands,
        prefixes != null && string(prefixes).equals("true"),
        none,
        sequence(entries.get("does")).stream().map(this::clause).toList(),
        sequence(entries.get("runs")).stream().map(this::run).toList(),
        sequence(entries.get("examples")).stream().map(this::example).toList());
  }

  private Clause clause(Node node) {
    EffectKind kind = null;
    Node place = null;
    Map<String, Node> rest = new HashMap<>();
    for (Map.Entry<String, Node> entry : mapping(node, Set.of()).entrySet()) {
      EffectKind named = kind(entry.getKey());
      if (named != null) {
        kind = named;
        place = entry.getValue();
      } else if (CLAUSE_KEYS.contains(entry.getKey())) {
        rest.put(entry.getKey(), entry.getValue());
      } else {
        throw bad(node, "`" + entry.getKey() + "` is neither an effect nor a condition");
      }
    }
    if (kind == null || place == null) {
      throw bad(node, "which effect?");
    }
    Node system = rest.get("system");
    return new Clause(
        kind,
        constant(Sort.class, rest.get("sort"), Sort.PATH),
        system == null ? "" : string(system),
        place(place),
        strings(rest.get("when")),
        strings(rest.get("unless")),
        pattern(rest.get("matches")),
        constant(Reach.class, rest.get("reach"), Reach.ONE),
        strings(rest.get("recursive")),
        constant(Certainty.class, rest.get("certainty"), Certainty.CERTAIN));
  }

  private static @Nullable EffectKind kind(String key) {
    for (EffectKind kind : EffectKind.values()) {
      if (kind.key().equals(key)) {
        return kind;
      }
    }
    return null;
  }

  private <E extends Enum<E>> E constant(Class<E> type, @Nullable Node node, E fallback) {
    if (node == null) {
      return fallback;
    }
    String name = string(node).toUpperCase(Locale.ROOT);
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equals(name)) {
        return constant;
      }
    }
    throw bad(
        node, "`" + string(node) + "` is no " + type.getSimpleName().toLowerCase(Locale.ROOT));
  }

  private @Nullable Pattern pattern(@Nullable Node node) {
    if (node == null) {
      return null;
    }
    try {
      return Pattern.compile(string(node));
    } catch (PatternSyntaxException e) {
      throw bad(node, "this is no RE2 pattern: " + e.getMessage());
    }
  }

  private Place place(Node node) {
    String[] words = string(node).split(" ", 2);
    String rest = words.length > 1 ? words[1] : "";
    return switch (words[0]) {
      case "all" -> new Place.Operands(0, -1);
      case "first" -> new Place.Operands(0, 0);
      case "last" -> new Place.Operands(-1, -1);
      case "rest" -> new Place.Operands(1, -1);
      case "but-last" -> new Place.Operands(0, -2);
      case "from" -> new Place.Operands(number(node, rest), -1);
      case "nth" -> new Place.Operands(number(node, rest), number(node, rest));
      case "key" -> new Place.Key(rest);
      case "option" -> new Place.Option(List.of(rest.split(",", -1)));
      case "dest" -> new Place.Destination();
      case "sources" -> new Place.Sources();
      case "dir" -> new Place.Directory(List.of(rest.split(",", -1)));
      case "named" -> new Place.Named(rest);
      default -> throw bad(node, "`" + words[0] + "` is no place");
    };
  }

  private int number(Node node, String text) {
    if (!text.matches("[0-9]{1,2}")) {
      throw bad(node, "a number is wanted behind it");
    }
    return Integer.parseInt(text);
  }

  private Run run(Node node) {
    String form = null;
    String wrapper = "";
    Map<String, Node> rest = new HashMap<>();
    for (Map.Entry<String, Node> entry : mapping(node, Set.of()).entrySet()) {
      if (FORMS.contains(entry.getKey())) {
        form = entry.getKey();
        wrapper = string(entry.getValue());
      } else if (RUN_KEYS.contains(entry.getKey())) {
        rest.put(entry.getKey(), entry.getValue());
      } else {
        throw bad(node, "`" + entry.getKey() + "` is neither a form nor a condition");
      }
    }
    Node skip = rest.get("skip");
    return new Run(
        wrapper,
        switch (form) {
          case "words" -> new Form.Words();
          case "joined" -> new Form.Joined();
          case "text" -> new Form.Text(strings(rest.get("options")));
          case "script" -> new Form.Script();
          case "stdin" -> new Form.Stdin();
          case "find" -> new Form.Find();
          case null, default -> throw bad(node, "how is the command found?");
        },
        skip == null ? 0 : number(skip, string(skip)),
        change(rest.get("change")),
        strings(rest.get("when")),
        strings(rest.get("unless")));
  }

  private ChangeKind change(@Nullable Node node) {
    if (node == null) {
      return new ChangeKind.Nothing();
    }
    String[] words = string(node).split(" ", 2);
    String rest = words.length > 1 ? words[1] : "";
    return switch (words[0]) {
      case "remote" -> new ChangeKind.Remote(number(node, rest));
      case "inside" -> new ChangeKind.Inside(rest);
      case "dir" -> new ChangeKind.Directory(List.of(rest.split(",", -1)));
      case "fed" -> new ChangeKind.Fed(rest.isEmpty() ? List.of() : List.of(rest.split(",", -1)));
      default -> throw bad(node, "`" + words[0] + "` is no change");
    };
  }

  private Example example(Node node) {
    Map<String, Node> entries = mapping(node, Set.of("line", "does"));
    Node line = entries.get("line");
    if (line == null) {
      throw bad(node, "an example needs `line`");
    }
    String at = node.getStartMark().map(mark -> file + ":" + (mark.getLine() + 1)).orElse(file);
    return new Example(string(line), strings(entries.get("does")), at);
  }
}
