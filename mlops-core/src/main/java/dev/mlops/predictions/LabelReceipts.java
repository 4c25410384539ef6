package dev.mlops.predictions;

import dev.mlops.data.Column;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Digest;
import dev.mlops.data.Field;
import dev.mlops.data.Micros;
import dev.mlops.data.Schema;
import dev.mlops.error.ConflictException;
import dev.mlops.labels.Label;
import dev.mlops.labels.LabelReceipt;
import dev.mlops.predictions.IdIndex.Place;
import dev.mlops.predictions.LabelHistory.Kind;
import dev.mlops.predictions.LabelHistory.Predicted;
import dev.mlops.predictions.LabelTable.Known;
import dev.mlops.storage.ResultRow;
import dev.mlops.storage.Session;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Stores labels together with the receipt under which they were added. */
final class LabelReceipts {
  private static final Schema LIST =
      Schema.of(
          Field.of("receipt", DataType.STRING),
          Field.of("prediction_id", DataType.STRING),
          Field.of("model", DataType.STRING).orNull(),
          Field.of("predicted", DataType.INSTANT).orNull(),
          Field.of("time", DataType.INSTANT),
          Field.of("label", DataType.FLOAT64).orNull(),
          Field.of("label_text", DataType.STRING).orNull(),
          Field.of("kind", DataType.STRING));

  /** How many receipts are read at a time; each can have many labels. */
  private static final int PAGE = 20;

  private final String project;
  private final SegmentTable table;
  private final String writer;
  private final IdIndex index = new IdIndex();

  /** A receipt and its labels, in the order in which they were given. */
  record Added(long position, LabelReceipt receipt, List<Label> labels) {}

  /**
   * Stores labels of a project.
   *
   * @param writer tells the receipts that are added here from those of others
   */
  LabelReceipts(String project, SegmentTable table, String writer) {
    this.project = project;
    this.table = table;
    this.writer = writer;
  }

  LabelReceipt add(Session session, String name, Instant now, List<Label> labels) {
    table.lock(session);
    Digest digest = digest(labels);
    Optional<LabelReceipt> before = find(session, name, digest);
    if (before.isPresent()) {
      return before.get();
    }
    long receipt =
        session.insert(
            "INSERT INTO mlops_label_receipt (project, name, received, digest, writer) VALUES (?, ?, ?, ?, ?)",
            project,
            name,
            now,
            digest,
            writer);
    List<String> ids = labels.stream().map(Label::predictionId).distinct().toList();
    LabelHistory history = LabelHistory.read(session, project, ids);
    locate(session, ids, history);
    Summary summary = new Summary();
    List<@Nullable Object[]> entries = new ArrayList<>();
    for (Label label : labels) {
      Known known = LabelTable.known(label, Micros.floor(label.time()));
      Kind kind = history.add(label.predictionId(), known);
      Predicted place = history.predictedOrNull(label.predictionId());
      summary.add(kind, place == null ? label.predictionId() : null);
      entries.add(entry(receipt, entries.size(), label.predictionId(), known, kind, place));
    }
    history.write(session);
    session.batch(
        "INSERT INTO mlops_label_entry (receipt, place, project, prediction_id, time, number, text, kind, waited,"
            + " predicted, model) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        entries);
    return summary.receipt(name, now, false);
  }

  private @Nullable Object[] entry(
      long receipt, int at, String id, Known known, Kind kind, @Nullable Predicted place) {
    return new @Nullable Object[] {
      receipt,
      at,
      project,
      id,
      known.time(),
      known.number(),
      known.text(),
      kind.text(),
      place == null,
      place == null ? null : place.micros(),
      place == null ? null : place.model()
    };
  }

  /** Finds the predictions that had no label before, the newest first. */
  private void locate(Session session, List<String> ids, LabelHistory history) {
    Set<String> unknown =
        ids.stream().filter(id -> !history.isPredicted(id)).collect(Collectors.toSet());
    if (unknown.isEmpty()) {
      return;
    }
    Map<String, Place> found =
        index.find(session, table.newestFirst(session), unknown, IdIndex.sortedHashes(unknown));
    found.forEach(
        (id, place) ->
            history.predicted(id, new Predicted(place.micros(), place.segment().model())));
  }

  private Optional<LabelReceipt> find(Session session, String name, Digest digest) {
    return session
        .first(
            "SELECT id, received, digest FROM mlops_label_receipt WHERE project = ? AND name = ?",
            row -> new Stored(row.number("id"), row.instant("received"), row.digest("digest")),
            project,
            name)
        .map(
            stored -> {
              if (!stored.digest.equals(digest)) {
                throw new ConflictException(
                    "other labels were added under the receipt '"
                        + name
                        + "' at "
                        + stored.received
                        + "; add these under another one");
              }
              return summary(session, stored.id).receipt(name, stored.received, true);
            });
  }

  private record Stored(long id, Instant received, Digest digest) {}

  long position(Session session) {
    return session
        .first(
            "SELECT COALESCE(MAX(id), 0) AS last FROM mlops_label_receipt WHERE project = ?",
            row -> row.number("last"),
            project)
        .orElse(0L);
  }

  /** Some receipts of others between two positions, in order. */
  List<Added> ofOthers(Session session, long after, long upTo) {
    record Row(long id, String name, Instant received) {}
    List<Row> rows =
        session.list(
            "SELECT id, name, received FROM mlops_label_receipt WHERE project = ?"
                + " AND id > ? AND id <= ? AND writer <> ? ORDER BY id LIMIT "
                + PAGE,
            row -> new Row(row.number("id"), row.text("name"), row.instant("received")),
            project,
            after,
            upTo,
            writer);
    return rows.stream()
        .map(
            row ->
                new Added(
                    row.id,
                    summary(session, row.id).receipt(row.name, row.received, false),
                    labels(session, row.id)))
        .toList();
  }

  private static List<Label> labels(Session session, long receipt) {
    return session.list(
        "SELECT prediction_id, time, number, text FROM mlops_label_entry WHERE receipt = ? ORDER BY place",
        row -> {
          String text = row.textOrNull("text");
          return text == null
              ? Label.of(row.text("prediction_id"), row.instant("time"), row.real("number"))
              : Label.of(row.text("prediction_id"), row.instant("time"), text);
        },
        receipt);
  }

  private static Summary summary(Session session, long receipt) {
    Summary summary = new Summary();
    session.each(
        "SELECT prediction_id, kind, waited FROM mlops_label_entry WHERE receipt = ? ORDER BY place",
        row -> summary.add(kind(row), row.flag("waited") ? row.text("prediction_id") : null),
        receipt);
    return summary;
  }

  private static Kind kind(ResultRow row) {
    return row.parsed("kind", kind -> Kind.valueOf(kind.toUpperCase(Locale.ROOT)));
  }

  /**
   * With the version of its form, as a digest is compared with those that earlier releases kept.
   */
  private static Digest digest(List<Label> labels) {
    StringBuilder text = new StringBuilder("dev.mlops labels 1\n");
    for (Label label : labels) {
      // NUL is in no id and no text, so that nothing runs into what is beside it.
      text.append(label.predictionId())
          .append('\0')
          .append(Micros.floor(label.time()))
          .append('\0');
      Object value = LabelTable.known(label, 0).value();
      text.append(value instanceof Double ? 'n' : 't').append(value).append('\0');
    }
    return Digest.of(text.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static final class Summary {
    private final Set<String> waiting = new LinkedHashSet<>();
    private final Map<Kind, Long> kinds = new EnumMap<>(Kind.class);

    void add(Kind kind, @Nullable String waits) {
      kinds.merge(kind, 1L, Long::sum);
      if (waits != null) {
        waiting.add(waits);
      }
    }

    LabelReceipt receipt(String name, Instant received, boolean again) {
      return new LabelReceipt(
          name,
          received,
          kinds.values().stream().mapToLong(Long::longValue).sum(),
          kinds.getOrDefault(Kind.FIRST, 0L),
          kinds.getOrDefault(Kind.REPEATED, 0L),
          kinds.getOrDefault(Kind.CORRECTED, 0L),
          List.copyOf(waiting),
          again);
    }
  }

  /** Lists labels by their time, the last excluded, in the order in which they were added. */
  Dataset list(Session session, long from, long to) {
    List<List<@Nullable Object>> columns = new ArrayList<>();
    LIST.fields().forEach(field -> columns.add(new ArrayList<>()));
    session.each(
        "SELECT r.name, e.prediction_id, e.model, e.predicted, e.time, e.number, e.text, e.kind FROM mlops_label_entry e"
            + " JOIN mlops_label_receipt r ON r.id = e.receipt WHERE e.project = ? AND e.time >= ? AND e.time < ?"
            + " ORDER BY e.receipt, e.place",
        row -> {
          columns.get(0).add(row.text("name"));
          columns.get(1).add(row.text("prediction_id"));
          columns.get(2).add(row.textOrNull("model"));
          columns.get(3).add(row.instantOrNull("predicted"));
          columns.get(4).add(row.instant("time"));
          columns.get(5).add(row.realOrNull("number"));
          columns.get(6).add(row.textOrNull("text"));
          columns.get(7).add(row.text("kind"));
        },
        project,
        from,
        to);
    List<Column> built = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      built.add(Column.of(LIST.fields().get(i).dataType(), columns.get(i)));
    }
    return Dataset.of(LIST, built);
  }
}
