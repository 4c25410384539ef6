package dev.mlops.serving;

import dev.mlops.error.Exactly;
import dev.mlops.error.Once;
import dev.mlops.error.Plural;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a router allows each of its models, so that one that hangs, fails or is flooded takes down
 * nothing else. Every model has its own: the live one, a candidate, and the one that was live
 * before. A model over a limit is not asked, or not waited for any longer; the router's fallbacks
 * answer, and without them the caller gets an {@link OverloadedException}.
 *
 * <p>To a guard such a request is a failure of the model that it was assigned to. Immutable; each
 * option may be set once.
 */
public final class Limits {

  private static final int MOST = 10_000;
  private static final Duration DEFAULT_RETRY = Duration.ofSeconds(1);

  /** When a model is left alone: so many failures among so many requests, and for how long. */
  record BreakerTerms(int failures, int window, Duration pause) {
    @Override
    public String toString() {
      return "a pause of "
          + Exactly.duration(pause)
          + " after "
          + Plural.of(failures, "failure")
          + " of "
          + window;
    }
  }

  private final int inFlight;
  private final @Nullable Duration timeout;
  private final @Nullable Integer queue;
  private final @Nullable BreakerTerms breaker;

  private Limits(
      int inFlight,
      @Nullable Duration timeout,
      @Nullable Integer queue,
      @Nullable BreakerTerms breaker) {
    this.inFlight = inFlight;
    this.timeout = timeout;
    this.queue = queue;
    this.breaker = breaker;
  }

  /**
   * Limits how many requests may be inside a model at once. One more is refused at once, without
   * waiting.
   *
   * @param requests within [1, 10000]; with a {@link #timeout} also the most threads that a model
   *     gets
   * @return the limits
   * @throws IllegalArgumentException if the number is out of range
   */
  public static Limits inFlight(int requests) {
    return new Limits(within("inFlight", requests, 1), null, null, null);
  }

  /**
   * Limits how long a caller waits for a model. The model then runs on threads of its own, as many
   * as {@link #inFlight} at most, which end when they are idle: it must not rely on what is bound
   * to the caller's thread. When the time is up the caller goes on, the model keeps its thread
   * until it comes back, and its late answer is counted and thrown away. So a model that hangs
   * fills its own threads, and the next request is refused at once.
   *
   * <p>A caller who is interrupted waits for the answer all the same, and is still interrupted
   * afterwards.
   *
   * @param time above zero and at most 36,500 days; no limit by default, and the model runs on the
   *     caller's thread
   * @return a copy with the limit
   * @throws IllegalArgumentException if the time is out of range
   * @throws IllegalStateException if a time is already set
   */
  public Limits timeout(Duration time) {
    Objects.requireNonNull(time, "time");
    Duration checked = Canary.limit("timeout", time);
    return new Limits(inFlight, Once.set("timeout", timeout, checked), queue, breaker);
  }

  /**
   * Lets requests wait for a thread of the model while all are busy. The wait is part of the {@link
   * #timeout}, which must be set before.
   *
   * @param requests how many may wait, within [0, 10000]; none by default
   * @return a copy with the limit
   * @throws IllegalArgumentException if the number is out of range
   * @throws IllegalStateException if there is no timeout, or a queue is already set
   */
  public Limits queue(int requests) {
    if (timeout == null) {
      throw new IllegalStateException(
          "a queue needs a time after which nobody waits any more; add .timeout(...) before");
    }
    int checked = within("queue", requests, 0);
    return new Limits(inFlight, timeout, Once.set("queue", queue, checked), breaker);
  }

  /**
   * Leaves a model alone for a while after too many failures: it threw, answered null, or was not
   * back in time. A request that was refused is none. After the pause one request tries the model
   * again: if it is answered all go there again, if not the next try comes after another pause.
   *
   * <p>{@code breaker(0.5, 100, pause)} looks at the rate among the last 100 requests, {@code
   * breaker(1, 10, pause)} at ten failures in a row.
   *
   * @param rate the share of failures at which it opens, within (0, 1]
   * @param window how many of the model's last requests are looked at, within [1, 10000]; those
   *     that have not come yet are taken for answered
   * @param pause above zero and at most 36,500 days
   * @return a copy with the limit
   * @throws IllegalArgumentException if a number or the time is out of range
   * @throws IllegalStateException if a breaker is already set
   */
  public Limits breaker(double rate, int window, Duration pause) {
    if (!(rate > 0 && rate <= 1)) {
      throw new IllegalArgumentException(
          "the rate of failures must be above 0 and at most 1: " + Exactly.number(rate));
    }
    int checked = within("window", window, 1);
    int failures = (int) Math.ceil(rate * checked);
    BreakerTerms terms = new BreakerTerms(failures, checked, Canary.limit("pause", pause));
    return new Limits(inFlight, timeout, queue, Once.set("breaker", breaker, terms));
  }

  /** The same for somebody who wants to see every failure. */
  Limits withoutBreaker() {
    return new Limits(inFlight, timeout, queue, null);
  }

  private static int within(String what, int requests, int least) {
    if (requests < least || requests > MOST) {
      throw new IllegalArgumentException(
          what + " must lie within " + least + " and " + MOST + " requests: " + requests);
    }
    return requests;
  }

  int inFlight() {
    return inFlight;
  }

  /** How many requests may be inside or wait. */
  int places() {
    return inFlight + (queue == null ? 0 : queue);
  }

  @Nullable Duration timeout() {
    return timeout;
  }

  @Nullable BreakerTerms breaker() {
    return breaker;
  }

  /** After which time it makes sense to ask a full model again. */
  Duration retryAfter() {
    return Objects.requireNonNullElse(timeout, DEFAULT_RETRY);
  }

  /**
   * Says the limits.
   *
   * @return one line, such as {@code 8 requests in flight, 50 milliseconds, 2 may wait}
   */
  @Override
  public String toString() {
    return Plural.of(inFlight, "request")
        + " in flight"
        + (timeout == null ? "" : ", " + Exactly.duration(timeout))
        + (queue == null ? "" : ", " + queue + " may wait")
        + (breaker == null ? "" : ", " + breaker);
  }
}
