package dev.mlops.benchmarks;

import dev.mlops.Workspace;
import dev.mlops.data.Csv;
import dev.mlops.data.DataType;
import dev.mlops.data.Field;
import dev.mlops.data.Row;
import dev.mlops.data.Schema;
import dev.mlops.labels.Label;
import dev.mlops.rollout.RolloutState;
import dev.mlops.serving.Canary;
import dev.mlops.serving.Candidate;
import dev.mlops.serving.DeploymentRouter;
import dev.mlops.serving.Guard;
import dev.mlops.serving.Rollout;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPInputStream;

/**
 * Three weeks of the example's flights, asked of one model on both arms of a real router, whose
 * labels come once an hour as they land. Flights of one route, and of one airport, are far from
 * independent.
 */
final class StickyFlights {

  private static final Path FLIGHTS =
      Path.of("examples/src/main/resources/dev/mlops/examples/flights/flights.csv.gz");

  private static final Instant APRIL = Instant.parse("2001-04-01T00:00:00Z");
  private static final Instant THREE_WEEKS_LATER = Instant.parse("2001-04-22T00:00:00Z");
  private static final double WARN = 0.25;

  /** A flight with what the model says of it. */
  record Flight(
      String origin, String route, Instant departure, Instant landed, double score, double late) {}

  private final List<Flight> flown;
  private int opened;

  private StickyFlights(List<Flight> flown) {
    this.flown = flown;
  }

  /** Reads the flights; the model says how many of a place and hour were late in the winter. */
  static StickyFlights read() throws IOException {
    Map<String, double[]> counts = new HashMap<>();
    List<Flight> flown = new ArrayList<>();
    try (InputStream packed = Files.newInputStream(FLIGHTS);
        InputStream text = new GZIPInputStream(packed)) {
      Csv.read(text)
          .schema(
              Schema.of(
                  Field.of("departure", DataType.INSTANT),
                  Field.of("delay", DataType.INT64),
                  Field.of("distance", DataType.INT64),
                  Field.of("origin", DataType.STRING),
                  Field.of("destination", DataType.STRING)))
          .pattern("yyyy-MM-dd HH:mm")
          .zone(ZoneOffset.UTC)
          .load()
          .dataset()
          .forEach(row -> take(row, counts, flown));
    }
    return new StickyFlights(flown);
  }

  private static void take(Row row, Map<String, double[]> counts, List<Flight> flown) {
    Instant departure = row.getInstant("departure");
    String origin = row.getString("origin");
    String place = origin + departure.atZone(ZoneOffset.UTC).getHour();
    double late = row.getLong("delay") > 15 ? 1 : 0;
    if (departure.isBefore(APRIL)) {
      double[] count = counts.computeIfAbsent(place, unused -> new double[2]);
      count[0] += late;
      count[1]++;
    } else if (departure.isBefore(THREE_WEEKS_LATER)) {
      double[] count = counts.getOrDefault(place, new double[] {0, 1});
      long minutes = row.getLong("delay") + 30 + row.getLong("distance") / 8;
      flown.add(
          new Flight(
              origin,
              origin + "-" + row.getString("destination"),
              departure,
              departure.plusSeconds(60 * minutes),
              count[0] / count[1],
              late));
    }
  }

  /** Returns how many of so many rollouts, each with a salt of its own, were rolled back. */
  int rolledBack(
      Workspace workspace, int rollouts, Function<Flight, String> key, UnaryOperator<Canary> plan) {
    int count = 0;
    for (int run = 0; run < rollouts; run++) {
      String name = "flights " + ++opened;
      try (DeploymentRouter<Flight, Double> router =
          DeploymentRouter.builder(workspace, name)
              .live(Candidate.of("delay", "1", Flight::score))
              .unitKey(key)
              .score(Double::doubleValue)
              .open()) {
        Canary canary = router.canary(Candidate.of("delay", "2", Flight::score));
        Guard guard = Guard.labelErrors((score, label) -> score >= WARN != label > 0.5);
        count += isRolledBack(router, plan.apply(canary.guard(guard)).start()) ? 1 : 0;
      }
    }
    return count;
  }

  private boolean isRolledBack(DeploymentRouter<Flight, Double> router, Rollout rollout) {
    PriorityQueue<Label> inTheAir = new PriorityQueue<>(Comparator.comparing(Label::time));
    Instant next = APRIL;
    for (Flight flight : flown) {
      if (!flight.departure.isBefore(next)) {
        List<Label> landed = new ArrayList<>();
        while (!inTheAir.isEmpty() && !inTheAir.peek().time().isAfter(flight.departure)) {
          landed.add(inTheAir.poll());
        }
        router.feedback(landed);
        if (rollout.state().isOver()) {
          break;
        }
        next = flight.departure.plus(Duration.ofHours(1));
      }
      inTheAir.add(Label.of(router.answer(flight).id(), flight.landed, flight.late));
    }
    return rollout.state() instanceof RolloutState.RolledBack;
  }
}
