package dev.mlops.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.mlops.error.InvalidInputException;
import dev.mlops.error.NotFoundException;
import dev.mlops.error.StorageException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArrowFileTest {

  private static byte[] bytes(Dataset dataset) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ArrowFile.write(dataset, out);
    return out.toByteArray();
  }

  /** A file of several record batches that share dictionaries, as one beyond 2 GiB is. */
  static byte[] bytes(Dataset dataset, int rowsPerBatch) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Dataset compact = ArrowWriter.compact(dataset);
    ArrowFile.write(
        Batches.of(compact), ArrowWriter.encoded(ArrowSink.to(out), compact, rowsPerBatch));
    return out.toByteArray();
  }

  private static Dataset read(byte[] bytes) {
    return ArrowFile.read(new ByteArrayInputStream(bytes));
  }

  @Property(tries = 300)
  void gives_back_what_was_written(@ForAll long seed) {
    Dataset dataset = new RandomTables(seed).dataset();
    Dataset read = read(bytes(dataset));
    assertThat(read.schema()).isEqualTo(dataset.schema());
    assertThat(RandomTables.twin(read)).isEqualTo(RandomTables.twin(dataset));
    assertThat(read.digest()).isEqualTo(dataset.digest());
  }

  @Property(tries = 100)
  void gives_back_what_was_written_in_several_batches(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int rowsPerBatch) throws IOException {
    Dataset dataset = new RandomTables(seed).dataset();
    Dataset read = read(bytes(dataset, rowsPerBatch));
    assertThat(RandomTables.twin(read)).isEqualTo(RandomTables.twin(dataset));
    assertThat(read.digest()).isEqualTo(dataset.digest());
  }

  @Property(tries = 300)
  void answers_garbage_with_one_kind_of_exception(@ForAll long seed) {
    Random random = new Random(seed);
    byte[] bytes = bytes(new RandomTables(seed).dataset());
    for (int i = 0; i <= random.nextInt(4); i++) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
    }
    Throwable thrown = catchThrowable(() -> read(bytes).digest());
    if (thrown != null) {
      assertThat(thrown).isInstanceOf(InvalidInputException.class);
    }
  }

  @Test
  void aligns_every_body_to_64_bytes() {
    byte[] bytes =
        bytes(
            Dataset.of(
                Schema.of(Field.of("a", DataType.INT64)),
                List.of(Column.longs(0x1122334455667788L))));
    int at = -1;
    for (int i = 0; i + 8 <= bytes.length; i++) {
      if (ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(i) == 0x1122334455667788L) {
        at = i;
      }
    }
    assertThat(at).isPositive();
    assertThat(at % 64).isZero();
  }

  @Test
  void writes_only_the_strings_that_rows_have() {
    Dataset all =
        Dataset.of(
            Schema.of(Field.of("a", DataType.STRING)), List.of(Column.strings("needle", "x", "x")));
    assertThat(new String(bytes(all), StandardCharsets.ISO_8859_1)).contains("needle");
    assertThat(new String(bytes(all.slice(1, 3)), StandardCharsets.ISO_8859_1))
        .doesNotContain("needle");
  }

  @Nested
  class InFiles {

    @TempDir Path directory;

    @Test
    void maps_what_it_opens_and_keeps_it_valid_when_the_file_is_replaced() {
      Path file = directory.resolve("numbers.arrow");
      Dataset dataset = new RandomTables(7).dataset(50);
      ArrowFile.write(dataset, file);
      Dataset open = ArrowFile.open(file);
      ArrowFile.write(dataset.head(3), file);
      assertThat(open.digest()).isEqualTo(dataset.digest());
      assertThat(ArrowFile.open(file).rowCount()).isEqualTo(3);
      assertThat(directory).isDirectoryContaining("glob:**numbers.arrow");
      assertThat(directory.toFile().list()).hasSize(1);
    }

    @Test
    void does_not_copy_numbers() {
      Path file = directory.resolve("numbers.arrow");
      ArrowFile.write(
          Dataset.of(Schema.of(Field.of("a", DataType.FLOAT64)), List.of(Column.doubles(1, 2))),
          file);
      assertThat(((DoubleColumn) ArrowFile.open(file).column("a")).values().isMapped()).isTrue();
    }

    @Test
    void maps_a_large_file_piece_by_piece() throws IOException {
      Path file = directory.resolve("pieces.arrow");
      Dataset dataset = new RandomTables(11).dataset(60);
      ArrowFile.write(dataset, file);
      try (ArrowSource source = ArrowSource.of(file, 0)) {
        assertThat(ArrowReader.open(source).read().digest()).isEqualTo(dataset.digest());
      }
    }

    @Test
    void says_which_file_is_missing() {
      Path file = directory.resolve("none.arrow");
      assertThatThrownBy(() -> ArrowFile.open(file))
          .isInstanceOf(NotFoundException.class)
          .hasMessage("cannot read " + file + ": there is no such file or directory");
    }

    @Test
    void says_that_a_file_is_a_directory() {
      assertThatThrownBy(() -> ArrowFile.open(directory))
          .isInstanceOf(StorageException.class)
          .hasMessage("cannot read " + directory + ": it is a directory");
      assertThatThrownBy(() -> ArrowFile.batches(directory))
          .isInstanceOf(StorageException.class)
          .hasMessage("cannot read " + directory + ": it is a directory");
    }

    @Test
    void refuses_every_file_cut_short() throws IOException {
      byte[] bytes = bytes(new RandomTables(3).dataset(5));
      Path file = directory.resolve("short.arrow");
      for (int length = 0; length < bytes.length; length++) {
        Files.write(file, Arrays.copyOf(bytes, length));
        assertThatThrownBy(() -> ArrowFile.open(file)).isInstanceOf(InvalidInputException.class);
      }
    }
  }

  @Nested
  class Refuses {

    @Test
    void what_is_no_arrow_file() {
      assertThatThrownBy(() -> read("PAR1, or a CSV file".getBytes(StandardCharsets.UTF_8)))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(
              "this is no Arrow IPC file: it does not begin with ARROW1 (a stream or Parquet must be"
                  + " converted first)");
    }

    @Test
    void what_is_no_arrow_file_by_its_name(@TempDir Path directory) throws IOException {
      Path file = Files.writeString(directory.resolve("flights.csv"), "origin,delay of a flight");
      assertThatThrownBy(() -> ArrowFile.open(file))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageStartingWith("cannot read " + file + ": this is no Arrow IPC file: ");
    }

    @Test
    void a_stream_that_no_array_can_hold() throws IOException {
      assertThat(ArrowFile.atMost(new ByteArrayInputStream(new byte[3]), 3)).hasSize(3);
      assertThatThrownBy(() -> ArrowFile.atMost(new ByteArrayInputStream(new byte[4]), 3))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(
              "the Arrow file has more than 3 bytes, too many for a stream; put it in a file and open"
                  + " that");
    }
  }
}
