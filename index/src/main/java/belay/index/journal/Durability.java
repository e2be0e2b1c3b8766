package belay.index.journal;

/** How soon a record is forced to the disk. Its receipt tells the moment in either case. */
public enum Durability {
  /** At once, as somebody waits for it. */
  SYNCED,
  /** Together with its neighbours, at most 50 ms after it was written. */
  GROUPED
}
