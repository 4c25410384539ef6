package dev.mlops.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ten million rows, 160 MB, pass through a virtual machine whose heap has 64 MB. */
class SmallHeapTest {

  private static final int BATCHES = 200;
  private static final int ROWS = 50_000;
  private static final Schema SCHEMA =
      Schema.of(Field.of("n", DataType.INT64), Field.of("x", DataType.FLOAT64));

  @TempDir Path directory;

  @Test
  void ten_million_rows_are_written_and_read_in_a_heap_of_64_megabytes() throws Exception {
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName(),
                directory.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(child.waitFor()).as(said).isZero();
    assertThat(said).endsWith("10000000 rows, sum 49999995000000\n");
  }

  /** Runs in the other virtual machine. */
  static final class Child {
    private Child() {}

    public static void main(String[] arguments) throws IOException {
      Path file = Path.of(arguments[0], "rows.arrow");
      try (InputStream bytes = ArrowFile.stream(Batches.of(SCHEMA, Child::rows))) {
        Files.copy(bytes, file);
      }
      long rows = 0;
      long sum = 0;
      try (Batches batches = ArrowFile.batches(file)) {
        for (Dataset batch : batches) {
          rows += batch.rowCount();
          sum += LongStream.of(batch.longs("n").toArray()).sum();
        }
      }
      System.out.print(rows + " rows, sum " + sum + "\n");
    }

    private static Iterator<Dataset> rows() {
      return IntStream.range(0, BATCHES).mapToObj(Child::batch).iterator();
    }

    private static Dataset batch(int number) {
      long first = (long) number * ROWS;
      return Dataset.of(
          SCHEMA,
          List.of(
              Column.longs(LongStream.range(first, first + ROWS).toArray()),
              Column.doubles(IntStream.range(0, ROWS).mapToDouble(i -> i * 0.5).toArray())));
    }
  }
}
