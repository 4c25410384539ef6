package dev.mlops.tracking.compare;

import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.tracking.RunView;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A table with a column for each run, behind columns of text that say what a row is. */
final class SideBySide {

  /** What the first columns are called; a run of such a name is numbered. */
  private static final Set<String> TAKEN =
      Set.of("input", "metric", "param", "part", "point", "run", "step", "time", "value");

  private final List<RunView> runs;
  private final Dataset.Builder table;

  SideBySide(List<RunView> runs, DataType type, String... keys) {
    this.runs = runs;
    List<Field> fields = new ArrayList<>();
    for (String key : keys) {
      fields.add(Field.of(key, DataType.STRING));
    }
    names(runs).forEach(name -> fields.add(Field.of(name, type).orNull()));
    this.table = Dataset.builder(Schema.of(fields));
  }

  /** Returns what the runs are called in tables: their names, numbered if one is not its own. */
  static List<String> names(List<RunView> runs) {
    List<String> names = runs.stream().map(RunView::name).toList();
    boolean clear =
        new HashSet<>(names).size() == names.size() && Collections.disjoint(names, TAKEN);
    return clear
        ? names
        : IntStream.range(0, names.size()).mapToObj(i -> (i + 1) + ": " + names.get(i)).toList();
  }

  void row(List<String> keys, Function<RunView, @Nullable Object> cell) {
    List<@Nullable Object> cells = new ArrayList<>(keys);
    runs.forEach(run -> cells.add(cell.apply(run)));
    table.row(cells.toArray());
  }

  Dataset build() {
    return table.build();
  }
}
