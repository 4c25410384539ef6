package dev.mlops.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.predictions.Label;
import dev.mlops.predictions.PredictionRecord;
import dev.mlops.stats.SplitRandom;
import dev.mlops.storage.ArtifactStore;
import dev.mlops.storage.Database;
import dev.mlops.testkit.TestDatabases;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class FeedbackLoopTest {
  private static final TimeWindow MAY = TimeWindow.month(2001, 5);
  private static final Instant NOON = Instant.parse("2001-05-01T12:00:00Z");

  private static void predict(Workspace workspace, String id, Instant time) {
    workspace
        .predictions()
        .log(
            PredictionRecord.builder()
                .id(id)
                .model("flights")
                .version("1")
                .time(time)
                .score(0.5)
                .build());
  }

  private static FeedbackLoop loop(Workspace workspace) {
    return FeedbackLoop.in(workspace).labelDeadline(Duration.ofDays(7)).model("flights");
  }

  @TestFactory
  Stream<DynamicTest> counts_each_label_in_exactly_one_way() {
    return Stream.of(
        DynamicTest.dynamicTest("on H2", () -> countsEachLabel(TestDatabases.h2InMemory())),
        DynamicTest.dynamicTest("on PostgreSQL", () -> countsEachLabel(TestDatabases.postgres())));
  }

  private static void countsEachLabel(Database database) {
    try (database;
        Workspace workspace =
            Workspace.builder().database(database).artifactStore(ArtifactStore.inMemory()).open()) {
      FeedbackLoop feedback = loop(workspace);
      predict(workspace, "a", NOON);
      predict(workspace, "old", NOON.minus(Duration.ofDays(100)));
      predict(workspace, "in time", NOON);
      Instant later = NOON.plus(Duration.ofDays(1));
      feedback.label(
          List.of(
              new Label("a", later, 1),
              new Label("a", later.plusSeconds(1), 1),
              new Label("a", later.plusSeconds(2), 0),
              new Label("a", later.plusSeconds(3), 0),
              new Label("in time", NOON.plus(Duration.ofDays(7)), 1),
              new Label("old", later, 1),
              new Label("nobody", later, 1),
              new Label("a", MAY.to(), 1)));
      assertThat(feedback.counts(MAY)).isEqualTo(new LabelCounts(7, 2, 1, 1, 2, 1));
      assertThat(feedback.counts(TimeWindow.month(2001, 6)))
          .isEqualTo(new LabelCounts(1, 0, 0, 0, 0, 1));
      assertThat(feedback.counts(TimeWindow.month(2001, 7)))
          .isEqualTo(new LabelCounts(0, 0, 0, 0, 0, 0));
      predict(workspace, "nobody", NOON);
      assertThat(feedback.counts(MAY)).isEqualTo(new LabelCounts(7, 3, 1, 0, 2, 1));
      assertThat(ModelMonitor.in(workspace).model("flights").performance(MAY).labels().joined())
          .isEqualTo(3);
    }
  }

  @Test
  void counts_as_a_slow_twin_does() {
    SplitRandom random = SplitRandom.seeded(11);
    for (int round = 0; round < 20; round++) {
      try (Workspace workspace = Workspace.inMemory()) {
        FeedbackLoop feedback = loop(workspace);
        Map<String, Instant> made = new HashMap<>();
        for (int i = 0; i < 15; i++) {
          Instant time = NOON.minus(Duration.ofDays(random.nextInt(20)));
          predict(workspace, "p" + i, time);
          made.put("p" + i, time);
        }
        List<Label> labels = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
          Instant time = NOON.plus(Duration.ofHours(random.nextInt(24 * 45)));
          labels.add(new Label("p" + random.nextInt(20), time, random.nextInt(2)));
        }
        feedback.label(labels.subList(0, 25));
        feedback.label(labels.subList(25, 60));
        assertThat(feedback.counts(MAY)).isEqualTo(twin(labels, made));
      }
    }
  }

  private static LabelCounts twin(List<Label> labels, Map<String, Instant> made) {
    long[] counts = new long[6];
    Map<String, Double> current = new HashMap<>();
    for (Label label : labels) {
      Double before = current.put(label.predictionId(), label.value());
      Instant prediction = made.get(label.predictionId());
      if (!MAY.contains(label.time())) {
        continue;
      }
      counts[0]++;
      if (before != null) {
        counts[before == label.value() ? 4 : 5]++;
      } else if (prediction == null) {
        counts[3]++;
      } else {
        boolean late = Duration.between(prediction, label.time()).compareTo(Duration.ofDays(7)) > 0;
        counts[late ? 2 : 1]++;
      }
    }
    return new LabelCounts(counts[0], counts[1], counts[2], counts[3], counts[4], counts[5]);
  }

  @Test
  void refuses_a_deadline_twice() {
    try (Workspace workspace = Workspace.inMemory()) {
      assertThatThrownBy(
              () ->
                  FeedbackLoop.in(workspace)
                      .labelDeadline(Duration.ofDays(1))
                      .labelDeadline(Duration.ofDays(2)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("labelDeadline is already set: PT24H");
    }
  }
}
