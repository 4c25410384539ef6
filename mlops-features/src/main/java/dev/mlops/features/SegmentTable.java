package dev.mlops.features;

import dev.mlops.Workspace;
import dev.mlops.data.Dataset;
import dev.mlops.data.Digest;
import dev.mlops.data.Micros;
import dev.mlops.error.ConflictException;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.NotFoundException;
import dev.mlops.features.view.EventSource;
import dev.mlops.journal.Entry;
import dev.mlops.storage.Artifact;
import dev.mlops.storage.ArtifactPath;
import dev.mlops.storage.ResultRow;
import dev.mlops.storage.Session;
import java.io.ByteArrayInputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The list of ingested segments, in the workspace's database; their rows are Arrow files among its
 * artifacts. The bytes are durable before one transaction makes them visible, with their place in
 * the order and their event in the journal: a crash leaves garbage or a segment, never half of one.
 */
final class SegmentTable {

  /** The form in which rows are kept: one Arrow file a segment. */
  private static final long FORM = 1;

  private static final String COLUMNS =
      "SELECT sequence, source, form, batch, content, digest, row_count, without_key, ingested,"
          + " backfill FROM mlops_feature_segment WHERE project = ? AND source = ?";

  /** A receipt, and the segment unless the batch was there already. */
  record Written(Ingestion receipt, @Nullable Segment segment) {}

  private record Draft(
      EventSource source,
      @Nullable String batch,
      boolean backfill,
      Dataset rows,
      long withoutKey,
      Digest content) {}

  private record Place(long sequence, long ingested, boolean backfill, Artifact artifact) {}

  private final Workspace workspace;

  SegmentTable(Workspace workspace) {
    this.workspace = workspace;
  }

  Written append(
      EventSource source, Dataset rows, long withoutKey, @Nullable String batch, boolean backfill) {
    Draft draft = new Draft(source, batch, backfill, rows, withoutKey, rows.digest());
    Optional<Written> before = repeated(draft);
    if (before.isPresent()) {
      return before.get();
    }
    Digest bytes = workspace.artifacts().stage(new ByteArrayInputStream(Arrow.bytes(rows)));
    try {
      return workspace.database().transaction(session -> insert(session, draft, bytes));
    } catch (ConflictException e) {
      return repeated(draft).orElseThrow(() -> e);
    }
  }

  /** The segments of a source after one sequence and up to another, in order. */
  List<Segment> read(EventSource source, long after, long upTo) {
    List<Place> places =
        workspace
            .database()
            .read(
                session ->
                    session.list(
                        COLUMNS + " AND sequence > ? AND sequence <= ? ORDER BY sequence",
                        this::place,
                        workspace.project(),
                        source.name(),
                        after,
                        upTo));
    return places.stream().map(this::segment).toList();
  }

  List<Segment> read(EventSource source, long after) {
    return read(source, after, Long.MAX_VALUE);
  }

  long sequence() {
    return workspace.database().read(SegmentTable::sequence);
  }

  long checkSequence(long wanted) {
    long latest = sequence();
    if (wanted < 0 || wanted > latest) {
      throw new NotFoundException("no ingestion " + wanted + "; the latest is " + latest);
    }
    return wanted;
  }

  private Written insert(Session session, Draft draft, Digest bytes) {
    session.update(
        "UPDATE mlops_feature_counter SET last_sequence = last_sequence + 1 WHERE id = 1");
    long sequence = sequence(session);
    Instant now = workspace.clock().instant();
    EventSource source = draft.source;
    Dataset rows = draft.rows;
    workspace.artifacts().link(session, owner(), path(source.name(), sequence), bytes);
    session.update(
        "INSERT INTO mlops_feature_segment (sequence, project, source, form, batch,"
            + " content, digest, row_count, without_key, ingested, backfill)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        sequence,
        workspace.project(),
        source.name(),
        FORM,
        draft.batch,
        draft.content,
        bytes,
        (long) rows.rowCount(),
        draft.withoutKey,
        Micros.floor(now),
        draft.backfill);
    workspace.journal().append(session, entry(draft, bytes, sequence));
    return new Written(
        new Ingestion(
            source.name(),
            sequence,
            bytes,
            rows.rowCount(),
            draft.withoutKey,
            draft.backfill,
            false),
        new Segment(sequence, Micros.floor(now), draft.backfill, rows));
  }

  private static Entry entry(Draft draft, Digest bytes, long sequence) {
    return Entry.of("features.ingested")
        .subject("segment", bytes)
        .subject("source", draft.source.digest())
        .detail("source", draft.source.name())
        .detail("sequence", Long.toString(sequence))
        .detail("rows", Integer.toString(draft.rows.rowCount()))
        .detail("backfill", Boolean.toString(draft.backfill));
  }

  private Optional<Written> repeated(Draft draft) {
    if (draft.batch == null) {
      return Optional.empty();
    }
    return workspace
        .database()
        .read(
            session ->
                session.first(
                    COLUMNS + " AND batch = ?",
                    row -> repeated(draft, row),
                    workspace.project(),
                    draft.source.name(),
                    draft.batch));
  }

  private static Written repeated(Draft draft, ResultRow row) {
    if (!row.digest("content").equals(draft.content)) {
      throw new ConflictException(
          "batch '"
              + draft.batch
              + "' of source '"
              + draft.source.name()
              + "' is there with other rows: ingested "
              + row.digest("content").brief()
              + " with "
              + row.number("row_count")
              + " rows, given "
              + draft.content.brief()
              + " with "
              + draft.rows.rowCount());
    }
    if (row.flag("backfill") != draft.backfill) {
      throw new ConflictException(
          "batch '%s' of source '%s' is there %s; ingest it again the same way, or under another id"
              .formatted(
                  draft.batch,
                  draft.source.name(),
                  draft.backfill ? "as live rows, not as a backfill" : "as a backfill"));
    }
    return new Written(
        new Ingestion(
            row.text("source"),
            row.number("sequence"),
            row.digest("digest"),
            row.number("row_count"),
            row.number("without_key"),
            row.flag("backfill"),
            true),
        null);
  }

  private Place place(ResultRow row) {
    long sequence = row.number("sequence");
    if (row.number("form") != FORM) {
      throw new InvalidInputException(
          "segment %d of source '%s' is kept in form %d, and this version reads form %d only; use the version that wrote it, or a later one"
              .formatted(sequence, row.text("source"), row.number("form"), FORM));
    }
    long ingested = row.number("ingested");
    ArtifactPath path = path(row.text("source"), sequence);
    return new Place(
        sequence,
        ingested,
        row.flag("backfill"),
        new Artifact(owner(), path, row.digest("digest"), 0, Micros.instant(ingested)));
  }

  private Segment segment(Place place) {
    return new Segment(
        place.sequence, place.ingested, place.backfill, Arrow.read(workspace, place.artifact));
  }

  private String owner() {
    return Arrow.owner(workspace);
  }

  private static ArtifactPath path(String source, long sequence) {
    return ArtifactPath.of("segments/" + source + "/" + sequence + ".arrow");
  }

  private static long sequence(Session session) {
    return session
        .first(
            "SELECT last_sequence FROM mlops_feature_counter WHERE id = 1",
            row -> row.number("last_sequence"))
        .orElseThrow();
  }
}
