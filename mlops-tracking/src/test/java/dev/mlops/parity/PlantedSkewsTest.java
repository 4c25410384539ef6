package dev.mlops.parity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.data.Dataset;
import dev.mlops.data.Row;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The usual mistakes of a pipeline that was written twice, each planted alone into one that is
 * right: the guilty column is named, and no other.
 */
class PlantedSkewsTest {

  private static final Parity PARITY = Parity.read(ParityTest.DIRECTORY);
  private static final Flights FLIGHTS = new Flights(PARITY.raw());

  private record Skew(
      String name, List<String> guilty, BiConsumer<Row, Map<String, @Nullable Object>> planted) {

    Map<String, @Nullable Object> features(Row flight) {
      Map<String, @Nullable Object> features = FLIGHTS.features(flight);
      planted.accept(flight, features);
      return features;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static Skew skew(
      String name, String guilty, BiConsumer<Row, Map<String, @Nullable Object>> planted) {
    return new Skew(name, List.of(guilty.split(" ")), planted);
  }

  private static ZonedDateTime utc(Row flight) {
    return flight.getInstant("departure").atZone(ZoneOffset.UTC);
  }

  private static ZonedDateTime local(Row flight) {
    return flight.getInstant("departure").atZone(Flights.NEW_YORK);
  }

  private static double seconds(Row flight) {
    Instant end = Instant.parse("2010-01-01T00:00:00Z");
    return Duration.between(flight.getInstant("departure"), end).toSeconds();
  }

  private static String text(Row flight) {
    return flight.isNull("carrier") ? "" : flight.getString("carrier");
  }

  private static void putCarriers(Map<String, @Nullable Object> features, String code) {
    Flights.CARRIERS.forEach(each -> features.put("carrier_" + each, each.equals(code) ? 1f : 0f));
    features.put("carrier_code", Flights.CARRIERS.indexOf(code));
  }

  static Stream<Skew> skews() {
    return Stream.of(times(), texts(), gaps(), numbers(), columns()).flatMap(each -> each);
  }

  private static Stream<Skew> times() {
    return Stream.of(
        skew("the hour in UTC", "hour", (x, f) -> f.put("hour", utc(x).getHour())),
        skew(
            "a fixed offset, without summer time",
            "hour",
            (x, f) -> f.put("hour", utc(x).minusHours(5).getHour())),
        skew("the hour as a text", "hour", (x, f) -> f.put("hour", f.get("hour") + "")),
        skew(
            "a week that begins with 1",
            "weekday",
            (x, f) -> f.put("weekday", local(x).getDayOfWeek().getValue())),
        skew(
            "a week that begins on Sunday",
            "weekday",
            (x, f) -> f.put("weekday", local(x).getDayOfWeek().getValue() % 7)),
        skew(
            "the weekday in UTC",
            "weekday",
            (x, f) -> f.put("weekday", utc(x).getDayOfWeek().getValue() - 1)),
        skew(
            "a weekend of Friday and Saturday",
            "is_weekend",
            (x, f) -> {
              int day = local(x).getDayOfWeek().getValue();
              f.put("is_weekend", day == 5 || day == 6);
            }),
        skew(
            "days of the year from 0",
            "day_of_year",
            (x, f) -> f.put("day_of_year", local(x).getDayOfYear() - 1)),
        skew(
            "a calendar without a leap day",
            "day_of_year",
            (x, f) -> {
              LocalDate day = local(x).toLocalDate();
              f.put("day_of_year", day.withYear(2005).getDayOfYear());
            }),
        skew("whole days", "age_days", (x, f) -> f.put("age_days", (long) (seconds(x) / 86_400))),
        skew(
            "seconds as a float",
            "age_days",
            (x, f) -> f.put("age_days", (float) seconds(x) / 86_400f)));
  }

  private static Stream<Skew> texts() {
    return Stream.of(
        skew(
            "lower case kept",
            "carrier_AA carrier_WN carrier_code",
            (x, f) -> putCarriers(f, text(x).strip())),
        skew(
            "text not trimmed",
            "carrier_DL carrier_WN carrier_code",
            (x, f) -> putCarriers(f, text(x).toUpperCase(Locale.ROOT))),
        skew(
            "only the end trimmed",
            "carrier_DL carrier_code",
            (x, f) -> putCarriers(f, text(x).stripTrailing().toUpperCase(Locale.ROOT))),
        skew(
            "categories in the order of their appearance",
            "carrier_code",
            (x, f) ->
                f.put("carrier_code", List.of("AA", "DL", "WN", "UA").indexOf(Flights.code(x)))),
        skew(
            "an unknown category as the first",
            "carrier_code",
            (x, f) ->
                f.put("carrier_code", Math.max(0, Flights.CARRIERS.indexOf(Flights.code(x))))),
        skew(
            "the first of the one-hot columns dropped",
            "carrier_AA",
            (x, f) -> f.remove("carrier_AA")),
        skew(
            "a one-hot column for what is unknown",
            "carrier_other",
            (x, f) -> f.put("carrier_other", Flights.CARRIERS.contains(Flights.code(x)) ? 0f : 1f)),
        skew(
            "a text compared with its case",
            "is_rain",
            (x, f) -> f.put("is_rain", x.getString("weather").equals("rain"))));
  }

  private static Stream<Skew> gaps() {
    return Stream.of(
        skew("a null float as 0", "wind", (x, f) -> f.put("wind", wind(x, 0))),
        skew("a null float as -1", "wind", (x, f) -> f.put("wind", wind(x, -1))),
        skew(
            "a null left out",
            "wind",
            (x, f) -> {
              if (x.isNull("wind")) {
                f.remove("wind");
              }
            }),
        skew(
            "a value lost",
            "wind",
            (x, f) -> {
              if (wind(x, 0) > 100) {
                f.put("wind", null);
              }
            }),
        skew(
            "the mean for a gap, not the median",
            "wind_filled",
            (x, f) -> f.put("wind_filled", wind(x, 19.5))),
        skew(
            "another default",
            "taxi_default",
            (x, f) -> f.put("taxi_default", x.isNull("taxi") ? 0 : x.getLong("taxi"))));
  }

  private static double wind(Row flight, double missing) {
    return flight.isNull("wind") ? missing : flight.getDouble("wind");
  }

  private static Stream<Skew> numbers() {
    return Stream.of(
        skew(
            "another clipping",
            "wind_clipped",
            (x, f) -> f.put("wind_clipped", Math.min(50, wind(x, 0)))),
        skew("no clipping", "wind_clipped", (x, f) -> f.put("wind_clipped", wind(x, 0))),
        skew("miles for kilometres", "km", (x, f) -> f.put("km", x.getDouble("distance"))),
        skew("nautical miles", "km", (x, f) -> f.put("km", x.getDouble("distance") * 1.852)),
        skew("a rounded factor", "km", (x, f) -> f.put("km", x.getDouble("distance") * 1.6093)),
        skew(
            "the deviation of a population",
            "distance_std",
            (x, f) -> {
              double population = FLIGHTS.deviation() * Math.sqrt(47 / 48.0);
              f.put(
                  "distance_std", (x.getDouble("distance") - FLIGHTS.meanDistance()) / population);
            }),
        skew(
            "log for log1p",
            "log_fare",
            (x, f) -> f.put("log_fare", Math.log(x.getDouble("fare")))),
        skew(
            "log10 for log",
            "log_fare",
            (x, f) -> f.put("log_fare", Math.log10(1 + x.getDouble("fare")))),
        skew(
            "a float before the logarithm",
            "log_fare",
            (x, f) -> f.put("log_fare", Math.log1p((float) x.getDouble("fare")))),
        skew(
            "cents cut off",
            "fare32",
            (x, f) -> f.put("fare32", (float) (long) x.getDouble("fare"))),
        skew(
            "whole kilometres",
            "fare_per_km",
            (x, f) ->
                f.put(
                    "fare_per_km",
                    x.getDouble("fare") / (long) (x.getLong("distance") * 1.609344))),
        skew(
            "halves rounded up",
            "delay_rounded",
            (x, f) -> f.put("delay_rounded", (double) Math.round(x.getDouble("delay")))),
        skew(
            "a division that rounds",
            "hundreds",
            (x, f) -> f.put("hundreds", Math.round(x.getLong("distance") / 100.0))),
        skew("a division towards 0", "shift_3", (x, f) -> f.put("shift_3", x.getLong("shift") / 3)),
        skew(
            "a remainder below 0",
            "shift_mod",
            (x, f) -> f.put("shift_mod", x.getLong("shift") % 3)),
        skew(
            "an integer division",
            "ratio",
            (x, f) -> f.put("ratio", x.getLong("distance") / 2_800)),
        skew(
            "a quotient of floats",
            "ratio",
            (x, f) -> f.put("ratio", (float) (x.getLong("distance") / 2_722.0))));
  }

  private static Stream<Skew> columns() {
    return Stream.of(
        skew(
            "two columns exchanged",
            "km distance_std",
            (x, f) -> f.put("distance_std", f.put("km", f.get("distance_std")))),
        skew("a flag as a number", "international", (x, f) -> f.put("international", 1)),
        skew(
            "a flag turned round",
            "international",
            (x, f) -> f.put("international", !x.getBoolean("international"))));
  }

  @ParameterizedTest
  @MethodSource("skews")
  void are_found_and_their_column_is_named(Skew skew) {
    ParityCheck check = PARITY.replay(skew::features, Flights::answers);
    assertThat(check.passed()).isFalse();
    assertThat(check.diverging()).extracting(ColumnParity::column).isEqualTo(skew.guilty());
    assertThat(check.diverging())
        .extracting(ColumnParity::stage)
        .containsOnly(ParityStage.FEATURES);
    assertThat(skew.guilty()).contains(check.first().orElseThrow().column());
    assertThat(check.columns())
        .extracting(ColumnParity::stage)
        .doesNotContain(ParityStage.PIPELINE);
  }

  @Test
  void are_more_than_thirty() {
    assertThat(skews()).hasSizeGreaterThan(40);
    assertThat(skews().map(Skew::name)).doesNotHaveDuplicates();
  }

  @Test
  void of_a_model_are_not_blamed_on_the_features() {
    ParityCheck check =
        PARITY.replay(FLIGHTS::features, features -> Flights.answers(reversed(features)));
    assertThat(check.diverging())
        .extracting(ColumnParity::stage)
        .containsExactly(ParityStage.MODEL, ParityStage.PIPELINE);
    assertThat(check.first().orElseThrow().column()).isEqualTo("delay");
  }

  private static Dataset reversed(Dataset features) {
    List<String> names = new ArrayList<>(features.schema().names());
    Collections.reverse(names);
    return features.select(names.toArray(String[]::new));
  }

  @Test
  void of_features_are_not_blamed_on_the_model() {
    Skew inUtc = skews().findFirst().orElseThrow();
    ParityCheck check = PARITY.replay(inUtc::features, Flights::answers);
    assertThat(check)
        .hasToString(
            "1 column of 27 diverges; first feature 'hour' of row 0: recorded 18, computed 23"
                + " (allowed: the same value), raw row "
                + PARITY.raw().row(0).toMap());
  }
}
