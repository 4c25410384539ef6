package dev.mlops.scoring;

import dev.mlops.Workspace;
import dev.mlops.coordination.Lease;
import dev.mlops.coordination.LeaseStatus;
import dev.mlops.coordination.Leases;
import dev.mlops.error.ConflictException;
import dev.mlops.error.Exactly;
import dev.mlops.report.InWords;
import java.time.Duration;
import java.util.Optional;

/** Lets one process at a time have a run. */
final class RunLease {

  /** For how long a process that has died keeps a run from others. */
  static final Duration TIME = Duration.ofSeconds(30);

  private RunLease() {}

  static Lease take(Workspace workspace, RunName name, Duration time) {
    Leases leases = Leases.of(workspace);
    return leases
        .take(name.lease(), time)
        .orElseThrow(() -> new ConflictException(taken(name, leases.find(name.lease()), time)));
  }

  private static String taken(RunName name, Optional<LeaseStatus> holder, Duration time) {
    return "%s is being scored by %s. Wait for its end, or name this run otherwise; if that process has died, the run is free within %s"
        .formatted(
            name,
            holder
                .map(held -> "'" + held.holder() + "' since " + InWords.time(held.taken()))
                .orElse("another process"),
            Exactly.duration(time));
  }
}
