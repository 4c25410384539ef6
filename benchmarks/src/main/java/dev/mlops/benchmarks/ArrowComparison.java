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
    Path copy = directory.resolve("copy.arrow");
    double[] seconds =
        Comparison.seconds(3, RUNS, List.of(() -> write(dataset, file), () -> copy(file, copy)));
    double expected = sumOfArrays(dataset);
    double read =
        Comparison.seconds(5, RUNS, List.of(() -> check(sum(ArrowFile.open(file)), expected)))[0];
    Files.delete(copy);
    List<Double> pyarrow = pyarrow(arguments[1], file);
    String size = ROWS + " x " + COLUMNS + ", " + Files.size(file) / 1_000_000 + " MB";
    Comparison comparison = new Comparison();
    comparison.add("write doubles", size, "pyarrow", pyarrow.get(0), seconds[0], 0.5);
    comparison.add("write doubles", size, "copy of the file", seconds[1], seconds[0], 0.5);
    comparison.add(
        "open, sum every column", size, "pyarrow, memory map", pyarrow.get(1), read, 0.5);
    comparison.add("open, sum every column", size, "copy of the file", seconds[1], read, 0.5);
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

  /**
   * Writes to a place that is free: to replace a file, some file systems first bring its successor
   * to the disk.
   */
  private static Path write(Dataset dataset, Path file) throws IOException {
    Files.deleteIfExists(file);
    ArrowFile.write(dataset, file);
    return file;
  }

  private static double sum(Dataset dataset) {
    double total = 0;
    for (String name : dataset.schema().names()) {
      total += sum(dataset.doubles(name));
    }
    return total;
  }

  private static double sum(Column.OfDouble column) {
    double sum = 0;
    for (int row = 0; row < column.size(); row++) {
      sum += column.get(row);
    }
    return sum;
  }

  private static double sumOfArrays(Dataset dataset) {
    double total = 0;
    for (String name : dataset.schema().names()) {
      double sum = 0;
      for (double value : dataset.doubles(name).toArray()) {
        sum += value;
      }
      total += sum;
    }
    return total;
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
