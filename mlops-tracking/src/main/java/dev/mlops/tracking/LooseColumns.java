package dev.mlops.tracking;

import dev.mlops.storage.ResultRow;
import dev.mlops.storage.Session;
import dev.mlops.tracking.Condition.MetricValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The columns of some runs as their rows are now. Who packs runs into a block reads them by this as
 * well, so that a run is the same before and after.
 */
final class LooseColumns implements RunColumns {

  private final Session session;
  private final String runs;
  private final RunBase base;
  private final Map<Long, Integer> places = new HashMap<>();

  /** What was read once stays as it was. */
  private final Map<List<Object>, NumberColumn> numbers = new HashMap<>();

  private final Map<List<Object>, TextColumn> texts = new HashMap<>();

  /**
   * Reads runs.
   *
   * @param runs which, a condition on {@code mlops_runs r}
   */
  LooseColumns(Session session, String runs) {
    this.session = session;
    this.runs = runs;
    this.base =
        RunBase.of(
            session.list(
                "SELECT r.id, r.parent, r.started_at, r.ended_at, r.deleted_at FROM mlops_runs r WHERE "
                    + runs
                    + " ORDER BY r.id",
                row -> {
                  Long end = row.numberOrNull("ended_at");
                  return new RunBase.Row(
                      row.number("id"),
                      row.number("started_at"),
                      end == null ? RunBase.NONE : end,
                      row.textOrNull("parent"),
                      row.numberOrNull("deleted_at") != null);
                }));
    for (int run = 0; run < base.size(); run++) {
      places.put(base.id(run), run);
    }
  }

  @Override
  public RunBase base() {
    return base;
  }

  @Override
  public NumberColumn metric(String name, MetricValue which) {
    return numbers.computeIfAbsent(List.of(name, which), key -> readMetric(name, which));
  }

  private NumberColumn readMetric(String name, MetricValue which) {
    double[] values = NumberColumn.empty(base.size());
    rows(
        "SELECT f.run, COALESCE(f." + which.column() + "_real, f.latest_real) AS value_real",
        "mlops_run_metrics",
        name,
        (row, run) -> values[run] = NumberColumn.of(row.real("value_real")));
    return new NumberColumn(values);
  }

  @Override
  public TextColumn text(Condition.Source source, String name) {
    return texts.computeIfAbsent(List.of(source, name), key -> readText(source, name));
  }

  private TextColumn readText(Condition.Source source, String name) {
    TextColumn.Builder column = new TextColumn.Builder(base.size());
    rows(
        "SELECT f.run, f.as_text",
        source.table,
        name,
        (row, run) -> column.put(run, row.text("as_text")));
    return column.build();
  }

  @Override
  public TextColumn attribute(Condition.Attribute attribute) {
    return texts.computeIfAbsent(List.of(attribute), key -> readAttribute(attribute));
  }

  private TextColumn readAttribute(Condition.Attribute attribute) {
    TextColumn.Builder column = new TextColumn.Builder(base.size());
    session.each(
        "SELECT r.id, r." + attribute.column + " AS of_run FROM mlops_runs r WHERE " + runs,
        row -> placed(row, row.number("id"), (one, run) -> column.put(run, one.text("of_run"))));
    return column.build();
  }

  /** Reads the rows of a table whose runs are among these, of one name or of all. */
  private void rows(
      String select, String table, @Nullable String name, ObjIntConsumer<ResultRow> use) {
    session.each(
        select
            + " FROM mlops_runs r JOIN "
            + table
            + " f ON f.run = r.id WHERE "
            + runs
            + (name == null ? "" : " AND f.name = ?"),
        row -> placed(row, row.number("run"), use),
        name == null ? new Object[0] : new Object[] {name});
  }

  /** A run that has just begun may have rows, but no place yet. */
  private void placed(ResultRow row, long key, ObjIntConsumer<ResultRow> use) {
    Integer place = places.get(key);
    if (place != null) {
      use.accept(row, place);
    }
  }

  /** Reads all params or all tags, by name. */
  Map<String, TextColumn> texts(Condition.Source source) {
    Map<String, TextColumn.Builder> columns = new HashMap<>();
    rows(
        "SELECT f.run, f.name, f.as_text",
        source.table,
        null,
        (row, run) ->
            columns
                .computeIfAbsent(row.text("name"), name -> new TextColumn.Builder(base.size()))
                .put(run, row.text("as_text")));
    Map<String, TextColumn> built = new HashMap<>();
    columns.forEach((name, column) -> built.put(name, column.build()));
    return built;
  }

  /** Reads all metrics, by name: a column for each {@link MetricValue}, in their order. */
  Map<String, List<double[]>> metrics() {
    Map<String, List<double[]>> columns = new HashMap<>();
    rows(
        "SELECT f.run, f.name, f.latest_real, f.first_real, f.min_real, f.max_real",
        "mlops_run_metrics",
        null,
        (row, run) -> {
          List<double[]> values = columns.computeIfAbsent(row.text("name"), name -> emptyColumns());
          double latest = NumberColumn.of(row.real("latest_real"));
          for (MetricValue which : MetricValue.values()) {
            Double own = row.realOrNull(which.column() + "_real");
            values.get(which.place)[run] = own == null ? latest : NumberColumn.of(own);
          }
        });
    return columns;
  }

  private List<double[]> emptyColumns() {
    List<double[]> columns = new ArrayList<>();
    for (MetricValue ignored : MetricValue.values()) {
      columns.add(NumberColumn.empty(base.size()));
    }
    return columns;
  }
}
