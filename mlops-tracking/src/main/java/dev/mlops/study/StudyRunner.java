package dev.mlops.study;

import dev.mlops.Workspace;
import dev.mlops.error.BackgroundThread;
import dev.mlops.tracking.ExperimentTracker;
import dev.mlops.tracking.Run;
import dev.mlops.tracking.RunView;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Works on the trials of a study in this process until there are no more. */
final class StudyRunner {
  private static final Logger LOG = LoggerFactory.getLogger(StudyRunner.class);

  private final Workspace workspace;
  private final StudyTerms terms;
  private final StudyRecords records;
  private final TrialReader reader;
  private final ExperimentTracker tracker;
  private final Study.Work work;
  private final @Nullable Long most;
  private final @Nullable Instant until;
  private final AtomicBoolean stopped = new AtomicBoolean();
  private final AtomicReference<@Nullable Throwable> trouble = new AtomicReference<>();

  StudyRunner(
      Workspace workspace,
      StudyTerms terms,
      StudyRecords records,
      Study.Work work,
      @Nullable Long most,
      @Nullable Instant until) {
    this.workspace = workspace;
    this.terms = terms;
    this.records = records;
    this.reader = new TrialReader(terms);
    this.tracker = ExperimentTracker.of(workspace);
    this.work = work;
    this.most = most;
    this.until = until;
  }

  /** The study with its run; of several processes that begin it, one starts the run. */
  private StudyRecords.Stored begun() {
    StudyRecords.Stored study = records.create();
    if (study.run() == null) {
      try (Run run = tracker.experiment(terms.experiment()).start(terms.name())) {
        run.note(terms.toString());
        run.succeed();
        if (!records.adopt(study, run.id())) {
          tracker.edit(run.id()).delete();
        }
      }
    }
    return records.create();
  }

  void run(int workers, @Nullable Executor executor) throws InterruptedException {
    StudyRecords.Stored study = begun();
    String id = study.run();
    if (id == null) {
      throw new IllegalStateException("study '" + terms.name() + "' has no run");
    }
    try (StudyLease lease =
            new StudyLease(workspace, tracker, records, study, reader, StudyLease.ALIVE);
        Run parent = tracker.resume(id)) {
      Runnable loop = () -> loop(study, lease, parent);
      if (executor == null && workers == 1) {
        loop.run();
      } else {
        together(workers, executor == null ? StudyRunner::inAThread : executor, loop);
      }
      parent.succeed();
    }
    rethrow();
  }

  private static void inAThread(Runnable loop) {
    BackgroundThread.of("mlops-study", loop).start();
  }

  /** Waits for all workers, whatever happens: the run and the lease are theirs until then. */
  private void together(int workers, Executor executor, Runnable loop) throws InterruptedException {
    CountDownLatch running = new CountDownLatch(workers);
    for (int worker = 0; worker < workers; worker++) {
      try {
        executor.execute(
            () -> {
              try {
                loop.run();
              } finally {
                running.countDown();
              }
            });
      } catch (RejectedExecutionException e) {
        stop(e);
        running.countDown();
      }
    }
    boolean interrupted = false;
    while (true) {
      try {
        running.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
        stopped.set(true);
      }
    }
    if (interrupted) {
      throw new InterruptedException("no further trial was begun");
    }
  }

  private void stop(Throwable cause) {
    stopped.set(true);
    if (!trouble.compareAndSet(null, cause)) {
      Throwable first = trouble.get();
      if (first != null && first != cause) {
        first.addSuppressed(cause);
      }
    }
  }

  private void rethrow() throws InterruptedException {
    Throwable first = trouble.get();
    if (first instanceof Error error) {
      throw error;
    }
    if (first instanceof RuntimeException exception) {
      throw exception;
    }
    if (first instanceof InterruptedException exception) {
      throw exception;
    }
  }

  private void loop(StudyRecords.Stored study, StudyLease lease, Run parent) {
    try {
      while (!stopped.get() && !isLate()) {
        lease.endTheDead();
        Optional<StudyRecords.Claim> claim = records.claim(study, lease.token(), most);
        if (claim.isEmpty()) {
          return;
        }
        perform(claim.get(), parent);
      }
    } catch (RuntimeException | Error e) {
      stop(e);
    }
  }

  private boolean isLate() {
    return until != null && !workspace.clock().instant().isBefore(until);
  }

  private void perform(StudyRecords.Claim claim, Run parent) {
    AtomicReference<@Nullable Throwable> thrown = new AtomicReference<>();
    try {
      RunView run = parent.nested(name(claim), nested -> record(claim, nested, thrown));
      end(claim, reader.finished(run));
    } catch (Exception | Error e) {
      if (thrown.get() != e) {
        throw unchecked(e);
      }
      end(claim, new StudyRecords.Ending(TrialState.FAILED, Map.of()));
      if (e instanceof Error || e instanceof InterruptedException) {
        stop(e);
      }
    }
  }

  private void end(StudyRecords.Claim claim, StudyRecords.Ending ending) {
    if (!records.end(claim.id(), ending)) {
      LOG.warn(
          "attempt {} at trial {} of study '{}' does not count: it ended after this process was"
              + " taken for dead, since it had stood still",
          claim.attempt(),
          claim.number(),
          terms.name());
    }
  }

  /** What does not come from the work comes from us, and we throw nothing that is checked. */
  private static RuntimeException unchecked(Throwable thrown) {
    if (thrown instanceof Error error) {
      throw error;
    }
    return thrown instanceof RuntimeException exception
        ? exception
        : new IllegalStateException(thrown);
  }

  private static String name(StudyRecords.Claim claim) {
    return "trial-" + claim.number() + (claim.attempt() == 1 ? "" : "-attempt-" + claim.attempt());
  }

  private void record(
      StudyRecords.Claim claim, Run run, AtomicReference<@Nullable Throwable> thrown)
      throws Exception {
    records.began(claim, run.id());
    run.params(new LinkedHashMap<>(claim.params()));
    run.tag("study", terms.name());
    run.tag("trial", Long.toString(claim.number()));
    Trial trial = new Trial(terms, claim, run, new MedianStopping(workspace.database(), terms));
    try {
      work.on(trial);
    } catch (Exception | Error e) {
      thrown.set(e);
      throw e;
    }
    if (trial.wasTold()) {
      run.tag(Trial.PRUNED, "true");
    }
  }
}
