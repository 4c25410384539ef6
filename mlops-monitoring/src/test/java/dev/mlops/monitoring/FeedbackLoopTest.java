package dev.mlops.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.labels.Label;
import dev.mlops.labels.NumberLabel;
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
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
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
                .version(1)
                .time(time)
                .score(0.5)
                .build());
  }

  private static FeedbackLoop loop(Workspace workspace) {
    return FeedbackLoop.of(workspace).labelDeadline(Duration.ofDays(7)).model("flights");
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
      workspace
          .labels()
          .add(
              List.of(
                  Label.of("a", later, 1),
                  Label.of("a", later.plusSeconds(1), 1),
                  Label.of("a", later.plusSeconds(2), 0),
                  Label.of("a", later.plusSeconds(3), 0),
                  Label.of("in time", NOON.plus(Duration.ofDays(7)), 1),
                  Label.of("old", later, 1),
                  Label.of("nobody", later, 1),
                  Label.of("a", MAY.to(), 1)));
      assertThat(feedback.counts(MAY)).isEqualTo(new LabelCounts(7, 2, 1, 1, 2, 1));
      assertThat(feedback.counts(TimeWindow.month(2001, 6)))
          .isEqualTo(new LabelCounts(1, 0, 0, 0, 0, 1));
      assertThat(feedback.counts(TimeWindow.month(2001, 7)))
          .isEqualTo(new LabelCounts(0, 0, 0, 0, 0, 0));
      predict(workspace, "nobody", NOON);
      assertThat(feedback.counts(MAY)).isEqualTo(new LabelCounts(7, 3, 1, 0, 2, 1));
      assertThat(ModelMonitor.of(workspace).model("flights").performance(MAY).labels().joined())
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
          labels.add(Label.of("p" + random.nextInt(20), time, random.nextInt(2)));
        }
        workspace.labels().add(labels.subList(0, 25));
        workspace.labels().add(labels.subList(25, 60));
        assertThat(feedback.counts(MAY)).isEqualTo(twin(labels, made));
      }
    }
  }

  /** What a label is to those of its prediction that were added before it. */
  private static LabelCounts twin(List<Label> labels, Map<String, Instant> made) {
    long[] counts = new long[6];
    for (int i = 0; i < labels.size(); i++) {
      Label label = labels.get(i);
      if (MAY.contains(label.time())) {
        counts[0]++;
        counts[place(label, labels.subList(0, i), made.get(label.predictionId()))]++;
      }
    }
    return new LabelCounts(counts[0], counts[1], counts[2], counts[3], counts[4], counts[5]);
  }

  private static int place(Label label, List<Label> earlier, @Nullable Instant predicted) {
    List<Label> before =
        earlier.stream().filter(of -> of.predictionId().equals(label.predictionId())).toList();
    if (predicted == null) {
      return 3;
    }
    if (before.isEmpty()) {
      return Duration.between(predicted, label.time()).compareTo(Duration.ofDays(7)) > 0 ? 2 : 1;
    }
    double value = value(label);
    boolean known =
        latest(before.stream().filter(of -> !of.time().isAfter(label.time())))
            .filter(then -> then == value)
            .isPresent();
    return known || latest(before.stream()).orElseThrow() == value ? 4 : 5;
  }

  /** The value of the latest label by time; of those of one time the one that was added last. */
  private static Optional<Double> latest(Stream<Label> labels) {
    return labels
        .reduce((one, other) -> other.time().isBefore(one.time()) ? one : other)
        .map(FeedbackLoopTest::value);
  }

  private static double value(Label label) {
    return ((NumberLabel) label).value();
  }

  @Test
  void counts_labels_of_its_own_model_only() {
    try (Workspace workspace = Workspace.inMemory()) {
      predict(workspace, "mine", NOON);
      workspace
          .predictions()
          .log(
              PredictionRecord.builder()
                  .id("theirs")
                  .model("trains")
                  .version(1)
                  .time(NOON)
                  .build());
      Instant later = NOON.plus(Duration.ofDays(1));
      workspace.labels().add(List.of(Label.of("mine", later, 1), Label.of("theirs", later, "x")));
      assertThat(loop(workspace).counts(MAY)).isEqualTo(new LabelCounts(1, 1, 0, 0, 0, 0));
      assertThat(FeedbackLoop.of(workspace).model("trains").counts(MAY).joined()).isEqualTo(1);
    }
  }

  @Test
  void refuses_a_deadline_twice() {
    try (Workspace workspace = Workspace.inMemory()) {
      assertThatThrownBy(
              () ->
                  FeedbackLoop.of(workspace)
                      .labelDeadline(Duration.ofDays(1))
                      .labelDeadline(Duration.ofDays(2)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the option 'labelDeadline' is set already, to 1 day");
    }
  }
}
