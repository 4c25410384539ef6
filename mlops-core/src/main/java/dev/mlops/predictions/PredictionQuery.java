package dev.mlops.predictions;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which predictions to read, and how much of them; immutable.
 *
 * @param model of this model, or null for all
 * @param version of this version, or null for all
 * @param variant of this variant, or null for all
 * @param from the earliest time, included, or null
 * @param to the latest time, excluded, or null
 * @param labelledBefore only labels known before this time, or null for all
 * @param labelledOnly whether predictions without a label stay out
 * @param features whether each feature becomes a column
 * @param featurePrefix what the names of those columns begin with
 * @param afterTime with {@code afterId}: only what comes behind that prediction, or null
 * @param afterId with {@code afterTime}: only what comes behind that prediction, or null
 * @param limit the most predictions to read
 */
public record PredictionQuery(
    @Nullable String model,
    @Nullable String version,
    @Nullable String variant,
    @Nullable Instant from,
    @Nullable Instant to,
    @Nullable Instant labelledBefore,
    boolean labelledOnly,
    boolean features,
    String featurePrefix,
    @Nullable Instant afterTime,
    @Nullable String afterId,
    int limit) {

  /**
   * Begins a query for everything.
   *
   * @return the builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /** Narrows a query; each option may be set once. Used by one thread. */
  public static final class Builder {
    private @Nullable String model;
    private @Nullable String version;
    private @Nullable String variant;
    private @Nullable Instant from;
    private @Nullable Instant to;
    private @Nullable Instant labelledBefore;
    private boolean labelledOnly;
    private boolean features;
    private @Nullable String featurePrefix;
    private @Nullable Instant afterTime;
    private @Nullable String afterId;
    private @Nullable Integer limit;

    private Builder() {}

    /**
     * Narrows to a model.
     *
     * @param model default: all
     * @return this builder
     */
    public Builder model(String model) {
      this.model = once("model", this.model, model);
      return this;
    }

    /**
     * Narrows to a version.
     *
     * @param version default: all
     * @return this builder
     */
    public Builder version(String version) {
      this.version = once("version", this.version, version);
      return this;
    }

    /**
     * Narrows to a variant.
     *
     * @param variant default: all
     * @return this builder
     */
    public Builder variant(String variant) {
      this.variant = once("variant", this.variant, variant);
      return this;
    }

    /**
     * Sets the earliest time.
     *
     * @param time included; default: none
     * @return this builder
     */
    public Builder from(Instant time) {
      this.from = once("from", this.from, time.truncatedTo(ChronoUnit.MICROS));
      return this;
    }

    /**
     * Sets the latest time.
     *
     * @param time excluded; default: none
     * @return this builder
     */
    public Builder to(Instant time) {
      this.to = once("to", this.to, time.truncatedTo(ChronoUnit.MICROS));
      return this;
    }

    /**
     * Reads labels as they were known at a time.
     *
     * @param time a label that became known at this time or later is not seen; default: all are
     *     seen
     * @return this builder
     */
    public Builder labelledBefore(Instant time) {
      this.labelledBefore =
          once("labelledBefore", this.labelledBefore, time.truncatedTo(ChronoUnit.MICROS));
      return this;
    }

    /**
     * Leaves out what has no label; by default it is read too.
     *
     * @return this builder
     */
    public Builder labelledOnly() {
      this.labelledOnly = true;
      return this;
    }

    /**
     * Reads the features too; by default they are not.
     *
     * @return this builder
     */
    public Builder features() {
      this.features = true;
      return this;
    }

    /**
     * Tells the columns of features from those of the log.
     *
     * @param prefix what their names begin with; default: nothing
     * @return this builder
     */
    public Builder featurePrefix(String prefix) {
      this.featurePrefix = once("featurePrefix", this.featurePrefix, prefix);
      return this;
    }

    /**
     * Goes on behind the last prediction of a page.
     *
     * @param time of that prediction
     * @param id of that prediction
     * @return this builder
     */
    public Builder after(Instant time, String id) {
      this.afterTime = once("after", this.afterTime, time.truncatedTo(ChronoUnit.MICROS));
      this.afterId = id;
      return this;
    }

    /**
     * Bounds the page.
     *
     * @param most the most predictions to read, at least 1; default: all
     * @return this builder
     * @throws IllegalArgumentException if it is below 1
     */
    public Builder limit(int most) {
      if (most < 1) {
        throw new IllegalArgumentException("limit must be at least 1: " + most);
      }
      this.limit = once("limit", this.limit, most);
      return this;
    }

    /**
     * Makes the query.
     *
     * @return the query
     */
    public PredictionQuery build() {
      return new PredictionQuery(
          model,
          version,
          variant,
          from,
          to,
          labelledBefore,
          labelledOnly,
          features,
          featurePrefix == null ? "" : featurePrefix,
          afterTime,
          afterId,
          limit == null ? Integer.MAX_VALUE : limit);
    }

    private static <T> T once(String option, @Nullable T before, T value) {
      if (before != null) {
        throw new IllegalStateException("the option '" + option + "' is set already, to " + before);
      }
      return Objects.requireNonNull(value, option);
    }
  }
}
