package dev.mlops.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.Workspace;
import dev.mlops.data.Dataset;
import dev.mlops.labels.Label;
import dev.mlops.labels.LabelReceipt;
import dev.mlops.predictions.ModelOutput;
import dev.mlops.predictions.PredictionLog;
import dev.mlops.predictions.PredictionQuery;
import dev.mlops.predictions.PredictionRecord;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PredictionsGuideTest {
  private final Instant may1 = Instant.parse("2001-05-01T00:00:00Z");
  private final Instant june1 = Instant.parse("2001-06-01T00:00:00Z");
  private final Instant served = Instant.parse("2001-05-01T08:30:00Z");
  private final Instant landed = Instant.parse("2001-05-01T11:00:00Z");

  @Test
  void log_label_and_read() {
    try (Workspace workspace = Workspace.inMemory()) {
      // guide:begin
      PredictionLog log = workspace.predictions();
      log.log(
          PredictionRecord.builder()
              .id("7d1f")
              .model("flights")
              .version(3)
              .time(served)
              .features(Map.of("distance", 940, "carrier", "UA"))
              .score(0.31)
              .output(ModelOutput.classScores(Map.of("late", 0.31, "on time", 0.69)))
              .build());

      LabelReceipt receipt =
          workspace.labels().add("landings of 1 May", List.of(Label.of("7d1f", landed, "late")));
      assertThat(receipt.first()).isEqualTo(1);
      assertThat(receipt.waiting()).isEmpty(); // ids of predictions that are not in the log

      PredictionQuery may = log.query().model("flights").version(3).between(may1, june1);
      assertThat(may.count()).isEqualTo(1);
      Dataset table = may.features().outputs().labelledOnly().list();
      assertThat(table.longs("distance").get(0)).isEqualTo(940);
      assertThat(table.doubles("output.late").get(0)).isEqualTo(0.31);
      assertThat(table.strings("label_text").get(0)).isEqualTo("late");
      for (Dataset page : may.pages()) { // at most 32,768 rows each, for more than fits into memory
        assertThat(page.rowCount()).isEqualTo(1);
      }
      // guide:end
    }
  }

  @Test
  void is_the_code_of_the_page() {
    GuidePage.assertSameCode(
        Path.of("../docs/guide/predictions.md"),
        Path.of("src/test/java/dev/mlops/testkit/PredictionsGuideTest.java"));
  }
}
