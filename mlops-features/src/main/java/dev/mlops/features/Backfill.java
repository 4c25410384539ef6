package dev.mlops.features;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.data.Batches;
import dev.mlops.data.Dataset;
import dev.mlops.features.view.EventSource;
import org.jspecify.annotations.Nullable;

/**
 * Loads rows of the past into a {@link FeatureStore}, as if they had arrived when they were known.
 * Safe for use by many threads.
 */
public final class Backfill {

  private final FeatureStore store;

  Backfill(FeatureStore store) {
    this.store = store;
  }

  /**
   * Stores rows of a source, as {@link FeatureStore#ingest(EventSource, Dataset)} does.
   *
   * @param source a registered source
   * @param rows rows with the columns of the source and of all its registered views
   * @return the receipt
   * @throws dev.mlops.error.InvalidInputException if the rows do not fit
   * @throws dev.mlops.error.NotFoundException if the source is not registered
   * @throws dev.mlops.error.ConflictException if the source is registered with another definition
   */
  @CanIgnoreReturnValue
  public Ingestion ingest(EventSource source, Dataset rows) {
    requireNonNull(source, "source");
    requireNonNull(rows, "rows");
    return store.ingest(source, Batches.of(rows), null, true);
  }

  /**
   * Stores rows of a source once, as {@link FeatureStore#ingest(EventSource, Dataset, String)}
   * does.
   *
   * @param source a registered source
   * @param rows rows with the columns of the source and of all its registered views
   * @param batch the batch's id among those of the source
   * @return the receipt, of the first time if the batch is there already
   * @throws dev.mlops.error.InvalidInputException if the rows do not fit
   * @throws dev.mlops.error.NotFoundException if the source is not registered
   * @throws dev.mlops.error.ConflictException if the source is registered with another definition,
   *     or the batch is there with other rows, or not as a backfill
   */
  @CanIgnoreReturnValue
  public Ingestion ingest(EventSource source, Dataset rows, @Nullable String batch) {
    requireNonNull(source, "source");
    requireNonNull(rows, "rows");
    return store.ingest(source, Batches.of(rows), batch, true);
  }

  /**
   * Stores rows of a source that come in batches as one segment, as {@link
   * FeatureStore#ingest(EventSource, Batches, String)} does.
   *
   * @param source a registered source
   * @param rows rows with the columns of the source and of all its registered views; iterated once
   * @param batch the id of all these rows among those of the source, or null for none
   * @return the receipt, of the first time if the rows are there already
   * @throws dev.mlops.error.InvalidInputException if the rows do not fit
   * @throws dev.mlops.error.NotFoundException if the source is not registered
   * @throws dev.mlops.error.ConflictException if the source is registered with another definition,
   *     or the id is there with other rows, or not as a backfill
   */
  @CanIgnoreReturnValue
  public Ingestion ingest(EventSource source, Batches rows, @Nullable String batch) {
    requireNonNull(source, "source");
    return store.ingest(source, rows, batch, true);
  }

  @Override
  public String toString() {
    return "backfill of " + store;
  }
}
