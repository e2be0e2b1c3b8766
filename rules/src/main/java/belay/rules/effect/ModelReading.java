package belay.rules.effect;

import belay.rules.effect.Meaning.Change;
import belay.rules.effect.Meaning.Inner;
import belay.rules.effect.Meaning.Mark;
import belay.rules.effect.Meaning.Sort;
import belay.rules.effect.Model.ChangeKind;
import belay.rules.effect.Model.Clause;
import belay.rules.effect.Model.Form;
import belay.rules.effect.Model.Place;
import belay.rules.effect.Model.Run;
import belay.rules.syntax.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What one command's arguments mean by its model. */
final class ModelReading {

  private final List<Mark> marks = new ArrayList<>();
  private final List<Inner> inner = new ArrayList<>();

  private ModelReading() {}

  static Meaning of(Model model, List<Field> arguments) {
    ModelReading reading = new ModelReading();
    reading.read(model, arguments, List.of());
    return new Meaning(reading.marks, reading.inner);
  }

  /** {@code outer}: the arguments of the commands this is a subcommand of. */
  private void read(Model model, List<Field> fields, List<Arguments> outer) {
    Arguments arguments = Arguments.read(fields, model.options());
    if (arguments.hasAny(model.harmless())
        || outer.stream().anyMatch(before -> before.hasAny(model.harmless()))) {
      return;
    }
    for (Clause clause : model.clauses()) {
      clause(clause, arguments, outer);
    }
    for (Run run : model.runs()) {
      run(run, arguments, fields);
    }
    if (!model.subcommands().isEmpty() && !arguments.operands().isEmpty()) {
      List<Field> operands = arguments.operands();
      Model sub = subcommand(model, operands.getFirst().known());
      if (sub != null) {
        List<Arguments> around = new ArrayList<>(outer);
        around.add(arguments);
        read(sub, operands.subList(1, operands.size()), around);
      }
    }
  }

  private static @Nullable Model subcommand(Model model, @Nullable String name) {
    if (name == null) {
      return null;
    }
    Model exact = model.subcommands().get(name);
    if (exact != null || !model.prefixes()) {
      return exact;
    }
    return model.subcommands().entrySet().stream()
        .filter(entry -> entry.getKey().startsWith(name))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(null);
  }

  private static boolean has(Arguments arguments, List<Arguments> outer, List<String> names) {
    return arguments.hasAny(names) || outer.stream().anyMatch(before -> before.hasAny(names));
  }

  private void clause(Clause clause, Arguments arguments, List<Arguments> outer) {
    if (!clause.when().isEmpty() && !has(arguments, outer, clause.when())
        || has(arguments, outer, clause.unless())
        || clause.matches() != null && !matches(clause, arguments)) {
      return;
    }
    Reach reach =
        !clause.recursive().isEmpty() && has(arguments, outer, clause.recursive())
            ? Reach.RECURSIVE
            : clause.reach();
    switch (clause.at()) {
      case Place.Operands(int from, int to) -> {
        List<Field> operands = arguments.operands();
        int end = to < 0 ? operands.size() + to + 1 : Math.min(to + 1, operands.size());
        int start = from < 0 ? Math.max(0, operands.size() + from) : from;
        for (int i = start; i < end; i++) {
          mark(clause, operands.get(i), operands.get(i).value(), null, reach);
        }
      }
      case Place.Key(String name) -> {
        Field last = null;
        for (Field operand : arguments.operands()) {
          if (operand.value().knownPrefix().startsWith(name + "=")) {
            last = operand;
          }
        }
        if (last != null) {
          mark(clause, last, cut(last.value(), name.length() + 1), null, reach);
        }
      }
      case Place.Option(List<String> names) -> {
        Field value = arguments.value(names);
        if (value != null) {
          mark(clause, value, value.value(), null, reach);
        }
      }
      case Place.Destination _ -> destination(clause, arguments, reach);
      case Place.Sources _ -> {
        for (Field source : sources(arguments)) {
          mark(clause, source, source.value(), null, reach);
        }
      }
      case Place.Directory(List<String> names) -> {
        Field value = arguments.value(names);
        for (Arguments before : outer) {
          value = value == null ? before.value(names) : value;
        }
        Field at = value == null ? anchor(arguments, outer) : value;
        mark(clause, at, value == null ? Value.of(".") : value.value(), null, reach);
      }
      case Place.Named(String text) ->
          mark(clause, anchor(arguments, outer), Value.of(text), null, reach);
    }
  }

  /** Something to point at where no argument names the target. */
  private static Field anchor(Arguments arguments, List<Arguments> outer) {
    if (!arguments.operands().isEmpty()) {
      return arguments.operands().getFirst();
    }
    for (Arguments before : outer) {
      if (!before.operands().isEmpty()) {
        return before.operands().getFirst();
      }
    }
    return NOWHERE;
  }

  /** The evaluator points at the command itself instead. */
  static final Field NOWHERE = new Field(Value.EMPTY, new Span(0, 0), List.of());

  static boolean isNowhere(Field field) {
    return field.value().pieces().isEmpty() && field.span().to() == 0;
  }

  private static boolean matches(Clause clause, Arguments arguments) {
    var pattern = clause.matches();
    if (pattern == null) {
      return true;
    }
    for (Field operand : arguments.operands()) {
      if (pattern.matcher(operand.value().display()).find()) {
        return true;
      }
    }
    for (List<Field> values : arguments.options().values()) {
      for (Field value : values) {
        if (pattern.matcher(value.value().display()).find()) {
          return true;
        }
      }
    }
    return false;
  }

  private static final List<String> TARGET_DIRECTORY = List.of("-t", "--target-directory");

  private static List<Field> sources(Arguments arguments) {
    List<Field> operands = arguments.operands();
    if (arguments.value(TARGET_DIRECTORY) != null) {
      return operands;
    }
    return operands.size() < 2 ? List.of() : operands.subList(0, operands.size() - 1);
  }

  private void destination(Clause clause, Arguments arguments, Reach reach) {
    Field directory = arguments.value(TARGET_DIRECTORY);
    List<Field> operands = arguments.operands();
    Field to = directory != null ? directory : operands.size() < 2 ? null : operands.getLast();
    if (to == null) {
      return;
    }
    boolean asItIs = arguments.hasAny(List.of("-T", "--no-target-directory"));
    for (Field source : sources(arguments)) {
      Value name = asItIs ? null : baseName(source.value());
      if (directory != null && name != null) {
        mark(clause, to, to.value().append(Value.of("/")).append(name), null, reach);
      } else {
        mark(clause, to, to.value(), name, reach);
      }
    }
  }

  private static @Nullable Value baseName(Value source) {
    String known = source.known();
    if (known == null) {
      int slash = source.knownPrefix().lastIndexOf('/');
      return slash >= 0 ? cut(source, slash + 1) : source;
    }
    String trimmed = known.endsWith("/") ? known.substring(0, known.length() - 1) : known;
    String name = trimmed.substring(trimmed.lastIndexOf('/') + 1);
    return name.isEmpty() || name.equals(".") || name.equals("..") ? null : Value.of(name);
  }

  private static Value cut(Value value, int count) {
    List<Value.Piece> pieces = new ArrayList<>(value.pieces());
    pieces.set(0, new Value.Piece.Known(value.knownPrefix().substring(count)));
    return new Value(pieces);
  }

  private void mark(Clause clause, Field at, Value value, @Nullable Value child, Reach reach) {
    Value host = null;
    Value what = value;
    if (clause.sort() == Sort.PATH) {
      String prefix = value.knownPrefix();
      int colon = prefix.indexOf(':');
      boolean remote = colon > 0 && prefix.lastIndexOf('/', colon) < 0 && isRemoteCopy(clause);
      if (remote) {
        host = Value.of(prefix.substring(prefix.indexOf('@') + 1, colon));
        what = cut(value, colon + 1);
      }
    }
    marks.add(
        new Mark(
            clause.kind(),
            clause.sort(),
            clause.system(),
            what,
            child,
            reach,
            clause.certainty(),
            host,
            at));
  }

  /** Only rsync, scp and their kin read {@code host:path}. */
  private static boolean isRemoteCopy(Clause clause) {
    return clause.system().equals("host:path");
  }

  // --- the commands it runs ----------------------------------------------------------------------

  private void run(Run run, Arguments arguments, List<Field> fields) {
    if (!run.when().isEmpty() && !arguments.hasAny(run.when()) || arguments.hasAny(run.unless())) {
      return;
    }
    List<Field> operands = arguments.operands();
    List<Field> words =
        operands.size() > run.skip() ? operands.subList(run.skip(), operands.size()) : List.of();
    Change change = change(run.change(), arguments);
    switch (run.form()) {
      case Form.Words _ -> {
        if (!words.isEmpty()) {
          inner.add(new Inner.Words(run.wrapper(), change, words));
        }
      }
      case Form.Joined _ -> {
        if (!words.isEmpty()) {
          inner.add(new Inner.Text(run.wrapper(), change, joined(words), List.of()));
        }
      }
      case Form.Text(List<String> options) -> {
        Field text = options.isEmpty() ? null : arguments.value(options);
        if (text == null && options.isEmpty() && !words.isEmpty()) {
          text = words.getFirst();
        }
        if (text != null) {
          inner.add(new Inner.Text(run.wrapper(), change, text, List.of()));
        }
      }
      case Form.Script _ -> {
        if (!words.isEmpty()) {
          inner.add(
              new Inner.Text(
                  run.wrapper(), change, words.getFirst(), words.subList(1, words.size())));
        }
      }
      case Form.Stdin _ -> stdin(run, change, arguments, words);
      case Form.Find _ -> find(fields);
    }
  }

  private void stdin(Run run, Change change, Arguments arguments, List<Field> words) {
    if (words.isEmpty() || arguments.has("-s") || "-".equals(words.getFirst().known())) {
      Field at = words.isEmpty() ? NOWHERE : words.getFirst();
      inner.add(new Inner.Stdin(run.wrapper(), change, at));
      return;
    }
    // bash <(curl …): the file is what a command prints.
    String file = words.getFirst().known();
    if ("/dev/fd/63".equals(file)) {
      marks.add(
          new Mark(
              EffectKind.EXECUTE,
              Sort.UNKNOWN,
              "",
              Value.unknown("what another command prints"),
              null,
              Reach.ONE,
              Certainty.CERTAIN,
              null,
              words.getFirst()));
    }
  }

  private static Change change(ChangeKind kind, Arguments arguments) {
    return switch (kind) {
      case ChangeKind.Nothing _ -> new Change.Nothing();
      case ChangeKind.Inside(String what) -> new Change.Inside(what);
      case ChangeKind.Remote(int operand) -> {
        if (operand >= arguments.operands().size()) {
          yield new Change.Remote(Value.unknown("a host"));
        }
        Value host = arguments.operands().get(operand).value();
        int at = host.knownPrefix().indexOf('@');
        yield new Change.Remote(at < 0 ? host : cut(host, at + 1));
      }
      case ChangeKind.Directory(List<String> options) -> {
        Field directory = arguments.value(options);
        yield directory == null ? new Change.Nothing() : new Change.Directory(directory.value());
      }
      case ChangeKind.Fed(List<String> placeholders) -> {
        Field given = arguments.value(placeholders);
        String text = given == null ? null : given.known();
        boolean bare = given == null && arguments.hasAny(placeholders);
        yield new Change.FedOperands(bare ? "{}" : text);
      }
    };
  }

  private static Field joined(List<Field> fields) {
    Value value = Value.EMPTY;
    List<String> emptied = new ArrayList<>();
    Span span = fields.getFirst().span();
    for (int i = 0; i < fields.size(); i++) {
      value = (i == 0 ? value : value.append(Value.of(" "))).append(fields.get(i).value());
      emptied.addAll(fields.get(i).emptied());
      span = span.cover(fields.get(i).span());
    }
    return new Field(value, span, emptied);
  }

  // --- find --------------------------------------------------------------------------------------

  private static final Set<String> FIND_RUNS = Set.of("-exec", "-execdir", "-ok", "-okdir");
  private static final Set<String> FIND_WRITES = Set.of("-fprint", "-fprint0", "-fls", "-fprintf");

  /** Tests that pick out few or of one sort; depth and kind alone narrow nothing down. */
  private static final Set<String> FIND_LIMITS =
      Set.of(
          "-name",
          "-iname",
          "-path",
          "-ipath",
          "-wholename",
          "-regex",
          "-iregex",
          "-empty",
          "-newer",
          "-mtime",
          "-mmin",
          "-atime",
          "-amin",
          "-ctime",
          "-cmin",
          "-size",
          "-user",
          "-group",
          "-perm",
          "-inum",
          "-samefile",
          "-links",
          "-type",
          "-mindepth",
          "-nouser",
          "-nogroup",
          "-newermt",
          "-lname",
          "-readable",
          "-writable",
          "-executable");

  /** find(1): paths, then an expression that is evaluated from left to right. */
  private void find(List<Field> fields) {
    int at = 0;
    while (at < fields.size() && fields.get(at).value().knownPrefix().matches("-[HLPDO].*")) {
      at += "-D".equals(fields.get(at).known()) ? 2 : 1;
    }
    List<Field> roots = new ArrayList<>();
    while (at < fields.size() && !isExpression(fields.get(at))) {
      roots.add(fields.get(at++));
    }
    List<Value> places =
        roots.isEmpty() ? List.of(Value.of(".")) : roots.stream().map(Field::value).toList();
    boolean limited = false;
    for (int i = at; i < fields.size(); i++) {
      String word = String.valueOf(fields.get(i).known());
      if (FIND_LIMITS.contains(word)) {
        limited = true;
      } else if (word.equals("-delete")) {
        for (int r = 0; r < places.size(); r++) {
          Field root = roots.isEmpty() ? fields.get(i) : roots.get(r);
          Value what = limited ? below(places.get(r)) : places.get(r);
          marks.add(found(EffectKind.DELETE, what, root, limited));
        }
      } else if (FIND_WRITES.contains(word) && i + 1 < fields.size()) {
        Field file = fields.get(i + 1);
        marks.add(
            new Mark(
                EffectKind.OVERWRITE,
                Sort.PATH,
                "",
                file.value(),
                null,
                Reach.ONE,
                Certainty.CERTAIN,
                null,
                file));
      } else if (FIND_RUNS.contains(word)) {
        int end = i + 1;
        while (end < fields.size() && !isEnd(fields, end)) {
          end++;
        }
        List<Field> words = fields.subList(i + 1, Math.min(end, fields.size()));
        if (!words.isEmpty()) {
          inner.add(
              new Inner.Words("find " + word, new Change.Found(places, "{}", limited), words));
        }
        i = end;
      }
    }
  }

  private static Mark found(EffectKind kind, Value what, Field at, boolean limited) {
    return new Mark(
        kind,
        Sort.PATH,
        "",
        what,
        null,
        limited ? Reach.MANY : Reach.RECURSIVE,
        Certainty.CERTAIN,
        null,
        at);
  }

  private static Value below(Value root) {
    String known = root.known();
    Value directory = known != null && known.endsWith("/") ? root : root.append(Value.of("/"));
    return directory.append(Value.unknown("what is found below " + root.display()));
  }

  private static boolean isExpression(Field field) {
    String prefix = field.value().knownPrefix();
    return prefix.startsWith("-") && prefix.length() > 1
        || prefix.equals("(")
        || prefix.equals("!")
        || prefix.equals(")");
  }

  private static boolean isEnd(List<Field> fields, int at) {
    String word = fields.get(at).known();
    return ";".equals(word)
        || "+".equals(word) && at > 0 && "{}".equals(fields.get(at - 1).known());
  }
}
