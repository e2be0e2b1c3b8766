package belay.tests.bench;

import java.util.Arrays;

/** Durations in microseconds, sorted. */
final class Times {

  private final double[] micros;

  Times(double... micros) {
    this.micros = micros.clone();
    Arrays.sort(this.micros);
  }

  /** The nearest-rank percentile. */
  double percentile(double percent) {
    if (micros.length == 0) {
      throw new IllegalStateException("nothing was measured");
    }
    int rank = (int) Math.ceil(percent / 100 * micros.length);
    return micros[Math.clamp(rank - 1, 0, micros.length - 1)];
  }
}
