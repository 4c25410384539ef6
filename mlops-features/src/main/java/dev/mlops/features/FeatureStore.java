package dev.mlops.features;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.Workspace;
import dev.mlops.data.Batches;
import dev.mlops.data.Dataset;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.NotFoundException;
import dev.mlops.error.Once;
import dev.mlops.error.StorageException;
import dev.mlops.features.store.Appended;
import dev.mlops.features.store.Segment;
import dev.mlops.features.store.SegmentLog;
import dev.mlops.features.store.TimelineStore;
import dev.mlops.features.timeline.Spans;
import dev.mlops.features.view.Definition;
import dev.mlops.features.view.EventSource;
import dev.mlops.features.view.FeatureService;
import dev.mlops.features.view.JoinedRows;
import dev.mlops.features.view.PartitionJoin;
import dev.mlops.features.view.ServicePlan;
import dev.mlops.features.view.View;
import dev.mlops.predictions.PredictionLog;
import dev.mlops.predictions.PredictionQuery;
import dev.mlops.storage.Artifact;
import dev.mlops.storage.Names;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the rows of sources with both their times, joins them to labels for training, and answers
 * live requests from memory by the same code.
 *
 * <p>Definitions are in the workspace's database, rows in a {@link SegmentLog}, live timelines in a
 * {@link TimelineStore}. Live state is built from the log when a reader is first asked for, and
 * follows what this store ingests; {@link #refresh()} and {@link Builder#follow} follow what others
 * ingested. Safe for use by many threads.
 */
public final class FeatureStore implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(FeatureStore.class);

  /** Fewer rows take less than a fifth of a second to read anew. */
  private static final long WORTH_A_CHECKPOINT = 100_000;

  private final DefinitionTable definitions;
  private final SnapshotTable snapshots;
  private final LiveRows live;
  private final PredictionLog predictions;
  private final String title;
  private final Runnable release;
  private final List<AutoCloseable> own = new ArrayList<>();
  private volatile boolean closed;

  private FeatureStore(Builder builder) {
    Workspace workspace = builder.workspace;
    workspace.database().migrate("features", FeatureStore.class);
    title = "feature store of project '" + workspace.project() + "'";
    release = workspace.onCloseOnly("feature store", this);
    definitions = new DefinitionTable(workspace);
    snapshots = new SnapshotTable(workspace);
    predictions = workspace.predictions();
    live =
        new LiveRows(
            builder.log == null ? owned(SegmentLog.of(workspace)) : builder.log,
            builder.timelines == null ? owned(TimelineStore.inMemory()) : builder.timelines,
            new CheckpointTable(workspace));
    if (builder.follow != null) {
      owned(new Follower(live::refresh, builder.follow)).start();
    }
  }

  private <T extends AutoCloseable> T owned(T part) {
    own.add(0, part);
    return part;
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
    return builder(workspace).open();
  }

  /**
   * Starts to describe a feature store with other parts than the default ones.
   *
   * @param workspace the workspace, which stays the caller's to close; the store is closed with it
   * @return a description without options
   */
  public static Builder builder(Workspace workspace) {
    return new Builder(workspace);
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
    Objects.requireNonNull(service, "service");
    refuseIfClosed();
    List<Definition> all = new ArrayList<>();
    if (service.features().isEmpty()) {
      throw new InvalidInputException(
          "service '"
              + service.name()
              + "' has no feature; name its views in FeatureService.of(...), or include or derive one");
    }
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
    Objects.requireNonNull(view, "view");
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
    Objects.requireNonNull(source, "source");
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
      for (Segment segment : live.log().read(view.source(), 0, Long.MAX_VALUE)) {
        try (Batches rows = segment.open()) {
          rows.forEach(view::check);
        }
      }
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
  @CanIgnoreReturnValue
  public Ingestion ingest(EventSource source, Dataset rows) {
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(rows, "rows");
    return ingest(source, Batches.of(rows), null, false);
  }

  /**
   * Stores rows of a source once, however often it is called with the same batch.
   *
   * @param source a registered source
   * @param rows as in {@link #ingest(EventSource, Dataset)}
   * @param batch the batch's id among those of the source, or null for none
   * @return the receipt, of the first time if the batch is there already
   * @throws dev.mlops.error.InvalidInputException as {@link #ingest(EventSource, Dataset)} does
   * @throws dev.mlops.error.NotFoundException if the source is not registered
   * @throws dev.mlops.error.ConflictException if the source is registered with another definition,
   *     or the batch is there with other rows
   */
  @CanIgnoreReturnValue
  public Ingestion ingest(EventSource source, Dataset rows, @Nullable String batch) {
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(rows, "rows");
    return ingest(source, Batches.of(rows), batch, false);
  }

  /**
   * Stores rows of a source that come in batches as one segment, however many they are: one batch
   * is in memory at a time. All of them are stored, or none.
   *
   * @param source a registered source
   * @param rows as in {@link #ingest(EventSource, Dataset)}; iterated once
   * @param batch the id of all these rows among those of the source, or null for none; how they are
   *     cut into batches makes no difference
   * @return the receipt, of the first time if the rows are there already
   * @throws dev.mlops.error.InvalidInputException as {@link #ingest(EventSource, Dataset)} does
   * @throws dev.mlops.error.NotFoundException if the source is not registered
   * @throws dev.mlops.error.ConflictException if the source is registered with another definition,
   *     or the id is there with other rows
   */
  @CanIgnoreReturnValue
  public Ingestion ingest(EventSource source, Batches rows, @Nullable String batch) {
    Objects.requireNonNull(source, "source");
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

  @CanIgnoreReturnValue
  Ingestion ingest(EventSource source, Batches rows, @Nullable String batch, boolean backfill) {
    refuseIfClosed();
    if (batch != null) {
      Names.checked("batch", batch);
    }
    definitions.require(Definition.of(source));
    CheckedRows checked = new CheckedRows(source, definitions.views(source), rows);
    Appended appended = live.append(source, checked.batches(), batch, backfill);
    Segment segment = appended.segment();
    return new Ingestion(
        source.name(),
        segment.sequence(),
        segment.digest(),
        segment.rowCount(),
        checked.withoutKey(),
        segment.backfill(),
        appended.repeated());
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
    Objects.requireNonNull(service, "service");
    refuseIfClosed();
    definitions.require(Definition.of(service));
    live.open(service.views());
    return new FeatureReader(this, live, new ServicePlan(service));
  }

  /** Brings live state up to what other stores on the same workspace have ingested. */
  public void refresh() {
    refuseIfClosed();
    live.refresh();
  }

  /**
   * Saves the live rows of this store's readers, so that the next opening reads only what was
   * ingested since, and not all rows there ever were. {@link #close} does it by itself if 100,000
   * rows or more came since the last time. A process that runs for long and may be killed should
   * call it now and then.
   *
   * @throws StorageException if it cannot be saved; the live rows are as they were
   */
  public void checkpoint() {
    refuseIfClosed();
    live.checkpoint(1);
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
  @CanIgnoreReturnValue
  public Artifact save(String name, TrainingSet training) {
    Objects.requireNonNull(training, "training");
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
    refuseIfClosed();
    return definitions.sources().stream().mapToLong(live.log()::latest).max().orElse(0);
  }

  TrainingSet train(
      FeatureService service, Dataset labels, String time, TrainingSet.Mode mode, OptionalLong at) {
    refuseIfClosed();
    definitions.require(Definition.of(service));
    long sequence = at.isPresent() ? checked(at.getAsLong()) : live.latest(service.views());
    PartitionJoin join = new PartitionJoin(service, time, mode == TrainingSet.Mode.AS_KNOWN);
    StoredRows stored = new StoredRows(live.log(), service.views(), sequence);
    JoinedRows joined = join.join(labels, stored::of);
    LeakReport leaks =
        new LeakReport(
            labels.rowCount(),
            joined.changedRows(),
            joined.changed(),
            stored.count(),
            stored.backfilled());
    return new TrainingSet(service, mode, sequence, joined, leaks);
  }

  private long checked(long sequence) {
    long latest = sequence();
    if (sequence < 0 || sequence > latest) {
      throw new NotFoundException(
          "the %s has no ingestion %d; the latest is %d".formatted(title, sequence, latest));
    }
    return sequence;
  }

  ParityReport compare(FeatureService service, Dataset labels, String time) {
    refuseIfClosed();
    definitions.require(Definition.of(service));
    if (!live.isOpen(service.views())) {
      throw new IllegalStateException(
          "this store has no live reader of service '"
              + service.name()
              + "', so there is nothing to prove; open one with online(service)");
    }
    // Nothing is ingested meanwhile: a measurement must not mend what it measures.
    return live.measured(() -> measure(service, labels, time));
  }

  ServedReport served(FeatureService service, PredictionQuery query, Duration within) {
    refuseIfClosed();
    definitions.require(Definition.of(service));
    return new ServedCheck(service, live.log(), within).run(query);
  }

  PredictionLog predictions() {
    return predictions;
  }

  private ParityReport measure(FeatureService service, Dataset labels, String time) {
    long sequence = live.latest(service.views());
    StoredRows stored = new StoredRows(live.log(), service.views(), sequence);
    FeatureReader reader = new FeatureReader(this, live, new ServicePlan(service));
    return new ParityCheck(reader, labels, time)
        .run(stored::of, sequence, live.behind(service.views()), stored.backfilled());
  }

  /**
   * Closes the store and its readers; calling it again does nothing. The workspace stays open.
   * Before, {@link #checkpoint()} is done if it is worth it; if it fails, the next opening reads
   * all rows, and a warning says why.
   */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    try {
      live.checkpoint(WORTH_A_CHECKPOINT);
    } catch (RuntimeException e) {
      // Whatever it is, the rows are all in the log, and the store has to close.
      LOG.warn("{}: cannot save the live rows; the next opening reads all rows", this, e);
    }
    closed = true;
    release.run();
    for (AutoCloseable part : own) {
      closed(part);
    }
  }

  private static void closed(AutoCloseable part) {
    try {
      part.close();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new StorageException("cannot close the feature store: " + e.getMessage(), e);
    }
  }

  void refuseIfClosed() {
    if (closed) {
      throw new IllegalStateException("this feature store is closed; open it again");
    }
  }

  @Override
  public String toString() {
    return title + (closed ? ", closed" : "");
  }

  /** The parts of a feature store; each may be chosen once. Not thread-safe. */
  public static final class Builder {

    private final Workspace workspace;
    private @Nullable SegmentLog log;
    private @Nullable TimelineStore timelines;
    private @Nullable Duration follow;

    private Builder(Workspace workspace) {
      this.workspace = Objects.requireNonNull(workspace, "workspace");
    }

    /**
     * Keeps ingested rows elsewhere. The default is {@link SegmentLog#of} the workspace.
     *
     * @param log the log, which stays the caller's to close
     * @return this builder
     * @throws IllegalStateException if it is already set
     */
    public Builder log(SegmentLog log) {
      Once.refuse("log", this.log);
      this.log = Objects.requireNonNull(log, "log");
      return this;
    }

    /**
     * Keeps live timelines elsewhere, or for another time. The default is {@link
     * TimelineStore#inMemory()}, which answers for the last day.
     *
     * @param timelines the store, which stays the caller's to close
     * @return this builder
     * @throws IllegalStateException if it is already set
     */
    public Builder timelines(TimelineStore timelines) {
      Once.refuse("timelines", this.timelines);
      this.timelines = Objects.requireNonNull(timelines, "timelines");
      return this;
    }

    /**
     * Looks for what other processes ingested, again and again. The default is to look only when
     * {@link FeatureStore#refresh} is called or this store ingests.
     *
     * @param every how long to wait between two looks; positive, at most 100,000 days
     * @return this builder
     * @throws IllegalStateException if it is already set
     */
    public Builder follow(Duration every) {
      Objects.requireNonNull(every, "every");
      Once.refuse("follow", this.follow);
      Spans.checkSpan("follow", every);
      this.follow = every;
      return this;
    }

    /**
     * Opens the store.
     *
     * @return the store
     * @throws IllegalStateException if the workspace has an open feature store already
     */
    public FeatureStore open() {
      return new FeatureStore(this);
    }
  }
}
