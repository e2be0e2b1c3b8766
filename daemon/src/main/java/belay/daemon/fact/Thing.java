package belay.daemon.fact;

import belay.daemon.libc.FileStatus;
import belay.rules.fact.Facts.Kind;
import org.jspecify.annotations.Nullable;

/**
 * One concrete thing of the file tree, found.
 *
 * @param path the name it was looked up under
 * @param real the same without symbolic links
 * @param status null where nothing is there
 */
record Thing(String path, String real, @Nullable FileStatus status) {

  Kind kind() {
    return status == null ? Kind.MISSING : Identity.kind(status);
  }
}
