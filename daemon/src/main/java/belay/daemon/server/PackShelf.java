package belay.daemon.server;

import belay.daemon.config.Layer;
import belay.daemon.config.Layers;
import belay.rules.pack.PackReader;
import belay.rules.pack.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The pack files of one directory of a layer. */
public final class PackShelf {

  private final Layers.Packs place;

  public PackShelf(Layers.Packs place) {
    this.place = place;
  }

  Layer layer() {
    return place.layer();
  }

  Path directory() {
    return place.directory();
  }

  /** What is in it now; nothing where it is not there. */
  public List<Source> read() throws IOException {
    if (!Files.isDirectory(directory())) {
      return List.of();
    }
    return switch (place.layer()) {
      case TEAM -> installed();
      case BUILT_IN, SYSTEM, USER -> PackReader.sources(directory());
    };
  }

  /** The name of an entry is the pack's; what it is called that it leads to says nothing. */
  private List<Source> installed() throws IOException {
    List<Path> entries;
    try (Stream<Path> all = Files.list(directory())) {
      entries =
          all.filter(entry -> !entry.getFileName().toString().startsWith("."))
              .sorted(Comparator.comparing(entry -> entry.getFileName().toString()))
              .toList();
    }
    List<Source> out = new ArrayList<>();
    for (Path entry : entries) {
      if (Files.isDirectory(entry)) {
        out.addAll(PackReader.sources(entry));
      } else if (Files.isRegularFile(entry)) {
        out.add(PackReader.source(entry));
      }
    }
    return out;
  }
}
