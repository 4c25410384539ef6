package dev.mlops.architecture;

import java.util.List;
import java.util.Set;

/** The modules with their rooms and arrows, as docs/architecture.md draws them. */
@SuppressWarnings("ImmutableEnumChecker") // lists and sets that can't be changed
enum Module {
  CORE(List.of("", "error", "data", "storage", "journal", "stats", "predictions")),
  TESTKIT(List.of("testkit"), CORE),
  FEATURES(List.of("features"), CORE),
  TRACKING(List.of("tracking", "registry"), CORE),
  SERVING(List.of("serving", "explain"), CORE),
  MONITORING(List.of("quality", "drift", "monitoring", "watch"), CORE),
  LIFECYCLE(
      List.of("design", "pipeline", "retraining", "maturity"),
      CORE,
      FEATURES,
      TRACKING,
      SERVING,
      MONITORING);

  private final List<String> rooms;
  private final Set<Module> below;

  Module(List<String> rooms, Module... below) {
    this.rooms = rooms;
    this.below = Set.of(below);
  }

  /** The packages right under the root; the root itself is the empty name. */
  List<String> rooms() {
    return rooms;
  }

  boolean mayUse(Module other) {
    return other == this || below.contains(other);
  }
}
