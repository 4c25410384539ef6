package dev.mlops.data;

import dev.mlops.error.InvalidInputException;
import dev.mlops.error.Plural;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.List;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.CompressionType;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.RecordBatch;
import org.jspecify.annotations.Nullable;

/** Walks through the nodes and buffers of a record batch in their order. */
final class ArrowBatch {

  private final RecordBatch batch;
  private final ArrowSource source;
  private final long bodyOffset;
  private final long bodyLength;
  private int node;
  private int buffer;
  private @Nullable StringColumn nulls;

  ArrowBatch(RecordBatch batch, ArrowSource source, long bodyOffset, long bodyLength) {
    if (batch.compression() != null) {
      throw new InvalidInputException(
          "the Arrow file is compressed with "
              + CompressionType.name(batch.compression().codec())
              + "; write it without, in Python: pyarrow.feather.write_feather(table, path, compression='uncompressed')");
    }
    this.batch = batch;
    this.source = source;
    this.bodyOffset = bodyOffset;
    this.bodyLength = bodyLength;
  }

  /** Begins the next column or child, and returns its number of rows. */
  int rows() {
    if (node >= batch.nodesLength()) {
      throw new InvalidInputException("the Arrow file is corrupt: it has too few nodes");
    }
    FieldNode next = batch.nodes(node);
    if (next.length() < 0 || next.length() > Integer.MAX_VALUE) {
      throw new InvalidInputException(
          "the Arrow file is corrupt: a column of " + Plural.of(next.length(), "row"));
    }
    node++;
    return (int) next.length();
  }

  /** Reads the validity bits of the column that {@link #rows} began; null if all rows are there. */
  @Nullable Bits present(int rows) throws IOException {
    boolean complete = batch.nodes(node - 1).nullCount() == 0;
    if (complete) {
      buffer++;
      return null;
    }
    return bits(rows);
  }

  /** Copies the next buffer, of so many bits. */
  Bits bits(int rows) throws IOException {
    ByteBuffer bytes = bytes((rows + 7L) / 8);
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    return new Bits(copy, 0, rows);
  }

  /** Reads the next buffer, of which so many bytes are wanted. */
  ByteBuffer bytes(long wanted) throws IOException {
    Buffer next = next();
    if (wanted > next.length()) {
      throw new InvalidInputException(
          "the Arrow file is corrupt: a buffer of "
              + Plural.of(next.length(), "byte")
              + " where "
              + wanted
              + " are needed");
    }
    source.grant(wanted);
    return source.bytes(bodyOffset + next.offset(), wanted);
  }

  /** Reads the next buffer whole. */
  ByteBuffer bytes() throws IOException {
    Buffer next = next();
    source.grant(next.length());
    return source.bytes(bodyOffset + next.offset(), next.length());
  }

  /** Makes an array for values that are copied, once the file is found to be large enough. */
  long[] longs(int rows) {
    source.grant((long) rows * Long.BYTES);
    return new long[rows];
  }

  /** Makes an array as {@link #longs} does. */
  int[] ints(int rows) {
    source.grant((long) rows * Integer.BYTES);
    return new int[rows];
  }

  /** A column of nulls, of which all columns of nulls in the batch are one. */
  StringColumn nulls(int rows) {
    StringColumn known = nulls;
    if (known == null || known.size() != rows) {
      known = new StringColumn(IntValues.of(ints(rows)), List.of(), Bits.of(new BitSet(), rows));
      nulls = known;
    }
    return known;
  }

  private Buffer next() {
    if (buffer >= batch.buffersLength()) {
      throw new InvalidInputException("the Arrow file is corrupt: it has too few buffers");
    }
    Buffer next = batch.buffers(buffer++);
    if (next.offset() < 0 || next.length() < 0 || next.offset() > bodyLength - next.length()) {
      throw new InvalidInputException(
          "the Arrow file is corrupt: a buffer reaches beyond its record batch");
    }
    return next;
  }
}
