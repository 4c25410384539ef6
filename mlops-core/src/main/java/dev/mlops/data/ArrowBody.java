package dev.mlops.data;

import java.io.IOException;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The nodes and buffers of a record batch, in Arrow's order: each column's validity bits, then its
 * values.
 */
final class ArrowBody {

  /** A column or a child of one. */
  record Node(long length, long nullCount) {}

  /** Where a buffer lies in the body. */
  record Place(long offset, long length) {}

  private final List<Node> nodes = new ArrayList<>();
  private final List<Place> places = new ArrayList<>();
  private final List<Buffer> buffers = new ArrayList<>();
  private long length;

  List<Node> nodes() {
    return nodes;
  }

  List<Place> places() {
    return places;
  }

  long length() {
    return length;
  }

  /** Adds a column, its strings as codes or in full. */
  void add(Column column, boolean encoded) {
    nodes.add(new Node(column.size(), column.nullCount()));
    add(bits(BufferColumn.of(column).present()));
    if (column instanceof BooleanColumn booleans) {
      add(bits(booleans.values()));
    } else if (column instanceof LongColumn longs) {
      add(longs.values().buffer());
    } else if (column instanceof FloatColumn floats) {
      add(floats.values().buffer());
    } else if (column instanceof DoubleColumn doubles) {
      add(doubles.values().buffer());
    } else if (column instanceof InstantColumn instants) {
      add(instants.values().buffer());
    } else if (column instanceof StringColumn strings) {
      addStrings(strings, encoded);
    } else if (column instanceof VectorColumn vectors) {
      nodes.add(new Node(vectors.values().size(), 0));
      add(bits(null));
      add(vectors.values().buffer());
    }
  }

  private void addStrings(StringColumn strings, boolean encoded) {
    if (encoded) {
      add(strings.codes().buffer());
    } else {
      add(Utf8Strings.of(strings));
    }
  }

  /** Adds the values of a dictionary. */
  void addStrings(Utf8Strings strings) {
    nodes.add(new Node(strings.size(), 0));
    add(bits(null));
    add(strings);
  }

  private void add(Utf8Strings strings) {
    add(strings.offsets());
    add(strings.bytes());
  }

  private static ByteBuffer bits(@Nullable Bits bits) {
    return bits == null ? ByteBuffer.allocate(0) : ByteBuffer.wrap(bits.toBytes());
  }

  private void add(Buffer buffer) {
    long bytes = ArrowSink.bytes(buffer);
    places.add(new Place(length, bytes));
    buffers.add(buffer);
    length += ArrowSink.padded(bytes);
  }

  void writeTo(ArrowSink sink) throws IOException {
    for (Buffer buffer : buffers) {
      sink.write(buffer);
      sink.pad();
    }
  }
}
