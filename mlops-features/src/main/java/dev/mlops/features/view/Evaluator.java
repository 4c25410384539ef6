package dev.mlops.features.view;

import dev.mlops.features.timeline.EntityTimeline;
import org.jspecify.annotations.Nullable;

/** Computes a view's features at an instant: the one place where this is done, for both paths. */
sealed interface Evaluator permits LatestEvaluator, WindowEvaluator {

  /** Writes the view's cells; {@code asKnown} heeds knowledge time. */
  void read(@Nullable EntityTimeline line, long t, boolean asKnown, Frame frame);
}
