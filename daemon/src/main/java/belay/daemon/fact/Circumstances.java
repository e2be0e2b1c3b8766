package belay.daemon.fact;

import belay.rules.effect.Effect;
import belay.rules.effect.EffectKind;
import belay.rules.effect.Origin.Place;
import belay.rules.effect.Reach;
import belay.rules.effect.Target;
import belay.rules.effect.Value;
import belay.rules.fact.Fact.About;
import belay.rules.judge.Inquiry;
import belay.rules.syntax.Text;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Looks at what surrounds one effect: repositories, this machine and its session, services,
 * processes, guests, the cluster or account it happens in, and what the team's probes say.
 */
final class Circumstances {

  private final Machine machine;
  private final Knowledge knowledge;
  private final TeamProbes probes;
  private final Crew crew;
  private final Duration deadline;
  private final Effect effect;
  private final Viewpoint viewpoint;
  private final Session session;
  private final Notes notes = new Notes();

  /** What was answered, and how long that took. */
  private final Queue<Seen.Probe> looks = new ConcurrentLinkedQueue<>();

  Circumstances(
      Machine machine,
      Knowledge knowledge,
      TeamProbes probes,
      Crew crew,
      Duration deadline,
      Effect effect,
      Viewpoint viewpoint,
      Session session) {
    this.machine = machine;
    this.knowledge = knowledge;
    this.probes = probes;
    this.crew = crew;
    // What hangs must be killed before the answers are read.
    this.deadline = deadline.multipliedBy(3).dividedBy(4);
    this.effect = effect;
    this.viewpoint = viewpoint;
    this.session = session;
  }

  /** One question; whoever fails at it leaves it unknown. */
  @FunctionalInterface
  private interface Asking {
    void run() throws IOException;
  }

  private void ask(String whom, Set<About> abouts, Asking asking) {
    notes.ask(whom, abouts);
    crew.add(
        () -> {
          long start = System.nanoTime();
          try {
            asking.run();
            notes.answered(whom);
          } catch (IOException e) {
            notes.failed(whom, why(e));
          } catch (NumberFormatException | IndexOutOfBoundsException unexpected) {
            notes.failed(whom, whom + " answered in a form that is not known");
          } finally {
            looks.add(new Seen.Probe(whom, System.nanoTime() - start, true));
          }
        });
  }

  private static String why(IOException e) {
    String message = e.getMessage();
    return message == null ? "it could not be read" : Text.printable(message);
  }

  /** Puts the questions on the crew's list. */
  void start() {
    switch (effect.origin().place()) {
      case Place.Remote(Value host) ->
          notes.place(
              "on `" + Text.printable(host.display()) + "`",
              knowledge.labels().of(hostName(host.display())));
      case Place.Inside(String what) ->
          notes.place("inside " + Text.printable(what), knowledge.labels().of(what));
      case Place.Here() -> here();
    }
    for (Inquiry inquiry : knowledge.inquiries().get()) {
      if (inquiry.isAbout(effect)) {
        notes.askProbe(inquiry.probe());
        crew.add(() -> probes.ask(inquiry.probe(), effect, session, deadline, notes));
      }
    }
  }

  private void here() {
    Set<String> called = session.hostLabels(knowledge.labels());
    if (!called.isEmpty()) {
      notes.place("on this host, `" + Text.printable(session.host()) + "`", called);
    }
    switch (effect.target()) {
      case Target.Path(Value value, Value _) -> tree(value);
      case Target.Repository(Value directory, String what) -> repository(directory, what);
      case Target.Service(Value name) -> service(name);
      case Target.Host(Value name) ->
          ask(
              "the search for other users",
              EnumSet.of(About.CUTS_OFF, About.LIVE),
              () -> new HostProbe(machine, session, notes).look(name.display()));
      case Target.Processes(Value selector) ->
          ask(
              "the search for processes",
              EnumSet.of(About.EXISTS, About.LIVE, About.CUTS_OFF),
              () -> new ProcessProbe(machine, session, notes, crew::isLate).look(effect, selector));
      case Target.Guest(String system, Value name) ->
          ask(
              "the look at guests",
              EnumSet.of(About.EXISTS, About.LIVE),
              () -> new GuestProbe(machine, knowledge, deadline, notes).look(system, name));
      case Target.ClusterObject _, Target.CloudResource _, Target.DatabaseObject _ ->
          ask(
              "the look at the command's context",
              Set.of(),
              () -> new Contexts(machine, knowledge.labels(), viewpoint, notes).look(effect));
      case Target.Device _, Target.Volume _, Target.Unknown _ -> {}
    }
  }

  private static String hostName(String host) {
    return host.substring(host.lastIndexOf('@') + 1);
  }

  private void service(Value name) {
    String known = name.known();
    boolean link = effect.kind() == EffectKind.DETACH || effect.kind() == EffectKind.REVOKE;
    ask(
        "the look at the way in",
        EnumSet.of(About.CUTS_OFF),
        () ->
            new WayInProbe(machine, session, knowledge.programs(), deadline, notes)
                .look(effect, name.display()));
    if (!link && known != null && effect.kind() == EffectKind.STOP) {
      ask(
          "the look at the service",
          EnumSet.of(About.EXISTS, About.LIVE),
          () -> new ServiceProbe(machine, knowledge, deadline, session, notes).look(known));
    }
  }

  private void repository(Value value, String what) {
    String directory = value.known();
    Set<About> abouts = EnumSet.of(About.UNSAVED, About.PROTECTED);
    if (directory == null || !directory.startsWith("/")) {
      abouts.forEach(about -> notes.unknown(about, "which directory it is in is not known"));
    } else if (OtherHistories.ASKED.contains(effect.origin().program())) {
      ask(
          effect.origin().program(),
          EnumSet.of(About.UNSAVED),
          () ->
              new OtherHistories(knowledge, viewpoint, deadline, notes)
                  .look(effect, directory, what));
    } else if (!effect.origin().program().equals("git")) {
      abouts.forEach(
          about ->
              notes.unknown(
                  about, "`" + Text.printable(effect.origin().program()) + "` is not asked"));
    } else {
      ask(
          "Git",
          EnumSet.of(About.UNSAVED),
          () ->
              new GitProbe(knowledge, viewpoint, deadline, notes, effect, directory)
                  .look(effect, what));
    }
  }

  private void tree(Value value) {
    String path = value.known();
    boolean asked = effect.origin().program().equals(Wanted.PROGRAM);
    boolean deleted =
        (effect.kind() == EffectKind.DELETE || asked)
            && (effect.reach() == Reach.RECURSIVE || effect.reach() == Reach.ALL);
    if (!deleted || path == null || !path.startsWith("/") || path.equals("/")) {
      return;
    }
    String clean = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    WorkTrees trees = new WorkTrees(machine, knowledge, viewpoint, deadline, crew, effect, notes);
    ask("the search for Git work trees", Set.of(), () -> trees.search(clean));
  }

  /** What is known now, together with what was seen of the things themselves. */
  List<Seen> seen(List<Seen> things, @Nullable String late) {
    List<Seen.Probe> mine = List.copyOf(looks);
    return switch (effect.target()) {
      case Target.Path _, Target.Device _, Target.Volume _, Target.Unknown _ ->
          things.stream()
              .map(
                  thing -> {
                    List<Seen.Probe> all = new ArrayList<>(thing.probes());
                    all.addAll(mine);
                    return new Seen(notes.added(thing.facts(), late), all);
                  })
              .toList();
      case Target.Guest _,
          Target.Host _,
          Target.Service _,
          Target.Processes _,
          Target.Repository _,
          Target.DatabaseObject _,
          Target.ClusterObject _,
          Target.CloudResource _ ->
          List.of(new Seen(notes.facts(effect, late == null ? "is not known" : late), mine));
    };
  }
}
