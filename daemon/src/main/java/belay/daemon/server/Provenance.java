package belay.daemon.server;

import belay.daemon.config.Layer;

/**
 * Where a pack comes from.
 *
 * @param file as diagnostics name it
 */
public record Provenance(Layer layer, String file) {

  /** Of what no pack of another layer has. */
  static final Provenance BUILT_IN = new Provenance(Layer.BUILT_IN, "Belay's own packs");
}
