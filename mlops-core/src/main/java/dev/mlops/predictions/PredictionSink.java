package dev.mlops.predictions;

import dev.mlops.error.StorageException;

/**
 * Takes every prediction that is served.
 *
 * <p>This is an SPI: implementations must be safe for use by many threads, and pass {@code
 * PredictionLogContract} of the test kit if they can be read too. {@link #log} is for the request
 * path: it never waits and never throws, and what is lost is counted. The rest is administration
 * and fails loudly; after {@link #close()} it throws {@link IllegalStateException}.
 */
public interface PredictionSink extends AutoCloseable {

  /**
   * Takes a record, to be written soon.
   *
   * @param prediction the record
   * @return false if it was not taken but counted: dropped since too many are waiting or the sink
   *     is closed, or refused since {@link PredictionRecord#refusal()} says that no log keeps it
   */
  boolean log(PredictionRecord prediction);

  /**
   * Waits until every record is durable that was taken before this call.
   *
   * @throws StorageException if records that were taken since the last flush are lost, or if the
   *     sink waits in vain for what is behind it; then they are kept and tried again. The message
   *     says which, and how many
   */
  void flush();

  /**
   * Counts the records.
   *
   * @return what has become of them up to now
   */
  LogCounts counts();

  /**
   * Writes what is waiting and closes; calling it again does nothing.
   *
   * <p>It waits as long as records are being written, but not without end for a database that is
   * away: what is still waiting then is lost and counted as failed.
   *
   * @throws StorageException if records that were taken since the last flush are lost; the message
   *     says how many. It is closed all the same
   */
  @Override
  void close();
}
