package dev.mlops.features;

import static java.util.Objects.requireNonNull;

import dev.mlops.data.Dataset;
import dev.mlops.error.Elements;
import dev.mlops.error.Plural;
import dev.mlops.features.timeline.Spans;
import dev.mlops.features.view.FeatureService;
import dev.mlops.predictions.PredictionQuery;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What came of computing features by both paths: the training join over the stored segments, and
 * the live reader.
 *
 * @param service the service's name
 * @param sequence the last ingestion that the training join used
 * @param behind the views whose live rows lack some that are stored, because another store ingested
 *     them and {@link FeatureStore#refresh()} was not called; in the order of the service
 * @param backfilled how many of the stored rows were loaded afterwards: what a live answer held
 *     when they happened is not known
 * @param rows how many requests were compared
 * @param values how many feature values were compared, by status and bit for bit
 * @param present how many of them have a value on either path
 * @param outOfRange how many more the live reader did not answer, because live rows of their
 *     instant are not kept any more; they are not compared
 * @param differences how many of those that were compared differ
 * @param firstDifference the first that differs, or null
 */
public record ParityReport(
    String service,
    long sequence,
    List<String> behind,
    long backfilled,
    int rows,
    long values,
    long present,
    long outOfRange,
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
   * Copies the list.
   *
   * @param service the service's name
   * @param sequence the last ingestion that the training join used
   * @param behind the views whose live rows lack some that are stored
   * @param backfilled how many of the stored rows were loaded afterwards
   * @param rows how many requests were compared
   * @param values how many feature values were compared
   * @param present how many of them have a value on either path
   * @param outOfRange how many more the live reader did not answer
   * @param differences how many of those that were compared differ
   * @param firstDifference the first that differs, or null
   */
  public ParityReport {
    behind = Elements.copy(behind, "behind");
  }

  /**
   * Tells whether both paths agree.
   *
   * @return true if values were compared, one of them at least is present, and none differs
   */
  public boolean same() {
    return present > 0 && differences == 0;
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
   * Fails the calling test unless both paths agree on something.
   *
   * @throws AssertionError naming the first difference, or saying that there was nothing to compare
   */
  public void assertSame() {
    if (!same()) {
      throw new AssertionError(toString());
    }
  }

  @Override
  public String toString() {
    return service + ": " + comparison() + state();
  }

  private String comparison() {
    String all = Plural.of(values, "value") + " of " + Plural.of(rows, "request");
    if (firstDifference != null) {
      return all + ", " + differences + " differ; first: " + firstDifference;
    }
    if (present == 0) {
      return all
          + " prove nothing: none is present. Ask for keys and times of which rows were known";
    }
    return all + " are the same online and offline";
  }

  private String state() {
    String stale =
        behind.isEmpty()
            ? ""
            : "; live rows are behind in " + behind + ", refresh() brings them up to date";
    String old =
        outOfRange == 0
            ? stale
            : stale + "; " + outOfRange + " more are older than the live rows that are kept";
    return backfilled == 0
        ? old
        : old
            + "; "
            + Plural.of(backfilled, "row is", "rows are")
            + " a backfill, no live answer of their time is known";
  }

  /** A proof that lacks the requests to compare. */
  public static final class Proof {

    private final FeatureStore store;
    private final FeatureService service;
    private final Duration within;

    Proof(FeatureStore store, FeatureService service) {
      this(store, service, Duration.ofMinutes(1));
    }

    private Proof(FeatureStore store, FeatureService service, Duration within) {
      this.store = store;
      this.service = service;
      this.within = within;
    }

    /**
     * Sets how far the instant of the features may be from the time of the prediction that was made
     * of them; those of another instant are found by {@code served}.
     *
     * @param within positive, at most 100,000 days; one minute by default
     * @return a proof with that limit
     * @throws IllegalArgumentException if it is not positive, or too long
     */
    public Proof within(Duration within) {
      Spans.checkSpan("within", within);
      return new Proof(store, service, within);
    }

    /**
     * Computes the features of every row by both paths and compares them: the training join over
     * everything that is stored, and the live rows as they are. Live rows that are behind stay so,
     * and differ. Ingestion waits meanwhile.
     *
     * @param labels rows as in {@link TrainingSet.Builder#labels}
     * @param timeColumn the INSTANT column, without nulls, with the time of each request
     * @return the report
     * @throws IllegalStateException if this store has no live reader of the service
     * @throws dev.mlops.error.InvalidInputException if the rows lack a column, have one of another
     *     type, or have a row without time
     * @throws dev.mlops.error.NotFoundException if the service is not registered
     * @throws dev.mlops.error.ConflictException if it is registered with another definition
     */
    public ParityReport over(Dataset labels, String timeColumn) {
      return store.compare(service, labels, timeColumn);
    }

    /**
     * Compares the features of the workspace's prediction log with the training rows of the same
     * requests and instants: what models have seen with what a model is trained on. Needs no live
     * reader.
     *
     * @param from the least time of a prediction, included
     * @param to the greatest time of a prediction, excluded
     * @return the report
     * @throws dev.mlops.error.NotFoundException if the service is not registered
     * @throws dev.mlops.error.ConflictException if it is registered with another definition
     * @throws dev.mlops.error.StorageException if the log or the stored rows cannot be read
     */
    public ServedReport served(Instant from, Instant to) {
      return served(store.predictions().query().between(from, to));
    }

    /**
     * Compares the features of some predictions, as {@link #served(Instant, Instant)} does.
     *
     * <p>Compared are predictions that were logged with {@link
     * dev.mlops.predictions.ServedFeatures}, such as a router logs of a {@link
     * dev.mlops.features.view.FeatureVector}; others are counted. The predictions are read page by
     * page.
     *
     * @param query which predictions of which log, such as {@code
     *     workspace.predictions().query().model("churn").version(3)}; what it reads of them makes
     *     no difference
     * @return the report
     * @throws dev.mlops.error.InvalidInputException if a logged request is none of the service
     * @throws dev.mlops.error.NotFoundException if the service is not registered
     * @throws dev.mlops.error.ConflictException if it is registered with another definition
     * @throws dev.mlops.error.StorageException if the log or the stored rows cannot be read
     */
    public ServedReport served(PredictionQuery query) {
      requireNonNull(query, "query");
      return store.served(service, query, within);
    }

    @Override
    public String toString() {
      return "proof of service '" + service.name() + "', " + store;
    }
  }
}
