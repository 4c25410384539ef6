package dev.mlops.storage;

import dev.mlops.data.Column;
import dev.mlops.data.DataType;
import dev.mlops.data.Micros;
import dev.mlops.error.InvalidInputException;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects one column of a query's result, in primitives. */
abstract class QueryColumn {
  private final DataType type;
  private final BitSet present = new BitSet();
  private int size;

  private QueryColumn(DataType type) {
    this.type = type;
  }

  static QueryColumn of(ResultSetMetaData meta, int index, @Nullable ZoneId zone)
      throws SQLException {
    return switch (meta.getColumnType(index)) {
      case Types.BIT, Types.BOOLEAN -> new Flags();
      case Types.TINYINT, Types.SMALLINT, Types.INTEGER, Types.BIGINT ->
          new Longs(DataType.INT64, ResultSet::getLong);
      case Types.REAL -> new Floats();
      case Types.FLOAT, Types.DOUBLE -> new Doubles(false);
      case Types.NUMERIC, Types.DECIMAL -> new Doubles(true);
      case Types.CHAR,
          Types.VARCHAR,
          Types.LONGVARCHAR,
          Types.NCHAR,
          Types.NVARCHAR,
          Types.CLOB,
          Types.OTHER ->
          new Texts();
      case Types.DATE -> new Longs(DataType.INSTANT, days(zone));
      case Types.TIMESTAMP_WITH_TIMEZONE -> new Longs(DataType.INSTANT, QueryColumn::zoned);
      case Types.TIMESTAMP ->
          new Longs(
              DataType.INSTANT,
              meta.getColumnTypeName(index).equals("timestamptz")
                  ? QueryColumn::zoned
                  : local(meta.getColumnLabel(index), zone));
      default ->
          throw new IllegalArgumentException(
              "column '"
                  + meta.getColumnLabel(index)
                  + "' has the SQL type "
                  + meta.getColumnTypeName(index)
                  + ", which no Dataset holds; cast it or leave it out");
    };
  }

  final DataType type() {
    return type;
  }

  final void add(ResultSet rows, int index) throws SQLException {
    read(rows, index, size);
    present.set(size, !rows.wasNull());
    size++;
  }

  final BitSet present() {
    return present;
  }

  final boolean hasNulls() {
    return present.cardinality() < size;
  }

  final int size() {
    return size;
  }

  abstract void read(ResultSet rows, int index, int row) throws SQLException;

  abstract Column build();

  // A day has no hour that could be meant in another zone, unless one is said.
  private static LongRead days(@Nullable ZoneId zone) {
    ZoneId where = zone == null ? ZoneOffset.UTC : zone;
    return (rows, index) -> {
      LocalDate date = rows.getObject(index, LocalDate.class);
      return micros(date == null ? null : date.atStartOfDay(where).toInstant());
    };
  }

  private static LongRead local(String column, @Nullable ZoneId zone) {
    if (zone == null) {
      throw new InvalidInputException(
          "column '"
              + column
              + "' is a TIMESTAMP without a time zone; say in which zone its times are meant:"
              + " query(zone, sql), or cast it to TIMESTAMP WITH TIME ZONE");
    }
    return (rows, index) -> {
      LocalDateTime time = rows.getObject(index, LocalDateTime.class);
      return micros(time == null ? null : instant(time, zone));
    };
  }

  private static Instant instant(LocalDateTime time, ZoneId zone) {
    List<ZoneOffset> offsets = zone.getRules().getValidOffsets(time);
    if (offsets.size() != 1) {
      throw new IllegalArgumentException(
          "the time "
              + time
              + (offsets.isEmpty() ? " does not exist in " : " is there twice in ")
              + zone
              + (offsets.isEmpty()
                  ? ", where clocks skip it"
                  : ", where clocks go back; cast it to TIMESTAMP WITH TIME ZONE in the query"));
    }
    return time.toInstant(offsets.get(0));
  }

  private static long zoned(ResultSet rows, int index) throws SQLException {
    OffsetDateTime time = rows.getObject(index, OffsetDateTime.class);
    return micros(time == null ? null : time.toInstant());
  }

  private static long micros(@Nullable Instant time) {
    if (time != null && !time.equals(time.truncatedTo(ChronoUnit.MICROS))) {
      throw new IllegalArgumentException(
          "the time " + time + " is finer than a microsecond; cast it to TIMESTAMP(6)");
    }
    return time == null ? 0 : Micros.floor(time);
  }

  private static int grown(int size) {
    return Math.max(16, size + (size >> 1));
  }

  private interface LongRead {
    long read(ResultSet rows, int index) throws SQLException;
  }

  private static final class Longs extends QueryColumn {
    private final LongRead read;
    private long[] values = new long[0];

    Longs(DataType type, LongRead read) {
      super(type);
      this.read = read;
    }

    @Override
    void read(ResultSet rows, int index, int row) throws SQLException {
      if (row == values.length) {
        values = Arrays.copyOf(values, grown(row));
      }
      values[row] = read.read(rows, index);
    }

    @Override
    Column build() {
      long[] exact = Arrays.copyOf(values, size());
      return type().equals(DataType.INSTANT)
          ? Column.instantsOfMicros(exact, present())
          : Column.longs(exact, present());
    }
  }

  private static final class Doubles extends QueryColumn {
    /** Up to here every whole number is a double. */
    private static final double EXACT = 1L << 53;

    /** So many digits every double keeps. */
    private static final int KEPT_DIGITS = 15;

    private final boolean decimals;
    private double[] values = new double[0];

    Doubles(boolean decimals) {
      super(DataType.FLOAT64);
      this.decimals = decimals;
    }

    @Override
    void read(ResultSet rows, int index, int row) throws SQLException {
      if (row == values.length) {
        values = Arrays.copyOf(values, grown(row));
      }
      values[row] = rows.getDouble(index);
      if (decimals && Double.isFinite(values[row]) && Math.abs(values[row]) >= EXACT) {
        requireKept(rows.getBigDecimal(index).stripTrailingZeros(), values[row]);
      }
    }

    // The sum of BIGINTs is a NUMERIC, for example.
    private static void requireKept(BigDecimal number, double kept) {
      if (number.scale() <= 0
          && number.precision() > KEPT_DIGITS
          && new BigDecimal(kept).compareTo(number) != 0) {
        throw new IllegalArgumentException(
            "the number "
                + number
                + " has digits that a FLOAT64 does not keep; cast it to BIGINT, or to VARCHAR");
      }
    }

    @Override
    Column build() {
      return Column.doubles(Arrays.copyOf(values, size()), present());
    }
  }

  private static final class Floats extends QueryColumn {
    private float[] values = new float[0];

    Floats() {
      super(DataType.FLOAT32);
    }

    @Override
    void read(ResultSet rows, int index, int row) throws SQLException {
      if (row == values.length) {
        values = Arrays.copyOf(values, grown(row));
      }
      values[row] = rows.getFloat(index);
    }

    @Override
    Column build() {
      return Column.floats(Arrays.copyOf(values, size()), present());
    }
  }

  private static final class Flags extends QueryColumn {
    private boolean[] values = new boolean[0];

    Flags() {
      super(DataType.BOOLEAN);
    }

    @Override
    void read(ResultSet rows, int index, int row) throws SQLException {
      if (row == values.length) {
        values = Arrays.copyOf(values, grown(row));
      }
      values[row] = rows.getBoolean(index);
    }

    @Override
    Column build() {
      return Column.booleans(Arrays.copyOf(values, size()), present());
    }
  }

  private static final class Texts extends QueryColumn {
    private final List<@Nullable String> values = new ArrayList<>();

    Texts() {
      super(DataType.STRING);
    }

    @Override
    void read(ResultSet rows, int index, int row) throws SQLException {
      String text = rows.getString(index);
      if (text != null && text.codePoints().anyMatch(Texts::isHalf)) {
        throw new IllegalArgumentException(
            "the text '"
                + Names.shown(text)
                + "' has half a surrogate pair, which is no character");
      }
      values.add(text);
    }

    // H2's own functions can make one, and UTF-8 has no bytes for it.
    private static boolean isHalf(int codePoint) {
      return Character.MIN_SURROGATE <= codePoint && codePoint <= Character.MAX_SURROGATE;
    }

    @Override
    Column build() {
      return Column.strings(values);
    }
  }
}
