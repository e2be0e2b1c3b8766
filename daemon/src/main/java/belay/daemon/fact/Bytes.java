package belay.daemon.fact;

import java.util.Locale;

/** Sizes for people. */
final class Bytes {

  private static final String[] UNITS = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

  private Bytes() {}

  /** {@code 1 byte}, {@code 512 bytes}, {@code 4.0 MiB}. */
  static String inWords(long size) {
    if (size < 1024) {
      return size == 1 ? "1 byte" : size + " bytes";
    }
    double value = size / 1024.0;
    int unit = 0;
    while (value >= 1024 && unit < UNITS.length - 1) {
      value /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f %s", value, UNITS[unit]);
  }
}
