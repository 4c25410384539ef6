package dev.mlops.scoring;

import static java.util.Objects.requireNonNull;

import dev.mlops.data.Column;
import dev.mlops.data.Dataset;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.Plural;
import dev.mlops.error.StorageException;
import dev.mlops.predictions.PredictionLog;
import dev.mlops.predictions.PredictionRecord;
import dev.mlops.storage.Names;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the rows of a batch to the prediction log, from the answers that are kept. Doing it again
 * gives the same records, which the log tells from new ones. Used by one thread.
 */
final class BatchLog {
  private static final Logger LOG = LoggerFactory.getLogger(BatchScoring.class);

  /** As many as one write of a log in a database takes, and far fewer than it lets wait. */
  private static final int AT_ONCE = 8_192;

  private final ScoringPlan plan;
  private final RunName name;
  private final PredictionLog log;
  private boolean hasWarned;

  BatchLog(ScoringPlan plan, RunName name) {
    this.plan = plan;
    this.name = name;
    this.log = plan.workspace().predictions();
  }

  /**
   * What has become of the rows of a batch.
   *
   * @param rows that are in the log
   * @param repeated that are not, since the log has another row with their id
   * @param refused that are not, since the log keeps no such record
   */
  record Logged(long rows, long repeated, long refused) {}

  /** Refuses rows whose predictions no label could find. */
  void requireIds(Dataset batch, long firstRow) {
    for (int row = 0; row < batch.rowCount(); row++) {
      String id = id(batch, row);
      if (id == null) {
        throw new InvalidInputException(
            "row %s has no id: column '%s' is null; give it one, leave the row out, or score withoutLog()"
                .formatted(Plural.grouped(firstRow + row), plan.columns().id()));
      }
      Optional<String> flaw = Names.flaw(name.prediction(id), Names.LONGEST);
      if (flaw.isPresent()) {
        throw new InvalidInputException(
            "row %s: the id '%s' of its prediction %s"
                .formatted(
                    Plural.grouped(firstRow + row),
                    Names.shown(name.prediction(id)),
                    flaw.orElseThrow()));
      }
    }
  }

  /**
   * Writes a batch; what it has written is durable on return.
   *
   * @param batch what was read
   * @param answers what is kept
   * @param time when the answers were recorded
   * @throws StorageException if the log takes them not
   */
  Logged write(Dataset batch, Dataset answers, Instant time) {
    Column score = answers.column(requireNonNull(plan.columns().scored()));
    long conflicts = log.counts().conflicts();
    long repeated = 0;
    long refused = 0;
    Set<String> seen = new HashSet<>(2 * batch.rowCount());
    for (int row = 0; row < batch.rowCount(); row++) {
      String id = requireNonNull(id(batch, row));
      if (!seen.add(id)) {
        repeated++;
        warn("the id '" + id + "' is there twice in a batch; the log keeps the first row");
        continue;
      }
      PredictionRecord record = record(id, batch, row, score, time);
      Optional<String> refusal = record.refusal();
      if (refusal.isPresent()) {
        refused++;
        warn("the prediction log refuses '" + id + "': " + refusal.get());
      } else {
        give(record);
      }
      if (seen.size() % AT_ONCE == 0) {
        log.flush();
      }
    }
    log.flush();
    repeated += log.counts().conflicts() - conflicts;
    return new Logged(batch.rowCount() - repeated - refused, repeated, refused);
  }

  private void give(PredictionRecord record) {
    if (log.log(record)) {
      return;
    }
    log.flush(); // Others had filled it.
    if (!log.log(record)) {
      throw new StorageException(
          "the prediction log does not take '" + record.id() + "', although it was just emptied");
    }
  }

  private PredictionRecord record(String id, Dataset batch, int row, Column score, Instant time) {
    return PredictionRecord.builder()
        .id(name.prediction(id))
        .model(plan.model().model())
        .version(plan.model().version())
        .variant("batch")
        .time(time)
        .entity(id)
        .features(features(batch, row))
        .score(score.value(row) instanceof Number number ? number.doubleValue() : Double.NaN)
        .build();
  }

  private Map<String, @Nullable Object> features(Dataset batch, int row) {
    Map<String, @Nullable Object> features = new LinkedHashMap<>();
    for (String feature : plan.columns().featuresOrNone()) {
      Object value = batch.column(feature).value(row);
      features.put(feature, value instanceof Instant time ? time.toString() : value);
    }
    return features;
  }

  private @Nullable String id(Dataset batch, int row) {
    Object id = batch.column(requireNonNull(plan.columns().id())).value(row);
    return id == null ? null : id.toString();
  }

  private void warn(String what) {
    if (!hasWarned) {
      hasWarned = true;
      LOG.warn("{}: {}; it is counted, and told once", name, what);
    }
  }
}
