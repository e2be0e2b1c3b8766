package belay.daemon.fact;

import belay.rules.effect.Effect;
import belay.rules.effect.Value;
import belay.rules.fact.Fact.About;
import belay.rules.syntax.Text;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** What a signal would end: names, parents and listening sockets of processes, by /proc. */
final class ProcessProbe {

  private static final int MOST_TOLD = 5;

  private final Machine machine;
  private final Session session;
  private final Notes notes;
  private final BooleanSupplier late;

  ProcessProbe(Machine machine, Session session, Notes notes, BooleanSupplier late) {
    this.machine = machine;
    this.session = session;
    this.notes = notes;
    this.late = late;
  }

  void look(Effect effect, Value selector) throws IOException {
    String known = selector.known();
    String program = effect.origin().program();
    if (known == null || known.startsWith("%")) {
      String why = known == null ? "which processes is not known" : "a job of the shell";
      Set.of(About.EXISTS, About.LIVE, About.CUTS_OFF).forEach(about -> notes.unknown(about, why));
      return;
    }
    if (known.equals("-1") || known.equals("all processes")) {
      notes.add(About.CUTS_OFF, true, "this shell is among them");
      return;
    }
    List<Stat> hit = matched(effect, program, known);
    notes.add(About.EXISTS, !hit.isEmpty(), hit.isEmpty() ? "" : hit.size() + " running");
    if (hit.isEmpty()) {
      notes.add(About.LIVE, false, "");
      notes.add(About.CUTS_OFF, false, "");
      return;
    }
    tell(hit);
    cutOff(hit, session.ancestors());
  }

  private void tell(List<Stat> hit) throws IOException {
    Listeners listeners = new Listeners(machine);
    boolean used = false;
    for (Stat each : hit.subList(0, Math.min(MOST_TOLD, hit.size()))) {
      Stat parent = Stat.read(machine, each.parent());
      String listening = Listeners.inWords(listeners.of(each.pid()));
      String words =
          "`"
              + Text.printable(each.name())
              + "` (pid "
              + each.pid()
              + ")"
              + (parent == null
                  ? ""
                  : ", started by "
                      + Text.printable(parent.name())
                      + " (pid "
                      + parent.pid()
                      + ")");
      if (listening.isEmpty()) {
        notes.place(words, Set.of());
      } else {
        used = true;
        notes.add(About.LIVE, true, words + ", " + listening);
      }
    }
    if (!used) {
      notes.add(About.LIVE, false, "");
    }
  }

  private void cutOff(List<Stat> hit, List<Session.Ancestor> line) {
    for (Stat each : hit) {
      for (int i = 0; i < line.size(); i++) {
        if (line.get(i).pid() == each.pid() && each.pid() > 1) {
          String name = Text.printable(each.name());
          notes.add(
              About.CUTS_OFF,
              true,
              i == 0
                  ? "it is this shell"
                  : "this shell runs in or below `" + name + "` (pid " + each.pid() + ")");
          return;
        }
      }
    }
    if (session.viewpoint().asker() == 0) {
      notes.unknown(About.CUTS_OFF, "no shell asks");
    } else {
      notes.add(About.CUTS_OFF, false, "");
    }
  }

  private List<Stat> matched(Effect effect, String program, String known) throws IOException {
    List<Stat> out = new ArrayList<>();
    if (known.matches("[0-9]{1,10}")) {
      Stat one = Stat.read(machine, Long.parseLong(known));
      return one == null ? List.of() : List.of(one);
    }
    boolean group = known.matches("-[0-9]{1,10}");
    boolean whole = effect.origin().invocation().has("-f");
    boolean exact = effect.origin().invocation().has("-x") || program.equals("killall");
    Pattern pattern = group ? null : compiled(known);
    for (long pid : pids()) {
      if (late.getAsBoolean()) {
        break;
      }
      Stat stat = Stat.read(machine, pid);
      if (stat == null) {
        continue;
      }
      boolean is =
          group
              ? stat.group() == Long.parseLong(known.substring(1))
              : names(stat, whole, exact, known, pattern);
      if (is) {
        out.add(stat);
      }
    }
    return out;
  }

  private boolean names(
      Stat stat, boolean whole, boolean exact, String known, @Nullable Pattern pattern) {
    String name = stat.name();
    if (whole) {
      try {
        name = Text.decode(machine.read("/proc/" + stat.pid() + "/cmdline", 64 * 1024));
        name = name.replace('\0', ' ').strip();
      } catch (IOException gone) {
        return false;
      }
    }
    if (exact || pattern == null) {
      return name.equals(known)
          || (known.length() > 15 && !whole && name.equals(known.substring(0, 15)));
    }
    return pattern.matcher(name).find();
  }

  private static @Nullable Pattern compiled(String text) {
    try {
      return Pattern.compile(text);
    } catch (PatternSyntaxException none) {
      return null;
    }
  }

  private List<Long> pids() throws IOException {
    List<Long> out = new ArrayList<>();
    machine.list(
        "/proc",
        (name, inode, kind) -> {
          if (name.matches("[0-9]{1,10}")) {
            out.add(Long.parseLong(name));
          }
          return true;
        });
    return out;
  }
}
