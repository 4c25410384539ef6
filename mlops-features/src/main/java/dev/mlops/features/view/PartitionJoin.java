package dev.mlops.features.view;

import dev.mlops.data.Dataset;
import dev.mlops.error.InvalidInputException;
import dev.mlops.features.timeline.EntityTimeline;
import dev.mlops.features.timeline.EventRows;
import java.io.Serializable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Joins label rows with features as of each row's time, row for row: a pure function of the labels
 * and of the rows of the entities that they are about. Immutable, safe for use by many threads.
 *
 * <p>A row is identified by its place alone, so labels that are equal in every column stay apart,
 * and no key or time is ever hashed together with another. Every view is asked independently, so
 * their order cannot matter. Both modes are computed, which costs little, because they differ by
 * the hidden rows only; what differs is counted.
 *
 * <p>Labels may be cut into parts in any way: as long as the join of a part gets all rows of the
 * entities that the part is about, its rows are those of the join of the whole, bit for bit. Where
 * rows have an event id, it must get all other rows with the ids of these too, of whatever entity:
 * a later version may have moved an event away. Serializable, so that the parts can be joined on
 * other machines.
 */
public final class PartitionJoin implements Serializable {

  private static final long serialVersionUID = 1;

  /** Whose features are computed. */
  private final FeatureService service;

  /** The labels' column with the time of each request. */
  private final String time;

  /** Whether only rows count that were known at that time. */
  private final boolean asKnown;

  private final transient ServicePlan plan;

  /**
   * Makes a join.
   *
   * @param service whose features are computed
   * @param timeColumn the labels' INSTANT column, without nulls, with the time of each request
   * @param asKnown whether only rows count that were known at that time
   */
  public PartitionJoin(FeatureService service, String timeColumn, boolean asKnown) {
    Objects.requireNonNull(service, "service");
    this.service = service;
    this.plan = new ServicePlan(service);
    this.time = Objects.requireNonNull(timeColumn, "timeColumn");
    this.asKnown = asKnown;
  }

  /**
   * Joins.
   *
   * @param labels rows with the columns of {@link FeatureService#requestFields()}; a null key
   *     matches nothing
   * @param events for each view, the ingested rows of at least all entities that the labels are
   *     about, and all versions of their events, in the order of ingestion
   * @return the label rows with their features
   * @throws InvalidInputException if the labels lack a column, have one of another type, have a row
   *     without time, or have a column named like a feature
   */
  public JoinedRows join(Dataset labels, Function<View, ? extends Iterable<EventRows>> events) {
    LabelRows rows = new LabelRows(plan.service(), labels, time);
    checkNames(labels);
    FeatureColumn[] columns = new FeatureColumn[plan.size()];
    for (int i = 0; i < columns.length; i++) {
      columns[i] = new FeatureColumn(plan.field(i), i, rows.size());
    }
    Frame frame = new Frame(plan.size());
    Frame other = new Frame(plan.size());
    LabelLines entities = new LabelLines(plan, rows, events);
    @Nullable EntityTimeline[] lines = entities.none();
    int changed = 0;
    int[] order = entities.order();
    for (int i = 0; i < order.length; i++) {
      int row = order[i];
      Request request = rows.get(row);
      entities.get(row, lines);
      plan.fill(lines, request, rows.time(row), asKnown, frame);
      plan.fill(lines, request, rows.time(row), !asKnown, other);
      changed += add(columns, row, frame, other) ? 1 : 0;
      if (i + 1 < order.length && !entities.isSame(row, order[i + 1])) {
        entities.release(row);
      }
    }
    return joined(labels, columns, changed);
  }

  /**
   * Computes the features of each label row and hands them on with the row's place, in the order of
   * the labels.
   *
   * @param labels as in {@link #join}
   * @param events as in {@link #join}
   * @param use takes the features of a row
   * @throws InvalidInputException if the labels lack a column, have one of another type, or have a
   *     row without time
   */
  public void forEach(
      Dataset labels,
      Function<View, ? extends Iterable<EventRows>> events,
      ObjIntConsumer<FeatureVector> use) {
    LabelRows rows = new LabelRows(plan.service(), labels, time);
    LabelLines entities = new LabelLines(plan, rows, events);
    @Nullable EntityTimeline[] lines = entities.none();
    for (int row = 0; row < rows.size(); row++) {
      Frame frame = new Frame(plan.size());
      Request request = rows.get(row);
      entities.get(row, lines);
      plan.fill(lines, request, rows.time(row), asKnown, frame);
      Instant at =
          Objects.requireNonNull(labels.instants(time).get(row), "a time that was checked");
      use.accept(new FeatureVector(plan, frame, request, at, -1), row);
    }
  }

  private static boolean add(FeatureColumn[] columns, int row, Frame frame, Frame other) {
    boolean changed = false;
    for (FeatureColumn column : columns) {
      changed |= column.add(row, frame, other);
    }
    return changed;
  }

  private JoinedRows joined(Dataset labels, FeatureColumn[] columns, int changedRows) {
    Dataset dataset = labels;
    Map<String, Integer> changed = new LinkedHashMap<>();
    Map<String, Map<FeatureVector.Status, Integer>> coverage = new LinkedHashMap<>();
    for (int i = 0; i < columns.length; i++) {
      String name = plan.field(i).name();
      dataset = isIncluded(i) ? dataset : dataset.withColumn(name, columns[i].build());
      changed.put(name, columns[i].changed());
      coverage.put(name, columns[i].coverage());
    }
    return new JoinedRows(dataset, changedRows, changed, coverage);
  }

  private void checkNames(Dataset labels) {
    List<String> clashes = new ArrayList<>();
    for (int i = 0; i < plan.size(); i++) {
      String name = plan.field(i).name();
      if (!isIncluded(i) && labels.schema().contains(name)) {
        clashes.add(name);
      }
    }
    if (!clashes.isEmpty()) {
      throw new InvalidInputException(
          "labels have a column '"
              + clashes.get(0)
              + "', which is a feature of service '"
              + plan.service().name()
              + "'; rename or leave out the column");
    }
  }

  /**
   * Makes the plan where the join arrives.
   *
   * @return the join
   */
  private Object readResolve() {
    return new PartitionJoin(service, time, asKnown);
  }

  /** A request column that is a feature is among the labels' columns already. */
  private boolean isIncluded(int index) {
    int extra = index - (plan.size() - plan.service().extras().size());
    return extra >= 0 && plan.service().extras().get(extra).code() == null;
  }

  @Override
  public String toString() {
    return "join of service '"
        + service.name()
        + "' at '"
        + time
        + (asKnown ? "', as known" : "', as if known immediately");
  }
}
