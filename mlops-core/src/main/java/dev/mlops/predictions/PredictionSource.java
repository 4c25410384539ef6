package dev.mlops.predictions;

import dev.mlops.data.Batches;
import dev.mlops.data.Dataset;
import dev.mlops.error.StorageException;

/**
 * Gives back predictions with their labels, page by page.
 *
 * <p>This is an SPI: implementations must be safe for use by many threads. Who reads asks {@link
 * #query()} for a query; who implements a source gives its {@link #pages}.
 */
public interface PredictionSource extends AutoCloseable {

  /**
   * Begins a query for all predictions of the source.
   *
   * @return the query, to be narrowed
   */
  default PredictionQuery query() {
    return new PredictionQuery(this);
  }

  /**
   * Reads the predictions of a query, a page when it is asked for.
   *
   * <p>The pages of a query have one schema. Its columns are {@code id}, {@code model}, {@code
   * version}, {@code variant} (STRING), {@code time} (INSTANT), {@code entity} (STRING, nullable),
   * {@code score} (FLOAT64), {@code latency_us} (INT64), {@code outcome} (STRING), {@code trace}
   * (STRING, nullable), {@code label} (FLOAT64, null for a text or no label), {@code label_text}
   * (STRING, null for a number or no label), {@code label_time} (INSTANT, nullable).
   *
   * <p>If asked for, there is a nullable column for each feature: BOOLEAN, INT64, FLOAT64 or STRING
   * if all its values are such, FLOAT64 if whole numbers and others are mixed, else STRING. And for
   * outputs: {@code output} (STRING) if there are texts, {@code output.NAME} (FLOAT64) for each
   * class, {@code output[N]} (a vector) for each length N of a vector. And for {@link
   * ServedFeatures}: {@code served.service}, {@code served.definition} (STRING), {@code served.at}
   * (INSTANT) and {@code served.position} (INT64), null where a record does not say where its
   * features come from; {@code served.request.NAME} for each value of a request, typed as features
   * are, and {@code served.absent.NAME} (STRING) for each feature that was absent, with the reason;
   * there is no column of nulls alone.
   *
   * @param query which predictions, and how much of them
   * @return pages of at least one and at most {@link PredictionQuery#pageSize()} rows, oldest
   *     first, those of one time by id. They can be read several times, each time as the
   *     predictions are then; reading may throw what this method does
   * @throws dev.mlops.error.InvalidInputException if a feature has the name of another column
   * @throws StorageException if the predictions cannot be read
   */
  Batches pages(PredictionQuery query);

  /**
   * Counts the predictions of a query.
   *
   * @param query which predictions
   * @return how many there are
   * @throws StorageException if the predictions cannot be read
   */
  default long count(PredictionQuery query) {
    long rows = 0;
    for (Dataset page : pages(query)) {
      rows += page.rowCount();
    }
    return rows;
  }

  /** Lets go of what the source holds; calling it again does nothing. */
  @Override
  void close();
}
