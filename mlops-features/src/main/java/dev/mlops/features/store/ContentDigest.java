package dev.mlops.features.store;

import dev.mlops.data.Column;
import dev.mlops.data.Dataset;
import dev.mlops.data.Digest;
import dev.mlops.data.Schema;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Objects;

/**
 * The digest of rows that come in batches, which does not depend on how they are cut: each column
 * is hashed for itself, value by value.
 */
final class ContentDigest {

  private final Schema schema;
  private final MessageDigest[] columns;
  private final ByteBuffer buffer = ByteBuffer.allocate(1 << 14);
  private long rows;

  ContentDigest(Schema schema) {
    this.schema = schema;
    this.columns = new MessageDigest[schema.fields().size()];
    Arrays.setAll(columns, column -> sha256());
  }

  void add(Dataset batch) {
    rows += batch.rowCount();
    for (int i = 0; i < columns.length; i++) {
      add(columns[i], batch.column(schema.names().get(i)));
    }
  }

  Digest digest() {
    MessageDigest all = sha256();
    all.update((schema.toJson() + "\n" + rows + "\n").getBytes(StandardCharsets.UTF_8));
    for (MessageDigest column : columns) {
      all.update(column.digest());
    }
    return Digest.of(all.digest());
  }

  private void add(MessageDigest into, Column column) {
    for (int row = 0; row < column.size(); row++) {
      if (buffer.remaining() < 1 + Long.BYTES) {
        flush(into);
      }
      boolean absent = column.isNull(row);
      buffer.put((byte) (absent ? 0 : 1));
      if (!absent) {
        add(into, column, row);
      }
    }
    flush(into);
  }

  private void add(MessageDigest into, Column column, int row) {
    if (column instanceof Column.OfLong longs) {
      buffer.putLong(longs.get(row));
    } else if (column instanceof Column.OfInstant instants) {
      buffer.putLong(instants.micros(row));
    } else if (column instanceof Column.OfDouble doubles) {
      buffer.putLong(Double.doubleToLongBits(doubles.get(row)));
    } else if (column instanceof Column.OfFloat floats) {
      buffer.putInt(Float.floatToIntBits(floats.get(row)));
    } else if (column instanceof Column.OfBoolean flags) {
      buffer.put((byte) (flags.get(row) ? 1 : 0));
    } else if (column instanceof Column.OfString strings) {
      bytes(into, Objects.requireNonNull(strings.get(row)).getBytes(StandardCharsets.UTF_8));
    } else {
      for (float value : ((Column.OfVector) column).get(row)) {
        bytes(into, ByteBuffer.allocate(Float.BYTES).putFloat(value).array());
      }
    }
  }

  private void bytes(MessageDigest into, byte[] bytes) {
    buffer.putInt(bytes.length);
    flush(into);
    into.update(bytes);
  }

  private void flush(MessageDigest into) {
    into.update(buffer.flip());
    buffer.clear();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
