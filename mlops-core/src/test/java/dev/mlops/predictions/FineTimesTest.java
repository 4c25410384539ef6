package dev.mlops.predictions;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What a clock says in nanoseconds is what the database will say in microseconds. */
class FineTimesTest {

  @Test
  void are_rounded_down_to_the_microsecond() {
    for (String text :
        new String[] {"2026-11-27T01:02:03.123456789Z", "1969-12-31T23:59:59.999999999Z"}) {
      Instant fine = Instant.parse(text);
      Instant floor = Instant.parse(text.substring(0, 26) + "Z");
      assertThat(new Label("a", fine, 1)).isEqualTo(new Label("a", floor, 1));
      PredictionRecord.Builder record = PredictionRecord.builder().id("a").model("m").version("1");
      assertThat(record.time(fine).build().time()).isEqualTo(floor);
      PredictionQuery query =
          PredictionQuery.builder()
              .from(fine)
              .to(fine)
              .labelledBefore(fine)
              .after(fine, "a")
              .build();
      assertThat(query.from()).isEqualTo(floor);
      assertThat(query.to()).isEqualTo(floor);
      assertThat(query.labelledBefore()).isEqualTo(floor);
      assertThat(query.afterTime()).isEqualTo(floor);
    }
  }
}
