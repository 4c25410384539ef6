package dev.mlops.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.apache.arrow.vector.util.ByteArrayReadableSeekableByteChannel;
import org.jspecify.annotations.Nullable;

/** Holds {@link ArrowFile} against Arrow's own Java library. */
class ArrowOracleTest {

  @Property(tries = 100)
  void arrow_reads_what_we_write_and_we_read_what_arrow_writes(@ForAll long seed)
      throws IOException {
    Dataset dataset = new RandomTables(seed).dataset(1 + (int) (seed & 63));
    ByteArrayOutputStream ours = new ByteArrayOutputStream();
    ArrowFile.write(dataset, ours);
    try (BufferAllocator allocator = new RootAllocator();
        ArrowFileReader reader =
            new ArrowFileReader(
                new ByteArrayReadableSeekableByteChannel(ours.toByteArray()), allocator)) {
      VectorSchemaRoot root = reader.getVectorSchemaRoot();
      assertThat(reader.loadNextBatch()).isTrue();
      for (Field field : dataset.schema().fields()) {
        FieldVector vector = root.getVector(field.name());
        assertThat(vector.getField().isNullable()).isEqualTo(field.nullable());
        for (int row = 0; row < dataset.rowCount(); row++) {
          assertThat(value(vector, row, reader))
              .isEqualTo(plain(dataset.row(row).value(field.name())));
        }
      }
      Dataset back = ArrowFile.read(new ByteArrayInputStream(written(root, reader)));
      assertThat(back.digest()).isEqualTo(dataset.digest());
    }
  }

  private static byte[] written(VectorSchemaRoot root, DictionaryProvider dictionaries)
      throws IOException {
    ByteArrayOutputStream theirs = new ByteArrayOutputStream();
    try (ArrowFileWriter writer =
        new ArrowFileWriter(root, dictionaries, Channels.newChannel(theirs))) {
      writer.writeBatch();
    }
    return theirs.toByteArray();
  }

  private static @Nullable Object value(
      FieldVector vector, int row, DictionaryProvider dictionaries) {
    if (vector.isNull(row)) {
      return null;
    }
    if (vector instanceof IntVector codes) {
      long id = vector.getField().getDictionary().getId();
      return dictionaries.lookup(id).getVector().getObject(codes.get(row)).toString();
    }
    if (vector instanceof BitVector bits) {
      return bits.get(row) == 1;
    }
    return vector instanceof FixedSizeListVector lists
        ? List.copyOf(lists.getObject(row))
        : vector.getObject(row);
  }

  private static @Nullable Object plain(@Nullable Object value) {
    if (value instanceof float[] vector) {
      List<Float> elements = new ArrayList<>();
      for (float element : vector) {
        elements.add(element);
      }
      return elements;
    }
    return value instanceof Instant instant ? Micros.floor(instant) : value;
  }
}
