package dev.mlops.architecture;

import java.util.List;
import java.util.Set;

/** The modules with their rooms and arrows, as docs/architecture.md draws them. */
@SuppressWarnings("ImmutableEnumChecker") // lists and sets that can't be changed
enum Module {
  CORE(
      List.of(
          "",
          "error",
          "data",
          "storage",
          "journal",
          "models",
          "coordination",
          "stats",
          "predictions",
          "labels",
          "report")),
  DESIGN(List.of("design"), CORE),
  QUALITY(List.of("quality", "profile"), CORE),
  FEATURES(List.of("features"), CORE, QUALITY),
  /** The base of the kit knows the core alone; its packages for a module know that module too. */
  TESTKIT(List.of("testkit"), CORE, FEATURES),
  TRACKING(List.of("environment", "tracking", "registry", "parity", "study"), CORE, DESIGN),
  MLFLOW(List.of("mlflow"), CORE, TRACKING),
  SERVING(List.of("rollout", "serving", "scoring", "explain"), CORE, DESIGN),
  ONNX(List.of("serving.onnx"), CORE, SERVING),
  MONITORING(List.of("drift", "monitoring", "watch"), CORE, DESIGN, QUALITY),
  LIFECYCLE(
      List.of("pipeline", "retraining", "maturity"),
      CORE,
      DESIGN,
      QUALITY,
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

  /** The packages, by name below the root, with what lies in them; the root itself is empty. */
  List<String> rooms() {
    return rooms;
  }

  boolean mayUse(Module other) {
    return other == this || below.contains(other);
  }
}
