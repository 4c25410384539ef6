package dev.mlops.features;

import dev.mlops.Workspace;
import dev.mlops.data.Column;
import dev.mlops.data.Dataset;
import dev.mlops.data.Digest;
import dev.mlops.data.Field;
import dev.mlops.data.Micros;
import dev.mlops.error.ConflictException;
import dev.mlops.error.NotFoundException;
import dev.mlops.features.timeline.Keys;
import dev.mlops.features.view.View;
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

  private static final String COLUMNS =
      "SELECT sequence, view_name, batch, content, digest, row_count, without_key, ingested,"
          + " backfill FROM mlops_feature_segment WHERE project = ? AND view_name = ?";

  /** A receipt, and the segment unless the batch was there already. */
  record Written(Ingestion receipt, @Nullable Segment segment) {}

  private record Draft(
      View view,
      Digest definition,
      @Nullable String batch,
      boolean backfill,
      Dataset rows,
      Digest content) {}

  private record Place(long sequence, long ingested, boolean backfill, Artifact artifact) {}

  private final Workspace workspace;

  SegmentTable(Workspace workspace) {
    this.workspace = workspace;
  }

  Written append(
      View view, Digest definition, Dataset rows, @Nullable String batch, boolean backfill) {
    Draft draft = new Draft(view, definition, batch, backfill, rows, rows.digest());
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

  /** The segments of a view after one sequence and up to another, in order. */
  List<Segment> read(View view, long after, long upTo) {
    List<Place> places =
        workspace
            .database()
            .read(
                session ->
                    session.list(
                        COLUMNS + " AND sequence > ? AND sequence <= ? ORDER BY sequence",
                        this::place,
                        workspace.project(),
                        view.name(),
                        after,
                        upTo));
    return places.stream().map(this::segment).toList();
  }

  List<Segment> read(View view, long after) {
    return read(view, after, Long.MAX_VALUE);
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
    View view = draft.view;
    Dataset rows = draft.rows;
    long withoutKey = withoutKey(view, rows);
    workspace.artifacts().link(session, owner(), path(view.name(), sequence), bytes);
    session.update(
        "INSERT INTO mlops_feature_segment (sequence, project, view_name, view_digest, batch,"
            + " content, digest, row_count, without_key, ingested, backfill)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        sequence,
        workspace.project(),
        view.name(),
        draft.definition,
        draft.batch,
        draft.content,
        bytes,
        (long) rows.rowCount(),
        withoutKey,
        Micros.floor(now),
        draft.backfill);
    workspace.journal().append(session, entry(draft, bytes, sequence));
    return new Written(
        new Ingestion(
            view.name(), sequence, bytes, rows.rowCount(), withoutKey, draft.backfill, false),
        new Segment(sequence, Micros.floor(now), draft.backfill, rows));
  }

  private static Entry entry(Draft draft, Digest bytes, long sequence) {
    return Entry.of("features.ingested")
        .subject("segment", bytes)
        .subject("view", draft.definition)
        .detail("view", draft.view.name())
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
                    draft.view.name(),
                    draft.batch));
  }

  private static Written repeated(Draft draft, ResultRow row) {
    if (!row.digest("content").equals(draft.content)) {
      throw new ConflictException(
          "batch '"
              + draft.batch
              + "' of view '"
              + draft.view.name()
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
          "batch '%s' of view '%s' is there %s; ingest it again the same way, or under another id"
              .formatted(
                  draft.batch,
                  draft.view.name(),
                  draft.backfill ? "as live rows, not as a backfill" : "as a backfill"));
    }
    return new Written(
        new Ingestion(
            row.text("view_name"),
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
    long ingested = row.number("ingested");
    ArtifactPath path = path(row.text("view_name"), sequence);
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

  private static ArtifactPath path(String view, long sequence) {
    return ArtifactPath.of("segments/" + view + "/" + sequence + ".arrow");
  }

  private static long sequence(Session session) {
    return session
        .first(
            "SELECT last_sequence FROM mlops_feature_counter WHERE id = 1",
            row -> row.number("last_sequence"))
        .orElseThrow();
  }

  private static long withoutKey(View view, Dataset rows) {
    Column[] keys =
        view.entity().keys().stream().map(Field::name).map(rows::column).toArray(Column[]::new);
    long without = 0;
    for (int row = 0; row < rows.rowCount(); row++) {
      without += Keys.at(keys, row) == null ? 1 : 0;
    }
    return without;
  }
}
