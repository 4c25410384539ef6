package dev.mlops.serving;

import dev.mlops.Workspace;
import dev.mlops.coordination.Lease;
import dev.mlops.coordination.LeaseStatus;
import dev.mlops.coordination.Leases;
import dev.mlops.error.Exactly;
import dev.mlops.error.Plural;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which processes take part in a rollout. Each holds a lease while it does, and gives it back when
 * its router closes; one that has expired is of a process that was killed, or hangs. A model may do
 * that to its process, and no guard counts it, as a dead process counts nothing.
 */
final class Presence implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(DeploymentRouter.class);
  private static final Duration PRESENT = Duration.ofSeconds(10);

  private final Workspace workspace;
  private final String router;
  private final Leases leases;
  private final String prefix;
  private final String process;
  private final Optional<Lease> own;
  private volatile Set<String> alive;
  private volatile int gone;

  /** Takes part. */
  Presence(Workspace workspace, String router, long rollout, String process) {
    this.workspace = workspace;
    this.router = router;
    this.leases = Leases.of(workspace);
    this.prefix = "rollout/" + rollout + "/";
    this.process = process;
    this.alive = Set.of(process);
    this.own = leases.take(prefix + process, PRESENT);
    look();
  }

  /** Looks who takes part now. */
  void look() {
    Set<String> found = new HashSet<>();
    int expired = 0;
    for (LeaseStatus lease : leases.list(prefix)) {
      String name = lease.name().substring(prefix.length());
      if (!lease.expired()) {
        found.add(name);
      } else if (!name.equals(process)) {
        expired++;
      }
    }
    found.add(process);
    alive = found;
    if (expired > gone) {
      LOG.warn(
          "router '{}': {} of its rollout ended without closing the router, or gave no sign of life for 10 seconds; nothing is taken back by it",
          router,
          Plural.of(expired, "process", "processes"));
    }
    gone = expired;
  }

  /** The processes that took part at the last look, this one among them. */
  Set<String> alive() {
    return alive;
  }

  /** Says in words who is missing; nothing where nobody is. */
  String missing() {
    return gone == 0
        ? ""
        : ". Ended without closing the router, or without a sign of life for %s: %s; the requests of their open ticks are not in these counts, and that a model may have ended them is no evidence for any guard"
            .formatted(Exactly.duration(PRESENT), Plural.of(gone, "process", "processes"));
  }

  /** Forgets those that are gone, as the rollout is over, and takes part no more. */
  void end() {
    for (LeaseStatus lease : leases.list(prefix)) {
      if (lease.expired()) {
        boolean unused = workspace.database().transaction(session -> leases.end(session, lease));
      }
    }
    close();
  }

  @Override
  public void close() {
    own.ifPresent(Lease::close);
  }
}
