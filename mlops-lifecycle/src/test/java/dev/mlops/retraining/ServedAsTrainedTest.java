package dev.mlops.retraining;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.features.FeatureReader;
import dev.mlops.features.FeatureStore;
import dev.mlops.features.ServedReport;
import dev.mlops.features.ServedReport.Conclusion;
import dev.mlops.features.view.Derivation;
import dev.mlops.features.view.Entity;
import dev.mlops.features.view.EventSource;
import dev.mlops.features.view.EventView;
import dev.mlops.features.view.FeatureService;
import dev.mlops.features.view.FeatureVector;
import dev.mlops.features.view.FeatureView;
import dev.mlops.features.view.Window;
import dev.mlops.predictions.ServedFeatures;
import dev.mlops.serving.Candidate;
import dev.mlops.serving.DeploymentRouter;
import dev.mlops.storage.ArtifactStore;
import dev.mlops.storage.Database;
import dev.mlops.testkit.TestClock;
import dev.mlops.testkit.TestDatabases;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * From the live reader through the router and the prediction log to the proof: what was served is
 * what is trained on, and ten ways in which it is not are found and named.
 */
class ServedAsTrainedTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final int MINUTES = 40;
  private static final int ROWS = 3 * MINUTES;
  private static final Entity AIRPORT = Entity.of("airport", "from");
  private static final EventSource FLIGHTS =
      EventSource.of("flights").eventTime("at").knownAfter(Duration.ofSeconds(20));
  private static final FeatureView LAST =
      FeatureView.of("last", AIRPORT, FLIGHTS)
          .features(Field.of("delay", DataType.FLOAT64).orNull(), Field.of("gate", DataType.STRING))
          .ttl(Duration.ofMinutes(5));
  private static final Schema SCHEMA =
      Schema.of(
          Field.of("from", DataType.STRING),
          Field.of("at", DataType.INSTANT),
          Field.of("delay", DataType.FLOAT64).orNull(),
          Field.of("gate", DataType.STRING));
  private static final FeatureService SERVICE =
      service(Window.hours(1), c -> c.feature("distance") / 7);

  private static FeatureService service(Window window, Derivation share) {
    EventView events = EventView.of("recent", AIRPORT, FLIGHTS).over(window).count().mean("delay");
    return FeatureService.of("delay", events, LAST)
        .request(Field.of("distance", DataType.INT64))
        .include("distance")
        .derive("share", 1, share);
  }

  /** What the application hands to the router. */
  private record Departure(ServedFeatures features) {}

  /** Features that somebody has changed between the reader and the router. */
  private record Changed(
      FeatureVector vector,
      Map<String, @Nullable Object> logged,
      Map<String, String> absent,
      Map<String, @Nullable Object> request)
      implements ServedFeatures {

    static Changed values(FeatureVector vector, Consumer<Map<String, Object>> change) {
      Map<String, Object> logged = new LinkedHashMap<>(vector.logged());
      change.accept(logged);
      Map<String, String> absent = new LinkedHashMap<>(vector.absent());
      absent.keySet().removeIf(name -> logged.get(name) != null);
      return new Changed(vector, logged, absent, vector.request());
    }

    static Changed request(FeatureVector vector, String name, Object value) {
      Map<String, Object> request = new HashMap<>(vector.request());
      request.put(name, value);
      return new Changed(vector, vector.logged(), vector.absent(), request);
    }

    @Override
    public String service() {
      return vector.service();
    }

    @Override
    public String definition() {
      return vector.definition();
    }

    @Override
    public Instant at() {
      return vector.at();
    }

    @Override
    public long position() {
      return vector.position();
    }
  }

  @TestFactory
  Stream<DynamicTest> on_h2() {
    return cases(TestDatabases.h2InMemory());
  }

  @TestFactory
  Stream<DynamicTest> on_postgresql() {
    return cases(TestDatabases.postgres());
  }

  private static Stream<DynamicTest> cases(Database database) {
    Map<String, Consumer<Airline>> cases = new LinkedHashMap<>();
    cases.put("what was served is what is trained on", ServedAsTrainedTest::honest);
    cases.put("a vector goes into the router as it is", ServedAsTrainedTest::vectorAsItIs);
    cases.put("values alone prove nothing", ServedAsTrainedTest::valuesAlone);
    cases.put("wrong units", ServedAsTrainedTest::wrongUnits);
    cases.put("swapped columns", ServedAsTrainedTest::swappedColumns);
    cases.put("a store that is behind", ServedAsTrainedTest::storeBehind);
    cases.put("a vector that is used again", ServedAsTrainedTest::usedAgain);
    cases.put("other code under the same version", ServedAsTrainedTest::otherCode);
    cases.put("a default in place of null", ServedAsTrainedTest::defaultForNull);
    cases.put("another entity", ServedAsTrainedTest::otherEntity);
    cases.put("rounding to float", ServedAsTrainedTest::roundingToFloat);
    cases.put("another window under the same name", ServedAsTrainedTest::otherWindow);
    cases.put("another version of the service", ServedAsTrainedTest::otherVersion);
    ArtifactStore artifacts = ArtifactStore.inMemory();
    return cases.entrySet().stream()
        .map(
            each ->
                DynamicTest.dynamicTest(
                    each.getKey(), () -> run(database, artifacts, each.getKey(), each.getValue())))
        .onClose(artifacts::close)
        .onClose(database::close);
  }

  private static void run(
      Database database, ArtifactStore artifacts, String project, Consumer<Airline> planted) {
    try (Airline airline = new Airline(database, artifacts, project, SERVICE, TestClock.at(NOON))) {
      planted.accept(airline);
    }
  }

  private static void honest(Airline airline) {
    airline.serve(vector -> vector);

    ServedReport report = airline.report();
    report.assertSame();
    assertThat(report.rows()).isEqualTo(ROWS);
    assertThat(report.values()).isEqualTo(6 * ROWS);
    assertThat(report.present()).isBetween(2L * ROWS, 6L * ROWS - 1);
    assertThat(report.stale()).isZero();
    assertThat(airline.store.prove(SERVICE).served(NOON.minusSeconds(9), NOON).conclusion())
        .isEqualTo(Conclusion.NOTHING_SERVED);
  }

  private static void vectorAsItIs(Airline airline) {
    try (DeploymentRouter<FeatureVector, Double> router =
        DeploymentRouter.builder(airline.workspace, "as it is")
            .live(Candidate.of("as it is", "1", (FeatureVector v) -> v.number("share")))
            .open()) {
      airline.live(airline.store.online(SERVICE), router::answer);
      assertThat(router.counts().withoutFeatures()).isZero();
    }
    airline.report().assertSame();
    assertThat(airline.report().rows()).isEqualTo(ROWS);
    Dataset logged = airline.workspace.predictions().query().features().list();
    assertThat(logged.doubles("share").get(0)).isEqualTo(logged.doubles("score").get(0));
  }

  private static void valuesAlone(Airline airline) {
    try (DeploymentRouter<FeatureVector, Double> router =
        DeploymentRouter.builder(airline.workspace, "values")
            .live(Candidate.of("values", 1, (FeatureVector v) -> v.number("share")))
            .features(FeatureVector::toMap)
            .open()) {
      airline.live(airline.store.online(SERVICE), router::answer);
    }
    airline.assertFinds(
        Conclusion.WITHOUT_ORIGIN,
        ROWS + " predictions prove nothing",
        ROWS + " predictions do not say where the features come from");
  }

  private static void wrongUnits(Airline airline) {
    airline.serve(
        vector ->
            Changed.values(
                vector,
                v -> v.computeIfPresent("recent_delay_mean_1h", (n, d) -> 60 * (double) d)));
    airline.assertFinds(Conclusion.DIFFERENT, "differ (recent_delay_mean_1h ");
  }

  private static void swappedColumns(Airline airline) {
    airline.serve(
        vector ->
            Changed.values(
                vector,
                v -> {
                  if (v.get("recent_count_1h") != null) {
                    v.put("recent_count_1h", v.put("distance", v.get("recent_count_1h")));
                  }
                }));
    airline.assertFinds(Conclusion.DIFFERENT, "distance ", "recent_count_1h ");
  }

  private static void storeBehind(Airline airline) {
    try (Workspace elsewhere = airline.openWorkspace();
        FeatureStore behind = FeatureStore.open(elsewhere)) {
      airline.serve(behind.online(SERVICE), vector -> vector);
    }
    airline.assertFinds(
        Conclusion.DIFFERENT,
        "recent_count_1h",
        ROWS + " rows were served by a reader that had not seen all rows that had arrived");
  }

  private static void usedAgain(Airline airline) {
    Map<Object, FeatureVector> kept = new HashMap<>();
    airline.serve(vector -> kept.computeIfAbsent(vector.request(), request -> vector));
    airline.assertFinds(
        Conclusion.OTHER_INSTANT,
        "rows were asked for another instant than that of the prediction");
    airline
        .store
        .prove(SERVICE)
        .within(Duration.ofHours(2))
        .served(NOON, NOON.plusSeconds(9_999))
        .assertSame();
  }

  private static void otherCode(Airline airline) {
    FeatureService changed =
        service(
            Window.hours(1), c -> c.feature("distance") == 777 ? -1 : c.feature("distance") / 7);
    assertThat(changed.digest()).isEqualTo(SERVICE.digest());
    airline.serve(airline.store.online(changed), vector -> vector);
    airline.assertFinds(
        Conclusion.DIFFERENT, "differ (share 12 times)", "offline 111.0, online -1.0");
  }

  private static void defaultForNull(Airline airline) {
    airline.serve(vector -> Changed.values(vector, v -> v.putIfAbsent("last_delay", 0.0)));
    airline.assertFinds(Conclusion.DIFFERENT, "differ (last_delay ", "online 0.0");
  }

  private static void otherEntity(Airline airline) {
    airline.serve(vector -> Changed.request(vector, "from", "A1"));
    airline.assertFinds(Conclusion.DIFFERENT, "recent_count_1h", "last_gate");
  }

  private static void roundingToFloat(Airline airline) {
    airline.serve(
        vector ->
            Changed.values(
                vector,
                v ->
                    v.computeIfPresent(
                        "recent_delay_mean_1h", (n, d) -> (double) ((Double) d).floatValue())));
    airline.assertFinds(Conclusion.DIFFERENT, "differ (recent_delay_mean_1h ");
  }

  /** A pipeline of somebody's own, which takes a quarter of an hour for an hour. */
  private static void otherWindow(Airline airline) {
    FeatureService narrow =
        service(new Window(Duration.ofMinutes(15), "1h"), c -> c.feature("distance") / 7);
    try (Airline handmade = airline.beside(narrow)) {
      FeatureReader reader = handmade.store.online(narrow);
      airline.serve(
          vector ->
              Changed.values(
                  vector,
                  v ->
                      v.put(
                          "recent_count_1h",
                          reader.get(vector.request(), vector.at()).value("recent_count_1h"))));
    }
    airline.assertFinds(Conclusion.DIFFERENT, "differ (recent_count_1h ");
  }

  private static void otherVersion(Airline airline) {
    FeatureService old = service(Window.hours(1), c -> 1);
    try (Airline before = airline.beside(old)) {
      airline.serve(before.store.online(old), vector -> vector);
    }
    airline.assertFinds(
        Conclusion.OTHER_DEFINITION,
        ROWS + " predictions have features of another definition of the service");
  }

  /** A workspace with a feature store and a router. */
  private static final class Airline implements AutoCloseable {
    private final Database database;
    private final ArtifactStore artifacts;
    private final String project;
    private final TestClock clock;
    private final Workspace workspace;
    private final FeatureStore store;
    private final DeploymentRouter<Departure, Double> router;
    private @Nullable Airline beside;

    Airline(
        Database database,
        ArtifactStore artifacts,
        String project,
        FeatureService service,
        TestClock clock) {
      this.database = database;
      this.artifacts = artifacts;
      this.project = project;
      this.clock = clock;
      this.workspace = openWorkspace();
      this.store = FeatureStore.open(workspace);
      this.router =
          DeploymentRouter.builder(workspace, "delays")
              .live(Candidate.of("delay", 1, (Departure departure) -> 0.5))
              .servedFeatures(Departure::features)
              .open();
      store.register(service);
    }

    /** Another one, which is told of the same flights. */
    Airline beside(FeatureService service) {
      beside = new Airline(database, artifacts, project + ", beside", service, clock);
      return beside;
    }

    Workspace openWorkspace() {
      return Workspace.builder()
          .database(database)
          .artifactStore(artifacts)
          .project(project)
          .clock(clock)
          .open();
    }

    void serve(Function<FeatureVector, ServedFeatures> change) {
      serve(store.online(SERVICE), change);
    }

    void serve(FeatureReader reader, Function<FeatureVector, ServedFeatures> change) {
      live(reader, vector -> router.answer(new Departure(change.apply(vector))));
    }

    /** Each minute a flight is known of, and three are asked about. */
    void live(FeatureReader reader, Consumer<FeatureVector> answer) {
      for (int minute = 0; minute < MINUTES; minute++) {
        if (minute % 20 == 0) {
          ingest(flights(minute, minute + 20));
        }
        clock.advance(Duration.ofMinutes(1));
        for (int airport = 0; airport < 3; airport++) {
          Map<String, Object> request =
              Map.of("from", "A" + airport, "distance", 770L + (minute + airport) % 10);
          answer.accept(reader.get(request, clock.instant()));
        }
      }
    }

    /** Flights are stored ahead; each is known twenty seconds after it left. */
    private Dataset flights(int from, int to) {
      Dataset.Builder rows = Dataset.builder(SCHEMA);
      for (int minute = from; minute < to; minute++) {
        Double delay = minute % 4 == 0 ? null : minute / 3.0;
        Instant left = NOON.plusSeconds(minute * 60L + 30);
        rows.row("A" + (minute / 8) % 2, left, delay, "G" + minute % 5);
      }
      return rows.build();
    }

    private void ingest(Dataset flights) {
      store.ingest(FLIGHTS, flights);
      if (beside != null) {
        beside.ingest(flights);
      }
    }

    ServedReport report() {
      return store.prove(SERVICE).served(NOON, NOON.plusSeconds(9_999));
    }

    void assertFinds(Conclusion finding, String... named) {
      ServedReport report = report();
      assertThat(report.conclusion()).isEqualTo(finding);
      assertThat(report.same()).isFalse();
      assertThatThrownBy(report::assertSame)
          .isInstanceOf(AssertionError.class)
          .hasMessageContainingAll(named);
    }

    @Override
    public void close() {
      workspace.close();
    }
  }
}
