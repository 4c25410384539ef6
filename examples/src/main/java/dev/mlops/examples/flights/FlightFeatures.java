package dev.mlops.examples.flights;

import dev.mlops.data.DataType;
import dev.mlops.data.Field;
import dev.mlops.features.view.Entity;
import dev.mlops.features.view.EventSource;
import dev.mlops.features.view.EventView;
import dev.mlops.features.view.FeatureContext;
import dev.mlops.features.view.FeatureService;
import dev.mlops.features.view.Window;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;

/** What the models may know about a flight when it leaves. */
final class FlightFeatures {
  /** Every flight; how late it was is known when it has landed. */
  static final EventSource FLIGHTS =
      EventSource.of("flights").eventTime("departure").knownAt("landed");

  /** The recent flights that left the same airport. */
  static final EventView ORIGIN = recent("origin", Entity.of("airport", "origin"));

  /** The recent flights on the same route. */
  static final EventView ROUTE = recent("route", Entity.of("route", "origin", "destination"));

  /** Calendar and distance alone: known years ahead. */
  static final FeatureService CALENDAR = calendar(FeatureService.of("flight-calendar"));

  /** Calendar, distance and how late the recent flights were. */
  static final FeatureService DELAY = calendar(FeatureService.of("flight-delay", ORIGIN, ROUTE));

  private FlightFeatures() {}

  /** The calendar and the averages of the last seven days. */
  static List<String> lastWeek() {
    return DELAY.features().stream()
        .filter(name -> name.endsWith("_7d") || CALENDAR.features().contains(name))
        .toList();
  }

  private static EventView recent(String name, Entity entity) {
    return EventView.of(name, entity, FLIGHTS)
        .strictlyBefore() // the flight itself is one of the events
        .over(Window.hours(1), Window.hours(6), Window.hours(24), Window.days(7))
        .mean("delay")
        .share("late");
  }

  private static FeatureService calendar(FeatureService service) {
    FeatureService calendar =
        service.request(Field.of("distance", DataType.INT64)).include("distance");
    for (int harmonic = 1; harmonic <= 3; harmonic++) {
      int times = harmonic;
      calendar =
          calendar
              .derive("hour_sin_" + times, 1, flight -> Math.sin(times * dayAngle(flight)))
              .derive("hour_cos_" + times, 1, flight -> Math.cos(times * dayAngle(flight)));
    }
    return calendar
        .derive("weekday_sin", 1, flight -> Math.sin(weekAngle(flight)))
        .derive("weekday_cos", 1, flight -> Math.cos(weekAngle(flight)));
  }

  private static double dayAngle(FeatureContext flight) {
    return 2 * Math.PI * time(flight).toLocalTime().toSecondOfDay() / 86_400;
  }

  private static double weekAngle(FeatureContext flight) {
    return 2 * Math.PI * time(flight).getDayOfWeek().getValue() / 7;
  }

  /** The airports' clocks are read as one clock; see the data's README. */
  private static ZonedDateTime time(FeatureContext flight) {
    return flight.time().atZone(ZoneOffset.UTC);
  }
}
