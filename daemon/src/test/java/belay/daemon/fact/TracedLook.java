package belay.daemon.fact;

import belay.rules.effect.Effect;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A look in a process of its own, to be traced: at every path it is given, as to what is
 * overwritten and as to what is deleted with all below it. Before it and after it names are looked
 * up that do not exist.
 */
final class TracedLook {

  static final String BEGIN = "/the-look-begins";
  static final String END = "/the-look-ends";

  private TracedLook() {}

  public static void main(String[] paths) {
    FactFinder finder = new FactFinder(Machine.local(), Duration.ofSeconds(60));
    List<Effect> effects = new ArrayList<>();
    for (String path : paths) {
      effects.add(Effects.overwrite(path));
      effects.add(Effects.deleteTree(path));
      effects.add(Effects.format(path));
    }
    Machine.local().found(BEGIN, false);
    System.out.println(finder.lookAll(effects, "/", "/root"));
    Machine.local().found(END, false);
  }
}
