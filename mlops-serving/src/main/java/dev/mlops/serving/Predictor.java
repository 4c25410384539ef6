package dev.mlops.serving;

import java.util.Objects;
import java.util.function.Function;

/**
 * A model as a function: one input, one output. A {@link DeploymentRouter} is itself a predictor,
 * so it can stand wherever a model stood.
 *
 * <p>Implementations given to a router must be safe for use by many threads. What a predictor
 * throws is taken as its failure.
 *
 * @param <I> what is asked
 * @param <O> what is answered
 */
@FunctionalInterface
public interface Predictor<I, O> {

  /**
   * Answers one input.
   *
   * @param input what is asked
   * @return the answer
   */
  O predict(I input);

  /**
   * Returns a predictor that turns its input into this one's, for instance a typed object into a
   * feature array.
   *
   * @param before makes this predictor's input
   * @param <J> the new input
   * @return a predictor that applies {@code before}, then this
   */
  default <J> Predictor<J, O> compose(Function<? super J, ? extends I> before) {
    Objects.requireNonNull(before, "before");
    return input -> predict(before.apply(input));
  }

  /**
   * Returns a predictor that turns this one's output into another, for instance a probability array
   * into a number.
   *
   * @param after reads this predictor's output
   * @param <P> the new output
   * @return a predictor that applies this, then {@code after}
   */
  default <P> Predictor<I, P> andThen(Function<? super O, ? extends P> after) {
    Objects.requireNonNull(after, "after");
    return input -> after.apply(predict(input));
  }
}
