package dev.mlops.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.data.Column;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.error.InvalidInputException;
import dev.mlops.features.view.Derivation;
import dev.mlops.features.view.Entity;
import dev.mlops.features.view.EventSource;
import dev.mlops.features.view.EventView;
import dev.mlops.features.view.FeatureService;
import dev.mlops.features.view.FeatureVector;
import dev.mlops.features.view.FeatureView;
import dev.mlops.features.view.Window;
import dev.mlops.storage.ArtifactStore;
import dev.mlops.storage.Database;
import dev.mlops.testkit.TestClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What was logged while serving is compared with what a model is trained on; skews are planted. */
class ServedTest {

  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final Entity AIRPORT = Entity.of("airport", "from");
  private static final EventSource FLIGHTS =
      EventSource.of("flights").eventTime("at").knownAfter(Duration.ofSeconds(20));
  private static final FeatureView LAST =
      FeatureView.of("last", AIRPORT, FLIGHTS)
          .features(Field.of("delay", DataType.FLOAT64).orNull(), Field.of("gate", DataType.STRING))
          .ttl(Duration.ofMinutes(15));
  private static final Schema ROWS =
      Schema.of(
          Field.of("from", DataType.STRING),
          Field.of("at", DataType.INSTANT),
          Field.of("delay", DataType.FLOAT64).orNull(),
          Field.of("gate", DataType.STRING));
  private static final FeatureService SERVICE =
      service(Window.hours(1), c -> code(c.feature("distance")));

  private final TestClock clock = TestClock.at(NOON);
  private final Database database = Database.h2InMemory();
  private final ArtifactStore artifacts = ArtifactStore.inMemory(clock);
  private final Workspace workspace = workspace();
  private final FeatureStore store = FeatureStore.open(workspace);
  private final List<Map<String, @Nullable Object>> log = new ArrayList<>();

  @BeforeEach
  void register() {
    store.register(SERVICE);
  }

  @AfterEach
  void close() {
    workspace.close();
    artifacts.close();
    database.close();
  }

  private Workspace workspace() {
    return Workspace.builder().database(database).artifactStore(artifacts).clock(clock).open();
  }

  private static double code(double distance) {
    return distance / 7;
  }

  private static FeatureService service(Window window, Derivation share) {
    EventView events = EventView.of("recent", AIRPORT, FLIGHTS).over(window).count().mean("delay");
    return FeatureService.of("delay", events, LAST)
        .request(Field.of("distance", DataType.INT64))
        .include("distance")
        .derive("share", 1, share);
  }

  /** An hour and a half: each minute a flight is known of, and three are asked about. */
  private void serve(FeatureReader reader, Duration shift, Consumer<Map<String, Object>> skew) {
    for (int minute = 0; minute < 90; minute++) {
      clock.advance(Duration.ofMinutes(1));
      Double delay = minute % 4 == 0 ? null : minute / 3.0;
      store.ingest(
          FLIGHTS,
          Dataset.builder(ROWS)
              .row("A" + minute % 2, clock.instant().minusSeconds(30), delay, "G" + minute % 5)
              .build());
      clock.advance(Duration.ofSeconds(1));
      for (int airport = 0; airport < 3; airport++) {
        Map<String, Object> request =
            Map.of("from", "A" + airport, "distance", 770L + (minute + airport) % 10);
        FeatureVector vector = reader.get(request, clock.instant().minus(shift));
        Map<String, Object> logged = new LinkedHashMap<>(vector.logged());
        logged.put("served.at", clock.millis() * 1_000);
        skew.accept(logged);
        log.add(logged);
      }
    }
  }

  private void serve(Consumer<Map<String, Object>> skew) {
    serve(store.online(SERVICE), Duration.ZERO, skew);
  }

  /** As a log gives rows back: numbers as doubles or whole, texts, and nulls. */
  private static Dataset rows(List<Map<String, @Nullable Object>> log) {
    List<Field> fields = new ArrayList<>();
    List<Column> columns = new ArrayList<>();
    for (String name : log.get(0).keySet()) {
      List<@Nullable Object> values = new ArrayList<>();
      boolean text = log.stream().anyMatch(row -> row.get(name) instanceof String);
      for (Map<String, @Nullable Object> row : log) {
        Object value = row.get(name);
        values.add(value == null || text ? value : (Object) ((Number) value).doubleValue());
      }
      DataType type = text ? DataType.STRING : DataType.FLOAT64;
      fields.add(Field.of(name, type).orNull());
      columns.add(Column.of(type, values));
    }
    return Dataset.of(Schema.of(fields), columns);
  }

  private ServedReport report() {
    return store.prove(SERVICE).served(rows(log));
  }

  private void assertFails(String... named) {
    ServedReport report = report();
    assertThat(report.same()).isFalse();
    assertThatThrownBy(report::assertSame)
        .isInstanceOf(AssertionError.class)
        .hasMessageContainingAll(named);
  }

  @Test
  void what_was_served_is_what_is_trained_on() {
    serve(row -> {});

    ServedReport report = report();
    report.assertSame();
    assertThat(report)
        .hasToString(
            "delay: 1620 logged values of 270 served rows are those that a training set has");
    assertThat(report.stale()).isZero();
    assertThat(report.present()).isGreaterThan(900);
  }

  @Test
  void rows_that_were_loaded_afterwards_are_left_out_since_nobody_could_serve_them() {
    serve(row -> {});
    store
        .asBackfill()
        .ingest(FLIGHTS, Dataset.builder(ROWS).row("A0", NOON, 99.0, "G").build(), "afterwards");

    ServedReport report = report();
    report.assertSame();
    assertThat(report.backfilled()).isEqualTo(1);
    assertThat(report).asString().endsWith("; 1 rows were loaded afterwards and are left out");
  }

  @Test
  void rows_of_another_service_prove_nothing() {
    serve(row -> row.put("served.service", "other 123"));

    assertThat(report().otherService()).isEqualTo(270);
    assertFails("prove nothing", "270 rows are of other services");
  }

  @Test
  void a_log_without_what_was_asked_is_refused() {
    serve(row -> row.keySet().removeIf(name -> name.startsWith("served.")));

    assertThatThrownBy(this::report)
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("logged rows lack the column 'served.at'");
  }

  @Test
  void what_a_log_puts_before_the_names_is_found() {
    serve(row -> {});
    Dataset rows = rows(log);
    for (String name : rows.schema().names()) {
      rows = rows.rename(name, "feature." + name);
    }

    store.prove(SERVICE).served(rows).assertSame();
  }

  /** Ten ways in which a model sees other features than it was trained on. */
  @Nested
  class Finds {

    @Test
    void wrong_units() {
      serve(row -> row.computeIfPresent("recent_delay_mean_1h", (n, v) -> 60 * (Double) v));
      assertFails("(recent_delay_mean_1h ");
    }

    @Test
    void swapped_columns() {
      serve(
          row -> {
            Object count = row.get("recent_count_1h");
            row.put("recent_count_1h", row.get("distance"));
            row.put("distance", count);
          });
      assertFails("distance 270 times", "recent_count_1h 270 times");
    }

    @Test
    void a_store_that_is_behind() {
      try (Workspace elsewhere = workspace();
          FeatureStore behind = FeatureStore.open(elsewhere)) {
        serve(behind.online(SERVICE), Duration.ZERO, row -> {});
      }
      assertThat(report().stale()).isEqualTo(270);
      assertFails("recent_count_1h", "a reader that had not seen all rows that had arrived");
    }

    @Test
    void another_instant() {
      serve(store.online(SERVICE), Duration.ofMinutes(10), row -> {});
      assertFails("recent_count_1h", "last_gate");
    }

    @Test
    void other_code_under_the_same_version() {
      FeatureService changed =
          service(
              Window.hours(1),
              c -> c.feature("distance") == 777 ? -1 : code(c.feature("distance")));
      assertThat(changed.digest()).isEqualTo(SERVICE.digest());
      serve(store.online(changed), Duration.ZERO, row -> {});
      assertFails("differ (share 27 times)");
    }

    @Test
    void a_default_in_place_of_null() {
      serve(row -> row.putIfAbsent("last_delay", 0.0));
      assertFails("(last_delay ");
    }

    @Test
    void another_entity() {
      serve(row -> row.put("served.request.from", "A1"));
      assertFails("recent_count_1h", "last_gate");
    }

    @Test
    void rounding_to_float() {
      serve(
          row ->
              row.computeIfPresent(
                  "recent_delay_mean_1h", (n, v) -> (double) ((Double) v).floatValue()));
      assertFails("(recent_delay_mean_1h ");
    }

    @Test
    void another_window_under_the_same_name() {
      FeatureService wide =
          service(new Window(Duration.ofMinutes(30), "1h"), c -> code(c.feature("distance")));
      try (Database other = Database.h2InMemory();
          ArtifactStore bytes = ArtifactStore.inMemory(clock);
          Workspace elsewhere =
              Workspace.builder().database(other).artifactStore(bytes).clock(clock).open();
          FeatureStore handmade = FeatureStore.open(elsewhere)) {
        handmade.register(wide);
        FeatureReader reader = handmade.online(wide);
        serve(
            store.online(SERVICE),
            Duration.ZERO,
            row -> {
              Instant now = clock.instant();
              handmade.ingest(FLIGHTS, latestRow(now), now.toString());
              Map<String, Object> request = new HashMap<>();
              request.put("from", row.get("served.request.from"));
              request.put("distance", row.get("served.request.distance"));
              row.put("recent_count_1h", reader.get(request, now).logged().get("recent_count_1h"));
            });
      }
      assertFails("(recent_count_1h ");
    }

    /** The row that was ingested last. */
    private Dataset latestRow(Instant now) {
      long minute = Duration.between(NOON, now).toSeconds() / 61 - 1;
      Double delay = minute % 4 == 0 ? null : (Double) (minute / 3.0);
      return Dataset.builder(ROWS)
          .row("A" + minute % 2, now.minusSeconds(31), delay, "G" + minute % 5)
          .build();
    }

    @Test
    void another_version_of_the_service() {
      String old = service(Window.days(1), c -> 1).digest().toString();
      serve(row -> row.put("served.service", "delay " + old));
      assertThat(report().otherDefinition()).isEqualTo(270);
      assertFails("270 rows were served by another definition of the service");
    }
  }
}
