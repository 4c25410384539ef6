package dev.mlops.features;

import dev.mlops.data.Dataset;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What came of computing features by both paths: the training join over the stored segments, and
 * the live reader.
 *
 * @param service the service's name
 * @param sequence the sequence up to which segments were used by both
 * @param rows how many requests were compared
 * @param values how many feature values were compared, by status and bit for bit
 * @param differences how many of them differ
 * @param firstDifference the first that differs, or null
 */
public record ParityReport(
    String service,
    long sequence,
    int rows,
    long values,
    long differences,
    @Nullable Difference firstDifference) {

  /**
   * One value that differs.
   *
   * @param row the label row
   * @param request the keys and request columns
   * @param time the instant asked
   * @param feature the feature's full name
   * @param offline the training value or its status, as text
   * @param online the live value or its status, as text
   */
  public record Difference(
      int row,
      Map<String, @Nullable Object> request,
      Instant time,
      String feature,
      String offline,
      String online) {

    @Override
    public String toString() {
      return feature
          + " of "
          + request
          + " at "
          + time
          + " (row "
          + row
          + "): offline "
          + offline
          + ", online "
          + online;
    }
  }

  /**
   * Tells whether both paths agree.
   *
   * @return true if no value differs
   */
  public boolean same() {
    return differences == 0;
  }

  /**
   * Returns the first value that differs.
   *
   * @return the difference with the smallest row, then in the order of the service; empty if none
   */
  public Optional<Difference> first() {
    return Optional.ofNullable(firstDifference);
  }

  /**
   * Fails the calling test unless both paths agree.
   *
   * @throws AssertionError naming the first difference
   */
  public void assertSame() {
    if (!same()) {
      throw new AssertionError(toString());
    }
  }

  @Override
  public String toString() {
    String all = service + ": " + values + " values of " + rows + " requests";
    if (firstDifference == null) {
      return all + " are the same online and offline";
    }
    return all + ", " + differences + " differ; first: " + firstDifference;
  }

  /** A proof that lacks the requests to compare. */
  public static final class Proof {

    private final FeatureStore store;
    private final FeatureService service;

    Proof(FeatureStore store, FeatureService service) {
      this.store = store;
      this.service = service;
    }

    /**
     * Computes the features of every row by both paths and compares them. Ingestion waits
     * meanwhile.
     *
     * @param labels rows as in {@link TrainingSet.Builder#labels}
     * @param timeColumn the INSTANT column, without nulls, with the time of each request
     * @return the report
     * @throws dev.mlops.error.InvalidInputException if the rows lack a column, have one of another
     *     type, or have a row without time
     * @throws dev.mlops.error.NotFoundException if the service is not registered
     * @throws dev.mlops.error.ConflictException if it is registered with another definition
     */
    public ParityReport over(Dataset labels, String timeColumn) {
      return store.compare(service, labels, timeColumn);
    }
  }
}
