package dev.mlops.features;

import dev.mlops.data.Dataset;
import dev.mlops.data.Digest;
import dev.mlops.error.Once;
import dev.mlops.error.Plural;
import dev.mlops.features.view.FeatureService;
import dev.mlops.features.view.FeatureVector.Status;
import dev.mlops.features.view.JoinedRows;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Label rows with the features as they were at each row's time. Immutable.
 *
 * <p>The same labels, definitions and sequence give the same digest, byte for byte.
 */
public final class TrainingSet {

  /** Which rows count as visible at a label's time. */
  public enum Mode {
    /** Those that had happened and were known: what the live reader would have answered. */
    AS_KNOWN,
    /** Those that had happened, known or not: features may hold what nobody could know. */
    AS_IF_KNOWN_IMMEDIATELY
  }

  private final FeatureService service;
  private final Mode mode;
  private final long sequence;
  private final JoinedRows joined;
  private final LeakReport leakReport;
  private final Digest digest;

  TrainingSet(
      FeatureService service, Mode mode, long sequence, JoinedRows joined, LeakReport leakReport) {
    this.service = service;
    this.mode = mode;
    this.sequence = sequence;
    this.joined = joined;
    this.leakReport = leakReport;
    this.digest = joined.dataset().digest();
  }

  /**
   * Returns the label rows with the features.
   *
   * @return every label row, in order, with every label column, then the features in the order of
   *     the service; null where a feature is not PRESENT
   */
  public Dataset dataset() {
    return joined.dataset();
  }

  /**
   * Returns the features alone, in the order of the model's input.
   *
   * @return the columns named by {@link FeatureService#features()}, a row for each label
   */
  public Dataset features() {
    return dataset().select(service.features().toArray(String[]::new));
  }

  /**
   * Returns the digest of the dataset.
   *
   * @return the SHA-256
   */
  public Digest digest() {
    return digest;
  }

  /**
   * Returns the service whose features these are.
   *
   * @return the service
   */
  public FeatureService service() {
    return service;
  }

  /**
   * Returns which rows counted as visible.
   *
   * @return the mode
   */
  public Mode mode() {
    return mode;
  }

  /**
   * Returns the sequence of the last ingestion that was used.
   *
   * @return the sequence; 0 if there was none
   */
  public long sequence() {
    return sequence;
  }

  /**
   * Tells how much the other mode would have changed.
   *
   * @return the report
   */
  public LeakReport leakReport() {
    return leakReport;
  }

  /**
   * Counts the rows of one feature by status.
   *
   * @param feature the feature's full name
   * @return all four statuses with their numbers of rows
   * @throws IllegalArgumentException if the service has no such feature
   */
  public Map<Status, Integer> coverage(String feature) {
    Map<Status, Integer> counts = joined.coverage().get(feature);
    if (counts == null) {
      throw new IllegalArgumentException(
          "no feature '" + feature + "'; found: " + joined.coverage().keySet());
    }
    return counts;
  }

  @Override
  public String toString() {
    return service.name()
        + ": "
        + Plural.of(dataset().rowCount(), "row")
        + ", "
        + mode
        + ", up to ingestion "
        + sequence;
  }

  /** A training set being described; not thread-safe. */
  public static final class Builder {

    private final FeatureStore store;
    private final FeatureService service;
    private @Nullable Dataset labels;
    private @Nullable String time;
    private Mode mode = Mode.AS_KNOWN;
    private OptionalLong sequence = OptionalLong.empty();

    Builder(FeatureStore store, FeatureService service) {
      this.store = store;
      this.service = service;
    }

    /**
     * Sets the rows to be joined with features. Required.
     *
     * @param labels rows with the columns of {@link FeatureService#requestFields()}; a null key
     *     matches nothing
     * @param timeColumn the INSTANT column, without nulls, with the time of each request
     * @return this builder
     * @throws IllegalStateException if they are already set
     */
    public Builder labels(Dataset labels, String timeColumn) {
      Once.refuse("labels", time);
      this.labels = Objects.requireNonNull(labels, "labels");
      this.time = Objects.requireNonNull(timeColumn, "timeColumn");
      return this;
    }

    /**
     * Ignores knowledge time: for a history that was loaded afterwards, and for measuring what that
     * leaks. The default is {@link Mode#AS_KNOWN}.
     *
     * @return this builder
     */
    public Builder asIfKnownImmediately() {
      mode = Mode.AS_IF_KNOWN_IMMEDIATELY;
      return this;
    }

    /**
     * Uses only the ingestions up to a sequence, so that an earlier training set can be had again.
     * The default is all of them.
     *
     * @param sequence the last sequence to use; at least 0 and at most the latest
     * @return this builder
     * @throws IllegalStateException if it is already set
     */
    public Builder atSequence(long sequence) {
      Once.refuse("atSequence", this.sequence.isPresent() ? this.sequence.getAsLong() : null);
      this.sequence = OptionalLong.of(sequence);
      return this;
    }

    /**
     * Joins.
     *
     * @return the training set
     * @throws IllegalStateException if there are no labels
     * @throws dev.mlops.error.InvalidInputException if the labels lack a column, have one of
     *     another type, have a row without time, or have a column named like a feature
     * @throws dev.mlops.error.NotFoundException if the service is not registered or there is no
     *     such sequence
     * @throws dev.mlops.error.ConflictException if the service is registered with another
     *     definition
     */
    public TrainingSet build() {
      if (labels == null || time == null) {
        throw new IllegalStateException("no labels; set them with labels(dataset, timeColumn)");
      }
      return store.train(service, labels, time, mode, sequence);
    }
  }
}
