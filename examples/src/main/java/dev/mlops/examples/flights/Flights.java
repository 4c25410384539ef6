package dev.mlops.examples.flights;

import dev.mlops.data.Column;
import dev.mlops.data.Csv;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Imported;
import dev.mlops.data.Schema;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.BitSet;
import java.util.Objects;
import java.util.zip.GZIPInputStream;

/** The flights as they were reported, and what follows from a report. */
final class Flights {
  /** A passenger calls a flight late from here on. */
  static final int LATE_MINUTES = 15;

  static final Schema SCHEMA =
      Schema.of(
          Field.of("departure", DataType.INSTANT),
          Field.of("delay", DataType.INT64).orNull(),
          Field.of("distance", DataType.INT64).orNull(),
          Field.of("origin", DataType.STRING).orNull(),
          Field.of("destination", DataType.STRING).orNull());

  /**
   * Reports that cannot be true, added to the real ones so that the quality gate has something to
   * find.
   */
  private static final String PLANTED =
      """
      2001-03-31 23:10,99999,1745,ORD,LAX
      2001-03-31 23:20,12,-40,ORD,LAX
      2001-03-31 23:30,5,802,O'Hare,DFW
      2001-03-31 23:40,soon,802,ORD,DFW
      2031-01-01 00:00,0,802,ORD,DFW
      """;

  private static final long MICROS_A_MINUTE = 60_000_000;
  private static final long TAXI_MINUTES = 30;
  private static final long MILES_A_MINUTE = 8;

  private Flights() {}

  /** Reads all reports, the planted ones last. */
  static Imported read() {
    try (InputStream packed = Flights.class.getResourceAsStream("flights.csv.gz");
        InputStream real = new GZIPInputStream(Objects.requireNonNull(packed, "flights.csv.gz"));
        InputStream planted = new ByteArrayInputStream(PLANTED.getBytes(StandardCharsets.UTF_8))) {
      return Csv.read(new SequenceInputStream(real, planted))
          .schema(SCHEMA)
          .pattern("yyyy-MM-dd HH:mm")
          .zone(ZoneOffset.UTC)
          .load();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Adds what is known once a flight has landed: {@code landed}, estimated from the distance, and
   * {@code late}. The delay of a flight is nobody's knowledge before that.
   */
  static Dataset withOutcome(Dataset flights) {
    var departure = flights.instants("departure");
    var delay = flights.longs("delay");
    var distance = flights.longs("distance");
    long[] landed = new long[flights.rowCount()];
    boolean[] late = new boolean[flights.rowCount()];
    for (int row = 0; row < landed.length; row++) {
      long minutes = delay.get(row) + TAXI_MINUTES + distance.get(row) / MILES_A_MINUTE;
      landed[row] = departure.micros(row) + minutes * MICROS_A_MINUTE;
      late[row] = delay.get(row) > LATE_MINUTES;
    }
    return flights
        .withColumn("landed", Column.instantsOfMicros(landed))
        .withColumn("late", Column.booleans(late));
  }

  /** Returns the flights that leave from the first day on and before the second. */
  static Dataset between(Dataset flights, LocalDate from, LocalDate to) {
    return flights.where(leaving(flights, from, to));
  }

  /** Returns the other flights. */
  static Dataset outside(Dataset flights, LocalDate from, LocalDate to) {
    BitSet others = leaving(flights, from, to);
    others.flip(0, flights.rowCount());
    return flights.where(others);
  }

  private static BitSet leaving(Dataset flights, LocalDate from, LocalDate to) {
    var departure = flights.instants("departure");
    long first = micros(from);
    long end = micros(to);
    BitSet leaving = new BitSet(flights.rowCount());
    for (int row = 0; row < flights.rowCount(); row++) {
      leaving.set(row, departure.micros(row) >= first && departure.micros(row) < end);
    }
    return leaving;
  }

  /** Returns the instant at which a day begins. */
  static Instant midnight(LocalDate day) {
    return day.atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  private static long micros(LocalDate day) {
    return day.toEpochDay() * 24 * 60 * MICROS_A_MINUTE;
  }
}
