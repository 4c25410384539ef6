package dev.mlops.tracking;

import dev.mlops.Workspace;
import dev.mlops.error.StorageException;
import dev.mlops.journal.Entry;
import dev.mlops.storage.Session;
import dev.mlops.tracking.RunBuffer.Kept;
import dev.mlops.tracking.RunRecords.Begun;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Stores runs that ended before they were stored, each whole. Of the threads that come at once one
 * stores the runs of all in one transaction, as a transaction costs more than a run. If that fails,
 * each run is tried alone, so that no run fails for another's reason.
 */
final class ShortRuns {

  private static final int MOST = 64;

  /** After so many runs in a row that could not be stored, the database is at fault. */
  private static final int PATIENCE = 2;

  private final Workspace workspace;
  private final Queue<Ending> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean isLed = new AtomicBoolean();

  ShortRuns(Workspace workspace) {
    this.workspace = workspace;
  }

  /**
   * A run that a thread waits for; the thread is told that it is stored, or that it is to store.
   */
  private static final class Ending {
    private final ShortRun run;
    private final CompletableFuture<Boolean> isDone = new CompletableFuture<>();
    private @Nullable Throwable failure;
    private boolean ended;

    Ending(ShortRun run) {
      this.run = run;
    }

    void end(@Nullable Throwable how) {
      failure = how;
      ended = true;
      isDone.complete(true);
    }

    void lead() {
      isDone.complete(false);
    }
  }

  /**
   * Stores a run; it is durable when this returns.
   *
   * @throws StorageException if the database fails
   */
  Kept store(ShortRun run) {
    Ending mine = new Ending(run);
    waiting.add(mine);
    if (isLed.compareAndSet(false, true) || !mine.isDone.join()) {
      lead(mine);
    }
    if (mine.failure instanceof Error error) {
      throw error;
    }
    if (mine.failure instanceof RuntimeException failure) {
      throw failure;
    }
    return new Kept(null, List.of());
  }

  /** Stores what waits until the leader's own run is stored; then the next that waits leads. */
  private void lead(Ending mine) {
    while (!mine.ended) {
      storeSome();
    }
    do {
      Ending next = waiting.peek();
      if (next != null) {
        next.lead();
        return;
      }
      isLed.set(false);
      // Who came between the look and the word has seen a leader, and waits for one.
    } while (!waiting.isEmpty() && isLed.compareAndSet(false, true));
  }

  private void storeSome() {
    List<Ending> some = new ArrayList<>();
    for (Ending next = waiting.poll(); next != null; next = next(some)) {
      some.add(next);
    }
    Throwable failure = tried(some);
    if (failure == null || some.size() == 1) {
      some.forEach(one -> one.end(failure));
    } else {
      alone(some);
    }
  }

  private @Nullable Ending next(List<Ending> some) {
    return some.size() < MOST ? waiting.poll() : null;
  }

  private void alone(List<Ending> some) {
    Throwable last = null;
    int failures = 0;
    for (Ending one : some) {
      last = failures < PATIENCE ? tried(List.of(one)) : last;
      failures = last instanceof StorageException ? failures + 1 : 0;
      one.end(last);
    }
  }

  private @Nullable Throwable tried(List<Ending> some) {
    List<ShortRun> runs = some.stream().map(one -> one.run).toList();
    try {
      workspace.database().transaction(session -> insert(session, runs));
      return null;
    } catch (RuntimeException | Error e) { // The thread that waits for it throws it.
      return e;
    }
  }

  private boolean insert(Session session, List<ShortRun> runs) {
    ExperimentRecords.refuseIfDeleted(session, runs.stream().map(run -> run.told().run()).toList());
    List<@Nullable Object[]> rows = new ArrayList<>();
    runs.forEach(run -> rows.add(cells(run)));
    List<Long> ids = session.insertAll(RunRows.INSERT, rows);
    List<@Nullable Object[]> params = new ArrayList<>();
    List<@Nullable Object[]> tags = new ArrayList<>();
    List<@Nullable Object[]> inputs = new ArrayList<>();
    List<@Nullable Object[]> seals = new ArrayList<>();
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < runs.size(); i++) {
      long id = ids.get(i);
      ShortRun run = runs.get(i);
      RunTexts.Waiting texts = run.told().texts();
      texts.params().forEach((name, text) -> params.add(new Object[] {id, name, text}));
      texts.tags().forEach((name, text) -> tags.add(new Object[] {id, name, text}));
      texts.inputs().forEach(input -> inputs.add(RunRows.cells(id, input)));
      RunSeal seal = SealedRuns.of(run);
      seals.add(new Object[] {id, seal.digest(), seal.parts()});
      Begun begun = run.told().run();
      entries.add(RunEvents.started(workspace, begun));
      entries.add(
          RunEvents.finished(workspace, begun, run.ending().status(), texts.inputs())
              .detail("seal", seal.digest().toString()));
    }
    session.batch(RunRows.INSERT_PARAM, params);
    session.batch(RunRows.INSERT_TAG, tags);
    session.batch(RunRows.INSERT_INPUT, inputs);
    MetricWriter.insert(session, ids, runs.stream().map(ShortRun::metrics).toList());
    session.batch(SealedRuns.INSERT, seals);
    workspace.journal().append(session, entries);
    return true;
  }

  private static @Nullable Object[] cells(ShortRun run) {
    EnvironmentRecords.Row environment = run.environment();
    return RunRows.cells(
        run.told().run(),
        environment == null ? null : environment.id(),
        run.ending().status(),
        run.told().texts().note(),
        run.end(),
        run.ending().failure());
  }
}
