package dev.mlops.data;

import dev.mlops.error.InvalidInputException;
import dev.mlops.error.Plural;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.arrow.flatbuf.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Reads columns of fixed width: as they are if the type is ours, else value by value. */
final class ArrowValues {

  private static final long MICROS_PER_DAY = 86_400_000_000L;

  private ArrowValues() {}

  static Column booleans(ArrowBatch batch) throws IOException {
    int rows = batch.rows();
    Bits present = batch.present(rows);
    return new BooleanColumn(batch.bits(rows), present);
  }

  static Column longs(ArrowBatch batch, int bits, boolean signed) throws IOException {
    int rows = batch.rows();
    Bits present = batch.present(rows);
    ByteBuffer bytes = batch.bytes((long) rows * (bits / 8));
    return new LongColumn(
        bits == Long.SIZE ? LongValues.of(bytes) : widened(batch.longs(rows), bytes, bits, signed),
        present);
  }

  static Column floats(ArrowBatch batch) throws IOException {
    int rows = batch.rows();
    Bits present = batch.present(rows);
    return new FloatColumn(FloatValues.of(batch.bytes((long) rows * Float.BYTES)), present);
  }

  static Column doubles(ArrowBatch batch) throws IOException {
    int rows = batch.rows();
    Bits present = batch.present(rows);
    return new DoubleColumn(DoubleValues.of(batch.bytes((long) rows * Double.BYTES)), present);
  }

  static Column instants(ArrowBatch batch, short unit) throws IOException {
    int rows = batch.rows();
    Bits present = batch.present(rows);
    LongValues values = LongValues.of(batch.bytes((long) rows * Long.BYTES));
    return new InstantColumn(
        unit == TimeUnit.MICROSECOND ? values : micros(batch.longs(rows), values, present, unit),
        present);
  }

  private static LongValues micros(
      long[] micros, LongValues values, @Nullable Bits present, short unit) {
    for (int row = 0; row < micros.length; row++) {
      if (present == null || present.get(row)) {
        micros[row] = micros(values.get(row), row, unit);
      }
    }
    return LongValues.of(micros);
  }

  private static long micros(long value, int row, short unit) {
    if (unit != TimeUnit.NANOSECOND) {
      return Math.multiplyExact(value, unit == TimeUnit.SECOND ? 1_000_000L : 1_000L);
    }
    if (value % 1000 != 0) {
      throw new InvalidInputException(
          "row "
              + row
              + " is finer than a microsecond: "
              + value
              + " ns; floor it, in Python: .dt.floor('us')");
    }
    return value / 1000;
  }

  static Column days(ArrowBatch batch) throws IOException {
    int rows = batch.rows();
    Bits present = batch.present(rows);
    ByteBuffer days = batch.bytes((long) rows * Integer.BYTES);
    long[] micros = batch.longs(rows);
    for (int row = 0; row < rows; row++) {
      micros[row] =
          present == null || present.get(row)
              ? days.getInt(row * Integer.BYTES) * MICROS_PER_DAY
              : 0;
    }
    return new InstantColumn(LongValues.of(micros), present);
  }

  static Column vectors(ArrowBatch batch, int dimension) throws IOException {
    int rows = batch.rows();
    Bits present = batch.present(rows);
    int elements = batch.rows();
    Bits elementsPresent = batch.present(elements);
    if (elements != (long) rows * dimension) {
      throw new InvalidInputException(
          "the Arrow file is corrupt: "
              + Plural.of(elements, "element")
              + " for "
              + Plural.of(rows, "vector")
              + " of "
              + dimension);
    }
    if (elementsPresent != null) {
      elementsPresent.forEachClear(element -> requireNull(present, element / dimension));
    }
    return new VectorColumn(
        dimension, FloatValues.of(batch.bytes((long) elements * Float.BYTES)), present);
  }

  private static void requireNull(@Nullable Bits present, int row) {
    if (present == null || present.get(row)) {
      throw new InvalidInputException(
          "row " + row + " has a vector with a null element; fill it or make the row null");
    }
  }

  private static LongValues widened(long[] values, ByteBuffer bytes, int bits, boolean signed) {
    for (int row = 0; row < values.length; row++) {
      values[row] = integer(bytes, row, bits, signed);
    }
    return LongValues.of(values);
  }

  /** Reads an integer of 8, 16, 32 or 64 bits. */
  static long integer(ByteBuffer bytes, int row, int bits, boolean signed) {
    return switch (bits) {
      case Byte.SIZE -> signed ? bytes.get(row) : bytes.get(row) & 0xff;
      case Short.SIZE -> signed ? bytes.getShort(2 * row) : bytes.getShort(2 * row) & 0xffff;
      case Integer.SIZE -> signed ? bytes.getInt(4 * row) : bytes.getInt(4 * row) & 0xffff_ffffL;
      case Long.SIZE -> bytes.getLong(8 * row);
      default ->
          throw new InvalidInputException(
              "the Arrow file is corrupt: an integer of " + bits + " bits");
    };
  }
}
