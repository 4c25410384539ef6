package dev.mlops.benchmarks;

import dev.mlops.data.ArrowFile;
import dev.mlops.data.Column;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Writes a table of doubles to an Arrow file, and opens the file and sums every column, against
 * pyarrow and against a copy of the file by the system.
 */
final class ArrowComparison {

  private static final int ROWS = 10_000_000;
  private static final int COLUMNS = 10;
  private static final int RUNS = 7;

  private ArrowComparison() {}

  /**
   * Runs the comparison.
   *
   * @param arguments a directory for files, and a Python that has pyarrow
   * @throws Exception if anything fails
   */
  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[0]);
    Path file = directory.resolve("doubles.arrow");
    Dataset dataset = dataset();
    double write = Comparison.seconds(2, RUNS, () -> write(dataset, file));
    double copy = Comparison.seconds(1, RUNS, () -> copy(file, directory.resolve("copy.arrow")));
    double expected = sum(dataset);
    double read = Comparison.seconds(3, RUNS, () -> check(sum(ArrowFile.open(file)), expected));
    Files.delete(directory.resolve("copy.arrow"));
    List<Double> pyarrow = pyarrow(arguments[1], file);
    String size = ROWS + " x " + COLUMNS + ", " + Files.size(file) / 1_000_000 + " MB";
    Comparison comparison = new Comparison();
    comparison.add("write doubles", size, "pyarrow", pyarrow.get(0), write, 0.5);
    comparison.add("write doubles", size, "copy of the file", copy, write, 0.5);
    comparison.add(
        "open, sum every column", size, "pyarrow, memory map", pyarrow.get(1), read, 0.5);
    comparison.add("open, sum every column", size, "copy of the file", copy, read, 0.5);
    comparison.print();
    Files.delete(file);
  }

  private static Dataset dataset() {
    Random random = new Random(1);
    List<Field> fields = new ArrayList<>();
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < COLUMNS; i++) {
      fields.add(Field.of("c" + i, DataType.FLOAT64));
      columns.add(Column.doubles(random.doubles(ROWS).toArray()));
    }
    return Dataset.of(Schema.of(fields), columns);
  }

  private static Path write(Dataset dataset, Path file) {
    ArrowFile.write(dataset, file);
    return file;
  }

  private static double sum(Dataset dataset) {
    return dataset.schema().names().stream().mapToDouble(name -> sum(dataset.doubles(name))).sum();
  }

  private static double sum(Column.OfDouble column) {
    double sum = 0;
    for (int row = 0; row < column.size(); row++) {
      sum += column.get(row);
    }
    return sum;
  }

  private static double check(double sum, double expected) {
    if (sum != expected) {
      throw new IllegalStateException("the sum is " + sum + ", not " + expected);
    }
    return sum;
  }

  private static long copy(Path from, Path to) throws IOException {
    Files.deleteIfExists(to);
    try (FileChannel in = FileChannel.open(from);
        FileChannel out =
            FileChannel.open(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      long done = 0;
      while (done < in.size()) {
        done += in.transferTo(done, in.size() - done, out);
      }
      return done;
    }
  }

  /** Runs the rival, which prints its seconds for writing and for reading. */
  private static List<Double> pyarrow(String python, Path file)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                python, "benchmarks/rivals/arrow.py", file.toString(), String.valueOf(RUNS))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    List<Double> seconds;
    try (BufferedReader printed = process.inputReader()) {
      seconds = printed.lines().map(Double::valueOf).toList();
    }
    if (process.waitFor() != 0 || seconds.size() != 2) {
      throw new IllegalStateException("benchmarks/rivals/arrow.py failed");
    }
    return seconds;
  }
}
