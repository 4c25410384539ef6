package dev.mlops.predictions;

import static java.util.Objects.requireNonNull;

import dev.mlops.data.Batches;
import dev.mlops.data.Micros;
import dev.mlops.labels.Labels;
import dev.mlops.storage.Database;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/** The predictions of one project in a database, written by one thread behind a bounded queue. */
final class DatabasePredictionLog implements PredictionLog {
  private final Database database;
  private final String project;
  private final SegmentTable table;
  private final RecordWriter writer;
  private final Labels labels;
  private volatile boolean closed;

  private DatabasePredictionLog(
      Database database, String project, SegmentTable table, RecordWriter writer, Clock clock) {
    this.database = database;
    this.project = project;
    this.table = table;
    this.writer = writer;
    this.labels = new DatabaseLabels(database, project, table, clock, this::settle);
  }

  static PredictionLog open(
      Database database, String project, Clock clock, int capacity, Duration patience) {
    database.migrate("core", Database.class);
    SegmentTable table = new SegmentTable(project);
    table.create(database);
    RecordWriter writer =
        new RecordWriter(database, new SegmentWriter(project, table), capacity, patience);
    writer.start();
    return new DatabasePredictionLog(database, project, table, writer, clock);
  }

  @Override
  public boolean log(PredictionRecord prediction) {
    requireNonNull(prediction, "prediction");
    return writer.offer(prediction);
  }

  @Override
  public Labels labels() {
    return labels;
  }

  @Override
  public void flush() {
    refuseIfClosed();
    writer.flush();
  }

  @Override
  public Batches pages(PredictionQuery query) {
    requireNonNull(query, "query");
    settle();
    PageColumns columns = new SegmentPages(database, project, table, query, null).columns();
    return Batches.of(
        columns.schema(),
        () -> {
          settle();
          return new SegmentPages(database, project, table, query, columns);
        });
  }

  @Override
  public long count(PredictionQuery query) {
    settle();
    boolean byRow =
        query.version().isPresent()
            || query.variant().isPresent()
            || query.isLabelledOnly()
            || query.afterTime().isPresent();
    long from = query.from().map(Micros::floor).orElse(Long.MIN_VALUE);
    long to = query.to().map(time -> Micros.floor(time) - 1).orElse(Long.MAX_VALUE);
    List<Segment> segments =
        database.read(session -> table.list(session, query.model().orElse(null), from, to));
    boolean whole =
        segments.stream().allMatch(segment -> segment.first() >= from && segment.last() <= to);
    return byRow || !whole
        ? PredictionLog.super.count(query)
        : segments.stream().mapToLong(Segment::records).sum();
  }

  @Override
  public LogCounts counts() {
    return writer.counts();
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      writer.close();
    }
  }

  /** Waits for what was logged before; what the database does not take now is not waited for. */
  private void settle() {
    refuseIfClosed();
    writer.settle();
  }

  private void refuseIfClosed() {
    if (closed) {
      throw new IllegalStateException("the prediction log is closed; open the workspace again");
    }
  }

  @Override
  public String toString() {
    return "prediction log of project '" + project + "', " + database;
  }
}
