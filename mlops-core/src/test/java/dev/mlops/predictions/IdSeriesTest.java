package dev.mlops.predictions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class IdSeriesTest {
  private static PredictionRecord.Builder record() {
    return PredictionRecord.builder().model("m").version(1).time(Instant.EPOCH);
  }

  @Test
  void names_a_prediction_by_its_number_in_base_36() {
    IdSeries series = IdSeries.of("7f3a-");
    assertThat(series.id(0)).isEqualTo("7f3a-0");
    assertThat(series.id(36 * 36 - 1)).isEqualTo("7f3a-zz");
    assertThat(series).hasToString("ids '7f3a-...'");
    assertThatThrownBy(() -> series.id(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("an id's number must be at least 0: -1");
  }

  @Test
  void is_refused_where_a_log_would_refuse_its_longest_id() {
    String longest = IdSeries.of("x".repeat(237)).id(Long.MAX_VALUE);
    assertThat(longest).hasSize(250);
    assertThat(record().id(longest).build().refusal()).isEmpty();
    assertThatThrownBy(() -> IdSeries.of("x".repeat(238)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "id series name has 238 characters; at most 237 are allowed: '%s...'"
                .formatted("x".repeat(40)));
    assertThatThrownBy(() -> IdSeries.of(" "))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("id series name must not be blank");
  }

  @Test
  void makes_the_text_of_a_record_when_it_is_read_and_not_when_it_is_checked() {
    PredictionRecord record = record().id(IdSeries.of("7f3a-"), 71).build();
    assertThat(record.refusal()).isEmpty();
    assertThat(record.writtenId()).isNull();
    assertThat(record.id()).isEqualTo("7f3a-1z");
    assertThat(record.writtenId()).isSameAs(record.id());
  }

  @Test
  void gives_way_to_an_id_that_is_set_later() {
    IdSeries series = IdSeries.of("7f3a-");
    assertThat(record().id(series, 1).id("b").build().id()).isEqualTo("b");
    assertThat(record().id("b").id(series, 1).build().id()).isEqualTo("7f3a-1");
    assertThatThrownBy(() -> record().id(series, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("an id's number must be at least 0: -1");
  }
}
