package dev.mlops.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.Workspace;
import dev.mlops.data.Dataset;
import dev.mlops.predictions.Label;
import dev.mlops.predictions.PredictionQuery;
import dev.mlops.predictions.PredictionRecord;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PredictionLogTest {
  private static final Instant NOON = Instant.parse("2001-03-04T12:00:00Z");

  @Test
  void joins_a_label_that_came_first() {
    try (Workspace workspace = Workspace.inMemory()) {
      workspace.predictions().label(List.of(new Label("a", NOON.plusSeconds(60), 1)));
      workspace
          .predictions()
          .log(
              PredictionRecord.builder()
                  .id("a")
                  .model("flights")
                  .version("1")
                  .time(NOON)
                  .features(Map.of("distance", 940))
                  .score(0.25)
                  .build());
      workspace.predictions().flush();
      Dataset read = workspace.predictions().read(PredictionQuery.builder().features().build());
      assertThat(read.rowCount()).isEqualTo(1);
      assertThat(read.doubles("label").get(0)).isEqualTo(1);
      assertThat(read.doubles("distance").get(0)).isEqualTo(940);
      assertThat(read.instants("time").get(0)).isEqualTo(NOON);
    }
  }
}
