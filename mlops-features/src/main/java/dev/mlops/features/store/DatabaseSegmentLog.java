package dev.mlops.features.store;

import dev.mlops.Workspace;
import dev.mlops.data.Batches;
import dev.mlops.data.Digest;
import dev.mlops.data.Micros;
import dev.mlops.error.ConflictException;
import dev.mlops.error.NewerFormException;
import dev.mlops.error.NotFoundException;
import dev.mlops.error.Plural;
import dev.mlops.error.StorageException;
import dev.mlops.features.view.EventSource;
import dev.mlops.journal.Entry;
import dev.mlops.storage.Artifact;
import dev.mlops.storage.ArtifactPath;
import dev.mlops.storage.Names;
import dev.mlops.storage.ResultRow;
import dev.mlops.storage.Session;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The list of ingested segments, in the workspace's database; their rows are Arrow files among its
 * artifacts. The bytes are durable before one transaction makes them visible, with their place in
 * the order and their event in the journal: a crash leaves garbage or a segment, never half of one.
 */
final class DatabaseSegmentLog implements SegmentLog {

  /** The form in which rows are kept: one Arrow file a segment. */
  private static final long FORM = 1;

  private static final String COLUMNS =
      "SELECT sequence, source, form, batch, content, digest, row_count, ingested, backfill"
          + " FROM mlops_feature_segment WHERE project = ? AND source = ?";

  private static final String COUNTER =
      "SELECT last_sequence FROM mlops_feature_counter WHERE project = ?";

  /** Rows whose bytes are there, and which nobody sees yet. */
  private record Draft(
      EventSource source, @Nullable String batch, boolean backfill, Measured rows, Digest bytes) {}

  private final Workspace workspace;
  private final ArrowArtifacts files;
  private volatile boolean closed;

  DatabaseSegmentLog(Workspace workspace) {
    this.workspace = workspace;
    this.files = new ArrowArtifacts(workspace);
    workspace.database().migrate("features", SegmentLog.class);
    begin();
  }

  /** Makes the project's counter; another may make it at the same time, and then it is there. */
  private void begin() {
    if (workspace.database().read(this::counter).isEmpty()) {
      try {
        workspace
            .database()
            .transaction(
                session ->
                    session.update(
                        "INSERT INTO mlops_feature_counter (project, last_sequence) VALUES (?, 0)",
                        workspace.project()));
      } catch (ConflictException begun) {
        var unused = workspace.database().read(this::counter).orElseThrow(() -> begun);
      }
    }
  }

  private Optional<Long> counter(Session session) {
    return session.first(COUNTER, row -> row.number("last_sequence"), workspace.project());
  }

  @Override
  public Appended append(
      EventSource source, Batches rows, @Nullable String batch, boolean backfill) {
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(rows, "rows");
    refuseIfClosed();
    Measured measured = new Measured(rows, batch != null);
    if (batch != null) {
      Names.checked("batch", batch);
      if (find(source, batch).isPresent()) {
        measured.drain();
        return repeated(source, batch, backfill, measured);
      }
    }
    Digest bytes = files.stage(measured.batches());
    Draft draft = new Draft(source, batch, backfill, measured, bytes);
    try {
      return workspace.database().transaction(session -> insert(session, draft));
    } catch (ConflictException e) {
      if (batch == null || find(source, batch).isEmpty()) {
        throw e;
      }
      return repeated(source, batch, backfill, measured);
    }
  }

  @Override
  public List<Segment> read(EventSource source, long after, long upTo) {
    Objects.requireNonNull(source, "source");
    refuseIfClosed();
    return workspace
        .database()
        .read(
            session -> {
              refuseIfLost(session, after);
              return session.list(
                  COLUMNS + " AND sequence > ? AND sequence <= ? ORDER BY sequence",
                  this::segment,
                  workspace.project(),
                  source.name(),
                  after,
                  upTo);
            });
  }

  /** The ingestions of a project are numbered without gaps, so one that is missing shows. */
  private void refuseIfLost(Session session, long after) {
    long last = counter(session).orElse(0L);
    long there =
        session
            .first(
                "SELECT COUNT(*) AS there FROM mlops_feature_segment"
                    + " WHERE project = ? AND sequence > ? AND sequence <= ?",
                row -> row.number("there"),
                workspace.project(),
                after,
                last)
            .orElse(0L);
    long lost = Math.max(0, last - after) - there;
    if (lost != 0) {
      throw new StorageException(
          "the database has lost %s of project '%s' among those from %d to %d: it is damaged, or was changed by others; put back a copy of it"
              .formatted(Plural.of(lost, "ingestion"), workspace.project(), after + 1, last));
    }
  }

  @Override
  public long latest(EventSource source) {
    Objects.requireNonNull(source, "source");
    refuseIfClosed();
    return workspace
        .database()
        .read(
            session ->
                session.first(
                    "SELECT COALESCE(MAX(sequence), 0) AS latest FROM mlops_feature_segment"
                        + " WHERE project = ? AND source = ?",
                    row -> row.number("latest"),
                    workspace.project(),
                    source.name()))
        .orElse(0L);
  }

  @Override
  public void close() {
    closed = true;
  }

  private void refuseIfClosed() {
    if (closed) {
      throw new IllegalStateException("this segment log is closed");
    }
  }

  private long next(Session session) {
    long sequence =
        1
            + session
                .lock(COUNTER, row -> row.number("last_sequence"), workspace.project())
                .orElseThrow();
    session.update(
        "UPDATE mlops_feature_counter SET last_sequence = ? WHERE project = ?",
        sequence,
        workspace.project());
    return sequence;
  }

  private Appended insert(Session session, Draft draft) {
    long sequence = next(session);
    Instant now = workspace.clock().instant();
    String source = draft.source.name();
    Artifact file =
        workspace.artifacts().link(session, files.owner(), path(source, sequence), draft.bytes);
    session.update(
        "INSERT INTO mlops_feature_segment (sequence, project, source, form, batch,"
            + " content, digest, row_count, ingested, backfill)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        sequence,
        workspace.project(),
        source,
        FORM,
        draft.batch,
        draft.rows.content(),
        draft.bytes,
        draft.rows.count(),
        Micros.floor(now),
        draft.backfill);
    workspace.journal().append(session, entry(draft, sequence));
    return new Appended(
        new Segment(
            source,
            sequence,
            Micros.floor(now),
            draft.backfill,
            draft.rows.count(),
            draft.bytes,
            () -> files.open(file)),
        false);
  }

  private static Entry entry(Draft draft, long sequence) {
    return Entry.of("features.ingested")
        .about("source", draft.source.name())
        .subject("segment", draft.bytes)
        .subject("source", draft.source.digest())
        .detail("source", draft.source.name())
        .detail("sequence", Long.toString(sequence))
        .detail("rows", Long.toString(draft.rows.count()))
        .detail("backfill", Boolean.toString(draft.backfill));
  }

  private Appended repeated(EventSource source, String batch, boolean backfill, Measured given) {
    Kept kept = find(source, batch).orElseThrow();
    if (!kept.content.equals(given.content())) {
      throw new ConflictException(
          "batch '%s' of source '%s' is there with other rows: ingested %s with %s, given %s with %d"
              .formatted(
                  batch,
                  source.name(),
                  kept.content.brief(),
                  Plural.of(kept.segment.rowCount(), "row"),
                  Objects.requireNonNull(given.content()).brief(),
                  given.count()));
    }
    if (kept.segment.backfill() != backfill) {
      throw new ConflictException(
          "batch '%s' of source '%s' is there %s; ingest it again the same way, or under another id"
              .formatted(
                  batch,
                  source.name(),
                  backfill ? "as live rows, not as a backfill" : "as a backfill"));
    }
    return new Appended(kept.segment, true);
  }

  private record Kept(Segment segment, Digest content) {}

  private Optional<Kept> find(EventSource source, String batch) {
    return workspace
        .database()
        .read(
            session ->
                session.first(
                    COLUMNS + " AND batch = ?",
                    row -> new Kept(segment(row), row.digest("content")),
                    workspace.project(),
                    source.name(),
                    batch));
  }

  private Segment segment(ResultRow row) {
    long sequence = row.number("sequence");
    String source = row.text("source");
    NewerFormException.requireKnown(
        "segment " + sequence + " of source '" + source + "'", row.number("form"), FORM);
    return new Segment(
        source,
        sequence,
        row.number("ingested"),
        row.flag("backfill"),
        row.number("row_count"),
        row.digest("digest"),
        () -> files.open(file(source, sequence)));
  }

  private Artifact file(String source, long sequence) {
    try {
      return workspace.artifacts().get(files.owner(), path(source, sequence));
    } catch (NotFoundException lost) {
      throw new StorageException(
          "the database has lost the file of ingestion %d of source '%s': it is damaged, or was changed by others; put back a copy of it"
              .formatted(sequence, source),
          lost);
    }
  }

  private static ArtifactPath path(String source, long sequence) {
    return ArtifactPath.of("segments/" + source + "/" + sequence + ".arrow");
  }

  @Override
  public String toString() {
    return "segments of " + workspace + (closed ? ", closed" : "");
  }
}
