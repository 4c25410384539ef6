package dev.mlops.predictions;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.data.Dataset;
import dev.mlops.data.Digest;
import dev.mlops.data.Schema;
import dev.mlops.error.ConflictException;
import dev.mlops.error.Plural;
import dev.mlops.error.StorageException;
import dev.mlops.storage.Database;
import dev.mlops.storage.ResultRow;
import dev.mlops.storage.Session;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The segments of one project as rows. Safe for use by many threads. */
final class SegmentTable {
  private static final Logger LOG = LoggerFactory.getLogger(PredictionLog.class);
  private static final int PART = 1_048_576;
  private static final int HASHES = -1;
  private static final String COLUMNS = "SELECT id, model, first_at, last_at, records, shape";

  private final String project;
  private final Map<Long, Shape> shapes = new ConcurrentHashMap<>();

  SegmentTable(String project) {
    this.project = project;
  }

  /** Makes the row that writers of the project lock. */
  void create(Database database) {
    try {
      database.transaction(
          session ->
              session.update(
                  "INSERT INTO mlops_prediction_project (project) SELECT ? WHERE NOT EXISTS"
                      + " (SELECT * FROM mlops_prediction_project WHERE project = ?)",
                  project,
                  project));
    } catch (ConflictException another) {
      LOG.debug("another process has made the row of project '{}'", project, another);
    }
  }

  /** Has writers of predictions and labels of the project go one by one, in all processes. */
  void lock(Session session) {
    session.lock(
        "SELECT project FROM mlops_prediction_project WHERE project = ?",
        row -> row.text("project"),
        project);
  }

  /**
   * Writes a segment.
   *
   * @param records sorted by time and id
   * @param hashes of their ids, rising
   * @param writer who writes, with {@code batch} to tell what was committed
   */
  @CanIgnoreReturnValue
  Packing insert(
      Session session, String model, Dataset records, long[] hashes, String writer, long batch) {
    long shape = shape(session, Shape.of(records.schema()));
    long first = records.instants("time").micros(0);
    long last = records.instants("time").micros(records.rowCount() - 1);
    byte[] packed = Packed.records(records);
    long id =
        session.insert(
            "INSERT INTO mlops_prediction_segment (project, model, first_at, last_at, records, shape, form, writer, batch)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            project,
            model,
            first,
            last,
            records.rowCount(),
            shape,
            Packed.FORM,
            writer,
            batch);
    List<@Nullable Object[]> parts = new ArrayList<>();
    for (int from = 0; from < packed.length; from += PART) {
      parts.add(part(id, parts.size(), packed, from));
    }
    byte[] packedHashes = Packed.hashes(hashes);
    for (int from = 0; from < packedHashes.length; from += PART) {
      parts.add(part(id, HASHES - from / PART, packedHashes, from));
    }
    session.batch(
        "INSERT INTO mlops_prediction_part (segment, part, packed) VALUES (?, ?, ?)", parts);
    Segment segment = new Segment(id, model, first, last, records.rowCount(), shape);
    return new Packing(segment, packed.length);
  }

  /** Where records went, and how many bytes they took. */
  record Packing(Segment segment, int bytes) {}

  private static @Nullable Object[] part(long segment, int part, byte[] bytes, int from) {
    return new Object[] {
      segment, part, Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + PART))
    };
  }

  /** Deletes segments whose records have gone into another; throws if one is gone already. */
  void delete(Session session, List<Long> segments) {
    for (long segment : segments) {
      session.update("DELETE FROM mlops_prediction_part WHERE segment = ?", segment);
      if (session.update("DELETE FROM mlops_prediction_segment WHERE id = ?", segment) != 1) {
        throw new StorageException("segment " + segment + " of the prediction log is gone");
      }
    }
  }

  /** Tells whether a batch of a writer, or a later one, is committed. */
  boolean isCommitted(Session session, String writer, long batch) {
    return session
        .first(
            "SELECT id FROM mlops_prediction_segment WHERE project = ? AND writer = ? AND batch >= ?",
            row -> row.number("id"),
            project,
            writer,
            batch)
        .isPresent();
  }

  private long shape(Session session, Shape shape) {
    for (Map.Entry<Long, Shape> known : shapes.entrySet()) {
      if (known.getValue().schema().equals(shape.schema())) {
        return known.getKey();
      }
    }
    String json = shape.schema().toJson();
    Digest digest = Digest.of(json.getBytes(StandardCharsets.UTF_8));
    Optional<Long> stored =
        session.first(
            "SELECT id FROM mlops_prediction_columns WHERE project = ? AND digest = ?",
            row -> row.number("id"),
            project,
            digest);
    return stored.orElseGet(
        () ->
            session.insert(
                "INSERT INTO mlops_prediction_columns (project, digest, columns_json) VALUES (?, ?, ?)",
                project,
                digest,
                json));
  }

  /** Returns the shape that holds the records of all these segments. */
  Shape shape(Session session, List<Segment> segments) {
    Shape all = Shape.NONE;
    for (long id : segments.stream().map(Segment::shape).distinct().sorted().toList()) {
      Shape shape = shapes.get(id);
      if (shape == null) {
        shape = readShape(session, id);
        shapes.put(id, shape);
      }
      all = all.and(shape);
    }
    return all;
  }

  private static Shape readShape(Session session, long id) {
    Schema columns =
        session
            .first(
                "SELECT columns_json FROM mlops_prediction_columns WHERE id = ?",
                row -> row.parsed("columns_json", Schema::fromJson),
                id)
            .orElseThrow();
    return Shape.of(columns);
  }

  /** Lists segments with records of a stretch of time, both ends included, by their first time. */
  List<Segment> list(Session session, @Nullable String model, long from, long to) {
    List<@Nullable Object> arguments = new ArrayList<>(List.of(project, from, to));
    if (model != null) {
      arguments.add(model);
    }
    return session.list(
        COLUMNS
            + " FROM mlops_prediction_segment WHERE project = ? AND last_at >= ? AND first_at <= ?"
            + (model == null ? "" : " AND model = ?")
            + " ORDER BY first_at, id",
        SegmentTable::segment,
        arguments.toArray());
  }

  /** Lists all segments, those with the newest records first. */
  List<Segment> newestFirst(Session session) {
    return session.list(
        COLUMNS + " FROM mlops_prediction_segment WHERE project = ? ORDER BY last_at DESC, id DESC",
        SegmentTable::segment,
        project);
  }

  private static Segment segment(ResultRow row) {
    return new Segment(
        row.number("id"),
        row.text("model"),
        row.number("first_at"),
        row.number("last_at"),
        row.number("records"),
        row.number("shape"));
  }

  /** Reads the records of a segment; empty if they have gone into another meanwhile. */
  static Optional<Dataset> records(Session session, Segment segment) {
    byte[] packed =
        joined(
            session.list(
                "SELECT packed FROM mlops_prediction_part WHERE segment = ? AND part >= 0 ORDER BY part",
                row -> row.bytes("packed"),
                segment.id()));
    if (packed.length == 0) {
      return Optional.empty();
    }
    Dataset records = Packed.records(segment.name(), packed);
    requireWhole(segment, records);
    return Optional.of(records);
  }

  private static void requireWhole(Segment segment, Dataset records) {
    if (records.rowCount() != segment.records()
        || !new HashSet<>(records.schema().fields()).containsAll(Shape.COMMON)) {
      throw Packed.damaged(
          segment.name(),
          "it should have "
              + Plural.of(segment.records(), "record")
              + ", and has "
              + records.rowCount()
              + " of "
              + records.schema(),
          null);
    }
  }

  /** Reads the hashes of a segment's ids; none if the segment has gone meanwhile. */
  static long[] hashes(Session session, Segment segment) {
    byte[] packed =
        joined(
            session.list(
                "SELECT packed FROM mlops_prediction_part WHERE segment = ? AND part < 0 ORDER BY part DESC",
                row -> row.bytes("packed"),
                segment.id()));
    return packed.length == 0 ? new long[0] : Packed.hashes(segment.name(), packed);
  }

  private static byte[] joined(List<byte[]> parts) {
    if (parts.size() == 1) {
      return parts.get(0);
    }
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    parts.forEach(joined::writeBytes);
    return joined.toByteArray();
  }
}
