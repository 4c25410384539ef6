package dev.mlops.features;

import org.jspecify.annotations.Nullable;

/** Computes a view's features at an instant: the one place where this is done, for both paths. */
sealed interface Evaluator permits LatestEvaluator, WindowEvaluator {

  /** Writes the view's cells; {@code asKnown} heeds knowledge time. */
  void read(@Nullable Timeline line, long t, boolean asKnown, Frame frame);

  static Evaluator of(View view, int offset) {
    return view instanceof EventView events
        ? new WindowEvaluator(events, offset)
        : new LatestEvaluator((FeatureView) view, offset);
  }
}
