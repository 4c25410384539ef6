package dev.mlops.features;

import dev.mlops.data.Dataset;
import dev.mlops.error.InvalidInputException;
import dev.mlops.features.FeatureVector.Status;
import dev.mlops.features.TrainingSet.Mode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Joins label rows with features as of each row's time, row for row.
 *
 * <p>A row is identified by its place alone, so labels that are equal in every column stay apart,
 * and no key or time is ever hashed together with another. Every view is asked independently, so
 * their order cannot matter. Both modes are computed, which costs little, because they differ by
 * the hidden rows only; what differs is the leak report.
 */
final class TrainingJoin {

  private final ServicePlan plan;
  private final LabelRows rows;
  private final FeatureColumn[] columns;

  TrainingJoin(ServicePlan plan, Dataset labels, String time) {
    this.plan = plan;
    this.rows = new LabelRows(plan.service(), labels, time);
    this.columns = new FeatureColumn[plan.size()];
    for (int i = 0; i < columns.length; i++) {
      columns[i] = new FeatureColumn(plan.field(i), i, rows.size());
    }
    checkNames();
  }

  TrainingSet run(FeatureStore store, List<History> histories, Mode mode, long sequence) {
    int changed = 0;
    Frame frame = new Frame(plan.size());
    Frame other = new Frame(plan.size());
    LabelLines entities = new LabelLines(plan, rows, histories);
    @Nullable Timeline[] lines = new @Nullable Timeline[histories.size()];
    for (int row : entities.order()) {
      Request request = rows.get(row);
      entities.get(row, lines);
      plan.fill(lines, request, rows.time(row), mode == Mode.AS_KNOWN, frame);
      plan.fill(lines, request, rows.time(row), mode != Mode.AS_KNOWN, other);
      changed += add(row, frame, other) ? 1 : 0;
    }
    return new TrainingSet(
        store, plan.service(), mode, sequence, dataset(), report(changed, histories), coverage());
  }

  private boolean add(int row, Frame frame, Frame other) {
    boolean changed = false;
    for (FeatureColumn column : columns) {
      changed |= column.add(row, frame, other);
    }
    return changed;
  }

  private Dataset dataset() {
    Dataset dataset = rows.labels();
    for (int i = 0; i < columns.length; i++) {
      if (!isIncluded(i)) {
        dataset = dataset.with(plan.field(i).name(), columns[i].build());
      }
    }
    return dataset;
  }

  private LeakReport report(int changedRows, List<History> histories) {
    Map<String, Integer> changed = new LinkedHashMap<>();
    for (int i = 0; i < columns.length; i++) {
      changed.put(plan.field(i).name(), columns[i].changed());
    }
    return new LeakReport(
        rows.size(),
        changedRows,
        changed,
        histories.stream().mapToLong(History::rows).sum(),
        histories.stream().mapToLong(History::backfilled).sum());
  }

  private Map<String, Map<Status, Integer>> coverage() {
    Map<String, Map<Status, Integer>> coverage = new LinkedHashMap<>();
    for (int i = 0; i < columns.length; i++) {
      coverage.put(plan.field(i).name(), Collections.unmodifiableMap(columns[i].coverage()));
    }
    return Collections.unmodifiableMap(coverage);
  }

  private void checkNames() {
    for (int i = 0; i < plan.size(); i++) {
      String name = plan.field(i).name();
      if (!isIncluded(i) && rows.labels().schema().contains(name)) {
        throw new InvalidInputException(
            "labels have a column '"
                + name
                + "', which is a feature of service '"
                + plan.service().name()
                + "'; rename or leave out the column");
      }
    }
  }

  /** A request column that is a feature is among the labels' columns already. */
  private boolean isIncluded(int index) {
    int extra = index - (plan.size() - plan.service().extras().size());
    return extra >= 0 && plan.service().extras().get(extra).code() == null;
  }
}
