package belay.daemon.fact;

import belay.daemon.fact.Expansion.Match;
import belay.daemon.fact.LoopTable.Loop;
import belay.daemon.fact.MountTable.Mount;
import belay.daemon.fact.Sheet.Line;
import belay.daemon.libc.FileStatus;
import belay.daemon.libc.FileStatus.Device;
import belay.rules.effect.Effect;
import belay.rules.effect.EffectKind;
import belay.rules.effect.Reach;
import belay.rules.fact.Fact;
import belay.rules.fact.Fact.About;
import belay.rules.fact.Facts;
import belay.rules.fact.Facts.Kind;
import belay.rules.fact.Truth;
import belay.rules.syntax.Text;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Looks at the things of one effect: asks every question that its kind and theirs call for. */
final class Look {

  /** How many things the thread that waits looks at itself: more are sooner done by several. */
  private static final int MOST_OWN = 2;

  private final Machine machine;
  private final Tables tables;
  private final Crew crew;
  private final Effect effect;
  private final Places places;
  private final List<Sheet> sheets = new ArrayList<>();
  private final List<Facts> unknown = new ArrayList<>();

  Look(Tables tables, Crew crew, Effect effect, @Nullable String home) {
    this.machine = tables.machine();
    this.tables = tables;
    this.crew = crew;
    this.effect = effect;
    this.places = new Places(machine, tables, home);
  }

  /** Starts looking at what the effect falls on, with the crew's hands. */
  void start(@Nullable String directory) {
    Subjects subjects = Subjects.of(effect, directory);
    unknown.addAll(subjects.unknown());
    int own = 0;
    for (Subjects.Named named : subjects.named()) {
      Sheet sheet = opened(named.path());
      if (named.child() == null && own++ < MOST_OWN) {
        crew.addOwn(() -> examine(sheet, new Match(named.path(), null)));
      } else {
        crew.add(() -> examine(sheet, new Match(withChild(named, sheet), null)));
      }
    }
    for (Subjects.Globbed globbed : subjects.globbed()) {
      Sheet pattern = opened(globbed.display());
      crew.add(() -> expand(globbed, pattern));
    }
    for (Subjects.Begun begun : subjects.begun()) {
      Sheet sheet = opened(begun.display());
      crew.add(() -> examineBegun(sheet, begun));
    }
  }

  /** What has been found by now. */
  List<Facts> facts(String late) {
    return seen(late).stream().map(Seen::facts).toList();
  }

  /** The same, with what each question took. */
  List<Seen> seen(String late) {
    List<Seen> seen = new ArrayList<>();
    synchronized (sheets) {
      for (Sheet sheet : sheets) {
        seen.add(new Seen(sheet.facts(late), sheet.probes()));
      }
    }
    unknown.forEach(facts -> seen.add(new Seen(facts, List.of())));
    return List.copyOf(seen);
  }

  private Sheet opened(String subject) {
    Sheet sheet = new Sheet(subject);
    synchronized (sheets) {
      sheets.add(sheet);
    }
    return sheet;
  }

  /** Where a copy lands: in the directory of that name, if it is one. */
  private String withChild(Subjects.Named named, Sheet sheet) {
    if (named.child() == null) {
      return named.path();
    }
    FileStatus status = machine.found(named.path(), true);
    if (status == null || Identity.kind(status) != Kind.DIRECTORY) {
      return named.path();
    }
    String path = (named.path().equals("/") ? "/" : named.path() + "/") + named.child();
    sheet.subject(path);
    return path;
  }

  private void expand(Subjects.Globbed globbed, Sheet pattern) {
    Expansion expansion = new Expansion(machine, crew::isLate);
    List<Match> matches;
    try {
      matches = expansion.of(globbed.pieces());
    } catch (IOException e) {
      pattern.fail(Line.EXISTENCE, reason(e));
      return;
    }
    if (matches.isEmpty()) {
      if (expansion.isComplete()) {
        pattern.kind(Kind.MISSING);
        pattern.answer(
            Line.EXISTENCE,
            nothing(
                About.EXISTS,
                About.LIVE,
                About.MOUNTED,
                About.NONEMPTY,
                About.SYSTEM,
                About.HOME,
                About.TEMPORARY));
      }
      return;
    }
    synchronized (sheets) {
      sheets.remove(pattern);
      if (!expansion.isComplete()) {
        unknown.add(
            Facts.unknown(
                globbed.display(), "more names match than the " + matches.size() + " looked at"));
      }
    }
    for (Match match : matches) {
      Sheet sheet = opened(match.path());
      crew.add(() -> examine(sheet, match));
    }
  }

  /** Of a name that only begins to be known it is only asked whether it may be thrown away. */
  private void examineBegun(Sheet sheet, Subjects.Begun begun) {
    sheet.fail(Line.EXISTENCE, begun.why());
    try {
      int slash = begun.prefix().lastIndexOf('/');
      String directory = slash <= 0 ? "/" : begun.prefix().substring(0, slash);
      String real = new Resolver(machine, tables.mounts()).real(directory, true);
      // A name that stands for itself, so that /tmp is below /tmp/ here.
      String temporary = places.temporary(real + "/" + begun.prefix().substring(slash + 1) + "x");
      if (!temporary.isEmpty()) {
        sheet.answer(Line.PLACE, List.of(new Fact(About.TEMPORARY, Truth.TRUE, temporary)));
      }
    } catch (IOException notFound) {
      sheet.fail(Line.PLACE, reason(notFound));
    }
  }

  private void examine(Sheet sheet, Match match) {
    Thing thing;
    long start = System.nanoTime();
    try {
      String real = new Resolver(machine, tables.mounts()).real(match.path(), followsLinks());
      FileStatus found = statusOf(real);
      thing = new Thing(match.path(), real, found == null ? rootDevice(real) : found);
    } catch (IOException e) {
      sheet.fail(Line.EXISTENCE, reason(e));
      return;
    } finally {
      sheet.spent(Line.EXISTENCE, System.nanoTime() - start);
    }
    sheet.kind(thing.kind());
    sheet.ask(Line.PLACE);
    sheet.answer(Line.EXISTENCE, existence(thing, sheet));
    answer(sheet, Line.PLACE, () -> places.look(thing, match.allOf()));
    FileStatus status = thing.status();
    switch (thing.kind()) {
      case REGULAR_FILE -> file(sheet, thing, status);
      case DIRECTORY -> directory(sheet, thing);
      case BLOCK_DEVICE -> blockDevice(sheet, thing, status);
      case MISSING -> missing(sheet, thing);
      case SYMBOLIC_LINK, CHARACTER_DEVICE, FIFO, SOCKET, UNKNOWN -> {}
    }
  }

  /**
   * The kernel's name for the device of the root, which no node need have: {@code bootparam(7)}.
   */
  private static final String ROOT_DEVICE = "/dev/root";

  private @Nullable FileStatus statusOf(String real) throws IOException {
    try {
      return machine.status(real, false);
    } catch (NoSuchFileException | NotDirectoryException missing) {
      return null;
    }
  }

  private @Nullable FileStatus rootDevice(String real) throws IOException {
    Mount root = real.equals(ROOT_DEVICE) ? tables.mounts().at("/") : null;
    return root == null
        ? null
        : new FileStatus(0060000, 1, 0, 0, 0, 0, Device.NONE, root.device(), 0, false);
  }

  private boolean followsLinks() {
    return switch (effect.kind()) {
      case DELETE, MOVE -> false;
      case OVERWRITE,
          TRUNCATE,
          APPEND,
          FORMAT,
          REPARTITION,
          WIPE,
          ATTRIBUTES,
          STOP,
          DETACH,
          REVOKE,
          REWRITE,
          PUBLISH,
          DROP,
          DESTROY,
          EXECUTE ->
          true;
    };
  }

  /** Whether what is there is lost, so that it is worth a search through all processes. */
  private static boolean isLoss(EffectKind kind) {
    return switch (kind) {
      case OVERWRITE, TRUNCATE, DELETE, FORMAT, REPARTITION, WIPE, MOVE, DROP, DESTROY -> true;
      case APPEND, ATTRIBUTES, STOP, DETACH, REVOKE, REWRITE, PUBLISH, EXECUTE -> false;
    };
  }

  private boolean isRecursive() {
    return effect.reach() == Reach.RECURSIVE
        || effect.reach() == Reach.ALL
        || effect.kind() == EffectKind.MOVE;
  }

  private static List<Fact> existence(Thing thing, Sheet sheet) {
    String at = thing.path().equals(thing.real()) ? "" : ", in truth " + shown(thing.real());
    FileStatus status = thing.status();
    List<Fact> facts = new ArrayList<>();
    switch (thing.kind()) {
      case MISSING -> {
        String link = at.isEmpty() ? "" : "a link to " + shown(thing.real());
        facts.add(new Fact(About.EXISTS, Truth.FALSE, link));
        facts.addAll(nothing(About.LIVE, About.MOUNTED, About.NONEMPTY));
      }
      case REGULAR_FILE -> {
        long size = status == null ? 0 : status.size();
        sheet.size(size, false);
        String names = status == null || status.links() < 2 ? "" : named(status.links());
        String what = "a file of " + Bytes.inWords(size) + names + at;
        facts.add(new Fact(About.EXISTS, Truth.TRUE, what));
        Truth nonempty = size > 0 ? Truth.TRUE : Truth.FALSE;
        facts.add(new Fact(About.NONEMPTY, nonempty, Bytes.inWords(size)));
        facts.addAll(nothing(About.MOUNTED));
      }
      case DIRECTORY -> facts.add(new Fact(About.EXISTS, Truth.TRUE, "a directory" + at));
      case BLOCK_DEVICE -> facts.add(new Fact(About.EXISTS, Truth.TRUE, "a block device" + at));
      case SYMBOLIC_LINK -> {
        facts.add(new Fact(About.EXISTS, Truth.TRUE, "a symbolic link" + at));
        facts.addAll(nothing(About.LIVE, About.MOUNTED, About.NONEMPTY));
      }
      case CHARACTER_DEVICE, FIFO, SOCKET, UNKNOWN -> {
        String what = thing.kind().key().replace('_', ' ');
        facts.add(new Fact(About.EXISTS, Truth.TRUE, "a " + what + at));
        facts.addAll(nothing(About.MOUNTED, About.NONEMPTY));
        if (thing.kind() != Kind.CHARACTER_DEVICE) {
          facts.add(new Fact(About.LIVE, Truth.UNKNOWN, "who uses a " + what + " is not seen"));
        } else {
          facts.addAll(nothing(About.LIVE));
        }
      }
    }
    return facts;
  }

  private static String named(int links) {
    return ", one of " + links + " names of it";
  }

  private void file(Sheet sheet, Thing thing, @Nullable FileStatus status) {
    if (status == null) {
      return;
    }
    sheet.ask(Line.LOCKS);
    sheet.ask(Line.LOOPS);
    sheet.ask(Line.HOLDERS);
    answer(sheet, Line.LOOPS, () -> backing(thing, status));
    if (isLoss(effect.kind())) {
      lost(sheet, thing, status);
    }
    orElsewhere(new Use(sheet, thing, status));
  }

  /** Who has a file locked, and then who has it open, by one hand after the other. */
  private final class Use implements Runnable {

    private final Sheet sheet;
    private final Thing thing;
    private final FileStatus status;
    private boolean isAsked;
    private boolean isLocked = true;

    Use(Sheet sheet, Thing thing, FileStatus status) {
      this.sheet = sheet;
      this.thing = thing;
      this.status = status;
    }

    @Override
    public void run() {
      if (!isAsked) {
        answerHere(sheet, Line.LOCKS, this::locks);
        isAsked = true;
      }
      if (isLocked || isLoss(effect.kind())) {
        // Last, as it is the dearest.
        answerHere(sheet, Line.HOLDERS, () -> holders(sheet, thing, status));
      } else {
        sheet.answer(Line.HOLDERS, List.of());
      }
    }

    private List<Fact> locks() throws IOException {
      Holders holders = tables.holders();
      Holders.Locks locks = holders.locks(thing.real(), status);
      List<String> seen = holders.unnamed(holders.image(thing.real(), status, locks), locks.all());
      isLocked = !seen.isEmpty();
      return live(seen);
    }
  }

  /** What only matters of a file whose contents go. */
  private void lost(Sheet sheet, Thing thing, FileStatus status) {
    // A few more looks at the same file system, which has just answered: not worth another hand.
    answer(sheet, Line.REGISTER, () -> registered(thing, status));
    answer(sheet, Line.COPIES, () -> new Copies(machine, tables).look(thing, status));
    if (RunningPrograms.isCandidate(thing.real(), status)) {
      sheet.ask(Line.PROGRAMS);
      crew.add(
          () ->
              answer(
                  sheet,
                  Line.PROGRAMS,
                  () -> running(programs().of(status, tables.holders().superblock(status)))));
    }
  }

  private RunningPrograms programs() {
    return new RunningPrograms(machine, tables.bystanders(), crew::isLate);
  }

  private static List<Fact> running(RunningPrograms.Found found) {
    if (!found.evidence().isEmpty()) {
      return found.evidence().stream()
          .map(text -> new Fact(About.RUNNING, Truth.TRUE, text))
          .toList();
    }
    return found.all()
        ? nothing(About.RUNNING)
        : List.of(
            new Fact(
                About.RUNNING, Truth.UNKNOWN, "programs of other users' processes are not seen"));
  }

  /** Whose disk, store or data a file is by what others have entered. */
  private List<Fact> registered(Thing thing, FileStatus status) throws IOException {
    List<Fact> facts = new ArrayList<>();
    if (status.size() >= Holders.SMALLEST_IMAGE) {
      tables.register().of(thing, status).forEach(entry -> facts.add(entry.fact()));
    }
    VmwareLocks.beside(machine, thing.real(), status).ifPresent(facts::add);
    for (Databases.Use use : new Databases(machine, tables).around(thing.real())) {
      facts.add(use.fact());
    }
    return facts;
  }

  private List<Fact> holders(Sheet sheet, Thing thing, FileStatus status) throws IOException {
    Set<String> names = new LinkedHashSet<>(List.of(thing.real(), thing.path()));
    List<String> found = tables.holders().of(List.copyOf(names), status);
    if (!found.isEmpty()) {
      // Says with names what the locks said without.
      sheet.answer(Line.LOCKS, List.of());
      return live(found);
    }
    return tables.hiddenHolders().look(thing.real(), false);
  }

  /** What a file is to the kernel itself: a loop device's contents, or swap. */
  private List<Fact> backing(Thing thing, FileStatus status) throws IOException {
    List<Fact> facts = new ArrayList<>();
    for (Loop loop : tables.loops().backedBy(thing.real(), status)) {
      String what = "backing file of /dev/" + loop.name();
      List<BlockStack.Use> uses = tables.blockStack().uses(loop.name());
      for (BlockStack.Use use : uses) {
        addUse(facts, use, what + ", ");
      }
      if (uses.isEmpty()) {
        facts.add(new Fact(About.LIVE, Truth.TRUE, what));
      }
    }
    if (tables.swaps().contains(Identity.key(status))) {
      facts.add(new Fact(About.LIVE, Truth.TRUE, "in use as swap"));
    }
    String elsewhere = facts.isEmpty() ? tables.loops().elsewhere(status) : "";
    if (!elsewhere.isEmpty()) {
      facts.add(new Fact(About.LIVE, Truth.UNKNOWN, elsewhere));
    }
    return facts.isEmpty() ? nothing(About.LIVE) : facts;
  }

  private void blockDevice(Sheet sheet, Thing thing, @Nullable FileStatus status) {
    if (status == null) {
      return;
    }
    sheet.ask(Line.STACK);
    sheet.ask(Line.CONTENTS);
    answer(
        sheet,
        Line.CONTENTS,
        () -> {
          String name = tables.blockStack().name(status.special());
          long size = name == null ? -1 : tables.blockStack().size(name);
          if (size < 0) {
            return List.of(new Fact(About.NONEMPTY, Truth.UNKNOWN, "its size is not told"));
          }
          sheet.size(size, false);
          Truth nonempty = size > 0 ? Truth.TRUE : Truth.FALSE;
          return List.of(new Fact(About.NONEMPTY, nonempty, Bytes.inWords(size)));
        });
    crew.add(
        () -> {
          List<BlockStack.Use> uses = new ArrayList<>();
          answer(
              sheet,
              Line.STACK,
              () -> {
                uses.addAll(tables.blockStack().uses(status.special()));
                List<Fact> facts = new ArrayList<>();
                uses.forEach(use -> addUse(facts, use, ""));
                facts.addAll(nothing(About.MOUNTED));
                for (Register.Entry entry : tables.register().of(status.special())) {
                  if (!entry.isLive()) {
                    facts.add(entry.fact());
                  }
                }
                if (uses.isEmpty()) {
                  tables.register().closed().forEach(entry -> facts.add(entry.fact()));
                  facts.addAll(tables.hiddenHolders().look(thing.real(), false));
                }
                return facts;
              });
          // Opening a device may wake it: only where nothing else says that it is in use.
          if (uses.isEmpty() && isLoss(effect.kind())) {
            sheet.ask(Line.CLAIM);
            answer(sheet, Line.CLAIM, () -> claim(thing, status));
          }
        });
  }

  private List<Fact> claim(Thing thing, FileStatus status) throws IOException {
    String sleeping = tables.blockStack().sleeping(status.special());
    if (sleeping != null) {
      String why = sleeping + " sleeps, and asking it would wake it";
      return List.of(new Fact(About.LIVE, Truth.UNKNOWN, why));
    }
    try {
      return machine.isClaimed(thing.real())
          ? live(List.of("claimed by the kernel for something mounted or built on it"))
          : nothing(About.LIVE);
    } catch (AccessDeniedException notPermitted) {
      return List.of(new Fact(About.LIVE, Truth.UNKNOWN, "the device may not be asked"));
    } catch (FileSystemException noMedium) {
      return nothing(About.LIVE);
    }
  }

  private void directory(Sheet sheet, Thing thing) {
    sheet.ask(Line.MOUNTS);
    sheet.ask(Line.CONTENTS);
    answer(sheet, Line.MOUNTS, () -> mounts(thing));
    boolean recursive = isRecursive() && isLoss(effect.kind());
    crew.add(
        () -> {
          Contents contents = new Contents(machine, tables, crew::isLate);
          answer(
              sheet,
              Line.CONTENTS,
              () -> {
                List<Fact> facts = contents.look(thing, recursive);
                sheet.size(contents.count(), contents.isCut());
                return facts;
              });
        });
    if (recursive) {
      sheet.ask(Line.HOLDERS);
      crew.add(
          () ->
              answer(
                  sheet,
                  Line.HOLDERS,
                  () -> {
                    List<Fact> facts = new Contents(machine, tables, crew::isLate).uses(thing);
                    if (!facts.isEmpty()) {
                      return facts;
                    }
                    return tables.hiddenHolders().look(thing.real(), true);
                  }));
      lostTree(sheet, thing);
    }
  }

  /** What only matters of a directory that goes with all that is below it. */
  private void lostTree(Sheet sheet, Thing thing) {
    FileStatus status = thing.status();
    if (status == null) {
      return;
    }
    sheet.ask(Line.REGISTER);
    sheet.ask(Line.COPIES);
    sheet.ask(Line.PROGRAMS);
    crew.add(
        () ->
            answer(
                sheet,
                Line.REGISTER,
                () -> {
                  List<String> bound = new Bindings(tables).of(thing, status);
                  List<Fact> facts = new ArrayList<>(bound.isEmpty() ? List.of() : live(bound));
                  for (Databases.Use use : new Databases(machine, tables).around(thing.real())) {
                    facts.add(use.fact());
                  }
                  return facts;
                }));
    crew.add(
        () -> answer(sheet, Line.COPIES, () -> new Copies(machine, tables).look(thing, status)));
    crew.add(() -> answer(sheet, Line.PROGRAMS, () -> running(programs().below(thing.real()))));
  }

  /** A file that is gone by its name may still be whole in a process that has it open. */
  private void missing(Sheet sheet, Thing thing) {
    if (!isRecursive() && !isLoss(effect.kind())) {
      return;
    }
    sheet.ask(Line.HOLDERS);
    crew.add(
        () ->
            answer(
                sheet,
                Line.HOLDERS,
                () ->
                    tables.openFiles().stillOpen(thing.real()).stream()
                        .filter(pid -> !tables.bystanders().contains(pid))
                        .map(pid -> "deleted, but still open in " + tables.holders().who(pid))
                        .map(text -> new Fact(About.EXISTS, Truth.FALSE, text))
                        .toList()));
  }

  private List<Fact> mounts(Thing thing) throws IOException {
    List<Fact> facts = new ArrayList<>();
    Mount here = tables.mounts().at(thing.real());
    if (here != null) {
      String evidence =
          "a mount point of " + Text.printable(here.source()) + " (" + here.type() + ")";
      facts.add(new Fact(About.MOUNTED, Truth.TRUE, evidence));
      facts.add(new Fact(About.LIVE, Truth.TRUE, evidence));
    }
    List<Mount> below = tables.mounts().below(thing.real());
    if (!below.isEmpty()) {
      String more = below.size() == 1 ? "" : " and " + (below.size() - 1) + " more";
      String evidence = shown(below.getFirst().point()) + more + " mounted below it";
      facts.add(new Fact(About.MOUNTED, Truth.TRUE, evidence));
      if (isRecursive()) {
        facts.add(new Fact(About.LIVE, Truth.TRUE, evidence));
      }
    }
    return facts.isEmpty() ? nothing(About.LIVE, About.MOUNTED) : facts;
  }

  private static void addUse(List<Fact> facts, BlockStack.Use use, String before) {
    facts.add(new Fact(About.LIVE, Truth.TRUE, before + use.evidence()));
    if (use.mounted()) {
      facts.add(new Fact(About.MOUNTED, Truth.TRUE, before + use.evidence()));
    }
  }

  private static List<Fact> live(List<String> evidence) {
    return evidence.isEmpty()
        ? nothing(About.LIVE)
        : evidence.stream().map(text -> new Fact(About.LIVE, Truth.TRUE, text)).toList();
  }

  private static List<Fact> nothing(About... abouts) {
    return List.of(abouts).stream().map(about -> new Fact(about, Truth.FALSE, "")).toList();
  }

  private void answer(Sheet sheet, Line line, Memo.Source<List<Fact>> question) {
    orElsewhere(() -> answerHere(sheet, line, question));
  }

  private void orElsewhere(Runnable questions) {
    try {
      questions.run();
    } catch (Elsewhere mayTakeLong) {
      crew.handOver(questions);
    }
  }

  private static void answerHere(Sheet sheet, Line line, Memo.Source<List<Fact>> question) {
    sheet.ask(line);
    long start = System.nanoTime();
    try {
      sheet.answer(line, question.read());
    } catch (IOException e) {
      sheet.fail(line, reason(e));
    } catch (NumberFormatException unexpected) {
      sheet.fail(line, "the kernel told it in a form that is not known");
    } finally {
      sheet.spent(line, System.nanoTime() - start);
    }
  }

  private static String reason(IOException e) {
    if (!(e instanceof FileSystemException failure)) {
      return "could not be read";
    }
    String what =
        switch (failure) {
          case AccessDeniedException _ -> "permission denied";
          case NoSuchFileException _ -> "gone";
          case NotDirectoryException _ -> "no directory";
          default -> failure.getReason() == null ? "could not be read" : failure.getReason();
        };
    return failure.getFile() + ": " + what;
  }

  private static String shown(String name) {
    return "`" + Text.printable(name) + "`";
  }
}
