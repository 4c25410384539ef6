package dev.mlops.predictions;

import dev.mlops.data.Dataset;
import dev.mlops.error.StorageException;
import dev.mlops.storage.Database;
import java.time.Duration;
import java.util.List;

/**
 * Keeps every prediction and joins it with its label, by the id of the prediction.
 *
 * <p>This is an SPI: implementations must be safe for use by many threads, and pass {@code
 * PredictionLogContract} of the test kit. {@link #log} is for the request path: it never waits and
 * never throws, and what is lost is counted. The rest is administration and fails loudly; after
 * {@link #close()} it throws {@link IllegalStateException}.
 */
public interface PredictionLog extends AutoCloseable {

  /**
   * Keeps the log in a database, with room for 65,536 records to wait for being written, and waits
   * at most 10 seconds for a database that is away when it is flushed or closed.
   *
   * @param database stays the caller's to close, after the log
   * @return the log, to be closed by the caller
   */
  static PredictionLog in(Database database) {
    return in(database, 65_536, Duration.ofSeconds(10));
  }

  /**
   * Keeps the log in a database.
   *
   * <p>While the database is away, records are kept and tried again, with pauses of up to a second,
   * as long as there is room: {@code capacity} records and up to 1,000 more that were already on
   * their way. Then the newest are dropped. At 500 records a second the default room lasts for two
   * minutes.
   *
   * @param database stays the caller's to close, after the log
   * @param capacity how many records may wait for being written, at least 1
   * @param patience how long {@link #flush()} and {@link #close()} wait while the database takes
   *     nothing at all, at least a millisecond
   * @return the log, to be closed by the caller
   */
  static PredictionLog in(Database database, int capacity, Duration patience) {
    return DatabasePredictionLog.open(database, capacity, patience);
  }

  /**
   * Takes a record, to be written soon. An id that was logged before stays as it was first.
   *
   * @param prediction the record
   * @return false if it was not taken but counted: dropped since too many are waiting or the log is
   *     closed, or refused since {@link PredictionRecord#refusal()} says that no log keeps it
   */
  boolean log(PredictionRecord prediction);

  /**
   * Keeps labels, durable on return.
   *
   * <p>The label of an unknown prediction waits for it. Where labels of one prediction contradict
   * each other the latest by time holds, the one given last if the times are equal, and the
   * contradiction is counted; earlier ones stay for {@link PredictionQuery.Builder#labelledBefore}.
   * The same label again changes nothing.
   *
   * @param labels any number of them
   * @throws dev.mlops.error.InvalidInputException if the id of one has more than 250 characters, or
   *     one that no database keeps; none of them is kept
   * @throws StorageException if they cannot be kept; none or some of them are
   */
  void label(List<Label> labels);

  /**
   * Waits until every record is durable that was taken before this call.
   *
   * @throws StorageException if records that were taken since the last flush are lost, or if the
   *     log waits in vain for a database that is away; then they are kept and tried again. The
   *     message says which, and how many
   */
  void flush();

  /**
   * Reads records and their labels.
   *
   * @param query which ones
   * @return oldest first, those of one time by id; the columns are {@code id}, {@code model},
   *     {@code version}, {@code variant} (STRING), {@code time} (INSTANT), {@code entity} (STRING,
   *     nullable), {@code score} (FLOAT64), {@code latency_us} (INT64), {@code outcome} (STRING),
   *     {@code label} (FLOAT64, nullable), {@code label_time} (INSTANT, nullable), and, if asked
   *     for, a nullable column for each feature: FLOAT64 if all its values are numbers, STRING if
   *     not
   * @throws dev.mlops.error.InvalidInputException if a feature has the name of another column
   * @throws StorageException if the log cannot be read
   */
  Dataset read(PredictionQuery query);

  /**
   * Counts the records.
   *
   * @return what has become of them up to now
   */
  LogCounts counts();

  /**
   * Writes what is waiting and closes the log; calling it again does nothing.
   *
   * <p>It waits as long as records are being written, but not for ever for a database that is away:
   * what is still waiting then is lost and counted as failed.
   *
   * @throws StorageException if records that were taken since the last flush are lost; the message
   *     says how many. It is closed all the same
   */
  @Override
  void close();
}
