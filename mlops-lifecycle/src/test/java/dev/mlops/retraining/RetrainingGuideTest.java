package dev.mlops.retraining;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.Workspace;
import dev.mlops.data.Column;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.design.Metric;
import dev.mlops.quality.DataQuality;
import dev.mlops.stats.DeLong;
import dev.mlops.stats.SplitRandom;
import dev.mlops.testkit.GuidePage;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The guide page runs. */
class RetrainingGuideTest {

  private static final int ROWS = 2_000;

  private final List<String> promoted = new ArrayList<>();

  @Test
  void retrains_for_a_loss_and_promotes_who_is_better() {
    boolean[] late = truth();
    boolean[] heldOut = late;
    double[] served = scores(late, 0.3, 1);
    double[] champion = served;
    double[] challenger = scores(late, 1.2, 2);
    Instant now = Instant.parse("2001-07-01T00:00:00Z");
    Dataset flights =
        Dataset.of(Schema.of(Field.of("score", DataType.FLOAT64)), List.of(Column.doubles(served)));
    DataQuality quality =
        DataQuality.suite("flights").column("score", c -> c.between(-100, 100)).build();
    try (Workspace workspace = Workspace.inMemory()) {
      // guide:begin
      RetrainingPolicy policy =
          RetrainingPolicy.builder("flights")
              .triggeredBy(
                  Trigger.performanceBelow(Metric.ROC_AUC, 0.70, 0.95)
                      .or(Trigger.drift().and(Trigger.performanceBelow(Metric.ROC_AUC, 0.75, 0.95)))
                      .or(Trigger.olderThan(Duration.ofDays(180))))
              .cooldown(Duration.ofDays(7))
              .newLabels(500)
              .build();

      Evidence june =
          Evidence.builder()
              .performance(Metric.ROC_AUC, DeLong.interval(served, late, 0.95))
              .drifted(List.of("delay"))
              .gate(quality.check(flights, now))
              .data(flights.digest(), late.length)
              .build();

      Decision decision = policy.decide(workspace, june); // in the journal, whatever it is
      assertThat(decision).isInstanceOf(Decision.Retrain.class);

      ChallengeVerdict verdict =
          Challenge.rocAuc().alpha(0.01).between(champion, challenger, heldOut);
      if (verdict instanceof ChallengeVerdict.ChallengerWins) {
        promote(verdict.sentence());
      }
      // guide:end
      assertThat(workspace.journal().events().kind("retraining.").list())
          .containsExactly(decision.event().orElseThrow());
    }
    assertThat(promoted)
        .singleElement()
        .asString()
        .startsWith("the challenger wins: roc_auc 0.8076 against 0.5687");
  }

  @Test
  void is_the_page() {
    GuidePage.assertSameCode(
        Path.of("../docs/guide/retraining.md"),
        Path.of("src/test/java/dev/mlops/retraining/RetrainingGuideTest.java"));
  }

  private void promote(String reason) {
    promoted.add(reason);
  }

  private static boolean[] truth() {
    boolean[] truth = new boolean[ROWS];
    for (int i = 0; i < ROWS; i++) {
      truth[i] = i % 4 == 0;
    }
    return truth;
  }

  private static double[] scores(boolean[] truth, double skill, long seed) {
    SplitRandom random = SplitRandom.seeded(seed);
    double[] scores = new double[truth.length];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = random.nextGaussian() + (truth[i] ? skill : 0);
    }
    return scores;
  }
}
