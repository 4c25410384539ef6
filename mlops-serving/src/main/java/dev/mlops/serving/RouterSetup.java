package dev.mlops.serving;

import dev.mlops.predictions.ModelOutput;
import dev.mlops.predictions.ServedFeatures;
import dev.mlops.rollout.RolloutListener;
import dev.mlops.serving.Guard.LabelRule;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** The functions of the application by which a router reads its inputs and outputs. */
record RouterSetup<I, O>(
    String name,
    String salt,
    @Nullable Function<? super I, String> unitKey,
    @Nullable Function<? super I, Audience> audience,
    @Nullable Function<? super I, ? extends Map<String, ?>> features,
    @Nullable Function<? super I, ? extends ServedFeatures> servedFeatures,
    @Nullable Function<? super Map<String, Object>, ? extends I> fromFeatures,
    @Nullable Function<? super I, String> entity,
    @Nullable ToDoubleFunction<? super O> score,
    @Nullable Function<? super O, ? extends ModelOutput> output,
    @Nullable Predicate<? super O> valid,
    Map<String, Function<? super I, ? extends O>> otherwise,
    @Nullable Limits limits,
    @Nullable LabelRule wrong,
    List<RolloutListener> listeners) {

  /** Says what the prediction log will have of inputs and answers, whose types nobody knows yet. */
  String logging() {
    String inputs =
        features == null && servedFeatures == null
            ? "the features of inputs that are ServedFeatures, such as FeatureVector, and of others none (add .features(...))"
            : features == null
                ? "features with where they come from"
                : "the values of features, not where they come from";
    String answers =
        score == null
            ? "the score of answers that are a number or an array of one, and of others none (add .score(...))"
            : "the score of each answer";
    return "router '" + name + "' logs " + inputs + "; " + answers;
  }

  /**
   * Reads an answer. What fails in reading is told, and may be the reader's fault; but an answer of
   * which nobody can say that it is valid is invalid, as one of the wrong shape is.
   */
  Output read(O value, Bookkeeping bookkeeping) {
    double score = Double.NaN;
    boolean isScored = false;
    boolean isUnreadable = false;
    try {
      isScored = this.score != null || isScore(value);
      if (isScored) {
        score = scoreOf(value);
      } else {
        bookkeeping.withoutScore(value);
      }
    } catch (Throwable e) {
      isScored = false;
      isUnreadable = true;
      bookkeeping.broken("reading the score", e);
    }
    boolean isInvalid =
        valid == null
            ? isUnreadable || isInvalid(value, isScored, score)
            : isInvalid(valid, value, bookkeeping);
    return new Output(score, isScored, isInvalid);
  }

  private double scoreOf(O value) {
    return score == null ? number(value) : score.applyAsDouble(value);
  }

  private boolean isInvalid(O value, boolean isScored, double score) {
    return Output.hasNonFinite(value)
        || (!Output.isNumeric(value) && isScored && !Double.isFinite(score));
  }

  private boolean isInvalid(Predicate<? super O> told, O value, Bookkeeping bookkeeping) {
    try {
      return !told.test(value);
    } catch (Throwable e) {
      bookkeeping.broken("telling a valid answer", e);
      return true;
    }
  }

  /** Whether an answer is a score by itself: a number, or an array of a single one. */
  private static boolean isScore(Object value) {
    return value instanceof Number
        || (value instanceof float[] floats && floats.length == 1)
        || (value instanceof double[] doubles && doubles.length == 1);
  }

  private static double number(Object value) {
    if (value instanceof float[] floats) {
      return floats[0];
    }
    return value instanceof double[] doubles ? doubles[0] : ((Number) value).doubleValue();
  }
}
