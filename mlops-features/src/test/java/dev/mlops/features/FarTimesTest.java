package dev.mlops.features;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.Workspace;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.features.view.Entity;
import dev.mlops.features.view.EventSource;
import dev.mlops.features.view.EventView;
import dev.mlops.features.view.FeatureService;
import dev.mlops.features.view.Window;
import dev.mlops.storage.ArtifactStore;
import dev.mlops.storage.Database;
import dev.mlops.testkit.TestClock;
import dev.mlops.testkit.TestDatabases;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Years long before the epoch and long after today are times like others. */
class FarTimesTest {

  private static final EventSource SOURCE =
      EventSource.of("visits").eventTime("at").knownAfter(Duration.ZERO);
  private static final FeatureService SERVICE =
      FeatureService.of(
          "s",
          EventView.of("v", Entity.of("user", "user"), SOURCE)
              .over(Window.days(2))
              .count()
              .sum("x"));
  private static final Schema ROWS =
      Schema.of(
          Field.of("user", DataType.STRING),
          Field.of("at", DataType.INSTANT),
          Field.of("x", DataType.FLOAT64));

  private static void assertKept(Database database, int year) {
    try (database;
        Workspace workspace =
            Workspace.builder()
                .database(database)
                .artifactStore(ArtifactStore.inMemory())
                .clock(TestClock.at(Instant.parse("2026-03-01T12:00:00Z")))
                .open()) {
      FeatureStore store = FeatureStore.open(workspace);
      store.register(SERVICE);
      FeatureReader reader = store.online(SERVICE);
      Dataset.Builder rows = Dataset.builder(ROWS);
      Dataset.Builder labels = Dataset.builder(ROWS);
      Instant first = Instant.parse(year + "-02-28T23:59:59.999999Z");
      rows.row("ann", first, 1.0).row("ann", first.plus(Duration.ofDays(1)), 2.0);
      labels.row("ann", first, 0.0).row("ann", first.plus(Duration.ofDays(1)), 0.0);
      store.asBackfill().ingest(SOURCE, rows.build());

      Dataset joined = store.trainingSet(SERVICE).labels(labels.build(), "at").build().dataset();
      assertThat(joined.doubles("v_x_sum_2d").toArray()).containsExactly(1, 3);
      Instant second = Instant.parse(year + "-03-01T23:59:59.999999Z");
      assertThat(reader.get(Map.of("user", "ann"), second).value("v_x_sum_2d")).isEqualTo(3.0);
      assertThat(reader.get(Map.of("user", "ann"), second).value("v_count_2d")).isEqualTo(2L);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1900, 2200})
  void are_kept_joined_and_read_on_h2(int year) {
    assertKept(Database.h2InMemory(), year);
  }

  @ParameterizedTest
  @ValueSource(ints = {1900, 2200})
  void are_kept_joined_and_read_on_postgresql(int year) {
    assertKept(TestDatabases.postgres(), year);
  }

  /** A replay of 2001, arriving in 2026, with one wrong stamp. */
  @Test
  void of_one_wrong_stamp_hide_no_other_row() {
    try (Workspace workspace =
        Workspace.builder()
            .clock(TestClock.at(Instant.parse("2026-03-01T12:00:00Z")))
            .database(Database.h2InMemory())
            .artifactStore(ArtifactStore.inMemory())
            .open()) {
      FeatureStore store = FeatureStore.open(workspace);
      store.register(SERVICE);
      FeatureReader reader = store.online(SERVICE);
      Instant may = Instant.parse("2001-05-01T00:00:00Z");
      store
          .asBackfill()
          .ingest(SOURCE, Dataset.builder(ROWS).row("ann", may, 1.0).row("bob", may, 1.0).build());
      Instant wrong = Instant.parse("2200-05-01T00:00:00Z");
      store
          .asBackfill()
          .ingest(
              SOURCE, Dataset.builder(ROWS).row("ann", wrong, 5.0).row("bob", may, 2.0).build());
      assertThat(reader.get(Map.of("user", "ann"), may).value("v_x_sum_2d")).isEqualTo(1.0);
      assertThat(reader.get(Map.of("user", "bob"), may).value("v_x_sum_2d")).isEqualTo(3.0);
    }
  }
}
