package dev.mlops.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.error.InvalidInputException;
import dev.mlops.features.ServedReport.Conclusion;
import dev.mlops.features.store.TimelineStore;
import dev.mlops.features.view.Entity;
import dev.mlops.features.view.EventSource;
import dev.mlops.features.view.EventView;
import dev.mlops.features.view.FeatureService;
import dev.mlops.features.view.FeatureVector;
import dev.mlops.features.view.FeatureVector.Status;
import dev.mlops.features.view.FeatureView;
import dev.mlops.features.view.Window;
import dev.mlops.predictions.PredictionRecord;
import dev.mlops.predictions.ServedFeatures;
import dev.mlops.testkit.TestClock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What a prediction log has of served features is compared with what a model is trained on; nothing
 * to compare is never the same. Skews on the whole way through a router are planted where the
 * router is.
 */
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
  private static final FeatureService SERVICE = service("delay", Window.hours(1));

  private final TestClock clock = TestClock.at(NOON);
  private final Workspace workspace = Workspace.builder().clock(clock).open();
  private final FeatureStore store =
      FeatureStore.builder(workspace)
          .timelines(TimelineStore.inMemory(Duration.ofMinutes(30)))
          .open();
  private FeatureReader reader;
  private int predictions;

  private static FeatureService service(String name, Window window) {
    EventView recent = EventView.of("recent", AIRPORT, FLIGHTS).over(window).count().mean("delay");
    return FeatureService.of(name, recent, LAST)
        .request(Field.of("distance", DataType.INT64))
        .include("distance");
  }

  @BeforeEach
  void register() {
    store.register(SERVICE);
    reader = store.online(SERVICE);
    store.ingest(FLIGHTS, row("ORD", NOON.minusSeconds(60), 7.5));
    clock.advance(Duration.ofMinutes(1));
  }

  @AfterEach
  void close() {
    workspace.close();
  }

  private static Dataset row(String from, Instant at, @Nullable Double delay) {
    return Dataset.builder(ROWS).row(from, at, delay, "G7").build();
  }

  private FeatureVector ask(@Nullable String from) {
    Map<String, Object> request = new HashMap<>();
    request.put("from", from);
    request.put("distance", 940L);
    return reader.get(request, clock.instant());
  }

  private PredictionRecord.Builder prediction() {
    predictions++;
    return PredictionRecord.builder()
        .id("p" + predictions)
        .model("late")
        .version(1)
        .time(clock.instant());
  }

  private void serve(ServedFeatures features) {
    workspace.predictions().log(prediction().features(features).build());
  }

  private ServedReport report() {
    return store.prove(SERVICE).served(NOON, NOON.plus(Duration.ofDays(1)));
  }

  private void assertFinds(Conclusion finding, String message) {
    ServedReport report = report();
    assertThat(report.conclusion()).isEqualTo(finding);
    assertThat(report).hasToString(message);
    assertThatThrownBy(report::assertSame).isInstanceOf(AssertionError.class).hasMessage(message);
  }

  /** Features as somebody else's code gives them. */
  private record Given(
      Map<String, ? extends @Nullable Object> logged,
      Map<String, String> absent,
      Map<String, ? extends @Nullable Object> request,
      String service,
      String definition,
      Instant at,
      long position)
      implements ServedFeatures {

    static Given of(FeatureVector vector, String service, String definition) {
      return new Given(
          vector.logged(),
          vector.absent(),
          vector.request(),
          service,
          definition,
          vector.at(),
          vector.position());
    }

    static Given logged(FeatureVector vector, Map<String, ? extends @Nullable Object> logged) {
      return new Given(
          logged,
          vector.absent(),
          vector.request(),
          vector.service(),
          vector.definition(),
          vector.at(),
          vector.position());
    }
  }

  @Test
  void a_vector_is_logged_with_all_that_a_proof_needs() {
    FeatureVector vector = ask("ORD");
    serve(vector);

    assertThat(workspace.predictions().query().features().served().first().orElseThrow().toMap())
        .containsEntry("recent_delay_mean_1h", 7.5)
        .containsEntry("last_gate", "G7")
        .containsEntry("served.service", "delay")
        .containsEntry("served.definition", SERVICE.digest().toString())
        .containsEntry("served.at", clock.instant())
        .containsEntry("served.position", 1L)
        .containsEntry("served.request.from", "ORD")
        .containsEntry("served.request.distance", 940L);
    ServedReport report = report();
    report.assertSame();
    assertThat(report)
        .hasToString(
            "delay: 5 logged values of 1 served row are those that a training set has, 5 of them present");
    assertThat(report.predictions()).isEqualTo(1);
    assertThat(report.stale()).isZero();
  }

  @Test
  void later_rows_and_restarts_change_nothing_of_what_was_served() {
    serve(ask("ORD"));
    clock.advance(Duration.ofMinutes(5));
    store.ingest(FLIGHTS, row("ORD", NOON, 60.0));
    serve(ask("ORD"));

    ServedReport report = report();
    report.assertSame();
    assertThat(report.rows()).isEqualTo(2);
  }

  @Test
  void rows_that_were_loaded_afterwards_are_left_out_since_nobody_could_serve_them() {
    serve(ask("ORD"));
    store.asBackfill().ingest(FLIGHTS, row("ORD", NOON.minusSeconds(30), 99.0), "afterwards");

    ServedReport report = report();
    report.assertSame();
    assertThat(report.backfilled()).isEqualTo(1);
    assertThat(report).asString().endsWith("; 1 row was loaded afterwards and left out");
    clock.advance(Duration.ofMinutes(1));
    serve(ask("ORD")); // This one has seen them.
    report().assertSame();
  }

  @Test
  void reasons_for_an_absent_value_are_compared_too() {
    serve(ask("ORD"));
    serve(ask("LAX"));
    serve(ask(null));
    clock.advance(Duration.ofMinutes(16));
    FeatureVector expired = ask("ORD");
    assertThat(expired.absent()).containsEntry("last_gate", "EXPIRED");
    serve(expired);
    report().assertSame();

    Map<String, String> absent = new LinkedHashMap<>(expired.absent());
    absent.put("last_gate", Status.NOT_FOUND.name());
    serve(
        new Given(
            expired.logged(),
            absent,
            expired.request(),
            "delay",
            expired.definition(),
            expired.at(),
            1));
    assertFinds(
        Conclusion.DIFFERENT,
        "delay: 25 logged values of 5 served rows, 1 differs (last_gate 1 time); first, of prediction p5: last_gate of"
            + " {from=ORD, distance=940} at 2026-03-01T12:17:00Z (row 4): offline EXPIRED, online NOT_FOUND");
  }

  @Test
  void nothing_served_in_a_window_is_an_answer_of_its_own() {
    assertFinds(
        Conclusion.NOTHING_SERVED,
        "delay: nothing was served: the log has no prediction of this query, so nothing is proven");
    serve(ask("ORD"));
    assertThat(store.prove(SERVICE).served(NOON, clock.instant()).conclusion())
        .isEqualTo(Conclusion.NOTHING_SERVED);
    assertThat(
            store
                .prove(SERVICE)
                .served(workspace.predictions().query().model("other"))
                .conclusion())
        .isEqualTo(Conclusion.NOTHING_SERVED);
  }

  @Test
  void predictions_without_origin_are_an_answer_of_their_own() {
    workspace.predictions().log(prediction().features(ask("ORD").toMap()).build());
    workspace.predictions().log(prediction().build());
    assertFinds(
        Conclusion.WITHOUT_ORIGIN,
        "delay: 2 predictions prove nothing: none has features of this service by its present definition. Give the"
            + " router a FeatureVector, or .servedFeatures(...); 2 predictions do not say where the features come"
            + " from, 0 of them of models that were compared");

    // Of a model that is asked in two ways, one may be the skewed one.
    serve(ask("ORD"));
    assertFinds(
        Conclusion.WITHOUT_ORIGIN,
        "delay: 5 logged values of 1 served row are those that a training set has, 5 of them present; 2 predictions"
            + " do not say where the features come from, 2 of them of models that were compared");
  }

  @Test
  void predictions_of_other_models_are_nobodys_concern() {
    serve(ask("ORD"));
    workspace.predictions().log(prediction().model("other").build());
    report().assertSame();
    assertThat(report().withoutOrigin()).isEqualTo(1);
  }

  @Test
  void another_service_and_another_definition_are_answers_of_their_own() {
    FeatureService other = service("other", Window.hours(1));
    store.register(other);
    serve(store.online(other).get(Map.of("from", "ORD", "distance", 1), clock.instant()));
    assertThat(report().conclusion()).isEqualTo(Conclusion.OTHER_SERVICE);
    assertThat(report().otherService()).isEqualTo(1);

    serve(Given.of(ask("ORD"), "delay", "sha256:another"));
    assertThat(report().conclusion()).isEqualTo(Conclusion.OTHER_DEFINITION);
    serve(ask("ORD"));
    assertFinds(
        Conclusion.OTHER_DEFINITION,
        "delay: 5 logged values of 1 served row are those that a training set has, 5 of them present; 1 prediction"
            + " has features of another definition of the service; 1 prediction has features of another service");
  }

  @Test
  void values_that_were_out_of_range_are_an_answer_of_their_own() {
    Instant then = clock.instant();
    for (int hour = 1; hour <= 3; hour++) {
      clock.advance(Duration.ofHours(1));
      store.ingest(FLIGHTS, row("ORD", clock.instant().minusSeconds(60), 1.0));
    }
    clock.advance(Duration.ofMinutes(1));
    serve(ask("ORD"));
    report().assertSame();

    FeatureVector late = reader.get(Map.of("from", "ORD", "distance", 940L), then);
    assertThat(late.status("recent_count_1h")).isEqualTo(Status.OUT_OF_RANGE);
    workspace.predictions().log(prediction().time(then).features(late).build());
    assertThat(report().conclusion()).isEqualTo(Conclusion.OUT_OF_RANGE);
    assertThat(report().outOfRange()).isEqualTo(4);
    assertThat(report().differences()).isZero();
  }

  @Test
  void all_absent_proves_nothing() {
    Map<String, Object> unknown = new HashMap<>();
    unknown.put("from", "nowhere");
    unknown.put("distance", null);
    serve(reader.get(unknown, clock.instant()));
    assertFinds(
        Conclusion.NOTHING_PRESENT,
        "delay: 5 logged values of 1 served row prove nothing: none is present");
  }

  @Test
  void a_feature_that_was_not_logged_is_named() {
    Map<String, Object> logged = new LinkedHashMap<>(ask("ORD").logged());
    logged.remove("last_gate");
    serve(Given.logged(ask("ORD"), logged));
    assertThat(report().conclusion()).isEqualTo(Conclusion.NOT_LOGGED);
    assertThat(report().notLogged()).containsExactly("last_gate");

    serve(ask("ORD")); // The column is there now, and still one row lacks its value.
    assertThat(report().notLogged()).containsExactly("last_gate");
  }

  @Test
  void a_vector_of_another_instant_is_named() {
    FeatureVector kept = ask("ORD");
    clock.advance(Duration.ofSeconds(60));
    serve(kept);
    report().assertSame();
    clock.advance(Duration.ofSeconds(1));
    serve(kept);
    assertFinds(
        Conclusion.OTHER_INSTANT,
        "delay: 10 logged values of 2 served rows are those that a training set has, 10 of them present; 1 row was"
            + " asked for another instant than that of the prediction");
    store
        .prove(SERVICE)
        .within(Duration.ofSeconds(61))
        .served(workspace.predictions().query())
        .assertSame();
    assertThatThrownBy(() -> store.prove(SERVICE).within(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("within must be positive: 0 seconds");
  }

  @Test
  void a_reader_that_was_behind_is_counted() {
    FeatureVector vector = ask("ORD");
    serve(
        new Given(
            vector.logged(),
            vector.absent(),
            vector.request(),
            "delay",
            vector.definition(),
            vector.at(),
            0));
    assertThat(report().stale()).isEqualTo(1);
    assertThat(report().same()).isTrue();
  }

  @Test
  void a_request_that_is_none_of_the_service_is_refused() {
    FeatureVector vector = ask("ORD");
    serve(
        new Given(
            vector.logged(),
            Map.of(),
            Map.of("from", "ORD", "distance", "far"),
            "delay",
            vector.definition(),
            vector.at(),
            1));
    assertThatThrownBy(this::report)
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "a logged request has 'distance' = 'far', which is no INT64; it was not logged by a FeatureVector");
  }

  @Test
  void features_may_have_the_names_of_the_log_and_a_query_its_own_prefix() {
    EventView traffic = EventView.of("traffic", AIRPORT, FLIGHTS).over(Window.hours(1)).count();
    FeatureService named =
        FeatureService.of("named", traffic)
            .request(Field.of("score", DataType.FLOAT64), Field.of("label", DataType.STRING))
            .include("score")
            .include("label");
    store.register(named);
    serve(
        store
            .online(named)
            .get(Map.of("from", "ORD", "score", 0.5, "label", "x"), clock.instant()));
    store.prove(named).served(NOON, clock.instant().plusSeconds(1)).assertSame();
    store
        .prove(named)
        .served(workspace.predictions().query().features().featurePrefix("x.").served())
        .assertSame();
  }
}
