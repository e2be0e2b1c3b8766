package belay.rules.judge;

import java.util.ArrayList;
import java.util.List;

/**
 * A file name taken apart once, to be compared with many patterns; slashes at its end, doubled ones
 * and {@code .} do not count.
 *
 * @param rooted whether it begins with a slash
 */
record PathName(boolean rooted, List<String> components) {

  static PathName of(String path) {
    List<String> out = new ArrayList<>();
    int start = 0;
    while (start <= path.length()) {
      int slash = path.indexOf('/', start);
      int end = slash < 0 ? path.length() : slash;
      if (end > start && !(end - start == 1 && path.charAt(start) == '.')) {
        out.add(path.substring(start, end));
      }
      start = end + 1;
    }
    return new PathName(path.startsWith("/"), out);
  }

  /** The name put together again. */
  String text() {
    return (rooted ? "/" : "") + String.join("/", components);
  }
}
