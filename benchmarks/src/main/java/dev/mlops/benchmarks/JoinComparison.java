package dev.mlops.benchmarks;

import dev.mlops.Workspace;
import dev.mlops.data.Column;
import dev.mlops.data.Csv;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.features.FeatureStore;
import dev.mlops.features.view.Entity;
import dev.mlops.features.view.EventSource;
import dev.mlops.features.view.EventView;
import dev.mlops.features.view.FeatureService;
import dev.mlops.features.view.FeatureView;
import dev.mlops.features.view.View;
import dev.mlops.features.view.Window;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Joins labels with what was known of their entity at their time, against DuckDB with tables in
 * memory and all processors: its ASOF join for the latest values, its range join for a window.
 */
final class JoinComparison {

  private static final int EVENTS = 2_000_000;
  private static final int LABELS = 200_000;
  private static final int ENTITIES = 50_000;
  private static final long DAY_MICROS = 86_400_000_000L;
  private static final long SPAN = 90 * DAY_MICROS;

  private static final Entity CUSTOMER =
      Entity.of("customer", Field.of("customer", DataType.INT64));
  private static final EventSource SPENT = EventSource.of("spent").eventTime("at").knownAt("at");
  private static final FeatureView LATEST =
      FeatureView.of("balance", CUSTOMER, SPENT)
          .features(Field.of("amount", DataType.FLOAT64))
          .noTtl();
  private static final EventView WEEK =
      EventView.of("spending", CUSTOMER, SPENT).over(Window.days(7)).count().mean("amount");

  private JoinComparison() {}

  /**
   * Runs the comparison.
   *
   * @param arguments a directory for files
   * @throws Exception if anything fails
   */
  public static void main(String[] arguments) throws Exception {
    Dataset events = rows(EVENTS, 1);
    Dataset labels = rows(LABELS, 2).select("customer", "at");
    Comparison comparison = new Comparison();
    try (Workspace workspace = Workspace.inMemory();
        FeatureStore store = FeatureStore.open(workspace);
        Connection duckdb = DriverManager.getConnection("jdbc:duckdb:")) {
      store.register(LATEST);
      store.register(WEEK);
      store.asBackfill().ingest(SPENT, events);
      fill(duckdb, "events", events, Path.of(arguments[0]));
      fill(duckdb, "labels", labels, Path.of(arguments[0]));
      compare(
          comparison,
          "latest value, from stored rows",
          "DuckDB, ASOF LEFT JOIN",
          join(store, LATEST, "balance_amount", labels),
          () ->
              query(
                  duckdb,
                  "SELECT l.*, e.amount AS checked FROM labels l ASOF LEFT JOIN events e"
                      + " ON l.customer = e.customer AND l.at >= e.at"));
      compare(
          comparison,
          "count and mean of 7 days",
          "DuckDB, range join and GROUP BY",
          join(store, WEEK, "spending_count_7d", labels),
          () ->
              query(
                  duckdb,
                  "SELECT l.customer, l.at, count(e.at) AS checked, avg(e.amount) FROM labels l"
                      + " LEFT JOIN events e ON l.customer = e.customer AND e.at <= l.at AND e.at >"
                      + " l.at - "
                      + 7 * DAY_MICROS
                      + " GROUP BY ALL"));
    }
    comparison.print();
  }

  /**
   * Joins, and returns the sum of one feature over all labels, so that both can be seen to agree.
   */
  private interface Work {
    double run() throws Exception;
  }

  private static void compare(
      Comparison comparison, String work, String rival, Work ours, Work theirs) throws Exception {
    double ourSum = ours.run();
    double theirSum = theirs.run();
    if (Math.abs(ourSum - theirSum) > 1e-9 * theirSum) {
      throw new IllegalStateException(work + ": we sum to " + ourSum + ", they to " + theirSum);
    }
    double[] seconds = Comparison.seconds(3, 7, List.of(ours::run, theirs::run));
    String size = LABELS + " labels, " + EVENTS + " rows";
    comparison.add(work, size, rival, seconds[1], seconds[0], 1);
  }

  private static Work join(FeatureStore store, View view, String feature, Dataset labels) {
    FeatureService service = FeatureService.of("of-" + view.name(), view);
    store.register(service);
    return () -> sum(store.trainingSet(service).labels(labels, "at").build().dataset(), feature);
  }

  private static double sum(Dataset joined, String feature) {
    double sum = 0;
    for (int row = 0; row < joined.rowCount(); row++) {
      double value = joined.row(row).getDouble(feature);
      sum += Double.isNaN(value) ? 0 : value;
    }
    return sum;
  }

  /** Rows of entities drawn at random, in the order of their times. */
  private static Dataset rows(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    long[] customers = new long[count];
    double[] amounts = new double[count];
    for (int row = 0; row < count; row++) {
      customers[row] = random.nextInt(ENTITIES);
      amounts[row] = random.nextInt(100_000) / 100.0;
    }
    long[] times = random.longs(count, 0, SPAN).sorted().toArray();
    return Dataset.of(
        Schema.of(
            Field.of("customer", DataType.INT64),
            Field.of("at", DataType.INSTANT),
            Field.of("amount", DataType.FLOAT64)),
        List.of(Column.longs(customers), Column.instantsOfMicros(times), Column.doubles(amounts)));
  }

  private static void fill(Connection duckdb, String table, Dataset rows, Path directory)
      throws SQLException {
    Path csv = directory.resolve(table + ".csv");
    // DuckDB gets times as numbers, which it compares as fast as we do.
    long[] micros = rows.instants("at").toMicros();
    Csv.write(rows.without("at").withColumn("at", Column.longs(micros)), csv);
    try (Statement statement = duckdb.createStatement()) {
      statement.execute(
          "CREATE TABLE " + table + " AS SELECT * FROM read_csv('" + csv + "', header=true)");
    }
  }

  private static double query(Connection duckdb, String join) throws SQLException {
    try (Statement statement = duckdb.createStatement()) {
      statement.execute("CREATE OR REPLACE TABLE joined AS " + join);
      try (ResultSet sum = statement.executeQuery("SELECT sum(checked) FROM joined")) {
        sum.next();
        return sum.getDouble(1);
      }
    }
  }
}
