package belay.daemon.libc;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** How long processes have run: {@code clock_getcpuclockid(3)}, which all may read of all. */
public final class CpuClock {

  /** CPUCLOCK_SCHED of the kernel's {@code posix-timers.h}: the sum over all threads, exact. */
  private static final int WHOLE_PROCESS = 2;

  private static final int TIMESPEC = 16;

  private static final ThreadLocal<Time> TIME = ThreadLocal.withInitial(Time::new);

  /** Room for a struct timespec, of one thread. */
  private static final class Time {
    final Memory memory = new Memory(TIMESPEC);
    final long address = Pointer.nativeValue(memory);
    final ByteBuffer view = memory.getByteBuffer(0, TIMESPEC).order(ByteOrder.nativeOrder());
  }

  private CpuClock() {}

  /**
   * How many nanoseconds all threads of a process have run since it began, those that have ended
   * included; -1 where there is no such process. What runs at this moment is counted up to its last
   * tick.
   */
  public static long nanos(int pid) {
    Time time = TIME.get();
    if (Libc.clock_gettime((~pid << 3) | WHOLE_PROCESS, time.address) != 0) {
      return -1;
    }
    return time.view.getLong(0) * 1_000_000_000L + time.view.getLong(8);
  }
}
