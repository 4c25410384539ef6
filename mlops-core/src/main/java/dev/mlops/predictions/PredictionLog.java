package dev.mlops.predictions;

import dev.mlops.data.Dataset;
import dev.mlops.error.StorageException;
import dev.mlops.storage.Database;
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
   * Keeps the log in a database, with room for 65,536 records to wait for being written.
   *
   * @param database stays the caller's to close, after the log
   * @return the log, to be closed by the caller
   */
  static PredictionLog in(Database database) {
    return in(database, 65_536);
  }

  /**
   * Keeps the log in a database.
   *
   * @param database stays the caller's to close, after the log
   * @param capacity how many records may wait for being written, at least 1
   * @return the log, to be closed by the caller
   */
  static PredictionLog in(Database database, int capacity) {
    return DatabasePredictionLog.open(database, capacity);
  }

  /**
   * Takes a record, to be written soon. An id that was logged before stays as it was first.
   *
   * @param prediction the record
   * @return false if it was dropped and counted
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
   * @throws StorageException if they cannot be kept; none or some of them are
   */
  void label(List<Label> labels);

  /**
   * Waits until every record is durable that was taken before this call.
   *
   * @throws StorageException if records that were taken since the last flush could not be written
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
   * @throws StorageException if records that were taken since the last flush could not be written;
   *     it is closed all the same
   */
  @Override
  void close();
}
