package dev.mlops.registry;

import dev.mlops.tracking.RunCheck;
import dev.mlops.tracking.RunView;
import java.util.Optional;

/** A version that is to be promoted, and its run, which is read once. */
final class PromotionSubject {

  private final ModelVersion version;
  private final Optional<RunView> run;

  PromotionSubject(ModelVersion version) {
    this.version = version;
    this.run = version.run().flatMap(id -> version.tracker().find(id));
  }

  ModelVersion version() {
    return version;
  }

  Optional<RunView> run() {
    return run;
  }

  /** Says why there is no run to look at. */
  String noRun() {
    return version
        .run()
        .map(id -> "its run '" + id + "' is not one of this project")
        .orElse("it was registered without a run");
  }

  RunCheck verified(RunView view) {
    return version.tracker().verify(view.id());
  }
}
