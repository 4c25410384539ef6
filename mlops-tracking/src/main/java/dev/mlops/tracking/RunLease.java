package dev.mlops.tracking;

import dev.mlops.coordination.Lease;
import dev.mlops.coordination.Leases;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The lease that tells others that the open runs of a tracker are alive. */
final class RunLease {
  private final Leases leases;
  private final Duration time;
  private @Nullable Lease lease;

  RunLease(Leases leases, Duration time) {
    this.leases = leases;
    this.time = time;
  }

  /** Returns the token of the lease, which is taken if there is none. */
  synchronized long token() {
    Lease held = lease == null ? take() : lease;
    lease = held;
    return held.token();
  }

  private Lease take() {
    return leases.take(DeadRuns.LEASE + UUID.randomUUID(), time).orElseThrow();
  }

  /** Tells whether others have taken this process for dead; if not, the lease is good. */
  synchronized boolean isLost() {
    return lease != null && !lease.isHeld() && !lease.renew();
  }

  synchronized boolean isToken(long token) {
    return lease != null && lease.token() == token;
  }

  synchronized void release() {
    if (lease != null) {
      lease.close();
      lease = null;
    }
  }
}
