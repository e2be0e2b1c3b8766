package belay.rules.fact;

import java.util.Locale;

/**
 * One statement about a target, observed now.
 *
 * @param about what is stated
 * @param truth whether it holds
 * @param evidence what was seen ({@code open in qemu-storage-daemon, pid 4121, with a write lock}),
 *     or why it is not known ({@code /proc/4121/fd: permission denied}); plain text without a
 *     terminal's controls, no full stop; may be empty when false
 */
public record Fact(About about, Truth truth, String evidence) {

  /** The statements facts are about. */
  public enum About {
    /** There is something under this name. */
    EXISTS,
    /**
     * Something running depends on it at this moment; every more special statement of use implies
     * it.
     */
    LIVE,
    /** It is mounted, or mounts stand below it. */
    MOUNTED,
    /** A directory with something in it, or a file of more than no bytes. */
    NONEMPTY,
    /** A directory the system cannot do without, or a whole file system's root. */
    SYSTEM,
    /** A user's home directory or a directory that holds them. */
    HOME,
    /** Made to be thrown away: below a temporary, cache or build directory. */
    TEMPORARY,
    /** A process runs it, or has it mapped as a library; of a directory, something in it. */
    RUNNING,
    /**
     * Work that exists nowhere else would go: uncommitted changes, untracked files, commits not
     * pushed, stashes.
     */
    UNSAVED,
    /** Others may have it already: commits that a remote has. */
    PUBLISHED,
    /** No other copy of it is known: in no repository and in no snapshot. */
    ONLY_COPY,
    /** Configuration, the system or a team protects it: a branch, a service. */
    PROTECTED,
    /** The session that asks comes in through it. */
    CUTS_OFF;

    /** The name used in packs and in JSON. */
    public String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
