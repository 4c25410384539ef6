package dev.mlops.tracking.compare;

import dev.mlops.environment.Environment;
import dev.mlops.tracking.RunView;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Where runs ran, as named parts: those of the environment, and its libraries. */
final class Environments {

  private Environments() {}

  /** Returns the parts; empty if it was not said where the run ran. */
  static Map<String, String> of(RunView run) {
    Environment environment = known(run);
    Map<String, String> parts = new TreeMap<>(environment.parts());
    environment.libraries().forEach((name, version) -> parts.put("library " + name, version));
    return Collections.unmodifiableMap(parts);
  }

  /** Lists what differs; a run of which it was not said where it ran knows nothing. */
  static List<Environment.Difference> diff(RunView left, RunView right) {
    return Environment.diff(known(left), known(right));
  }

  private static Environment known(RunView run) {
    Environment environment = run.environment();
    return environment == null ? Environment.of(Map.of(), Map.of()) : environment;
  }
}
