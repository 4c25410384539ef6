package dev.mlops.serving;

import dev.mlops.error.Exactly;
import dev.mlops.predictions.IdSeries;
import dev.mlops.predictions.PredictionRecord;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An answer of a {@link DeploymentRouter}, with where it came from. Immutable; equal to one of the
 * same parts.
 *
 * @param <O> what is answered
 */
public final class Prediction<O> {

  /** How a request ended. */
  enum Outcome {
    OK("ok"),
    FALLBACK("fallback"),
    ERROR("error");

    final String text;

    Outcome(String text) {
      this.text = text;
    }
  }

  // Every request makes one, so the id's text and the latency's object are made for who asks.
  private final @Nullable O value;
  private final IdSeries ids;
  private final long sequence;
  private @Nullable String id;
  private final ServedModel by;
  private final long nanos;
  private final boolean canary;
  private final boolean fallback;

  /**
   * Tells of a request.
   *
   * @param value null if nobody could answer; the caller gets the failure then, not this
   * @param id the text of the id, null if its number says all
   */
  Prediction(
      @Nullable O value,
      IdSeries ids,
      long sequence,
      @Nullable String id,
      ServedModel by,
      boolean canary,
      boolean fallback,
      long nanos) {
    this.value = value;
    this.ids = ids;
    this.sequence = sequence;
    this.id = id;
    this.by = by;
    this.canary = canary;
    this.fallback = fallback;
    this.nanos = nanos;
  }

  /**
   * Returns the answer.
   *
   * @return what the model, or a fallback, has answered
   */
  public O value() {
    return Objects.requireNonNull(value);
  }

  /**
   * Returns the id.
   *
   * @return names this prediction in the prediction log; a later {@link dev.mlops.labels.Label}
   *     refers to it
   */
  public String id() {
    String text = id;
    if (text == null) {
      // Two threads may both make it: the same text.
      text = ids.id(sequence);
      id = text;
    }
    return text;
  }

  /**
   * Returns the model.
   *
   * @return the model that made the value
   */
  public String model() {
    return by.model();
  }

  /**
   * Returns the version.
   *
   * @return the version that made the value; where the models failed, the name of the {@link
   *     RouterBuilder#otherwise(String, java.util.function.Function)} that answered, such as {@code
   *     "default"}
   */
  public String version() {
    return by.version();
  }

  /**
   * Returns the arm that the request was assigned to.
   *
   * @return {@code "live"} or {@code "canary"}
   */
  public String variant() {
    return canary ? "canary" : "live";
  }

  /**
   * Tells a fallback.
   *
   * @return whether the assigned model failed and something else answered
   */
  public boolean fallback() {
    return fallback;
  }

  /**
   * Returns the latency.
   *
   * @return the time from the question to the answer, in the router
   */
  public Duration latency() {
    return Duration.ofNanos(nanos);
  }

  boolean canary() {
    return canary;
  }

  Outcome outcome() {
    if (value == null) {
      return Outcome.ERROR;
    }
    return fallback ? Outcome.FALLBACK : Outcome.OK;
  }

  long nanos() {
    return nanos;
  }

  /** Names the prediction in a record of it. */
  void name(PredictionRecord.Builder record) {
    if (id == null) {
      record.id(ids, sequence);
    } else {
      record.id(id);
    }
  }

  @Override
  public boolean equals(@Nullable Object object) {
    return object instanceof Prediction<?> other
        && id().equals(other.id())
        && Objects.equals(value, other.value)
        && by.equals(other.by)
        && nanos == other.nanos
        && canary == other.canary
        && fallback == other.fallback;
  }

  @Override
  public int hashCode() {
    return id().hashCode();
  }

  @Override
  public String toString() {
    return "prediction '"
        + id()
        + "' of "
        + by
        + " in "
        + Exactly.duration(latency())
        + (fallback ? " by fallback: " : ": ")
        + value;
  }
}
