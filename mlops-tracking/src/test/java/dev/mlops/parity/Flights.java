package dev.mlops.parity;

import dev.mlops.data.Column;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Row;
import dev.mlops.data.Schema;
import dev.mlops.registry.onnx.OnnxEngine;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The pipeline of {@code interop/parity_flights.py} in Java: raw flights to features, and the line
 * over them. What is learned from data, such as a mean, is learned from the recorded rows.
 */
public final class Flights {

  static final List<String> CARRIERS = List.of("AA", "DL", "UA", "WN");
  static final ZoneId NEW_YORK = ZoneId.of("America/New_York");

  /** Asks the model's file as a runtime would: one matrix. */
  public static final OnnxEngine ENGINE =
      (files, rows) -> {
        float[] answers = new float[rows.rowCount()];
        for (Row row : rows) {
          answers[row.index()] = answer(row.getVector("features"));
        }
        return Dataset.of(
            Schema.of(Field.of("delay", DataType.vector(1))), List.of(Column.vectors(1, answers)));
      };

  private final double meanDistance;
  private final double largestDistance;
  private final double deviation;
  private final double medianWind;

  public Flights(Dataset rows) {
    double[] distances = numbers(rows, "distance");
    double[] winds = numbers(rows, "wind");
    meanDistance = Arrays.stream(distances).average().orElseThrow();
    largestDistance = Arrays.stream(distances).max().orElseThrow();
    double squares =
        Arrays.stream(distances).map(x -> (x - meanDistance) * (x - meanDistance)).sum();
    deviation = Math.sqrt(squares / (distances.length - 1));
    Arrays.sort(winds);
    int middle = winds.length / 2;
    medianWind = winds.length % 2 == 1 ? winds[middle] : (winds[middle - 1] + winds[middle]) / 2;
  }

  private static double[] numbers(Dataset rows, String name) {
    double[] numbers = new double[rows.rowCount()];
    int count = 0;
    for (Row row : rows) {
      if (!row.isNull(name)) {
        numbers[count++] = row.getDouble(name);
      }
    }
    return Arrays.copyOf(numbers, count);
  }

  double medianWind() {
    return medianWind;
  }

  double meanDistance() {
    return meanDistance;
  }

  double deviation() {
    return deviation;
  }

  public Map<String, @Nullable Object> features(Row flight) {
    Map<String, @Nullable Object> features = new LinkedHashMap<>();
    Instant departure = flight.getInstant("departure");
    ZonedDateTime local = departure.atZone(NEW_YORK);
    features.put("hour", local.getHour());
    features.put("weekday", local.getDayOfWeek().getValue() - 1);
    features.put("day_of_year", local.getDayOfYear());
    features.put("is_weekend", local.getDayOfWeek().getValue() >= 6);
    Duration age = Duration.between(departure, Instant.parse("2010-01-01T00:00:00Z"));
    features.put("age_days", age.toSeconds() / 86_400.0);
    String code = code(flight);
    CARRIERS.forEach(each -> features.put("carrier_" + each, each.equals(code) ? 1f : 0f));
    features.put("carrier_code", CARRIERS.indexOf(code));
    Double wind = flight.isNull("wind") ? null : flight.getDouble("wind");
    features.put("wind", wind == null ? Float.NaN : wind.floatValue());
    features.put("wind_filled", wind == null ? medianWind : wind);
    features.put("wind_clipped", wind == null ? 0 : Math.min(60, Math.max(0, wind)));
    long distance = flight.getLong("distance");
    features.put("km", distance * 1.609344);
    features.put("distance_std", (distance - meanDistance) / deviation);
    features.put("taxi_default", flight.isNull("taxi") ? 15 : flight.getLong("taxi"));
    double fare = flight.getDouble("fare");
    features.put("log_fare", Math.log1p(fare));
    features.put("fare32", (float) fare);
    features.put("fare_per_km", fare / (distance * 1.609344));
    features.put("is_rain", flight.getString("weather").toLowerCase(Locale.ROOT).equals("rain"));
    features.put("delay_rounded", Math.rint(flight.getDouble("delay")));
    features.put("hundreds", distance / 100);
    features.put("shift_3", Math.floorDiv(flight.getLong("shift"), 3));
    features.put("shift_mod", Math.floorMod(flight.getLong("shift"), 3));
    features.put("ratio", distance / largestDistance);
    features.put("international", flight.getBoolean("international"));
    return features;
  }

  static String code(Row flight) {
    return flight.isNull("carrier")
        ? ""
        : flight.getString("carrier").strip().toUpperCase(Locale.ROOT);
  }

  /** The model, in the arithmetic of the ONNX file: float. */
  static Dataset answers(Dataset features) {
    Schema schema = Schema.of(Field.of("delay", DataType.FLOAT32));
    Dataset.Builder answers = Dataset.builder(schema);
    for (Row row : features) {
      answers.row(answer(row));
    }
    return answers.build();
  }

  private static float answer(Row row) {
    List<String> names = row.schema().names();
    float[] features = new float[names.size()];
    for (int i = 0; i < features.length; i++) {
      features[i] = number(row.value(names.get(i)));
    }
    return answer(features);
  }

  /** What the model's file computes of a row of its matrix. */
  private static float answer(float[] features) {
    float sum = 0;
    for (int i = 0; i < features.length; i++) {
      float feature = Float.isNaN(features[i]) ? 0 : features[i];
      sum += feature * (float) (0.25 / (1 + i) * 1e-3);
    }
    return sum;
  }

  private static float number(@Nullable Object value) {
    if (value instanceof Boolean flag) {
      return flag ? 1 : 0;
    }
    return value == null ? Float.NaN : ((Number) Objects.requireNonNull(value)).floatValue();
  }
}
