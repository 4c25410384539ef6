package dev.mlops.scoring;

import dev.mlops.Workspace;
import dev.mlops.coordination.Lease;
import dev.mlops.data.ArrowFile;
import dev.mlops.data.Dataset;
import dev.mlops.data.Digest;
import dev.mlops.error.FileFailure;
import dev.mlops.scoring.ScoringTable.StoredBatch;
import dev.mlops.scoring.ScoringTable.StoredRun;
import dev.mlops.serving.BatchPrediction;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * Scores batches and keeps what comes out, each once. Used by one thread.
 *
 * <p>The answers of a batch are made durable, then named together with the row that records the
 * batch, in one transaction; then they are logged, and then noted as logged. A process that dies
 * before the transaction has left bytes without a name. One that dies after it has left a batch
 * that the next call logs from what is kept: were the model asked again, an answer that differs in
 * its last bit would be another prediction to the log.
 */
final class BatchKeeper {

  private final ScoringPlan plan;
  private final Workspace workspace;
  private final StoredRun run;
  private final Lease lease;
  private final ScoringTally tally;
  private final BatchPrediction prediction;
  private final BatchLog log;
  private final ScoringJournal journal;
  private @Nullable Dataset latest;
  private long latestNumber = -1;

  BatchKeeper(ScoringPlan plan, RunName name, StoredRun run, Lease lease, ScoringTally tally) {
    this.plan = plan;
    this.workspace = plan.workspace();
    this.run = run;
    this.lease = lease;
    this.tally = tally;
    this.prediction = plan.prediction();
    this.log = new BatchLog(plan, name);
    this.journal = new ScoringJournal(workspace, name, run.terms());
  }

  ScoringJournal journal() {
    return journal;
  }

  /** Scores the batch that follows the recorded ones. */
  void keep(Dataset batch, long firstRow, Digest input) {
    if (plan.isLogging()) {
      log.requireIds(batch, firstRow);
    }
    // A model may not know what to do with no rows.
    Dataset answers =
        batch.rowCount() == 0 ? Dataset.empty(run.terms().result()) : prediction.predict(batch);
    StoredBatch stored = record(answers, input);
    latest = answers;
    latestNumber = stored.number();
    logIfNotYet(stored, batch);
  }

  private StoredBatch record(Dataset answers, Digest input) {
    Instant now = workspace.clock().instant().truncatedTo(ChronoUnit.MICROS);
    StoredBatch stored =
        new StoredBatch(
            tally.count(),
            answers.rowCount(),
            input,
            Answers.invalid(answers, plan.columns().outputs()),
            now,
            null,
            0,
            0);
    Digest bytes = staged(answers);
    lease.write(
        session -> {
          workspace.artifacts().link(session, run.owner(), stored.path(), bytes);
          ScoringTable.insert(session, run, stored);
          return true;
        });
    tally.add(stored);
    return stored;
  }

  private Digest staged(Dataset answers) {
    try (InputStream bytes = ArrowFile.stream(answers)) {
      return workspace.artifacts().stage(bytes);
    } catch (IOException e) {
      throw FileFailure.of("cannot keep the answers", e);
    }
  }

  /** Logs a batch that is recorded, unless that is known to have happened. */
  void logIfNotYet(StoredBatch stored, Dataset batch) {
    if (!plan.isLogging() || stored.logged() != null) {
      return;
    }
    StoredBatch logged = stored.logged(log.write(batch, answers(stored), stored.recorded()));
    lease.write(
        session -> {
          ScoringTable.update(session, run, logged);
          return true;
        });
    tally.set(logged);
  }

  /** Lets the answers at hand go, before another batch is read. */
  void forget() {
    latest = null;
  }

  /** Reads the answers of a batch, if they are not at hand. */
  Dataset answers(StoredBatch batch) {
    if (latest == null || latestNumber != batch.number()) {
      latest = ScoringRun.read(workspace, run, batch);
      latestNumber = batch.number();
    }
    return latest;
  }
}
