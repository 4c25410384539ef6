package dev.mlops.features;

import dev.mlops.Workspace;
import dev.mlops.data.Dataset;
import dev.mlops.features.view.Definition;
import dev.mlops.features.view.EventSource;
import dev.mlops.features.view.FeatureService;
import dev.mlops.features.view.JoinedRows;
import dev.mlops.features.view.PartitionJoin;
import dev.mlops.features.view.ServicePlan;
import dev.mlops.features.view.View;
import dev.mlops.storage.Artifact;
import dev.mlops.storage.Names;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the rows of sources with both their times, joins them to labels for training, and answers
 * live requests from memory by the same code.
 *
 * <p>Definitions and the list of segments are in the workspace's database, the rows in Arrow files
 * among its artifacts. Live state is built from them when a reader is first asked for, and follows
 * what this store ingests; {@link #refresh()} follows what others ingested. Safe for use by many
 * threads.
 */
public final class FeatureStore implements AutoCloseable {

  private final DefinitionTable definitions;
  private final SegmentTable segments;
  private final SnapshotTable snapshots;
  private final Map<String, History> live = new HashMap<>();
  private final Object lock = new Object();

  private final Runnable release;
  private volatile boolean closed;

  private FeatureStore(Workspace workspace) {
    release = workspace.onCloseOnly("feature store", this);
    definitions = new DefinitionTable(workspace);
    segments = new SegmentTable(workspace);
    snapshots = new SnapshotTable(workspace);
  }

  /**
   * Opens the feature store of a workspace, creating its tables if they are not there.
   *
   * <p>A workspace has one at a time: two would each have live rows of their own, and could answer
   * one request in two ways.
   *
   * @param workspace the workspace, which stays the caller's to close; the store is closed with it
   * @return the store
   * @throws IllegalStateException if the workspace has an open feature store already
   */
  public static FeatureStore open(Workspace workspace) {
    workspace.database().migrate("features", FeatureStore.class);
    return new FeatureStore(workspace);
  }

  /**
   * Registers a service with its views and their sources. Registering an equal definition again
   * does nothing.
   *
   * @param service the service
   * @throws dev.mlops.error.ConflictException if one of them is registered with another definition;
   *     the message names each difference, and nothing is registered
   * @throws dev.mlops.error.InvalidInputException if a view wants of its source what the rows that
   *     are there do not have
   */
  public void register(FeatureService service) {
    refuseIfClosed();
    List<Definition> all = new ArrayList<>();
    service.views().forEach(view -> add(all, view));
    all.add(Definition.of(service));
    definitions.register(all);
  }

  /**
   * Registers a view with its source. Registering an equal definition again does nothing.
   *
   * <p>A view that is added later is made of the rows that are there: nothing is ingested again.
   *
   * @param view the view
   * @throws dev.mlops.error.ConflictException if it or its source is registered with another
   *     definition; the message names each difference
   * @throws dev.mlops.error.InvalidInputException if it wants of its source what the rows that are
   *     there do not have; the message names the columns
   */
  public void register(View view) {
    refuseIfClosed();
    List<Definition> all = new ArrayList<>();
    add(all, view);
    definitions.register(all);
  }

  /**
   * Registers a source, so that its rows can be kept before any view is thought of. Registering an
   * equal definition again does nothing.
   *
   * @param source the source
   * @throws dev.mlops.error.ConflictException if it is registered with another definition; the
   *     message names each difference
   */
  public void register(EventSource source) {
    refuseIfClosed();
    definitions.register(List.of(Definition.of(source)));
  }

  private void add(List<Definition> all, View view) {
    Definition source = Definition.of(view.source());
    if (!all.contains(source)) {
      all.add(source);
    }
    Definition definition = Definition.of(view);
    if (definitions.find(source).isPresent() && definitions.find(definition).isEmpty()) {
      segments.read(view.source(), 0).forEach(segment -> view.check(segment.rows()));
    }
    all.add(definition);
  }

  /**
   * Returns the registered definitions as text, a line for each property.
   *
   * @return by kind and name, such as {@code view origin}, in that order; unmodifiable
   */
  public Map<String, String> definitions() {
    return definitions.list();
  }

  /**
   * Stores rows of a source. On return they are durable, and live in every view of it: one segment,
   * one transaction, one event in the journal.
   *
   * <p>A row counts from the time at which it was known: the one that the source states, but never
   * before the row arrived here, by the workspace's clock. So a training set never holds what no
   * live answer could have held. For rows of the past that are loaded afterwards see {@link
   * #asBackfill}.
   *
   * @param source a registered source
   * @param rows rows with the columns of the source and of all its registered views, in any order,
   *     late ones welcome
   * @return the receipt
   * @throws dev.mlops.error.InvalidInputException if a column is missing, has another type, or has
   *     nulls where none may be; the message names every such column, and nothing is stored
   * @throws dev.mlops.error.NotFoundException if the source is not registered
   * @throws dev.mlops.error.ConflictException if it is registered with another definition
   */
  public Ingestion ingest(EventSource source, Dataset rows) {
    return ingest(source, rows, null, false);
  }

  /**
   * Stores rows of a source once, however often it is called with the same batch.
   *
   * @param source a registered source
   * @param rows as in {@link #ingest(EventSource, Dataset)}
   * @param batch the batch's id among those of the source
   * @return the receipt, of the first time if the batch is there already
   * @throws dev.mlops.error.InvalidInputException as {@link #ingest(EventSource, Dataset)} does
   * @throws dev.mlops.error.NotFoundException if the source is not registered
   * @throws dev.mlops.error.ConflictException if the source is registered with another definition,
   *     or the batch is there with other rows
   */
  public Ingestion ingest(EventSource source, Dataset rows, @Nullable String batch) {
    return ingest(source, rows, batch, false);
  }

  /**
   * Returns a way to load rows of the past afterwards: they count from the time at which the source
   * states they were known, although they arrived later. What a live answer held at that time is
   * not known then, so backfilled rows are counted: in the receipt, the journal, and the {@link
   * LeakReport} and {@link ParityReport} of what is made of them.
   *
   * <p>A source that states no knowledge time has none to take: its rows still count from their
   * arrival.
   *
   * @return the way in; it stores into this store
   */
  public Backfill asBackfill() {
    return new Backfill(this);
  }

  Ingestion ingest(EventSource source, Dataset rows, @Nullable String batch, boolean backfill) {
    refuseIfClosed();
    if (batch != null) {
      Names.checked("batch", batch);
    }
    definitions.require(Definition.of(source));
    List<View> views = definitions.views(source);
    Dataset checked = source.check(rows, views);
    synchronized (lock) {
      SegmentTable.Written written =
          segments.append(source, checked, MissingKeys.count(views, checked), batch, backfill);
      if (written.segment() != null) {
        follow(source, written.segment());
      }
      return written.receipt();
    }
  }

  /**
   * Starts the description of a training set.
   *
   * @param service a registered service
   * @return an empty description
   */
  public TrainingSet.Builder trainingSet(FeatureService service) {
    return new TrainingSet.Builder(this, Objects.requireNonNull(service, "service"));
  }

  /**
   * Returns a live reader, after loading the views' rows into memory if they are not there.
   *
   * @param service a registered service
   * @return the reader; it sees later ingestions of this store
   * @throws dev.mlops.error.NotFoundException if the service is not registered
   * @throws dev.mlops.error.ConflictException if it is registered with another definition
   */
  public FeatureReader online(FeatureService service) {
    refuseIfClosed();
    definitions.require(Definition.of(service));
    synchronized (lock) {
      liveHistories(service);
      return reader(service);
    }
  }

  /** Brings live state up to what other stores on the same workspace have ingested. */
  public void refresh() {
    refuseIfClosed();
    synchronized (lock) {
      live.values()
          .forEach(
              history -> history.add(segments.read(history.view().source(), history.sequence())));
    }
  }

  /**
   * Starts a proof that a service's features are the same in training and live.
   *
   * @param service a registered service
   * @return a proof that lacks the requests to compare
   */
  public ParityReport.Proof prove(FeatureService service) {
    return new ParityReport.Proof(this, Objects.requireNonNull(service, "service"));
  }

  /**
   * Saves a training set as an Arrow file among the workspace's artifacts, with its service, mode
   * and sequence in the journal. {@link #saved} reads it back.
   *
   * @param name the name to save it under
   * @param training the training set
   * @return the artifact
   * @throws dev.mlops.error.ConflictException if there is already one of that name
   */
  public Artifact save(String name, TrainingSet training) {
    refuseIfClosed();
    return snapshots.write(Names.checked("snapshot", name), training);
  }

  /**
   * Returns a training set that was saved with {@link #save}.
   *
   * @param name the name under which it was saved
   * @return the dataset, with the digest it had when it was saved
   * @throws dev.mlops.error.NotFoundException if there is no such snapshot; the message lists those
   *     there are
   */
  public Dataset saved(String name) {
    refuseIfClosed();
    return snapshots.read(name);
  }

  /**
   * Returns the sequence of the last ingestion.
   *
   * @return the sequence; 0 if there was none
   */
  public long sequence() {
    return segments.sequence();
  }

  TrainingSet train(
      FeatureService service, Dataset labels, String time, TrainingSet.Mode mode, OptionalLong at) {
    refuseIfClosed();
    definitions.require(Definition.of(service));
    long sequence = at.isPresent() ? segments.checkSequence(at.getAsLong()) : segments.sequence();
    PartitionJoin join = new PartitionJoin(service, time, mode == TrainingSet.Mode.AS_KNOWN);
    StoredRows stored = storedRows(service, sequence);
    JoinedRows joined = join.join(labels, stored::of);
    LeakReport leaks =
        new LeakReport(
            labels.rowCount(),
            joined.changedRows(),
            joined.changed(),
            stored.rows(),
            stored.backfilled());
    return new TrainingSet(service, mode, sequence, joined, leaks);
  }

  ParityReport compare(FeatureService service, Dataset labels, String time) {
    refuseIfClosed();
    definitions.require(Definition.of(service));
    synchronized (lock) {
      requireOpen(service);
      long sequence = segments.sequence();
      StoredRows stored = storedRows(service, sequence);
      return new ParityCheck(reader(service), labels, time)
          .run(stored::of, sequence, stored.behind(live), stored.backfilled());
    }
  }

  private FeatureReader reader(FeatureService service) {
    Map<View, History> histories = new HashMap<>();
    service.views().forEach(view -> histories.put(view, history(view)));
    return new FeatureReader(this, new ServicePlan(service), histories);
  }

  private History history(View view) {
    return Objects.requireNonNull(live.get(view.name()));
  }

  /** The live rows are as the readers see them: a measurement must not mend what it measures. */
  private void requireOpen(FeatureService service) {
    if (service.views().stream().anyMatch(view -> !live.containsKey(view.name()))) {
      throw new IllegalStateException(
          "this store has no live reader of service '"
              + service.name()
              + "', so there is nothing to prove; open one with online(service)");
    }
  }

  private StoredRows storedRows(FeatureService service, long sequence) {
    Map<String, List<Segment>> rows = new HashMap<>();
    for (View view : service.views()) {
      rows.computeIfAbsent(view.source().name(), name -> segments.read(view.source(), 0, sequence));
    }
    return new StoredRows(service.views(), rows);
  }

  private void liveHistories(FeatureService service) {
    service.views().forEach(view -> live.computeIfAbsent(view.name(), name -> new History(view)));
    refresh();
  }

  /** Closes the store and its readers; calling it again does nothing. The workspace stays open. */
  @Override
  public void close() {
    closed = true;
    release.run();
    synchronized (lock) {
      live.clear();
    }
  }

  void refuseIfClosed() {
    if (closed) {
      throw new IllegalStateException("this feature store is closed; open it again");
    }
  }

  private void follow(EventSource source, Segment written) {
    for (History history : live.values()) {
      if (history.view().source().equals(source)) {
        history.add(segments.read(source, history.sequence(), written.sequence() - 1));
        history.add(List.of(written));
      }
    }
  }
}
