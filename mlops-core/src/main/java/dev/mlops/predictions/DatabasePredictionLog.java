package dev.mlops.predictions;

import dev.mlops.data.Dataset;
import dev.mlops.error.InvalidInputException;
import dev.mlops.storage.Database;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** Predictions in a database, written by one thread behind a bounded queue. */
final class DatabasePredictionLog implements PredictionLog {
  private static final int LABELS_AT_ONCE = 1_000;

  private final Database database;
  private final RecordWriter writer;
  private final LongAdder revised = new LongAdder();
  private volatile boolean closed;

  private DatabasePredictionLog(Database database, RecordWriter writer) {
    this.database = database;
    this.writer = writer;
  }

  static PredictionLog open(Database database, int capacity, Duration patience) {
    if (capacity < 1) {
      throw new IllegalArgumentException("capacity must be at least 1 record: " + capacity);
    }
    if (patience.toMillis() < 1) {
      throw new IllegalArgumentException("patience must be at least a millisecond: " + patience);
    }
    database.migrate("core", Database.class);
    RecordWriter writer = new RecordWriter(database, capacity, patience);
    writer.start();
    return new DatabasePredictionLog(database, writer);
  }

  @Override
  public boolean log(PredictionRecord prediction) {
    return writer.offer(prediction);
  }

  @Override
  public void label(List<Label> labels) {
    refuseIfClosed();
    for (Label label : labels) {
      Refusal.of(label)
          .ifPresent(
              flaw -> {
                throw new InvalidInputException(flaw);
              });
    }
    for (int from = 0; from < labels.size(); from += LABELS_AT_ONCE) {
      List<Label> some = labels.subList(from, Math.min(from + LABELS_AT_ONCE, labels.size()));
      revised.add(database.transaction(session -> LabelTable.add(session, some)));
    }
  }

  @Override
  public void flush() {
    refuseIfClosed();
    writer.flush();
  }

  @Override
  public Dataset read(PredictionQuery query) {
    refuseIfClosed();
    return database.read(session -> PredictionTable.read(session, query));
  }

  @Override
  public LogCounts counts() {
    return writer.counts(revised.sum());
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      writer.close();
    }
  }

  private void refuseIfClosed() {
    if (closed) {
      throw new IllegalStateException("the prediction log is closed");
    }
  }
}
