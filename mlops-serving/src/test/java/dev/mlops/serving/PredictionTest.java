package dev.mlops.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.predictions.IdSeries;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PredictionTest {
  private static final ServedModel FIRST = new ServedModel("delay", "1", null);

  private static Prediction<Integer> prediction(
      int value, long sequence, @Nullable String id, boolean canary, boolean fallback, long nanos) {
    return new Prediction<>(
        value, IdSeries.of("7f3a-"), sequence, id, FIRST, canary, fallback, nanos);
  }

  @Test
  void has_its_parts_and_says_them_in_a_line() {
    Prediction<Integer> answer = prediction(4, 71, null, true, false, 1_500);
    assertThat(answer.value()).isEqualTo(4);
    assertThat(answer.id()).isEqualTo("7f3a-1z").isSameAs(answer.id());
    assertThat(answer.model()).isEqualTo("delay");
    assertThat(answer.version()).isEqualTo("1");
    assertThat(answer.variant()).isEqualTo("canary");
    assertThat(answer.fallback()).isFalse();
    assertThat(answer.latency()).isEqualTo(Duration.ofNanos(1_500));
    assertThat(answer).hasToString("prediction '7f3a-1z' of delay:1 in 1.5 microseconds: 4");
    assertThat(prediction(4, 71, "7f3a-1z.0.1.2.3.4", false, true, 1_500))
        .hasToString(
            "prediction '7f3a-1z.0.1.2.3.4' of delay:1 in 1.5 microseconds by fallback: 4");
  }

  @Test
  void equals_one_of_the_same_parts_whether_its_text_was_made_or_not() {
    Prediction<Integer> answer = prediction(4, 71, null, false, false, 9);
    assertThat(answer)
        .isEqualTo(prediction(4, 71, "7f3a-1z", false, false, 9))
        .hasSameHashCodeAs(prediction(4, 71, "7f3a-1z", false, false, 9));
    for (Prediction<Integer> other :
        List.of(
            prediction(5, 71, null, false, false, 9),
            prediction(4, 72, null, false, false, 9),
            prediction(4, 71, null, true, false, 9),
            prediction(4, 71, null, false, true, 9),
            prediction(4, 71, null, false, false, 8))) {
      assertThat(answer).isNotEqualTo(other);
    }
  }
}
