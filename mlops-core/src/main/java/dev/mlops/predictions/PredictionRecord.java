package dev.mlops.predictions;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One prediction as it was served; immutable.
 *
 * <pre>{@code
 * PredictionRecord.builder()
 *     .id("7d1f").model("flights").version(3).time(now)
 *     .features(Map.of("distance", 940.0, "carrier", "UA")).score(0.31)
 *     .build();
 * }</pre>
 */
public final class PredictionRecord {
  private static final int NANOS_A_SECOND = 1_000_000_000;

  // One is made for each request, so it is as small as it can be.

  /** The text; before anybody reads it, the series instead. */
  private Object id;

  private final long number;
  private final String model;
  private final String version;
  private final String variant;
  private final Instant time;
  private final @Nullable String entity;

  /** Values by name, or {@link KeptFeatures}. */
  private final Object features;

  private final double score;
  private final @Nullable ModelOutput output;
  private final long latencySeconds;
  private final int latencyNanos;
  private final @Nullable String trace;
  private final String outcome;

  private PredictionRecord(Builder b) {
    this.id = required("id", b.id);
    this.number = b.number;
    this.model = required("model", b.model);
    this.version = required("version", b.version);
    this.variant = b.variant;
    this.time = required("time", b.time);
    this.entity = b.entity;
    this.features = b.features;
    this.score = b.score;
    this.output = b.output;
    this.latencySeconds = b.latencySeconds;
    this.latencyNanos = b.latencyNanos;
    this.trace = b.trace;
    this.outcome = b.outcome;
  }

  private static <T> T required(String option, @Nullable T value) {
    if (value == null) {
      throw new IllegalStateException(
          "a prediction record needs id, model, version and time; missing: " + option);
    }
    return value;
  }

  /**
   * Begins a record.
   *
   * @return the builder; {@code id}, {@code model}, {@code version} and {@code time} must be given
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Returns the id by which labels join.
   *
   * @return the id, unique in its project
   */
  public String id() {
    if (id instanceof IdSeries series) {
      id = series.id(number); // Two threads may both make it: the same text.
    }
    return (String) id;
  }

  /** The id, unless it is of a series and its text was not made yet: such an id is fine. */
  @Nullable String writtenId() {
    return id instanceof String text ? text : null;
  }

  /**
   * Returns the model.
   *
   * @return its name
   */
  public String model() {
    return model;
  }

  /**
   * Returns the version.
   *
   * @return the version of the model
   */
  public String version() {
    return version;
  }

  /**
   * Returns the variant.
   *
   * @return the part the model played, such as {@code live}, {@code canary} or {@code shadow}
   */
  public String variant() {
    return variant;
  }

  /**
   * Returns the time.
   *
   * @return when it was served
   */
  public Instant time() {
    return time.truncatedTo(ChronoUnit.MICROS);
  }

  /** As it was given, for who makes no object. */
  Instant exactTime() {
    return time;
  }

  long latencySeconds() {
    return latencySeconds;
  }

  /**
   * Returns the entity.
   *
   * @return what the prediction is about, or null
   */
  public @Nullable String entity() {
    return entity;
  }

  /**
   * Returns the features.
   *
   * @return the inputs by name: numbers, strings, booleans or null; unmodifiable, in the order
   *     given
   */
  @SuppressWarnings("unchecked")
  public Map<String, @Nullable Object> features() {
    return features instanceof KeptFeatures served
        ? served.logged()
        : (Map<String, @Nullable Object>) features;
  }

  /**
   * Returns where the features come from, if they say so.
   *
   * @return the features with their service, instant, position and request; unmodifiable. Null if
   *     they were given as values alone
   */
  public @Nullable ServedFeatures served() {
    return features instanceof KeptFeatures served ? served : null;
  }

  /**
   * Returns the main output.
   *
   * @return a number; NaN if there was none
   */
  public double score() {
    return score;
  }

  /**
   * Returns the whole output, where it is more than a score.
   *
   * @return the output, or null
   */
  public @Nullable ModelOutput output() {
    return output;
  }

  /**
   * Returns the latency.
   *
   * @return how long it took
   */
  public Duration latency() {
    return Duration.ofSeconds(latencySeconds, latencyNanos);
  }

  /**
   * Returns the trace.
   *
   * @return the id of the request's trace, or null
   */
  public @Nullable String trace() {
    return trace;
  }

  /**
   * Returns the outcome.
   *
   * @return such as {@code ok}, {@code error} or {@code fallback}
   */
  public String outcome() {
    return outcome;
  }

  /**
   * Says why no log takes this record, which {@link PredictionLog#log} then refuses.
   *
   * <p>The id, model, version, variant, outcome, trace, and the service and definition of the
   * features have at most 250 characters, the entity and the names of features and classes 1,000;
   * there are at most 10,000 features, with 1,048,576 characters in all, as many values of a
   * request, as many classes, and as many characters or numbers in an output. No text holds NUL or
   * half of a surrogate pair, names are not empty, and values are numbers, strings, booleans or
   * null.
   *
   * @return what is wrong and what is allowed; empty if the record is fine
   */
  public Optional<String> refusal() {
    return Refusal.of(this);
  }

  @Override
  public String toString() {
    return "prediction '"
        + id()
        + "' of "
        + model
        + " "
        + version
        + " at "
        + time()
        + (variant.isEmpty() ? "" : ", variant '" + variant + "'")
        + ", "
        + outcome;
  }

  /** Collects the parts of a record; used by one thread. */
  public static final class Builder {
    private @Nullable Object id;
    private long number;
    private @Nullable String model;
    private @Nullable String version;
    private String variant = "live";
    private @Nullable Instant time;
    private @Nullable String entity;
    private Object features = Map.of();
    private double score = Double.NaN;
    private @Nullable ModelOutput output;
    private long latencySeconds;
    private int latencyNanos;
    private @Nullable String trace;
    private String outcome = "ok";

    private Builder() {}

    /**
     * Sets the id by which labels join.
     *
     * @param id unique in its project
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder id(String id) {
      this.id = Objects.requireNonNull(id, "id");
      return this;
    }

    /**
     * Sets the id by which labels join, of which the text is made when somebody reads it.
     *
     * @param series the ids of which it is one
     * @param number its number, at least 0
     * @return this builder
     * @throws IllegalArgumentException if the number is below 0
     */
    @CanIgnoreReturnValue
    public Builder id(IdSeries series, long number) {
      this.id = Objects.requireNonNull(series, "series");
      this.number = IdSeries.checked(number);
      return this;
    }

    /**
     * Sets the model.
     *
     * @param model its name
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder model(String model) {
      this.model = Objects.requireNonNull(model, "model");
      return this;
    }

    /**
     * Sets the version of the model.
     *
     * @param version the version
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder version(String version) {
      this.version = Objects.requireNonNull(version, "version");
      return this;
    }

    /**
     * Sets the version of the model where that is a number, as in the registry.
     *
     * @param version the version
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder version(long version) {
      return version(Long.toString(version));
    }

    /**
     * Sets the part the model played.
     *
     * @param variant default: {@code live}
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder variant(String variant) {
      this.variant = Objects.requireNonNull(variant, "variant");
      return this;
    }

    /**
     * Sets when it was served.
     *
     * @param time rounded down to the microsecond
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder time(Instant time) {
      this.time = Objects.requireNonNull(time, "time");
      return this;
    }

    /**
     * Sets what the prediction is about.
     *
     * @param entity default: null
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder entity(@Nullable String entity) {
      this.entity = entity;
      return this;
    }

    /**
     * Sets the inputs.
     *
     * @param features numbers, strings, booleans or null, by name; copied. Default: none
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder features(Map<String, ? extends @Nullable Object> features) {
      Objects.requireNonNull(features, "features");
      this.features = KeptFeatures.copy(features);
      return this;
    }

    /**
     * Sets the inputs, and keeps where they come from.
     *
     * @param features such as a {@code FeatureVector} of the feature store; copied. Default: none
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder features(ServedFeatures features) {
      Objects.requireNonNull(features, "features");
      this.features = KeptFeatures.of(features);
      return this;
    }

    /**
     * Sets the main output.
     *
     * @param score default: NaN
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder score(double score) {
      this.score = score;
      return this;
    }

    /**
     * Sets the whole output, where it is more than a score.
     *
     * @param output scores by class, a text or a vector; default: null
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder output(@Nullable ModelOutput output) {
      this.output = output;
      return this;
    }

    /**
     * Sets how long it took.
     *
     * @param latency kept in whole microseconds; default: zero
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder latency(Duration latency) {
      this.latencySeconds = Objects.requireNonNull(latency, "latency").toSeconds();
      this.latencyNanos = latency.toNanosPart();
      return this;
    }

    /**
     * Sets how long it took, as who serves many requests has measured it.
     *
     * @param nanos in nanoseconds; kept in whole microseconds
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder latencyNanos(long nanos) {
      this.latencySeconds = Math.floorDiv(nanos, NANOS_A_SECOND);
      this.latencyNanos = Math.floorMod(nanos, NANOS_A_SECOND);
      return this;
    }

    /**
     * Sets the id of the request's trace.
     *
     * @param trace default: null
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder trace(@Nullable String trace) {
      this.trace = trace;
      return this;
    }

    /**
     * Sets the outcome.
     *
     * @param outcome default: {@code ok}
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder outcome(String outcome) {
      this.outcome = Objects.requireNonNull(outcome, "outcome");
      return this;
    }

    /**
     * Makes the record.
     *
     * @return the record
     * @throws IllegalStateException if the id, model, version or time is missing
     */
    public PredictionRecord build() {
      return new PredictionRecord(this);
    }
  }
}
