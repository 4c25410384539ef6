package dev.mlops.predictions;

import dev.mlops.data.Dataset;
import dev.mlops.data.Micros;
import dev.mlops.error.Elements;
import dev.mlops.error.InvalidInputException;
import dev.mlops.labels.Label;
import dev.mlops.labels.LabelListener;
import dev.mlops.labels.LabelReceipt;
import dev.mlops.labels.Labels;
import dev.mlops.storage.Database;
import dev.mlops.storage.Names;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The labels of one project in a database. */
final class DatabaseLabels implements Labels {
  private static final Logger LOG = LoggerFactory.getLogger(Labels.class);

  private final Database database;
  private final LabelReceipts receipts;
  private final Clock clock;
  private final Runnable whenUsed;
  private final List<LabelListener> listeners = new CopyOnWriteArrayList<>();

  /**
   * Makes the labels of a project.
   *
   * @param whenUsed writes the predictions that were logged before, and throws if the log is closed
   */
  DatabaseLabels(
      Database database, String project, SegmentTable table, Clock clock, Runnable whenUsed) {
    this.database = database;
    this.receipts = new LabelReceipts(project, table, UUID.randomUUID().toString());
    this.clock = clock;
    this.whenUsed = whenUsed;
  }

  @Override
  public LabelReceipt add(String receipt, List<? extends Label> labels) {
    Objects.requireNonNull(receipt, "receipt");
    List<Label> given = Elements.copy(labels, "labels");
    Names.checked("receipt", receipt);
    for (Label label : given) {
      Refusal.of(label)
          .ifPresent(
              flaw -> {
                throw new InvalidInputException(flaw);
              });
    }
    whenUsed.run();
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    LabelReceipt stored =
        database.transaction(session -> receipts.add(session, receipt, now, given));
    if (!stored.again() && !given.isEmpty()) {
      listeners.forEach(listener -> tell(listener, given, stored));
    }
    return stored;
  }

  private static void tell(LabelListener listener, List<Label> labels, LabelReceipt receipt) {
    try {
      listener.added(labels, receipt);
    } catch (Throwable e) {
      LOG.warn(
          "{} failed on the labels of receipt '{}'; they are stored, and others hear of them",
          listener,
          receipt.id(),
          e);
    }
  }

  @Override
  public Runnable subscribe(LabelListener listener) {
    Objects.requireNonNull(listener, "listener");
    // An object of its own, so that a listener may subscribe twice, and end one subscription.
    LabelListener own = (labels, receipt) -> listener.added(labels, receipt);
    listeners.add(own);
    return () -> listeners.remove(own);
  }

  @Override
  public long position() {
    return database.read(receipts::position);
  }

  @Override
  public long hearOthers(long position, LabelListener listener) {
    Objects.requireNonNull(listener, "listener");
    long end = Math.max(position, position()); // nothing will appear before it any more
    long told = position;
    List<LabelReceipts.Added> page;
    do {
      long after = told;
      page = database.read(session -> receipts.ofOthers(session, after, end));
      for (LabelReceipts.Added added : page) {
        if (!added.labels().isEmpty()) {
          tell(listener, added.labels(), added.receipt());
        }
        told = added.position();
      }
    } while (!page.isEmpty());
    return end;
  }

  @Override
  public Dataset list(Instant from, Instant to) {
    Objects.requireNonNull(from, "from");
    Objects.requireNonNull(to, "to");
    whenUsed.run();
    long least = Micros.floor(from);
    long greatest = Micros.floor(to);
    return database.read(session -> receipts.list(session, least, greatest));
  }

  @Override
  public String toString() {
    return "labels in " + database;
  }
}
