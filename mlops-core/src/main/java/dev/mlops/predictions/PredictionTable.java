package dev.mlops.predictions;

import dev.mlops.data.Column;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.storage.Session;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Predictions as rows. */
final class PredictionTable {
  private static final String INSERT =
      "INSERT INTO mlops_prediction (id, model, version, variant, time, entity, features, features_digest, score, output,"
          + " latency, trace, outcome) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

  private static final Schema LOG =
      Schema.of(
          Field.of("id", DataType.STRING),
          Field.of("model", DataType.STRING),
          Field.of("version", DataType.STRING),
          Field.of("variant", DataType.STRING),
          Field.of("time", DataType.INSTANT),
          Field.of("entity", DataType.STRING).orNull(),
          Field.of("score", DataType.FLOAT64),
          Field.of("latency_us", DataType.INT64),
          Field.of("outcome", DataType.STRING),
          Field.of("label", DataType.FLOAT64).orNull(),
          Field.of("label_time", DataType.INSTANT).orNull());

  private PredictionTable() {}

  /** A record as the database takes it; making it asks the record's values what they are. */
  record Row(String id, List<@Nullable Object> values) {}

  static void insert(Session session, List<Row> rows) {
    session.batch(INSERT, rows.stream().map(row -> row.values().toArray()).toList());
  }

  static Row row(PredictionRecord record) {
    return new Row(
        record.id(),
        Arrays.asList(
            record.id(),
            record.model(),
            record.version(),
            record.variant(),
            record.time(),
            record.entity(),
            FeatureText.write(record.features()),
            record.featuresDigest(),
            record.score(),
            FeatureText.write(record.output()),
            TimeUnit.NANOSECONDS.toMicros(record.latency().toNanos()),
            record.trace(),
            record.outcome()));
  }

  /** Returns the rows whose ids are neither in the table nor earlier in the list. */
  static List<Row> absent(Session session, List<Row> rows) {
    Set<String> seen = new HashSet<>(present(session, rows));
    return rows.stream().filter(row -> seen.add(row.id())).toList();
  }

  private static List<String> present(Session session, List<Row> rows) {
    String places = String.join(", ", Collections.nCopies(rows.size(), "?"));
    return session.list(
        "SELECT id FROM mlops_prediction WHERE id IN (" + places + ")",
        row -> row.text("id"),
        rows.stream().map(Row::id).toArray());
  }

  static Dataset read(Session session, PredictionQuery query) {
    List<@Nullable Object> arguments = new ArrayList<>();
    String sql =
        "SELECT p.id, p.model, p.version, p.variant, p.time, p.entity, p.score, p.latency AS latency_us, p.outcome,"
            + " l.label, l.time AS label_time"
            + (query.features() ? ", p.features" : "")
            + " FROM mlops_prediction p"
            + (query.labelledOnly() ? "" : " LEFT")
            + " JOIN mlops_label l ON l.prediction_id = p.id AND l.time < ? AND l.until >= ?"
            + where(query, arguments)
            + " ORDER BY p.time, p.id LIMIT "
            + query.limit();
    return typed(session.query(sql, arguments.toArray()), query);
  }

  private static String where(PredictionQuery query, List<@Nullable Object> arguments) {
    List<String> conditions = new ArrayList<>();
    Object known =
        query.labelledBefore() == null ? (Object) LabelTable.FOREVER : query.labelledBefore();
    arguments.add(known);
    arguments.add(known);
    add(conditions, arguments, "p.model = ?", query.model());
    add(conditions, arguments, "p.version = ?", query.version());
    add(conditions, arguments, "p.variant = ?", query.variant());
    add(conditions, arguments, "p.time >= ?", query.from());
    add(conditions, arguments, "p.time < ?", query.to());
    if (query.afterTime() != null) {
      conditions.add("(p.time > ? OR (p.time = ? AND p.id > ?))");
      arguments.addAll(
          List.of(query.afterTime(), query.afterTime(), String.valueOf(query.afterId())));
    }
    return conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions);
  }

  private static void add(
      List<String> conditions,
      List<@Nullable Object> arguments,
      String condition,
      @Nullable Object argument) {
    if (argument != null) {
      conditions.add(condition);
      arguments.add(argument);
    }
  }

  private static Dataset typed(Dataset rows, PredictionQuery query) {
    List<Column> columns = new ArrayList<>();
    for (Field field : LOG.fields()) {
      columns.add(
          field.type().equals(DataType.INSTANT)
              ? times(rows.longs(field.name()))
              : rows.column(field.name()));
    }
    Dataset log = Dataset.of(LOG, columns);
    return query.features()
        ? FeatureColumns.add(log, rows.strings("features"), query.featurePrefix())
        : log;
  }

  private static Column times(Column.OfLong micros) {
    long[] values = new long[micros.size()];
    BitSet present = new BitSet();
    for (int row = 0; row < values.length; row++) {
      if (!micros.isNull(row)) {
        values[row] = micros.get(row);
        present.set(row);
      }
    }
    return Column.instantsOfMicros(values, present);
  }
}
