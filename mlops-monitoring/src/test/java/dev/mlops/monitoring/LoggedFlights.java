package dev.mlops.monitoring;

import dev.mlops.Workspace;
import dev.mlops.labels.Label;
import dev.mlops.predictions.PredictionRecord;
import dev.mlops.stats.SplitRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Logs months of made-up flights whose scores are right, until they are not. */
public final class LoggedFlights {
  private LoggedFlights() {}

  /**
   * Logs one prediction an hour, labelled a day later except for every fiftieth.
   *
   * @param informed whether scores say the truth about the chances, or nothing
   */
  public static void log(Workspace workspace, TimeWindow window, boolean informed) {
    SplitRandom random = SplitRandom.seeded(window.from().toEpochMilli());
    List<Label> labels = new ArrayList<>();
    int number = 0;
    for (Instant time = window.from();
        window.contains(time);
        time = time.plus(Duration.ofMinutes(30))) {
      String id = window + "-" + number;
      double score = random.nextDouble();
      double chance = informed ? score : 0.5;
      boolean delayed = random.nextDouble() < chance;
      workspace
          .predictions()
          .log(
              PredictionRecord.builder()
                  .id(id)
                  .model("flights")
                  .version(1)
                  .time(time)
                  .score(score)
                  .latency(Duration.ofMillis(2))
                  .features(Map.of("distance", 300 + 100 * score))
                  .build());
      if (number++ % 50 != 0) {
        labels.add(Label.of(id, time.plus(Duration.ofDays(1)), delayed ? 1 : 0));
      }
    }
    workspace.labels().add(labels);
    workspace.predictions().flush();
  }
}
