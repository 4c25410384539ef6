package dev.mlops.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.Workspace;
import dev.mlops.data.Csv;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Row;
import dev.mlops.data.Schema;
import dev.mlops.labels.Label;
import dev.mlops.rollout.RolloutState;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
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
import java.util.function.UnaryOperator;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The same model on both arms, asked about the flights of the example as they left, and told their
 * outcome once an hour as they landed. Routes and airports differ in how well they are predicted,
 * so their requests are far from independent.
 */
class SameModelOnFlightsTest {

  private static final Path FLIGHTS =
      Path.of("../examples/src/main/resources/dev/mlops/examples/flights/flights.csv.gz");

  private static final Instant APRIL = Instant.parse("2001-04-01T00:00:00Z");
  private static final Instant THREE_WEEKS_LATER = Instant.parse("2001-04-22T00:00:00Z");

  /** A passenger is warned from this chance of a delay on, as in the example's story. */
  private static final double WARN = 0.25;

  private static final Workspace WORKSPACE = Workspace.inMemory();
  private static final List<Flight> FLOWN = flown();

  /** A flight with what the model says of it. */
  private record Flight(
      String origin,
      String route,
      String routeAndHour,
      Instant departure,
      Instant landed,
      double score,
      double late) {

    /** Reads a report; what the model says is how many flights of the place and hour were late. */
    static Flight of(Row row, double score) {
      Instant departure = row.getInstant("departure");
      String origin = row.getString("origin");
      String route = origin + "-" + row.getString("destination");
      long minutes = row.getLong("delay") + 30 + row.getLong("distance") / 8;
      return new Flight(
          origin,
          route,
          route + hour(departure),
          departure,
          departure.plusSeconds(60 * minutes),
          score,
          row.getLong("delay") > 15 ? 1 : 0);
    }

    static String hour(Instant departure) {
      return " at " + departure.atZone(ZoneOffset.UTC).getHour();
    }
  }

  /** How many flights of a place and hour were late in the winter. */
  private static final class LateShares {
    private final Map<String, double[]> counts = new HashMap<>();

    void learn(Row row) {
      double[] count = counts.computeIfAbsent(placeAndHour(row), unused -> new double[2]);
      count[0] += row.getLong("delay") > 15 ? 1 : 0;
      count[1]++;
    }

    double predict(Row row) {
      double[] count = counts.getOrDefault(placeAndHour(row), new double[] {0, 1});
      return count[0] / count[1];
    }

    private static String placeAndHour(Row row) {
      return row.getString("origin") + Flight.hour(row.getInstant("departure"));
    }
  }

  private record Landing(Instant time, Label label) {}

  private enum Sticky {
    NOTHING,
    ROUTE_AND_HOUR,
    ROUTE,
    AIRPORT;

    @Nullable String key(Flight flight) {
      return switch (this) {
        case NOTHING -> null;
        case ROUTE_AND_HOUR -> flight.routeAndHour;
        case ROUTE -> flight.route;
        case AIRPORT -> flight.origin;
      };
    }
  }

  @AfterAll
  static void close() {
    WORKSPACE.close();
  }

  private static List<Flight> flown() {
    LateShares model = new LateShares();
    List<Flight> flown = new ArrayList<>();
    read()
        .forEach(
            row -> {
              Instant departure = row.getInstant("departure");
              if (departure.isBefore(APRIL)) {
                model.learn(row);
              } else if (departure.isBefore(THREE_WEEKS_LATER)) {
                flown.add(Flight.of(row, model.predict(row)));
              }
            });
    return flown;
  }

  private static Dataset read() {
    try (InputStream packed = Files.newInputStream(FLIGHTS);
        InputStream text = new GZIPInputStream(packed)) {
      return Csv.read(text)
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
          .dataset();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Rollout replay(int salt, Sticky sticky, UnaryOperator<Canary> plan) {
    Guard guard = Guard.labelErrors((score, label) -> score >= WARN != label > 0.5);
    SimulatedRollout simulation =
        new SimulatedRollout(WORKSPACE, salt, canary -> plan.apply(canary).guard(guard));
    PriorityQueue<Landing> inTheAir = new PriorityQueue<>(Comparator.comparing(Landing::time));
    Instant nextFeedback = APRIL;
    for (Flight flight : FLOWN) {
      if (!flight.departure.isBefore(nextFeedback)) {
        simulation.labels().count(landed(inTheAir, flight.departure), Long::parseLong);
        nextFeedback = flight.departure.plus(Duration.ofHours(1));
      }
      long awaited = simulation.request(sticky.key(flight), false, flight.score);
      if (awaited >= 0) {
        Label label = Label.of(Long.toString(awaited), flight.landed, flight.late);
        inTheAir.add(new Landing(flight.landed, label));
      }
    }
    return simulation.rollout();
  }

  private static List<Label> landed(PriorityQueue<Landing> inTheAir, Instant now) {
    List<Label> landed = new ArrayList<>();
    while (!inTheAir.isEmpty() && !inTheAir.peek().time.isAfter(now)) {
      landed.add(inTheAir.poll().label);
    }
    return landed;
  }

  /** Returns how many of so many rollouts were rolled back. */
  private static int rolledBack(int replays, Sticky sticky, UnaryOperator<Canary> plan) {
    int count = 0;
    for (int salt = 0; salt < replays; salt++) {
      count += replay(salt, sticky, plan).state() instanceof RolloutState.RolledBack ? 1 : 0;
    }
    return count;
  }

  /** As in the example's story. */
  private static Canary storyPlan(Canary canary) {
    return canary.steps(5, 25, 50, 100).minimum(300).deadline(Duration.ofDays(21));
  }

  /** A plan whose numbers ninety routes, and even ten airports, can reach. */
  private static Canary fewKeys(Canary canary) {
    return canary.steps(10, 20, 30, 40, 50, 60, 100).minimum(1).tick(2);
  }

  /**
   * 100 rollouts at alpha = 1 % may roll back 1 in the mean; more than 5 would happen by chance
   * once in two thousand.
   */
  @ParameterizedTest
  @EnumSource
  void keeps_alpha(Sticky sticky) {
    assertThat(rolledBack(100, sticky, SameModelOnFlightsTest::storyPlan)).isLessThanOrEqualTo(5);
    assertThat(rolledBack(100, sticky, SameModelOnFlightsTest::fewKeys)).isLessThanOrEqualTo(5);
  }

  /** No alpha is kept by judging nothing: each of the ten airports speaks, too. */
  @ParameterizedTest
  @EnumSource
  void judges_each_kind_of_key(Sticky sticky) {
    assertThat(replay(0, sticky, SameModelOnFlightsTest::fewKeys).certificate().ticks())
        .filteredOn(tick -> tick.guard().equals("label errors"))
        .hasSizeGreaterThan(4);
  }

  /**
   * The first test can fail: requests of one route, or one airport, are not independent, and 17 %
   * of such rollouts are rolled back.
   */
  @ParameterizedTest
  @EnumSource(names = {"ROUTE", "AIRPORT"})
  void breaks_alpha_if_each_request_counts(Sticky sticky) {
    assertThat(rolledBack(50, sticky, canary -> canary.share(10).independentRequests()))
        .isGreaterThan(5);
  }
}
