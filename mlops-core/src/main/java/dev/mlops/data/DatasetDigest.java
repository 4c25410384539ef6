package dev.mlops.data;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;

/**
 * The digest of the content of rows, whatever their layout: of one dataset, or of batches while
 * they pass, of which none is kept.
 *
 * <p>Each column has a digest of its own, of its rows in order, all numbers little-endian: for a
 * field that may be null a byte that is 1 where there is a value, and then the value, which a null
 * does not have. A text is the number of its bytes in UTF-8, and these; any NaN is the one of
 * {@link Double#doubleToLongBits}. The digest of the rows is that of a version, the schema, the
 * number of rows and the digests of the columns. So it is the same however the rows are stored or
 * cut into batches. Used by one thread, for one digest.
 */
final class DatasetDigest {

  private static final String VERSION = "dev.mlops dataset 1\n";

  private final Schema schema;
  private final MessageDigest[] columns;
  private final ByteBuffer buffer = ByteBuffer.allocate(1 << 15).order(ByteOrder.LITTLE_ENDIAN);
  private long rows;

  DatasetDigest(Schema schema) {
    this.schema = schema;
    this.columns = new MessageDigest[schema.fields().size()];
    Arrays.setAll(columns, column -> Digest.sha256());
  }

  static Digest of(Dataset dataset) {
    DatasetDigest digest = new DatasetDigest(dataset.schema());
    digest.add(dataset);
    return digest.finish();
  }

  /** Takes rows that have the schema. */
  void add(Dataset batch) {
    rows += batch.rowCount();
    for (int i = 0; i < columns.length; i++) {
      Field field = schema.fields().get(i);
      new OneColumn(columns[i], batch.column(field.name()), field.nullable()).add();
    }
  }

  Digest finish() {
    MessageDigest all = Digest.sha256();
    byte[] text = schema.toJson().getBytes(StandardCharsets.UTF_8);
    all.update(VERSION.getBytes(StandardCharsets.UTF_8));
    all.update(buffer.putInt(text.length).flip());
    all.update(text);
    buffer.clear();
    all.update(buffer.putLong(rows).flip());
    for (MessageDigest column : columns) {
      all.update(column.digest());
    }
    return Digest.finish(all);
  }

  /** The rows of one batch in one column. */
  private final class OneColumn {
    private final MessageDigest digest;
    private final Column column;
    private final boolean marked;

    OneColumn(MessageDigest digest, Column column, boolean marked) {
      this.digest = digest;
      this.column = column;
      this.marked = marked;
    }

    void add() {
      switch (column.dataType().kind()) {
        case BOOLEAN -> booleans((Column.OfBoolean) column);
        case INT64 -> longs((Column.OfLong) column);
        case FLOAT32 -> floats((Column.OfFloat) column);
        case FLOAT64 -> doubles((Column.OfDouble) column);
        case STRING -> strings((Column.OfString) column);
        case INSTANT -> instants((Column.OfInstant) column);
        case VECTOR -> vectors((Column.OfVector) column);
      }
      flush();
    }

    private void booleans(Column.OfBoolean of) {
      for (int row = 0; row < of.size(); row++) {
        if (present(row)) {
          room(1).put((byte) (of.get(row) ? 1 : 0));
        }
      }
    }

    private void longs(Column.OfLong of) {
      for (int row = 0; row < of.size(); row++) {
        if (present(row)) {
          room(Long.BYTES).putLong(of.get(row));
        }
      }
    }

    private void instants(Column.OfInstant of) {
      for (int row = 0; row < of.size(); row++) {
        if (present(row)) {
          room(Long.BYTES).putLong(of.micros(row));
        }
      }
    }

    private void floats(Column.OfFloat of) {
      for (int row = 0; row < of.size(); row++) {
        if (present(row)) {
          room(Float.BYTES).putInt(Float.floatToIntBits(of.get(row)));
        }
      }
    }

    private void doubles(Column.OfDouble of) {
      for (int row = 0; row < of.size(); row++) {
        if (present(row)) {
          room(Double.BYTES).putLong(Double.doubleToLongBits(of.get(row)));
        }
      }
    }

    private void strings(Column.OfString of) {
      List<String> dictionary = of.dictionary();
      // A batch may have few rows of a large dictionary, which is then not worth a table.
      byte[][] encoded = new byte[dictionary.size() <= of.size() ? dictionary.size() : 0][];
      for (int row = 0; row < of.size(); row++) {
        if (present(row)) {
          text(encoded(encoded, of, row));
        }
      }
    }

    private static byte[] encoded(byte[][] table, Column.OfString of, int row) {
      if (table.length == 0) {
        return requireNonNull(of.get(row)).getBytes(StandardCharsets.UTF_8);
      }
      int code = of.code(row);
      if (table[code] == null) {
        table[code] = of.dictionary().get(code).getBytes(StandardCharsets.UTF_8);
      }
      return table[code];
    }

    private void text(byte[] bytes) {
      room(Integer.BYTES).putInt(bytes.length);
      if (bytes.length > buffer.capacity()) {
        flush();
        digest.update(bytes);
      } else {
        room(bytes.length).put(bytes);
      }
    }

    private void vectors(Column.OfVector of) {
      float[] vector = new float[of.size() == 0 ? 0 : of.dimension()];
      for (int row = 0; row < of.size(); row++) {
        if (present(row)) {
          of.read(row, vector);
          for (float value : vector) {
            room(Float.BYTES).putInt(Float.floatToIntBits(value));
          }
        }
      }
    }

    private boolean present(int row) {
      if (!marked) {
        return true;
      }
      boolean present = !column.isNull(row);
      room(1).put((byte) (present ? 1 : 0));
      return present;
    }

    private ByteBuffer room(int bytes) {
      if (buffer.remaining() < bytes) {
        flush();
      }
      return buffer;
    }

    private void flush() {
      digest.update(buffer.flip());
      buffer.clear();
    }
  }
}
