package dev.mlops.serving;

import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** The functions of the application by which a router reads its inputs and outputs. */
record RouterSetup<I, O>(
    String name,
    String salt,
    @Nullable Function<? super I, String> unitKey,
    @Nullable Function<? super I, ? extends Map<String, ?>> features,
    @Nullable Function<? super I, String> entity,
    @Nullable ToDoubleFunction<? super O> score,
    @Nullable Function<? super I, ? extends O> otherwise) {

  double score(@Nullable O value) {
    if (value == null) {
      return Double.NaN;
    }
    if (score != null) {
      return score.applyAsDouble(value);
    }
    return value instanceof Number number ? number.doubleValue() : Double.NaN;
  }
}
