package dev.mlops.coordination;

import dev.mlops.Workspace;
import dev.mlops.error.ConflictException;
import dev.mlops.journal.Actor;
import dev.mlops.journal.Entry;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks again and again whether a job is due, and runs it if no other process does.
 *
 * <p>The lease is taken for one run. The end of the run, the time of the next and the event in the
 * journal are one transaction under the lease; so a run counts once, and one whose process died
 * stays due and is begun again by another.
 */
final class JobLoop {
  private static final Logger LOG = LoggerFactory.getLogger(JobLoop.class);
  private static final int LONGEST = 2_000;

  private final Workspace workspace;
  private final Leases leases;
  private final JobTable table;
  private final String name;
  private final Duration interval;
  private final Duration leaseTime;
  private final Job work;
  private Instant due = Instant.MIN;

  JobLoop(
      Workspace workspace,
      Leases leases,
      JobTable table,
      String name,
      Duration interval,
      Duration leaseTime,
      Job work) {
    this.workspace = workspace;
    this.leases = leases;
    this.table = table;
    this.name = name;
    this.interval = interval;
    this.leaseTime = leaseTime;
    this.work = work;
  }

  /** Runs the job if it is due, and no other process runs it. */
  void look() {
    // Others only ever make it later, so this needs no look at the database.
    if (isDue() && isDueInDatabase()) {
      Optional<Lease> taken = leases.take("job/" + name, leaseTime);
      if (taken.isPresent()) {
        try (Lease lease = taken.get()) {
          // Another may have run it between the look and the lease.
          if (isDueInDatabase()) {
            run(lease);
          }
        }
      }
    }
  }

  private boolean isDue() {
    return !due.isAfter(table.now());
  }

  private boolean isDueInDatabase() {
    due = table.due(name);
    return isDue();
  }

  private void run(Lease lease) {
    Instant planned = due;
    Throwable failure = failureOf(lease);
    if (failure != null) {
      LOG.warn("job '{}' failed; it runs again in its time", name, failure);
    }
    String text = failure == null ? null : text(failure);
    Instant next = next(planned, table.now());
    try {
      lease.write(
          session -> {
            table.ran(session, name, next, text);
            return workspace.journal().append(session, entry(lease, planned, text));
          });
    } catch (ConflictException lost) {
      LOG.warn(
          "job '{}' has run while its lease was lost; the process that has it now runs it again",
          name,
          lost);
    }
  }

  private @Nullable Throwable failureOf(Lease lease) {
    try {
      work.run(lease);
      return null;
    } catch (Throwable e) {
      return e;
    }
  }

  /** The first time of the job's own grid that is still to come: what was missed runs once. */
  private Instant next(Instant planned, Instant now) {
    long late = Math.max(0, Duration.between(planned, now).dividedBy(interval));
    return planned.plus(interval.multipliedBy(late + 1));
  }

  private Entry entry(Lease lease, Instant planned, @Nullable String failure) {
    Entry entry =
        Entry.of("job.ran")
            .about("job", name)
            .actor(Actor.schedule(name))
            .outcome(failure == null ? "ok" : "failed")
            .detail("due", planned.toString())
            .detail("token", String.valueOf(lease.token()));
    return failure == null ? entry : entry.detail("failure", failure);
  }

  /** Whatever an exception says, in a form that every database keeps. */
  private static String text(Throwable failure) {
    String text = String.valueOf(failure);
    String start = text.length() > LONGEST ? text.substring(0, LONGEST) + "..." : text;
    return start.replaceAll("[\\x00\\p{Cs}]", "?");
  }
}
