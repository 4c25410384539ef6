package dev.mlops.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.mlops.error.InvalidInputException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Batches to Arrow files and back. */
class ArrowBatchesTest {

  @TempDir Path directory;

  private static byte[] bytes(Batches batches) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ArrowFile.write(batches, out);
    return out.toByteArray();
  }

  @Property(tries = 200)
  void batches_in_any_split_are_read_as_the_rows_they_are(@ForAll long seed) {
    Dataset dataset = new RandomTables(seed).dataset();
    Dataset read = ArrowFile.read(new ByteArrayInputStream(bytes(Splits.of(dataset, seed))));
    assertThat(read.schema()).isEqualTo(dataset.schema());
    assertThat(RandomTables.twin(read)).isEqualTo(RandomTables.twin(dataset));
    assertThat(read.digest()).isEqualTo(dataset.digest());
  }

  @Property(tries = 100)
  void strings_that_are_too_long_for_a_buffer_are_halved(@ForAll long seed) throws IOException {
    Dataset dataset = new RandomTables(seed).dataset();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ArrowFile.write(
        Splits.of(dataset, seed), ArrowWriter.plain(ArrowSink.to(out), dataset.schema(), 40));
    assertThat(ArrowFile.read(new ByteArrayInputStream(out.toByteArray())).digest())
        .isEqualTo(dataset.digest());
  }

  @Property(tries = 100)
  void a_stream_has_the_bytes_that_are_written(@ForAll long seed) throws IOException {
    Dataset dataset = new RandomTables(seed).dataset();
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    ArrowFile.write(dataset, whole);
    try (InputStream in = ArrowFile.stream(dataset)) {
      assertThat(in.readAllBytes()).isEqualTo(whole.toByteArray());
    }
    Batches split = Splits.of(dataset, seed);
    ByteArrayOutputStream one = new ByteArrayOutputStream();
    try (InputStream in = ArrowFile.stream(split)) {
      for (int b = in.read(); b >= 0; b = in.read()) {
        one.write(b);
      }
    }
    assertThat(one.toByteArray()).isEqualTo(bytes(split));
  }

  @Test
  void a_stream_that_is_closed_frees_its_batches_and_gives_no_more() throws IOException {
    Batches once =
        Batches.once(Schema.of(Field.of("a", DataType.INT64)), List.<Dataset>of().iterator());
    InputStream in = ArrowFile.stream(once);
    assertThat(in.read()).isEqualTo('A');
    in.close();
    assertThatThrownBy(in::read).isInstanceOf(IOException.class).hasMessage("the stream is closed");
    assertThatThrownBy(once::iterator).isInstanceOf(IllegalStateException.class);
  }

  @Property(tries = 50)
  void each_record_batch_of_a_file_is_a_batch(@ForAll long seed) throws IOException {
    Dataset dataset = new RandomTables(seed).dataset();
    Path file = Files.createTempFile("batches", ".arrow");
    try {
      Batches written = Splits.of(dataset, seed);
      ArrowFile.write(written, file);
      try (Batches read = ArrowFile.batches(file)) {
        assertThat(read.isRepeatable()).isTrue();
        for (int time = 0; time < 2; time++) {
          Iterator<Dataset> parts = read.iterator();
          for (Dataset part : written) {
            if (part.rowCount() > 0) {
              assertThat(parts.next().digest()).isEqualTo(part.digest());
            }
          }
          assertThat(parts.hasNext()).isFalse();
        }
      }
    } finally {
      Files.delete(file);
    }
  }

  @Test
  void numbers_of_each_record_batch_are_mapped_and_not_copied() throws IOException {
    Dataset numbers =
        Dataset.of(Schema.of(Field.of("a", DataType.FLOAT64)), List.of(Column.doubles(1, 2, 3)));
    Path file = directory.resolve("numbers.arrow");
    ArrowFile.write(Batches.of(numbers.schema(), List.of(numbers, numbers)), file);
    try (Batches read = ArrowFile.batches(file)) {
      for (Dataset part : read) {
        assertThat(((DoubleColumn) part.column("a")).values().isMapped()).isTrue();
      }
      ArrowFile.write(numbers.head(1), file);
      assertThat(read.toDataset(10).rowCount()).as("as it was when it was opened").isEqualTo(6);
    }
    assertThat(ArrowFile.open(file).rowCount()).isEqualTo(1);
  }

  @Property(tries = 300)
  void garbage_is_answered_with_one_kind_of_exception(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    byte[] bytes = bytes(Splits.of(new RandomTables(seed).dataset(), seed));
    for (int i = 0; i <= random.nextInt(4); i++) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
    }
    Path file = Files.createTempFile("batches", ".arrow");
    try {
      Files.write(file, bytes);
      Throwable thrown = catchThrowable(() -> digests(file));
      if (thrown != null) {
        assertThat(thrown).isInstanceOf(InvalidInputException.class);
      }
    } finally {
      Files.delete(file);
    }
  }

  private static void digests(Path file) {
    try (Batches read = ArrowFile.batches(file)) {
      read.forEach(Dataset::digest);
    }
  }

  @Test
  void a_file_that_is_damaged_behind_its_first_batch_fails_when_that_is_reached()
      throws IOException {
    Dataset texts =
        Dataset.of(
            Schema.of(Field.of("a", DataType.STRING)), List.of(Column.strings("first", "xyzzy")));
    byte[] bytes = bytes(Batches.of(texts.schema(), List.of(texts.slice(0, 1), texts.slice(1, 2))));
    for (int i = 0; i < bytes.length - 4; i++) {
      if (new String(bytes, i, 5, StandardCharsets.ISO_8859_1).equals("xyzzy")) {
        bytes[i] = (byte) 0xff;
      }
    }
    Path file = Files.write(directory.resolve("damaged.arrow"), bytes);
    try (Batches read = ArrowFile.batches(file)) {
      Iterator<Dataset> parts = read.iterator();
      assertThat(parts.next().strings("a").get(0)).isEqualTo("first");
      assertThatThrownBy(parts::next)
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(
              "cannot read "
                  + file
                  + ": column 'a': the Arrow file is corrupt: a string that is not UTF-8");
    }
  }
}
