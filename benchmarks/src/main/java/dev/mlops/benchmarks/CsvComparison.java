package dev.mlops.benchmarks;

import dev.mlops.data.Csv;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.ZoneOffset;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * Reads flights from CSV into typed columns, against DuckDB's reader that fills a table of the same
 * types in memory with as many threads as there are processors; ours uses one.
 */
final class CsvComparison {

  private static final Path PACKED =
      Path.of("examples/src/main/resources/dev/mlops/examples/flights/flights.csv.gz");
  private static final double LIMIT_SECONDS = 1;
  private static final Schema FLIGHTS =
      Schema.of(
          Field.of("departure", DataType.INSTANT),
          Field.of("delay", DataType.INT64),
          Field.of("distance", DataType.INT64),
          Field.of("origin", DataType.STRING),
          Field.of("destination", DataType.STRING));

  private CsvComparison() {}

  /**
   * Runs the comparison.
   *
   * @param arguments a directory for files
   * @throws Exception if anything fails
   */
  public static void main(String[] arguments) throws Exception {
    Path csv = flights(Path.of(arguments[0]));
    int rows = ours(csv).rowCount();
    String size = rows + " x 5, " + Files.size(csv) / 1000 + " kB";
    Comparison comparison = new Comparison();
    try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:")) {
      double[] declared =
          Comparison.seconds(15, 25, List.of(() -> ours(csv), () -> theirs(duckdb, csv, rows)));
      comparison.add(
          "CSV to typed columns",
          size,
          "DuckDB read_csv into a table",
          declared[1],
          declared[0],
          0.5);
      double[] inferred =
          Comparison.seconds(
              15, 25, List.of(() -> oursInferred(csv), () -> theirsSniffed(duckdb, csv, rows)));
      comparison.add(
          "CSV, types inferred",
          size,
          "DuckDB read_csv, types sniffed",
          inferred[1],
          inferred[0],
          0.5);
      comparison.add("CSV to typed columns", size, "limit, warm", LIMIT_SECONDS, declared[0], 1);
    }
    comparison.print();
  }

  private static Dataset ours(Path csv) {
    return Csv.read(csv).schema(FLIGHTS).zone(ZoneOffset.UTC).load().orThrow();
  }

  private static Dataset oursInferred(Path csv) {
    return Csv.read(csv).zone(ZoneOffset.UTC).load().orThrow();
  }

  private static int theirs(Connection duckdb, Path csv, int rows) throws SQLException {
    return fill(
        duckdb,
        "read_csv('"
            + csv
            + "', header=true, columns={'departure': 'TIMESTAMP', 'delay': 'BIGINT', 'distance': 'BIGINT',"
            + " 'origin': 'VARCHAR', 'destination': 'VARCHAR'})",
        rows);
  }

  private static int theirsSniffed(Connection duckdb, Path csv, int rows) throws SQLException {
    return fill(duckdb, "read_csv('" + csv + "', sample_size=-1)", rows);
  }

  private static int fill(Connection duckdb, String source, int rows) throws SQLException {
    try (Statement statement = duckdb.createStatement()) {
      statement.execute("CREATE OR REPLACE TABLE flights AS SELECT * FROM " + source);
      try (ResultSet count = statement.executeQuery("SELECT count(*) FROM flights")) {
        count.next();
        if (count.getInt(1) != rows) {
          throw new IllegalStateException("DuckDB read " + count.getInt(1) + " rows, we " + rows);
        }
        return rows;
      }
    }
  }

  /** Unpacks the flights of the examples. */
  private static Path flights(Path directory) throws IOException {
    Path csv = directory.resolve("flights.csv");
    try (InputStream unpacked = new GZIPInputStream(Files.newInputStream(PACKED))) {
      Files.copy(unpacked, csv, StandardCopyOption.REPLACE_EXISTING);
    }
    return csv;
  }
}
