package dev.mlops.predictions;

import dev.mlops.error.Exactly;
import dev.mlops.error.Once;
import dev.mlops.labels.Labels;
import dev.mlops.storage.Database;
import dev.mlops.storage.Names;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the predictions of a project and joins them with their labels, by the id of the prediction.
 *
 * <p>A log shows what it has taken: a reader waits for the records that were logged before. This is
 * an SPI: implementations must pass {@code PredictionLogContract} of the test kit.
 */
public interface PredictionLog extends PredictionSink, PredictionSource {

  /**
   * Begins a log in a database.
   *
   * @param database stays the caller's to close, after the log
   * @param clock dates the receipts of labels
   * @return options with their defaults
   */
  static Builder builder(Database database, Clock clock) {
    return new Builder(
        Objects.requireNonNull(database, "database"), Objects.requireNonNull(clock, "clock"));
  }

  /**
   * Returns the labels of the log's predictions.
   *
   * @return where labels are added
   */
  Labels labels();

  @Override
  void close();

  /** The options of a log in a database; each may be set once. Used by one thread. */
  final class Builder {
    private final Database database;
    private final Clock clock;
    private @Nullable String project;
    private @Nullable Integer capacity;
    private @Nullable Duration patience;

    private Builder(Database database, Clock clock) {
      this.database = database;
      this.clock = clock;
    }

    /**
     * Chooses the project: a log sees no predictions and labels of another one.
     *
     * @param project default: {@code default}
     * @return this builder
     * @throws IllegalArgumentException if it is blank, has more than 250 characters, or one that no
     *     database keeps
     */
    public Builder project(String project) {
      this.project = Once.set("project", this.project, Names.checked("project", project));
      return this;
    }

    /**
     * Chooses how many records may wait while the database is away or slow.
     *
     * <p>Records are kept and tried again, with pauses of up to a second, as long as there is room:
     * for these and up to 8,192 more that were already on their way. Then the newest are dropped.
     * At 500 records a second the default lasts for two minutes.
     *
     * @param capacity at least 1; default: 65,536
     * @return this builder
     * @throws IllegalArgumentException if it is below 1
     */
    public Builder capacity(int capacity) {
      if (capacity < 1) {
        throw new IllegalArgumentException("capacity must be at least 1 record: " + capacity);
      }
      this.capacity = Once.set("capacity", this.capacity, capacity);
      return this;
    }

    /**
     * Chooses how long {@link #flush()}, {@link #close()} and reading wait while the database takes
     * nothing at all.
     *
     * @param patience at least a millisecond; default: 10 seconds
     * @return this builder
     * @throws IllegalArgumentException if it is below a millisecond
     */
    public Builder patience(Duration patience) {
      Objects.requireNonNull(patience, "patience");
      if (patience.toMillis() < 1) {
        throw new IllegalArgumentException(
            "patience must be at least a millisecond: " + Exactly.duration(patience));
      }
      this.patience = Once.set("patience", this.patience, patience);
      return this;
    }

    /**
     * Opens the log.
     *
     * @return the log, to be closed by the caller
     * @throws dev.mlops.error.StorageException if the database cannot be reached
     */
    public PredictionLog open() {
      return DatabasePredictionLog.open(
          database,
          project == null ? Names.DEFAULT_PROJECT : project,
          clock,
          capacity == null ? 65_536 : capacity,
          patience == null ? Duration.ofSeconds(10) : patience);
    }
  }
}
