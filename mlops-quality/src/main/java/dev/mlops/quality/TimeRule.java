package dev.mlops.quality;

import dev.mlops.data.Column;
import dev.mlops.data.Dataset;
import dev.mlops.error.Exactly;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Rules about instants and the time of the check. */
final class TimeRule {
  private static final String NEEDS = "an INSTANT";

  private TimeRule() {}

  static Rule notFuture(String column) {
    return ColumnRule.values(
        column,
        NEEDS,
        (values, asOf) -> Range.of(Instant.MIN, asOf).test(values),
        (value, asOf) -> value + " is after " + asOf);
  }

  static WholeRule freshWithin(String column, Duration age) {
    if (age.isNegative() || age.isZero()) {
      throw new IllegalArgumentException("the age must be positive: " + Exactly.duration(age));
    }
    return WholeRule.folding(
        (batch, asOf) -> freshness(batch, column, age, asOf),
        (kept, batch) -> newest(Dataset.concat(List.of(kept, newest(batch, column))), column));
  }

  /** The row with the newest instant alone; no row if there is none, or the column is no such. */
  private static Dataset newest(Dataset rows, String column) {
    if (!rows.schema().contains(column)
        || !(rows.column(column) instanceof Column.OfInstant times)) {
      return rows.head(0);
    }
    return IntStream.range(0, times.size())
        .filter(row -> !times.isNull(row))
        .boxed()
        .max(Comparator.comparingLong(times::micros))
        .map(row -> rows.slice(row, row + 1))
        .orElseGet(() -> rows.head(0));
  }

  private static Rule.Observation freshness(
      Dataset batch, String column, Duration age, Instant asOf) {
    return ColumnRule.on(
        batch,
        column,
        values ->
            values instanceof Column.OfInstant instants
                ? newest(instants)
                    .map(newest -> judge(newest, age, asOf))
                    .orElseGet(() -> Rule.Whole.seen(false, "there is no value"))
                : ColumnRule.wrongType(column, values, NEEDS));
  }

  private static Optional<Instant> newest(Column.OfInstant values) {
    return IntStream.range(0, values.size())
        .mapToObj(values::get)
        .flatMap(Stream::ofNullable)
        .max(Instant::compareTo);
  }

  private static Rule.Whole judge(Instant newest, Duration age, Instant asOf) {
    Duration seen = Duration.between(newest, asOf);
    return Rule.Whole.seen(
        seen.compareTo(age) <= 0,
        "the newest is " + newest + ", " + Exactly.duration(seen) + " before the check");
  }
}
