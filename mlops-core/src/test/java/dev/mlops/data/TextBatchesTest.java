package dev.mlops.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.error.InvalidInputException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** CSV and JSON lines in batches: their twin is the same file read whole. */
class TextBatchesTest {

  private static final Schema SCHEMA =
      Schema.of(Field.of("a", DataType.INT64), Field.of("b", DataType.STRING).orNull());

  private static final List<String> CELLS =
      List.of(
          "1",
          "-7",
          "0.5",
          "1e300",
          "007",
          "+1",
          "12345678901234567890",
          "true",
          "FALSE",
          "NaN",
          "2001-03-04",
          "2001-03-04T05:06:07Z",
          "2001-03-04 05:06",
          "x",
          "",
          "\"\"",
          "NA",
          "[1,2]",
          "\"1\"",
          "\"a,b\"",
          " 3 ",
          "9007199254740993",
          "-0",
          "\"broken\"x");

  private static final List<String> JSON_VALUES =
      List.of(
          "1",
          "-7",
          "0.5",
          "1e300",
          "true",
          "null",
          "\"NaN\"",
          "\"Infinity\"",
          "\"x\"",
          "\"1\"",
          "\"\"",
          "\"2001-03-04T05:06:07Z\"",
          "\"2001-03-04 05:06\"",
          "[1,2]",
          "[0.5,-1]",
          "[1]",
          "[]",
          "{\"a\":1}",
          "12345678901234567890",
          "9007199254740993");

  /** Reads text as a file, whole and in batches of each size, and compares all that comes out. */
  private static void assertTwins(
      String text, Function<Path, TextReader<?>> reader, List<Integer> sizes) {
    Path file = written(text);
    try {
      Imported whole = reader.apply(file).load();
      for (int size : sizes) {
        List<BadCell> bad = new ArrayList<>();
        try (Batches batches = reader.apply(file).batches(size, bad::add)) {
          assertThat(batches.schema()).isEqualTo(whole.dataset().schema());
          for (int time = 0; time < 2; time++) {
            bad.clear();
            for (Dataset batch : batches) {
              assertThat(batch.rowCount()).isBetween(1, size);
            }
            assertThat(bad).isEqualTo(whole.badCells());
          }
          Dataset all = batches.toDataset(Integer.MAX_VALUE);
          assertThat(RandomTables.twin(all)).isEqualTo(RandomTables.twin(whole.dataset()));
          assertThat(all.digest()).isEqualTo(whole.dataset().digest());
        }
      }
    } finally {
      delete(file);
    }
  }

  private static Path written(String text) {
    try {
      return Files.writeString(Files.createTempFile("batches", ".txt"), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Cells of a few kinds, so that columns of one type are met as well as mixed ones. */
  private static List<String> pool(Random random, List<String> from) {
    return IntStream.range(0, 1 + random.nextInt(4))
        .mapToObj(i -> from.get(random.nextInt(from.size())))
        .toList();
  }

  private static String csv(long seed) {
    Random random = new Random(seed);
    int columns = 1 + random.nextInt(4);
    List<List<String>> pools =
        IntStream.range(0, columns).mapToObj(i -> pool(random, CELLS)).toList();
    StringBuilder text = new StringBuilder();
    String names =
        IntStream.range(0, columns).mapToObj(i -> "c" + i / 2).collect(Collectors.joining(","));
    text.append(names).append(random.nextInt(4) == 0 ? ",\n" : "\n");
    for (int row = random.nextInt(40); row > 0; row--) {
      int cells = random.nextInt(20) == 0 ? random.nextInt(6) : columns;
      for (int i = 0; i < cells; i++) {
        List<String> pool = pools.get(i % columns);
        text.append(i > 0 ? "," : "").append(pool.get(random.nextInt(pool.size())));
      }
      text.append(random.nextInt(10) == 0 ? ",\n" : "\n");
    }
    return text.toString();
  }

  private static String json(long seed) {
    Random random = new Random(seed);
    List<List<String>> pools =
        IntStream.range(0, 4).mapToObj(i -> pool(random, JSON_VALUES)).toList();
    StringBuilder text = new StringBuilder();
    for (int row = random.nextInt(40); row > 0; row--) {
      List<String> values = new ArrayList<>();
      for (int i = 0; i < pools.size(); i++) {
        if (random.nextInt(5) > 0) {
          List<String> pool = pools.get(i);
          values.add("\"c" + i + "\":" + pool.get(random.nextInt(pool.size())));
        }
      }
      text.append(
          random.nextInt(15) == 0 ? "{\"only here\":1,oops" : "{" + String.join(",", values) + "}");
      text.append(random.nextInt(10) == 0 ? "\r\n\n" : "\n");
    }
    return text.toString();
  }

  @Property(tries = 150)
  void csv_whose_types_are_inferred(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 50) int size) {
    assertTwins(
        csv(seed),
        file ->
            (seed & 1) == 0 ? Csv.read(file) : Csv.read(file).zone(ZoneOffset.UTC).nullText("NA"),
        List.of(1, size));
  }

  @Property(tries = 150)
  void json_lines_whose_types_are_inferred(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 50) int size) {
    assertTwins(json(seed), JsonLines::read, List.of(1, size));
  }

  @Property(tries = 200)
  void types_inferred_from_portions_are_those_inferred_from_the_whole(@ForAll long seed)
      throws IOException {
    Random random = new Random(seed);
    int portion = 1 + random.nextInt(5);
    byte[] csv = csv(seed).getBytes(StandardCharsets.UTF_8);
    Csv.Reader reader = Csv.read(new ByteArrayInputStream(csv));
    assertThat(
            reader
                .rows(new ByteArrayInputStream(csv), null, null, new BadCells(0))
                .inferSchema(portion))
        .isEqualTo(reader.load().dataset().schema());
    byte[] json = json(seed).getBytes(StandardCharsets.UTF_8);
    JsonLines.Reader lines = JsonLines.read(new ByteArrayInputStream(json));
    assertThat(
            lines
                .rows(new ByteArrayInputStream(json), null, null, new BadCells(0))
                .inferSchema(portion))
        .isEqualTo(lines.load().dataset().schema());
  }

  @Property(tries = 100)
  void files_of_a_declared_schema(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 50) int size) {
    Dataset dataset = new RandomTables(seed).dataset();
    ByteArrayOutputStream csv = new ByteArrayOutputStream();
    Csv.write(dataset, csv);
    assertTwins(
        csv.toString(StandardCharsets.UTF_8),
        file -> Csv.read(file).schema(dataset.schema()),
        List.of(size));
    ByteArrayOutputStream json = new ByteArrayOutputStream();
    JsonLines.write(dataset, json);
    assertTwins(
        json.toString(StandardCharsets.UTF_8),
        file -> JsonLines.read(file).schema(dataset.schema()),
        List.of(size));
  }

  @Property(tries = 100)
  void what_is_written_is_the_same_in_any_split(@ForAll long seed) {
    Dataset dataset = new RandomTables(seed).dataset();
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    ByteArrayOutputStream parts = new ByteArrayOutputStream();
    Csv.write(dataset, whole);
    Csv.write(Splits.of(dataset, seed), parts);
    assertThat(parts.toByteArray()).isEqualTo(whole.toByteArray());
    whole.reset();
    parts.reset();
    JsonLines.write(dataset, whole);
    JsonLines.write(Splits.of(dataset, seed), parts);
    assertThat(parts.toByteArray()).isEqualTo(whole.toByteArray());
  }

  @Nested
  class A_bad_cell {

    @TempDir Path directory;

    @Test
    void ends_the_reading_with_its_batch_and_not_before() throws IOException {
      Path file = Files.writeString(directory.resolve("f.csv"), "a,b\n1,x\n2,y\nthree,z\n4,\n");
      try (Batches batches = Csv.read(file).schema(SCHEMA).batches(2)) {
        Iterator<Dataset> parts = batches.iterator();
        assertThat(parts.next().rowCount()).isEqualTo(2);
        assertThatThrownBy(parts::next)
            .isInstanceOf(InvalidInputException.class)
            .hasMessage(
                "cannot read "
                    + file
                    + ": 1 bad cell, 1 row set aside: line 4, column 'a': 'three' is not a whole"
                    + " number");
        assertThatThrownBy(parts::hasNext).isInstanceOf(InvalidInputException.class);
      }
    }

    @Test
    void is_told_of_where_somebody_listens() throws IOException {
      Path file =
          Files.writeString(directory.resolve("f.jsonl"), "{\"a\":1}\n{\"a\":\"x\"}\n{\"a\":3}\n");
      List<BadCell> bad = new ArrayList<>();
      try (Batches batches = JsonLines.read(file).schema(SCHEMA).batches(10, bad::add)) {
        assertThat(batches.toDataset(10).longs("a").toArray()).containsExactly(1, 3);
      }
      assertThat(bad).hasToString("[line 2, column 'a': 'x' is not a whole number]");
    }
  }

  @Nested
  class A_stream {

    private static final byte[] BYTES = "a,b\n1,x\n2,y\n".getBytes(StandardCharsets.UTF_8);

    @Test
    void is_read_once() {
      Batches batches = Csv.read(new ByteArrayInputStream(BYTES)).schema(SCHEMA).batches(1);
      assertThat(batches.isRepeatable()).isFalse();
      assertThat(batches.toDataset(2).rowCount()).isEqualTo(2);
      assertThatThrownBy(batches::iterator)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith(
              "batches of a stream with 'a INT64, b STRING?' can be iterated once, and have been");
    }

    @Test
    void needs_a_schema() {
      assertThatThrownBy(() -> Csv.read(new ByteArrayInputStream(BYTES)).batches(1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "a stream can be read once, and inferring types takes a reading of its own; declare the"
                  + " columns with schema(...), or read a file");
    }
  }

  @Test
  void a_batch_has_at_least_a_row() {
    assertThatThrownBy(() -> JsonLines.read(Path.of("f")).schema(SCHEMA).batches(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a batch has at least 1 row: 0");
  }
}
