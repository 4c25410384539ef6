package dev.mlops.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.LargeVarCharVector;
import org.apache.arrow.vector.VarCharVector;
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

  /** A mark is a character of an Arrow string, and so are NUL and all others. */
  @Property(tries = 300)
  void strings_of_every_character_are_read_as_arrow_wrote_them(@ForAll long seed)
      throws IOException {
    Random random = new Random(seed);
    List<@Nullable String> texts = new ArrayList<>();
    try (BufferAllocator allocator = new RootAllocator();
        VarCharVector plain = new VarCharVector("plain", allocator);
        LargeVarCharVector large = new LargeVarCharVector("large", allocator)) {
      for (int row = 0; row < random.nextInt(50); row++) {
        String text = random.nextInt(5) == 0 ? null : CsvOracle.text(random, random.nextInt(6));
        texts.add(text);
        if (text != null) {
          plain.setSafe(row, text.getBytes(StandardCharsets.UTF_8));
          large.setSafe(row, text.getBytes(StandardCharsets.UTF_8));
        }
      }
      plain.setValueCount(texts.size());
      large.setValueCount(texts.size());
      VectorSchemaRoot root = VectorSchemaRoot.of(plain, large);
      root.setRowCount(texts.size());
      Dataset read =
          ArrowFile.read(
              new ByteArrayInputStream(
                  written(root, new DictionaryProvider.MapDictionaryProvider())));
      for (String name : List.of("plain", "large")) {
        assertThat(IntStream.range(0, texts.size()).mapToObj(read.strings(name)::get))
            .isEqualTo(texts);
      }
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
