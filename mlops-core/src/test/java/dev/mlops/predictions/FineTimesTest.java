package dev.mlops.predictions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.labels.Label;
import dev.mlops.storage.Database;
import java.time.Clock;
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
      assertThat(Label.of("a", fine, 1)).isEqualTo(Label.of("a", floor, 1));
      PredictionRecord.Builder record = PredictionRecord.builder().id("a").model("m").version(1);
      assertThat(record.time(fine).build().time()).isEqualTo(floor);
      try (Database database = Database.h2InMemory();
          PredictionLog log = PredictionLog.builder(database, Clock.systemUTC()).open()) {
        PredictionQuery query =
            log.query().between(fine, fine).labelledBefore(fine).after(fine, "a");
        assertThat(query.from()).hasValue(floor);
        assertThat(query.to()).hasValue(floor);
        assertThat(query.labelledBefore()).hasValue(floor);
        assertThat(query.afterTime()).hasValue(floor);
      }
    }
  }
}
