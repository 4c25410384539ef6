package dev.mlops.serving;

import dev.mlops.error.Elements;
import dev.mlops.error.Exactly;
import dev.mlops.error.Once;
import dev.mlops.error.Plural;
import dev.mlops.storage.Names;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a candidate must show before any request meets it: that it answers sample inputs, with
 * answers of a sound model, as it did where it was made, and fast enough. Given to {@link
 * DeploymentRouter#canary(Candidate, Preflight)} or {@link DeploymentRouter#replace(Candidate,
 * Preflight)}.
 *
 * <p>It asks the model as requests do, with the router's {@link Limits} but without their breaker,
 * on the thread that starts the rollout; nothing is logged or counted. All is looked at, whatever
 * was found before, and all that was found is told at once. Not thread-safe.
 *
 * @param <I> what is asked
 * @param <O> what is answered
 */
public final class Preflight<I, O> {

  private static final int MOST_WARM_UP = 1_000_000;

  /** An input whose answer is known. */
  record Golden<I, O>(I input, O expected, BiPredicate<? super O, ? super O> same) {
    @Override
    public String toString() {
      return "golden answer";
    }
  }

  /** How long the answers to the samples may take. */
  record Latency(double quantile, Duration limit) {
    @Override
    public String toString() {
      return "quantile " + Exactly.number(quantile) + " of " + Exactly.duration(limit);
    }
  }

  private final List<I> samples;
  private final List<Golden<I, O>> golden = new ArrayList<>();
  private final Map<String, Function<? super Predictor<I, O>, Optional<String>>> checks =
      new LinkedHashMap<>();
  private @Nullable Integer warmUp;
  private @Nullable Latency latency;

  private Preflight(List<I> samples) {
    this.samples = samples;
  }

  /**
   * Begins with inputs as they will come. Each must be answered, and the answer must be one: not
   * null, and valid by {@link RouterBuilder#valid} or, without it, finite numbers.
   *
   * @param inputs at least one
   * @param <I> what is asked
   * @param <O> what is answered
   * @return a preflight that asks them
   * @throws IllegalArgumentException if there is no input
   */
  public static <I, O> Preflight<I, O> samples(Collection<? extends I> inputs) {
    List<I> copy = Elements.copy(inputs, "inputs");
    if (copy.isEmpty()) {
      throw new IllegalArgumentException("a preflight needs at least one sample input");
    }
    return new Preflight<>(copy);
  }

  /**
   * Adds an input whose answer is known, from where the model was made.
   *
   * @param input what is asked
   * @param expected what must be answered
   * @param same whether an answer, which comes first, is as good as the expected one
   * @return this
   */
  public Preflight<I, O> golden(I input, O expected, BiPredicate<? super O, ? super O> same) {
    Objects.requireNonNull(input, "input");
    Objects.requireNonNull(expected, "expected");
    Objects.requireNonNull(same, "same");
    golden.add(new Golden<>(input, expected, same));
    return this;
  }

  /**
   * Adds an input whose answer is known, where answers are numbers.
   *
   * @param input what is asked
   * @param expected what must be answered: a {@link Number}, a {@code float[]} or a {@code
   *     double[]}
   * @param tolerance how far each number may be from its own in {@code expected}, at least 0; NaN
   *     is equal to NaN alone
   * @return this
   * @throws IllegalArgumentException if the tolerance is negative or NaN, or {@code expected} is of
   *     another type
   */
  public Preflight<I, O> golden(I input, O expected, double tolerance) {
    Objects.requireNonNull(input, "input");
    Objects.requireNonNull(expected, "expected");
    if (!(tolerance >= 0)) {
      throw new IllegalArgumentException(
          "a tolerance must be at least 0: " + Exactly.number(tolerance));
    }
    if (!Output.isNumeric(expected)) {
      throw new IllegalArgumentException(
          "an expected answer must be a number or an array of them to have a tolerance: a "
              + expected.getClass().getSimpleName()
              + "; give a predicate instead");
    }
    return golden(input, expected, (answer, known) -> Output.isNear(answer, known, tolerance));
  }

  /**
   * Sets how many requests run before answers are timed, the samples one after the other.
   *
   * @param requests within [0, 1000000]; each sample once by default
   * @return this
   * @throws IllegalArgumentException if the number is out of range
   * @throws IllegalStateException if it is already set
   */
  public Preflight<I, O> warmUp(int requests) {
    if (requests < 0 || requests > MOST_WARM_UP) {
      throw new IllegalArgumentException(
          "warmUp must lie within 0 and " + MOST_WARM_UP + " requests: " + requests);
    }
    warmUp = Once.set("warmUp", warmUp, requests);
    return this;
  }

  /**
   * Limits how long answers take after the warm-up. Each sample is timed once.
   *
   * @param quantile the share of samples that must be answered in time, within (0, 1]: 1 for all
   * @param limit above zero and at most 36,500 days
   * @return this
   * @throws IllegalArgumentException if the quantile or the time is out of range
   * @throws IllegalStateException if a latency is already set
   */
  public Preflight<I, O> latency(double quantile, Duration limit) {
    Objects.requireNonNull(limit, "limit");
    if (!(quantile > 0 && quantile <= 1)) {
      throw new IllegalArgumentException(
          "a quantile must be above 0 and at most 1: " + Exactly.number(quantile));
    }
    latency = Once.set("latency", latency, new Latency(quantile, Canary.limit("limit", limit)));
    return this;
  }

  /**
   * Adds a check of the application, for instance that the model's signature is the one that the
   * inputs have.
   *
   * @param name how findings call it, not blank
   * @param check is given the candidate as a model to ask; returns what is wrong, or empty. What it
   *     throws is a finding too
   * @return this
   * @throws IllegalStateException if there is a check of this name
   */
  public Preflight<I, O> check(
      String name, Function<? super Predictor<I, O>, Optional<String>> check) {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(check, "check");
    Once.refuse("check", Names.checked("check", name), checks.get(name));
    checks.put(name, check);
    return this;
  }

  List<I> samples() {
    return samples;
  }

  List<Golden<I, O>> golden() {
    return List.copyOf(golden);
  }

  Map<String, Function<? super Predictor<I, O>, Optional<String>>> checks() {
    return new LinkedHashMap<>(checks);
  }

  int warmUp() {
    return warmUp == null ? samples.size() : warmUp;
  }

  @Nullable Latency latency() {
    return latency;
  }

  /**
   * Says what is looked at.
   *
   * @return one line
   */
  @Override
  public String toString() {
    return "preflight of "
        + Plural.of(samples.size(), "sample")
        + ", "
        + Plural.of(golden.size(), "golden answer")
        + " and "
        + Plural.of(checks.size(), "check");
  }
}
