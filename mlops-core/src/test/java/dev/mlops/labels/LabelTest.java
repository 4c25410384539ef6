package dev.mlops.labels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LabelTest {

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\n", "\u2003\u00a0"})
  void needs_the_id_of_its_prediction(String blank) {
    String message = "a label needs the id of its prediction, which must not be blank";
    assertThatThrownBy(() -> Label.of(blank, Instant.EPOCH, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
    assertThatThrownBy(() -> Label.of(blank, Instant.EPOCH, "late"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void takes_any_id_that_shows_something() {
    assertThat(Label.of(" 7d1f", Instant.EPOCH, 1).predictionId()).isEqualTo(" 7d1f");
  }
}
