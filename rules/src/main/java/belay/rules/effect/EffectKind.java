package belay.rules.effect;

import java.util.Locale;

/** What is done to something outside the command itself. */
public enum EffectKind {
  /** Contents are replaced by other contents. */
  OVERWRITE("overwrites"),
  /** A file is cut short or emptied. */
  TRUNCATE("empties or shortens"),
  /** Something is added at the end; harmless to files, not to devices and images. */
  APPEND("appends to"),
  /** A name, and with the last name the contents, goes away. */
  DELETE("deletes"),
  /** A new file system, swap area, or volume label is written. */
  FORMAT("formats"),
  /** A partition table is changed. */
  REPARTITION("repartitions"),
  /** Contents or signatures are destroyed on purpose. */
  WIPE("wipes"),
  /** A name moves to another place. */
  MOVE("moves away"),
  /** Mode, owner, flags or labels change. */
  ATTRIBUTES("changes the attributes of"),
  /** A service, process, guest, container or host stops. */
  STOP("stops"),
  /** Unmount, swapoff, removal from a pool, loop or network block detach. */
  DETACH("detaches"),
  /** Access is taken away: user, key, firewall rule, route. */
  REVOKE("revokes"),
  /** The history or work of a repository is replaced. */
  REWRITE("rewrites"),
  /** Something goes out to others: a push, an upload. */
  PUBLISH("publishes"),
  /** A database object goes away. */
  DROP("drops"),
  /** A cloud or cluster resource, guest or volume goes away. */
  DESTROY("destroys"),
  /** Code that nobody has read is run. */
  EXECUTE("runs unknown code from");

  private final String verb;

  EffectKind(String verb) {
    this.verb = verb;
  }

  /** The third-person verb for messages, to be followed by the target. */
  public String verb() {
    return verb;
  }

  /** The name used in packs and in JSON. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
