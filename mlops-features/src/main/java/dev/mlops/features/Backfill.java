package dev.mlops.features;

import dev.mlops.data.Dataset;
import dev.mlops.features.view.View;
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
   * Stores rows for a view, as {@link FeatureStore#ingest(View, Dataset)} does.
   *
   * @param view a registered view
   * @param rows rows with the view's columns
   * @return the receipt
   * @throws dev.mlops.error.InvalidInputException if the rows do not fit the view
   * @throws dev.mlops.error.NotFoundException if the view is not registered
   * @throws dev.mlops.error.ConflictException if the view is registered with another definition
   */
  public Ingestion ingest(View view, Dataset rows) {
    return store.ingest(view, rows, null, true);
  }

  /**
   * Stores rows for a view once, as {@link FeatureStore#ingest(View, Dataset, String)} does.
   *
   * @param view a registered view
   * @param rows rows with the view's columns
   * @param batch the batch's id among those of the view
   * @return the receipt, of the first time if the batch is there already
   * @throws dev.mlops.error.InvalidInputException if the rows do not fit the view
   * @throws dev.mlops.error.NotFoundException if the view is not registered
   * @throws dev.mlops.error.ConflictException if the view is registered with another definition, or
   *     the batch is there with other rows, or not as a backfill
   */
  public Ingestion ingest(View view, Dataset rows, @Nullable String batch) {
    return store.ingest(view, rows, batch, true);
  }
}
