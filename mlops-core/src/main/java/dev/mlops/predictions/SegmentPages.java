package dev.mlops.predictions;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.data.Column;
import dev.mlops.data.Dataset;
import dev.mlops.data.Micros;
import dev.mlops.data.Row;
import dev.mlops.predictions.LabelTable.Known;
import dev.mlops.predictions.PredictionQuery.Position;
import dev.mlops.storage.Database;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the pages of a query from segments, in the order of their first times. Rows are handed out
 * once no segment that is still to be read can have an earlier one, so that only segments whose
 * times overlap are in memory together. Used by one thread.
 *
 * <p>A segment may go into another between the listing and the reading: then everything behind the
 * last row that was handed out is listed anew.
 */
final class SegmentPages implements Iterator<Dataset> {
  private final Database database;
  private final String project;
  private final SegmentTable table;
  private final PredictionQuery query;
  private final PageColumns columns;
  private final Deque<Segment> unread = new ArrayDeque<>();
  private final Deque<Dataset> ready = new ArrayDeque<>();
  private List<Dataset> held = new ArrayList<>();
  private @Nullable Position behind;
  private @Nullable Position last;

  /**
   * Begins to read.
   *
   * @param columns of the pages; null for those of the segments that there are now
   */
  SegmentPages(
      Database database,
      String project,
      SegmentTable table,
      PredictionQuery query,
      @Nullable PageColumns columns) {
    this.database = database;
    this.project = project;
    this.table = table;
    this.query = query;
    this.last =
        query.afterTime().isPresent()
            ? new Position(query.afterTime().get(), query.afterId().orElseThrow())
            : null;
    Shape shape = list();
    this.columns = columns == null ? new PageColumns(query, shape) : columns;
  }

  PageColumns columns() {
    return columns;
  }

  @CanIgnoreReturnValue
  private Shape list() {
    unread.clear();
    held.clear();
    behind = last;
    return database.read(
        session -> {
          List<Segment> segments =
              table.list(session, query.model().orElse(null), least(), greatest());
          unread.addAll(segments);
          return table.shape(session, segments);
        });
  }

  private long least() {
    long from = query.from().map(Micros::floor).orElse(Long.MIN_VALUE);
    return behind == null ? from : Math.max(from, Micros.floor(behind.time()));
  }

  private long greatest() {
    return query.to().map(to -> Micros.floor(to) - 1).orElse(Long.MAX_VALUE);
  }

  @Override
  public boolean hasNext() {
    while (ready.isEmpty() && (!unread.isEmpty() || !held.isEmpty())) {
      advance();
    }
    return !ready.isEmpty();
  }

  @Override
  public Dataset next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return ready.remove();
  }

  /** Reads a segment, and hands out what no other can precede. */
  private void advance() {
    Segment segment = unread.poll();
    if (segment != null && !hold(segment)) {
      list();
      return;
    }
    Segment next = unread.peek();
    List<Dataset> settled = next == null ? held : settled(next.first());
    if (next == null) {
      held = new ArrayList<>();
    }
    settled.removeIf(rows -> rows.rowCount() == 0);
    if (!settled.isEmpty()) {
      handOut(settled.size() == 1 ? settled.get(0) : TimeOrder.sorted(Dataset.concat(settled)));
    }
  }

  /** Takes the rows before a time out of what is held. */
  private List<Dataset> settled(long micros) {
    List<Dataset> before = new ArrayList<>();
    List<Dataset> rest = new ArrayList<>();
    for (Dataset rows : held) {
      int bound = TimeOrder.lowerBound(rows.instants("time"), 0, micros);
      before.add(rows.slice(0, bound));
      if (bound < rows.rowCount()) {
        rest.add(rows.slice(bound, rows.rowCount()));
      }
    }
    held = rest;
    return before;
  }

  private boolean hold(Segment segment) {
    Optional<Dataset> records = database.read(session -> SegmentTable.records(session, segment));
    records.ifPresent(read -> held.add(wanted(columns.chosen(segment.model(), read))));
    return records.isPresent();
  }

  private Dataset wanted(Dataset rows) {
    Column.OfInstant times = rows.instants("time");
    int from = TimeOrder.lowerBound(times, 0, least());
    int to =
        greatest() == Long.MAX_VALUE
            ? rows.rowCount()
            : TimeOrder.lowerBound(times, from, greatest() + 1);
    Dataset within = from == 0 && to == rows.rowCount() ? rows : rows.slice(from, to);
    BitSet mask = new BitSet();
    mask.set(0, within.rowCount());
    query.version().ifPresent(version -> mask.and(equal(within.strings("version"), version)));
    query.variant().ifPresent(variant -> mask.and(equal(within.strings("variant"), variant)));
    dropUntil(behind, within, mask);
    return mask.cardinality() == within.rowCount() ? within : within.where(mask);
  }

  private static BitSet equal(Column.OfString column, String wanted) {
    BitSet equal = new BitSet();
    int code = column.dictionary().indexOf(wanted);
    for (int row = 0; row < column.size(); row++) {
      equal.set(row, column.code(row) == code && code >= 0);
    }
    return equal;
  }

  private static void dropUntil(@Nullable Position position, Dataset rows, BitSet mask) {
    if (position == null) {
      return;
    }
    Column.OfInstant times = rows.instants("time");
    Column.OfString ids = rows.strings("id");
    long micros = Micros.floor(position.time());
    for (int row = 0; row < rows.rowCount() && times.micros(row) <= micros; row++) {
      if (times.micros(row) < micros
          || String.valueOf(ids.get(row)).compareTo(position.id()) <= 0) {
        mask.clear(row);
      }
    }
  }

  private void handOut(Dataset rows) {
    for (int from = 0; from < rows.rowCount(); from += query.pageSize()) {
      Dataset some =
          rows.slice(from, (int) Math.min(rows.rowCount(), (long) from + query.pageSize()));
      Dataset page = columns.page(some, labels(some), query.isLabelledOnly());
      if (page.rowCount() > 0) {
        ready.add(page);
      }
    }
    Row newest = rows.row(rows.rowCount() - 1);
    last = new Position(newest.getInstant("time"), newest.getString("id"));
  }

  private Map<String, Known> labels(Dataset rows) {
    Column.OfInstant times = rows.instants("time");
    long before = query.labelledBefore().map(Micros::floor).orElse(LabelTable.FOREVER);
    return database.read(
        session ->
            LabelTable.read(
                session, project, times.micros(0), times.micros(rows.rowCount() - 1), before));
  }
}
