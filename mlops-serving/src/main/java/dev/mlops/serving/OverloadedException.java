package dev.mlops.serving;

import static java.util.Objects.requireNonNull;

import dev.mlops.error.MlopsException;
import java.time.Duration;

/**
 * A model is over one of its {@link Limits}, and nothing else could answer: it has too many
 * requests inside, was not back in time, or is left alone after too many failures. The request may
 * be asked again later. A server says this by the status 503.
 */
public final class OverloadedException extends MlopsException {
  private static final long serialVersionUID = 1L;

  /** The router's name. */
  private final String router;

  /** The model and its version. */
  private final String model;

  /** When it makes sense to ask again. */
  private final Duration retryAfter;

  /**
   * Creates a failure.
   *
   * @param router the router's name
   * @param model the model and its version, as {@code model:version}
   * @param limit which limit it is over, as the end of a sentence that begins with the model
   * @param retryAfter when it makes sense to ask again
   */
  public OverloadedException(String router, String model, String limit, Duration retryAfter) {
    super(
        "router '%s': %s %s; ask again later, raise .limits(...), or add .otherwise(...)"
            .formatted(
                requireNonNull(router, "router"),
                requireNonNull(model, "model"),
                requireNonNull(limit, "limit")));
    this.router = router;
    this.model = model;
    this.retryAfter = requireNonNull(retryAfter, "retryAfter");
  }

  /**
   * Returns which router could not answer.
   *
   * @return its name
   */
  public String router() {
    return router;
  }

  /**
   * Returns which model is over its limit.
   *
   * @return {@code model:version}
   */
  public String model() {
    return model;
  }

  /**
   * Returns when it makes sense to ask again.
   *
   * @return a time from now on, zero or more; a hint, for instance for a header {@code Retry-After}
   */
  public Duration retryAfter() {
    return retryAfter;
  }
}
