package dev.mlops.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.error.ConflictException;
import dev.mlops.error.Plural;
import dev.mlops.features.view.Entity;
import dev.mlops.features.view.EventSource;
import dev.mlops.features.view.EventView;
import dev.mlops.features.view.FeatureService;
import dev.mlops.features.view.FeatureVector;
import dev.mlops.features.view.Window;
import dev.mlops.storage.ArtifactStore;
import dev.mlops.storage.Database;
import dev.mlops.testkit.TestClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What was served is what is trained on, and a proof looks at what was served. */
class ProofTest {

  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final Schema ROWS =
      Schema.of(
          Field.of("user", DataType.STRING),
          Field.of("at", DataType.INSTANT),
          Field.of("known", DataType.INSTANT));
  private static final EventSource SEEN = EventSource.of("seen").eventTime("at").knownAt("known");
  private static final EventSource TOLD =
      EventSource.of("told").eventTime("at").knownAfter(Duration.ofSeconds(1));
  private static final EventView VISITS =
      EventView.of("visits", Entity.of("user", "user"), SEEN).over(Window.hours(1)).count();
  private static final EventView DELAYED =
      EventView.of("delayed", Entity.of("user", "user"), TOLD).over(Window.hours(1)).count();
  private static final FeatureService SERVICE = FeatureService.of("churn", VISITS, DELAYED);

  private final TestClock clock = TestClock.at(NOON);
  private final Database database = Database.h2InMemory();
  private final ArtifactStore artifacts = ArtifactStore.inMemory(clock);
  private final Workspace workspace = workspace();
  private final FeatureStore store = FeatureStore.open(workspace);

  @AfterEach
  void close() {
    workspace.close();
    artifacts.close();
    database.close();
  }

  private Workspace workspace() {
    return Workspace.builder().database(database).artifactStore(artifacts).clock(clock).open();
  }

  private static Dataset visit(int second, int knownSecond) {
    return Dataset.builder(ROWS)
        .row("ann", NOON.plusSeconds(second), NOON.plusSeconds(knownSecond))
        .build();
  }

  private void ingest(int second, int knownSecond, int arrival) {
    clock.set(NOON.plusSeconds(arrival));
    store.ingest(SEEN, visit(second, knownSecond));
    store.ingest(TOLD, visit(second, knownSecond));
  }

  private Object trained(String feature, int second) {
    Dataset label = visit(second, second);
    TrainingSet set = store.trainingSet(SERVICE).labels(label, "at").build();
    return String.valueOf(set.dataset().row(0).value(feature));
  }

  @Test
  void a_row_that_arrives_after_it_was_said_to_be_known_counts_from_its_arrival() {
    store.register(SERVICE);
    FeatureReader live = store.online(SERVICE);
    ingest(0, 0, 0);
    Instant asked = NOON.plusSeconds(10);
    FeatureVector served = live.get(Map.of("user", "ann"), asked);

    // It happened at second 5, was known at second 6, and the feed brought it at second 11.
    ingest(5, 6, 11);

    assertThat(served.value("visits_count_1h")).isEqualTo(1L);
    assertThat(trained("visits_count_1h", 10)).isEqualTo("1");
    assertThat(trained("delayed_count_1h", 10)).isEqualTo("1");
    assertThat(trained("visits_count_1h", 11)).isEqualTo("2");
    assertThat(live.get(Map.of("user", "ann"), asked).value("visits_count_1h")).isEqualTo(1L);
    store.prove(SERVICE).over(visit(10, 10), "at").assertSame();
  }

  @Test
  void a_backfill_counts_from_its_stated_times_and_is_counted() {
    store.register(SERVICE);
    store.online(SERVICE);
    ingest(0, 0, 0);
    clock.set(NOON.plusSeconds(3600));
    Ingestion receipt = store.asBackfill().ingest(SEEN, visit(5, 6), "monday");
    store.asBackfill().ingest(TOLD, visit(5, 6));

    assertThat(receipt.backfill()).isTrue();
    assertThat(trained("visits_count_1h", 10)).isEqualTo("2");
    assertThat(trained("delayed_count_1h", 10)).isEqualTo("2");
    TrainingSet set = store.trainingSet(SERVICE).labels(visit(10, 10), "at").build();
    assertThat(set.leakReport().ingested()).isEqualTo(4);
    assertThat(set.leakReport().backfilled()).isEqualTo(2);
    assertThat(store.prove(SERVICE).over(visit(10, 10), "at"))
        .hasToString(
            "churn: 2 values of 1 request are the same online and offline; 2 rows are a backfill,"
                + " no live answer of their time is known");
    assertThatThrownBy(() -> store.ingest(SEEN, visit(5, 6), "monday"))
        .isInstanceOf(ConflictException.class)
        .hasMessage(
            "batch 'monday' of source 'seen' is there as a backfill; ingest it again the same way,"
                + " or under another id");
  }

  @Test
  void live_rows_that_are_behind_are_found_and_not_mended() {
    store.register(SERVICE);
    FeatureReader live = store.online(SERVICE);
    FeatureStore other = FeatureStore.open(workspace());
    other.ingest(SEEN, visit(0, 0));
    other.ingest(TOLD, visit(0, 0));

    ParityReport report = store.prove(SERVICE).over(visit(10, 10), "at");

    assertThat(report.same()).isFalse();
    assertThat(report.behind()).containsExactly("visits", "delayed");
    assertThat(report)
        .hasToString(
            "churn: 2 values of 1 request, 2 differ; first: visits_count_1h of {user=ann} at"
                + " 2026-03-01T12:00:10Z (row 0): offline 1, online NOT_FOUND; live rows are behind"
                + " in [visits, delayed], refresh() brings them up to date");
    assertThat(live.get(Map.of("user", "ann"), NOON.plusSeconds(10)).complete()).isFalse();
    store.refresh();
    store.prove(SERVICE).over(visit(10, 10), "at").assertSame();
  }

  @Test
  void a_proof_over_nothing_is_none() {
    store.register(SERVICE);
    store.online(SERVICE);
    ingest(0, 0, 0);
    Dataset nobody = Dataset.builder(ROWS).row("bob", NOON, NOON).build();

    for (Dataset labels : List.of(visit(0, 0).head(0), nobody)) {
      ParityReport report = store.prove(SERVICE).over(labels, "at");
      assertThat(report.same()).isFalse();
      assertThatThrownBy(report::assertSame)
          .isInstanceOf(AssertionError.class)
          .hasMessage(
              "churn: %d values of %s prove nothing: none is present. Ask for keys and times"
                      .formatted(2 * labels.rowCount(), Plural.of(labels.rowCount(), "request"))
                  + " of which rows were known");
    }
  }

  @Test
  void without_a_live_reader_there_is_nothing_to_prove() {
    store.register(SERVICE);

    assertThatThrownBy(() -> store.prove(SERVICE).over(visit(0, 0), "at"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "this store has no live reader of service 'churn', so there is nothing to prove; open"
                + " one with online(service)");
  }
}
