package belay.daemon.libc;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.function.IntConsumer;

/** What this process does on a signal: {@code signal(2)}. Numbers as Linux has them. */
public final class Signals {

  public static final int INT = 2;
  public static final int QUIT = 3;
  public static final int KILL = 9;
  public static final int PIPE = 13;
  public static final int TERM = 15;

  private static final long DEFAULT = 0;
  private static final long IGNORE = 1;

  private Signals() {}

  /** Has the JVM print no threads on Ctrl-\, which is the program's that we wait for. */
  public static void ignoreQuit() {
    long _ = Libc.signal(QUIT, IGNORE);
  }

  /**
   * Has {@code taker} told of each signal of that name from now on, by its number. A signal that
   * the JVM keeps for itself stays as it is.
   *
   * @param name {@code TERM}
   */
  public static void onEach(String name, IntConsumer taker) {
    // By reflection: javac warns of each mention of the one class that can do it (jdk.unsupported),
    // and of that there is no suppressing.
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object signalOfThatName = signal.getConstructor(String.class).newInstance(name);
      int number = (int) signal.getMethod("getNumber").invoke(signalOfThatName);
      MethodHandle told =
          MethodHandles.insertArguments(
              MethodHandles.lookup()
                  .findVirtual(
                      IntConsumer.class, "accept", MethodType.methodType(void.class, int.class))
                  .bindTo(taker),
              0,
              number);
      signal
          .getMethod("handle", signal, handler)
          .invoke(
              null,
              signalOfThatName,
              MethodHandleProxies.asInterfaceInstance(
                  handler, MethodHandles.dropArguments(told, 0, signal)));
    } catch (ReflectiveOperationException _) {
      // Of the JVM's own: then it does with it what it always does.
    }
  }

  /** Ends this process as {@code number} ends one, which whoever waits for us can see. */
  public static void dieOf(int number) {
    long _ = Libc.signal(number, DEFAULT);
    int _ = Libc.kill(Libc.getpid(), number);
  }
}
