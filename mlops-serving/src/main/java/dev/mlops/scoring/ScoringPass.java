package dev.mlops.scoring;

import dev.mlops.coordination.Lease;
import dev.mlops.data.Dataset;
import dev.mlops.data.Digest;
import dev.mlops.error.ConflictException;
import dev.mlops.error.MlopsException;
import dev.mlops.error.Plural;
import dev.mlops.scoring.ScoringTable.StoredBatch;
import dev.mlops.scoring.ScoringTable.StoredRun;
import java.util.Iterator;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Goes through the input of a run once, from its first batch. Used by one thread. */
final class ScoringPass {
  private static final Logger LOG = LoggerFactory.getLogger(BatchScoring.class);

  private final ScoringPlan plan;
  private final RunName name;
  private final StoredRun run;
  private final Lease lease;
  private final BatchKeeper keeper;
  private final ScoringTally tally;
  private final Pace pace;
  private final String[] read;
  private final int earlier;
  private long next;
  private long nextRow;
  private boolean isChanged;
  private @Nullable Dataset atHand;

  ScoringPass(
      ScoringPlan plan, RunName name, StoredRun run, Lease lease, ScoringTally tally, Pace pace) {
    this.plan = plan;
    this.name = name;
    this.run = run;
    this.lease = lease;
    this.keeper = new BatchKeeper(plan, name, run, lease, tally);
    this.tally = tally;
    this.pace = pace;
    this.read = plan.columns().read().toArray(String[]::new);
    this.earlier = tally.count();
  }

  void score(Iterator<Dataset> input) {
    try {
      while (input.hasNext()) {
        take(input.next());
      }
      if (next < earlier) {
        throw changed(
            "it ends after %s, and the run has recorded %s"
                .formatted(
                    Plural.of(next, "batch", "batches"), Plural.of(earlier, "batch", "batches")));
      }
    } catch (RuntimeException e) {
      // Of a call that is refused nothing has happened to the run: it is another's, or as it was.
      boolean isRefused = isChanged || (e instanceof ConflictException && !lease.isHeld());
      throw isRefused ? e : ScoringFailure.of(noted(e), e);
    } catch (Error e) {
      LOG.error("{}", noted(e));
      throw e;
    }
  }

  private void take(Dataset batch) {
    atHand = batch;
    if (Thread.currentThread().isInterrupted()) {
      throw new MlopsException("the thread was interrupted");
    }
    boolean isEarlier = next < earlier;
    Digest digest = batch.select(read).digest();
    if (isEarlier) {
      StoredBatch stored = tally.batches().get((int) next);
      requireSame(stored, batch, digest);
      keeper.logIfNotYet(stored, batch);
    } else if (run.ended() != null) {
      throw changed(
          "it goes on after the %s with which the run is complete"
              .formatted(Plural.of(earlier, "batch", "batches")));
    } else {
      pace.begin();
      keeper.keep(batch, nextRow, digest);
    }
    tell(batch, isEarlier, pace.scored(isEarlier ? 0 : batch.rowCount(), tally));
    atHand = null;
    keeper.forget();
    next++;
    nextRow += batch.rowCount();
  }

  private void requireSame(StoredBatch stored, Dataset batch, Digest digest) {
    if (stored.rows() != batch.rowCount()) {
      throw changed(
          "batch %s has %s, and the run has recorded %s; cut the input into the batches of then"
              .formatted(
                  Plural.grouped(next),
                  Plural.of(batch.rowCount(), "row"),
                  Plural.grouped(stored.rows())));
    }
    if (!stored.input().equals(digest)) {
      throw changed(
          ScoredBatch.place(next, nextRow, batch.rowCount())
              + " has other values than it had then");
    }
  }

  private ConflictException changed(String how) {
    isChanged = true;
    return new ConflictException(
        "%s was begun with another input: %s. Give it that input again, or name this run otherwise"
            .formatted(name, how));
  }

  private void tell(Dataset batch, boolean isEarlier, ScoringProgress progress) {
    Consumer<? super ScoredBatch> listener = plan.listener();
    if (listener == null) {
      return;
    }
    Dataset answers = keeper.answers(tally.batches().get((int) next));
    Dataset features = batch.select(plan.columns().featuresOrNone().toArray(String[]::new));
    ScoredBatch scored = new ScoredBatch(next, nextRow, features, answers, isEarlier, progress);
    try {
      listener.accept(scored);
    } catch (Throwable e) {
      if (tally.listenerFailed() == 1) {
        LOG.warn("{}: the listener failed for {}; each time is counted", name, scored, e);
      }
    }
  }

  /** Writes down where it ended, if the journal takes it, and says so. */
  private String noted(Throwable e) {
    String why = place() + ": " + ScoringFailure.reason(e);
    try {
      keeper.journal().failed(tally, why);
    } catch (RuntimeException unwritten) {
      e.addSuppressed(unwritten);
    }
    return "%s failed at %s; %s with %s %s kept, and the same call goes on from there"
        .formatted(
            name,
            why,
            Plural.of(tally.count(), "batch", "batches"),
            Plural.of(tally.rows(), "row"),
            Plural.words(tally.count(), "is", "are"));
  }

  private String place() {
    return atHand == null
        ? "reading batch %s, from row %s on"
            .formatted(Plural.grouped(next), Plural.grouped(nextRow))
        : ScoredBatch.place(next, nextRow, atHand.rowCount());
  }
}
