package belay.daemon.fact;

import java.io.IOException;
import java.util.List;
import java.util.Set;

/** What the machine says of itself as a whole, each read once for one look and only if needed. */
final class Tables {

  private final Machine machine;
  private final Memo<LockTable> locks;
  private final Memo<MountTable> mounts;
  private final Memo<List<MountTable.Foreign>> foreignMounts;
  private final Memo<LoopTable> loops;
  private final Memo<SwapTable> swaps;
  private final Memo<XenDisks> xenDisks;
  private final Memo<Register> register;
  private final Memo<OpenFiles> openFiles;
  private final Memo<Homes> homes;
  private final Holders holders;
  private final HiddenHolders hiddenHolders;
  private final BlockStack blockStack;
  private final Set<Long> bystanders;
  private final Patience patience;

  /**
   * For one look.
   *
   * @param openings reads what processes have open
   * @param bystanders processes whose use of a file makes nothing live: the daemon itself, the
   *     shell that asks
   * @param ownMounts what is mounted
   * @param knownSwaps what is in use as swap
   * @param knownHomes the users' homes
   * @param patience what hangs already, of all looks
   * @param privileged who sees the processes that may not be seen here
   */
  Tables(
      Machine asked,
      Memo.Source<OpenFiles> openings,
      Set<Long> bystanders,
      Unchanged<MountTable> ownMounts,
      Unchanged<List<String>> knownSwaps,
      Unchanged<Homes> knownHomes,
      Patience patience,
      HiddenHolders.Asker privileged) {
    this.bystanders = bystanders;
    this.patience = patience;
    mounts = new Memo<>(() -> ownMounts.get(asked));
    machine = new WaryMachine(asked, patience, mounts);
    locks = new Memo<>(() -> LockTable.read(machine));
    foreignMounts = new Memo<>(() -> MountTable.foreign(machine));
    loops = new Memo<>(() -> LoopTable.read(machine));
    swaps = new Memo<>(() -> SwapTable.of(machine, knownSwaps));
    xenDisks = new Memo<>(() -> XenDisks.read(machine));
    register = new Memo<>(() -> Register.read(machine));
    openFiles = new Memo<>(openings);
    homes = new Memo<>(() -> knownHomes.get(machine));
    holders = new Holders(machine, this, bystanders);
    hiddenHolders = new HiddenHolders(this, privileged, bystanders);
    blockStack = new BlockStack(machine, this);
  }

  Set<Long> bystanders() {
    return bystanders;
  }

  Machine machine() {
    return machine;
  }

  LockTable locks() throws IOException {
    return locks.get();
  }

  MountTable mounts() throws IOException {
    return mounts.get();
  }

  List<MountTable.Foreign> foreignMounts() throws IOException {
    return foreignMounts.get();
  }

  LoopTable loops() throws IOException {
    return loops.get();
  }

  SwapTable swaps() throws IOException {
    return swaps.get();
  }

  XenDisks xenDisks() throws IOException {
    return xenDisks.get();
  }

  Register register() throws IOException {
    return register.get();
  }

  OpenFiles openFiles() throws IOException {
    // A process's descriptors lead wherever it likes, and NFS may ask its server for each of them.
    if (Elsewhere.isCalledFor()
        && !openFiles.isRead()
        && (patience.isTried() || mounts().isServed())) {
      throw new Elsewhere();
    }
    return openFiles.get();
  }

  Homes homes() throws IOException {
    return homes.get();
  }

  Holders holders() {
    return holders;
  }

  HiddenHolders hiddenHolders() {
    return hiddenHolders;
  }

  BlockStack blockStack() {
    return blockStack;
  }
}
