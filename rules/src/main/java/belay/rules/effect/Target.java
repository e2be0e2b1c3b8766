package belay.rules.effect;

import org.jspecify.annotations.Nullable;

/** What an effect falls on. */
public sealed interface Target {

  /** For messages and JSON, as the user would write it. */
  String display();

  /** The name of its kind in packs and in JSON. */
  default String key() {
    return switch (this) {
      case Path _ -> "path";
      case Device _ -> "device";
      case Volume _ -> "volume";
      case Guest _ -> "guest";
      case Host _ -> "host";
      case Service _ -> "service";
      case Processes _ -> "process";
      case Repository _ -> "repository";
      case DatabaseObject _ -> "database";
      case ClusterObject _ -> "cluster";
      case CloudResource _ -> "cloud";
      case Unknown _ -> "unknown";
    };
  }

  /**
   * The name under which facts about it are told: a path is its own, of all else the kind stands
   * before it ({@code service:nginx}); a repository is the directory git works in.
   */
  default String spelling() {
    return switch (this) {
      case Path _, Device _, Unknown _ -> display();
      case Repository(Value directory, String _) -> key() + ":" + directory.display();
      case Volume _,
          Guest _,
          Host _,
          Service _,
          Processes _,
          DatabaseObject _,
          ClusterObject _,
          CloudResource _ ->
          key() + ":" + display();
    };
  }

  /**
   * A file name.
   *
   * @param value absolute and normalised where the directory is known, else as typed
   * @param child the name that is added when {@code value} turns out to be a directory, as cp, mv
   *     and install do; null where the name is taken as it is
   */
  record Path(Value value, @Nullable Value child) implements Target {
    public Path(Value value) {
      this(value, null);
    }

    @Override
    public String display() {
      return value.display();
    }
  }

  /**
   * What can only be a block or character device: an operand below {@code /dev} that is no stream
   * ({@code null}, {@code stdout}, {@code tty}, {@code fd/…}).
   */
  record Device(Value value) implements Target {
    @Override
    public String display() {
      return value.display();
    }
  }

  /**
   * A logical volume, dataset, subvolume, pool or array.
   *
   * @param system whose name it is: {@code lvm}, {@code zfs}, {@code btrfs}, {@code md}, {@code
   *     dm}, {@code luks}
   */
  record Volume(String system, Value name) implements Target {
    @Override
    public String display() {
      return name.display();
    }
  }

  /**
   * A virtual machine or container.
   *
   * @param system {@code xen}, {@code libvirt}, {@code docker}, …
   */
  record Guest(String system, Value name) implements Target {
    @Override
    public String display() {
      return name.display();
    }
  }

  /** A machine; {@code localhost} is this one. */
  record Host(Value name) implements Target {
    @Override
    public String display() {
      return name.display();
    }
  }

  /** A service or unit. */
  record Service(Value name) implements Target {
    @Override
    public String display() {
      return name.display();
    }
  }

  /** Processes, by id, job or pattern. */
  record Processes(Value selector) implements Target {
    @Override
    public String display() {
      return selector.display();
    }
  }

  /**
   * A version-controlled work tree or remote.
   *
   * @param what the branch, tag, stash or {@code work tree} it is about
   */
  record Repository(Value directory, String what) implements Target {
    @Override
    public String display() {
      return what + " of " + directory.display();
    }
  }

  /** A database, table or schema. */
  record DatabaseObject(String system, Value name) implements Target {
    @Override
    public String display() {
      return name.display();
    }
  }

  /** Something in a container cluster. */
  record ClusterObject(Value name) implements Target {
    @Override
    public String display() {
      return name.display();
    }
  }

  /** Something at a cloud provider. */
  record CloudResource(String provider, Value name) implements Target {
    @Override
    public String display() {
      return name.display();
    }
  }

  /**
   * Something that could not be worked out.
   *
   * @param why for a person
   */
  record Unknown(String why) implements Target {
    @Override
    public String display() {
      return "something unknown (" + why + ")";
    }
  }
}
