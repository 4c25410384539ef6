package dev.mlops.features;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.Workspace;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.features.timeline.EventRows;
import dev.mlops.features.view.Entity;
import dev.mlops.features.view.EventSource;
import dev.mlops.features.view.EventView;
import dev.mlops.features.view.FeatureService;
import dev.mlops.features.view.FeatureVector;
import dev.mlops.features.view.FeatureVector.Status;
import dev.mlops.features.view.JoinedRows;
import dev.mlops.features.view.PartitionJoin;
import dev.mlops.features.view.Window;
import dev.mlops.predictions.PredictionRecord;
import dev.mlops.testkit.GuidePage;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FeaturesGuideTest {

  record Flight(
      String origin,
      String destination,
      Instant departure,
      Instant landed,
      double delay,
      boolean late,
      long distance) {}

  private final Instant now = Instant.parse("2001-01-01T14:00:00Z");

  private final Dataset flights =
      Dataset.of(
          List.of(
              flight("ORD", "LAX", "08:00", "12:10", 4),
              flight("ORD", "LAX", "09:30", "14:20", 38),
              flight("ORD", "DFW", "13:10", "13:50", -5),
              flight("ORD", "LAX", "14:00", "18:00", 0),
              flight("DFW", "LAX", "14:00", "17:00", 61)));

  @Test
  void the_page_runs() {
    try (Workspace workspace = Workspace.inMemory()) {
      // guide:begin
      EventSource source =
          EventSource.of("flights")
              .eventTime("departure") // when it happened
              .knownAt("landed"); // when anyone could know how late it was
      EventView origin =
          EventView.of("origin", Entity.of("airport", "origin"), source)
              .over(Window.hours(1), Window.hours(24), Window.days(7))
              .count()
              .mean("delay")
              .share("late");
      EventView route =
          EventView.of("route", Entity.of("route", "origin", "destination"), source)
              .over(Window.days(7))
              .mean("delay")
              .share("late");
      FeatureService service =
          FeatureService.of("flight-delay", origin, route)
              .request(Field.of("distance", DataType.INT64))
              .include("distance")
              .derive("hour", 1, context -> context.time().atZone(ZoneOffset.UTC).getHour());

      FeatureStore store = FeatureStore.open(workspace);
      store.register(service);
      store.asBackfill().ingest(source, flights, "2001-01"); // the past, loaded afterwards

      TrainingSet training = store.trainingSet(service).labels(flights, "departure").build();
      FeatureReader online = store.online(service);
      FeatureVector vector =
          online.get(Map.of("origin", "ORD", "destination", "LAX", "distance", 1745), now);
      store.prove(service).over(flights, "departure").assertSame();
      // guide:end

      assertThat(training.dataset().schema().names())
          .containsExactly(
              "origin",
              "destination",
              "departure",
              "landed",
              "delay",
              "late",
              "distance",
              "origin_count_1h",
              "origin_count_24h",
              "origin_count_7d",
              "origin_delay_mean_1h",
              "origin_delay_mean_24h",
              "origin_delay_mean_7d",
              "origin_late_share_1h",
              "origin_late_share_24h",
              "origin_late_share_7d",
              "route_delay_mean_7d",
              "route_late_share_7d",
              "hour");
      assertThat(vector.value("origin_count_1h")).isEqualTo(1L);
      assertThat(vector.number("origin_delay_mean_24h")).isEqualTo(-0.5);
      assertThat(vector.number("route_delay_mean_7d")).isEqualTo(4);
      assertThat(vector.number("distance")).isEqualTo(1745);
      assertThat(vector.number("hour")).isEqualTo(14);
      assertThat(vector.complete()).isTrue();
      assertThat(
              online
                  .explain(Map.of("origin", "ORD", "destination", "LAX", "distance", 1745), now)
                  .get(4))
          .isEqualTo(
              "origin_delay_mean_24h = -0.5: 2 events in (2000-12-31T14:00:00Z,"
                  + " 2001-01-01T14:00:00Z]; 2 left out, known from 2001-01-01T14:20:00Z on");
      assertThat(training.coverage("origin_count_24h"))
          .containsEntry(Status.PRESENT, 2)
          .containsEntry(Status.NOT_FOUND, 3);
      assertThat(training.leakReport().changedRows()).isEqualTo(5);

      // guide:begin
      TrainingSet leaky =
          store.trainingSet(service).labels(flights, "departure").asIfKnownImmediately().build();
      LeakReport report = leaky.leakReport();
      report.changedRows(); // rows whose features differ between the two modes
      report.changed("origin_delay_mean_1h"); // and for one feature
      // guide:end

      Instant from = now;
      Instant to = now.plusSeconds(60);
      String id = "p1";
      double score = 0.5;
      // guide:begin
      // A DeploymentRouter does this by itself for each answer.
      workspace
          .predictions()
          .log(
              PredictionRecord.builder()
                  .id(id)
                  .model("delay")
                  .version(1)
                  .time(now)
                  .features(vector)
                  .score(score)
                  .build());

      ServedReport served = store.prove(service).served(from, to); // reads the prediction log
      served.assertSame(); // or it names the features that differ, how often, and the first of them
      // guide:end
      assertThat(served.values()).isEqualTo(13);

      Dataset labels = flights;
      Dataset rows = flights;
      long arrived = 0;
      // guide:begin
      // Serializable, with the code of derived features.
      PartitionJoin join = new PartitionJoin(service, "departure", true);
      JoinedRows part = join.join(labels, view -> List.of(new EventRows(rows, arrived, true)));
      // guide:end
      assertThat(part.dataset().digest()).isEqualTo(training.digest());

      // Its own delay, known three hours later, is the mean over the last hour.
      assertThat(leaky.dataset().row(4).getDouble("origin_delay_mean_1h")).isEqualTo(61);
      assertThat(report.changed("origin_delay_mean_1h")).isEqualTo(5);
    }
  }

  @Test
  void the_page_says_the_same() {
    GuidePage.assertSameCode(
        Path.of("../docs/guide/features.md"),
        Path.of("src/test/java/dev/mlops/features/FeaturesGuideTest.java"));
  }

  private static Flight flight(
      String origin, String destination, String departure, String landed, double delay) {
    return new Flight(
        origin,
        destination,
        Instant.parse("2001-01-01T" + departure + ":00Z"),
        Instant.parse("2001-01-01T" + landed + ":00Z"),
        delay,
        delay > 15,
        1745);
  }
}
