package dev.mlops.coordination;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.Workspace;
import dev.mlops.error.Exactly;
import dev.mlops.storage.Names;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Jobs that run every interval in one of the processes that know them.
 *
 * <p>Every process opens a scheduler and names the same jobs; whichever is first at a due job takes
 * its lease and runs it. Times are of the workspace's clock, on a grid that begins with the first
 * run of a job, which is at once. Runs that were missed, because no process was there or one run
 * took long, are made up for by one run. A run that fails is counted, logged, and kept in the
 * journal, and the job runs again in its time. A run whose process ends is begun again by another,
 * when its lease has expired. Safe for use by many threads.
 *
 * <pre>{@code
 * Scheduler scheduler = Scheduler.open(workspace);
 * scheduler.every("retrain", Duration.ofHours(1), lease -> retrain(lease));
 * }</pre>
 */
public final class Scheduler implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Scheduler.class);
  private static final Duration LEASE = Duration.ofSeconds(30);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);
  private static final Duration SHORTEST = Duration.ofMillis(100);
  private static final int LONGEST_NAME = 200;
  private static final int LOOKS = 20;

  private final Workspace workspace;
  private final Leases leases;
  private final JobTable table;
  private final Repeater repeater;
  private final Duration leaseTime;
  private final Map<String, Repeater.Stop> jobs = new HashMap<>();
  private Runnable takeBack = () -> {};
  private boolean closed;

  private Scheduler(Workspace workspace, Repeater repeater, Leases leases, Duration leaseTime) {
    this.workspace = workspace;
    this.leases = leases;
    this.table = new JobTable(workspace);
    this.repeater = repeater;
    this.leaseTime = leaseTime;
  }

  /**
   * Opens a scheduler; a run whose process ends is begun again by another within 30 seconds.
   *
   * @param workspace whose project the jobs belong to
   * @return the scheduler, to be closed by the caller, or with the workspace
   */
  public static Scheduler open(Workspace workspace) {
    return open(workspace, LEASE);
  }

  /**
   * Opens a scheduler.
   *
   * @param workspace whose project the jobs belong to
   * @param leaseTime within which a run whose process ended or stands still is begun again by
   *     another, 100 milliseconds to a day
   * @return the scheduler, to be closed by the caller, or with the workspace
   */
  public static Scheduler open(Workspace workspace, Duration leaseTime) {
    Objects.requireNonNull(leaseTime, "leaseTime");
    return open(workspace, Repeater::onThread, Leases.of(workspace), leaseTime);
  }

  static Scheduler open(Workspace workspace, Repeater repeater, Leases leases, Duration leaseTime) {
    Scheduler scheduler = new Scheduler(workspace, repeater, leases, leaseTime);
    scheduler.takeBack = workspace.onClose(scheduler);
    return scheduler;
  }

  /**
   * Runs a job every interval, on a thread of its own.
   *
   * @param name 1 to 200 characters; the same in every process that may run it
   * @param interval at least 100 milliseconds; the same in every process
   * @param work what to do
   * @return this scheduler
   * @throws IllegalStateException if this scheduler has a job of that name, or is closed
   */
  @CanIgnoreReturnValue
  public synchronized Scheduler every(String name, Duration interval, Job work) {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(interval, "interval");
    Names.checked("job", name, LONGEST_NAME);
    Objects.requireNonNull(work, "work");
    if (interval.compareTo(SHORTEST) < 0) {
      throw new IllegalArgumentException(
          "job '"
              + name
              + "' needs an interval of at least 100 milliseconds: "
              + Exactly.duration(interval));
    }
    if (closed || jobs.containsKey(name)) {
      throw new IllegalStateException(
          closed
              ? "the scheduler is closed"
              : "the scheduler has a job '" + name + "' already; one name is one job");
    }
    JobLoop loop = new JobLoop(workspace, leases, table, name, interval, leaseTime, work);
    jobs.put(name, repeater.repeat("mlops-job-" + name, pause(interval), loop::look));
    return this;
  }

  private static Duration pause(Duration interval) {
    Duration part = interval.dividedBy(LOOKS);
    return part.compareTo(LONGEST_PAUSE) < 0 ? part : LONGEST_PAUSE;
  }

  /**
   * Lists the jobs of the project, whichever process runs them.
   *
   * @return those that any scheduler has looked at, by name
   */
  public List<JobStatus> jobs() {
    return table.list();
  }

  /**
   * Begins no run any more, and waits up to 10 seconds for each that goes on; calling it again does
   * nothing.
   */
  @Override
  public void close() {
    Map<String, Repeater.Stop> open;
    synchronized (this) {
      closed = true;
      open = new HashMap<>(jobs);
      jobs.clear();
    }
    takeBack.run();
    open.forEach(
        (name, stop) -> {
          if (!stop.stop()) {
            LOG.warn("the scheduler is closed while job '{}' is still at work", name);
          }
        });
  }

  @Override
  public String toString() {
    return "scheduler of project '" + workspace.project() + "'";
  }
}
