package dev.mlops.tracking;

import dev.mlops.data.Column;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Lays runs side by side in one table. */
final class RunTable {

  private final List<RunView> runs;
  private final List<Field> fields = new ArrayList<>();
  private final List<Column> columns = new ArrayList<>();

  private RunTable(List<RunView> runs) {
    this.runs = runs;
  }

  static Dataset of(List<RunView> runs) {
    RunTable table = new RunTable(runs);
    table.addFixed();
    names(runs, RunView::params).forEach(table::addParam);
    names(runs, RunView::metrics).forEach(table::addMetric);
    return Dataset.of(Schema.of(table.fields), table.columns);
  }

  private void addFixed() {
    add(Field.of("run", DataType.STRING), RunView::id);
    add(Field.of("experiment", DataType.STRING), RunView::experiment);
    add(Field.of("name", DataType.STRING), RunView::name);
    add(Field.of("status", DataType.STRING), run -> run.status().name());
    add(Field.of("start", DataType.INSTANT), RunView::start);
    add(Field.of("end", DataType.INSTANT).orNull(), RunView::end);
  }

  private void addParam(String name) {
    add(Field.of("param." + name, DataType.STRING).orNull(), run -> run.params().get(name));
  }

  private void addMetric(String name) {
    add(Field.of("metric." + name, DataType.FLOAT64).orNull(), run -> latest(run, name));
  }

  private static @Nullable Double latest(RunView run, String name) {
    MetricSummary summary = run.metrics().get(name);
    return summary == null ? null : summary.value();
  }

  private void add(Field field, Function<RunView, @Nullable Object> cell) {
    List<@Nullable Object> cells = new ArrayList<>(runs.size());
    runs.forEach(run -> cells.add(cell.apply(run)));
    fields.add(field);
    columns.add(Column.of(field.dataType(), cells));
  }

  private static Set<String> names(List<RunView> runs, Function<RunView, Map<String, ?>> part) {
    Set<String> names = new TreeSet<>();
    runs.forEach(run -> names.addAll(part.apply(run).keySet()));
    return names;
  }
}
