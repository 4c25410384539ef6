package dev.mlops.predictions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.data.Dataset;
import dev.mlops.error.StorageException;
import dev.mlops.storage.Database;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SegmentsTest {
  private final Database database = Database.h2InMemory();
  private final PredictionLog log = PredictionLog.builder(database, Clock.systemUTC()).open();

  @AfterEach
  void close() {
    log.close();
    database.close();
  }

  private static PredictionRecord.Builder record(int i) {
    return PredictionRecord.builder()
        .id("r" + i)
        .model("flights")
        .version(1)
        .time(Instant.ofEpochSecond(i));
  }

  private int segments() {
    return database.query("SELECT id FROM mlops_prediction_segment").rowCount();
  }

  @Test
  void of_low_traffic_are_few() {
    for (int i = 0; i < 300; i++) {
      log.log(record(i).features(Map.of("i", i)).build());
      log.flush();
      assertThat(segments()).isLessThanOrEqualTo(10);
    }
    Dataset read = log.query().features().list();
    assertThat(read.longs("i").toArray())
        .isEqualTo(IntStream.range(0, 300).asLongStream().toArray());
  }

  @Test
  void of_records_with_features_of_their_own_do_not_explode() {
    for (int i = 0; i < 60; i++) {
      Map<String, Object> features = new LinkedHashMap<>();
      for (int j = 0; j < 2_000; j++) {
        features.put("f" + i + "." + j, j);
      }
      log.log(record(i).features(features).build());
    }
    log.flush();
    assertThat(segments()).isBetween(3, 60);
    assertThat(log.query().count()).isEqualTo(60);
    assertThat(log.query().from(Instant.ofEpochSecond(59)).features().list().longs("f59.7").get(0))
        .isEqualTo(7);
  }

  @Test
  void that_are_damaged_are_told_and_name_themselves() {
    log.log(record(1).build());
    log.flush();
    database.transaction(
        session ->
            session.update(
                "UPDATE mlops_prediction_part SET packed = ? WHERE part >= 0",
                new byte[] {1, 2, 3}));
    assertThatThrownBy(() -> log.query().list())
        .isInstanceOf(StorageException.class)
        .hasMessage(
            "segment 1 of the prediction log is damaged: it does not begin as one; restore the database from a copy");
  }
}
