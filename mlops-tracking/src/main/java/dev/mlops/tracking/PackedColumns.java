package dev.mlops.tracking;

import dev.mlops.storage.Session;
import dev.mlops.tracking.Condition.MetricValue;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The columns of one block of runs that have ended, read one by one when they are asked for. A
 * block that was dissolved meanwhile has no runs.
 */
final class PackedColumns implements RunColumns {

  static final String BASE = "base";
  static final String METRIC = "metric";

  private final Session session;
  private final ColumnCache cache;
  private final long block;
  private final Map<List<Object>, Object> read = new HashMap<>();

  PackedColumns(Session session, ColumnCache cache, long block) {
    this.session = session;
    this.cache = cache;
    this.block = block;
  }

  @Override
  public RunBase base() {
    return (RunBase)
        read.computeIfAbsent(
            List.of(BASE),
            kind ->
                cache.base(
                    key(BASE, ""),
                    () ->
                        stored(BASE, "")
                            .map(ColumnCodec::unpackBase)
                            .orElseGet(() -> RunBase.of(List.of()))));
  }

  @Override
  public NumberColumn metric(String name, MetricValue which) {
    int runs = base().size();
    return (NumberColumn)
        read.computeIfAbsent(
            List.of(METRIC, name, which),
            asked ->
                cache
                    .numbers(
                        key(METRIC, name),
                        () -> stored(METRIC, name).map(ColumnCodec::unpackNumbers))
                    .map(all -> all.get(Math.min(which.place, all.size() - 1)))
                    .orElseGet(() -> new NumberColumn(NumberColumn.empty(runs))));
  }

  @Override
  public TextColumn text(Condition.Source source, String name) {
    return texts(source.word, name);
  }

  @Override
  public TextColumn attribute(Condition.Attribute attribute) {
    return texts(attribute.column, "");
  }

  private TextColumn texts(String kind, String name) {
    int runs = base().size();
    return (TextColumn)
        read.computeIfAbsent(
            List.of(kind, name),
            asked ->
                cache.texts(
                    key(kind, name),
                    () ->
                        stored(kind, name)
                            .map(ColumnCodec::unpackTexts)
                            .orElseGet(() -> new TextColumn.Builder(runs).build())));
  }

  private ColumnCache.Key key(String kind, String name) {
    return new ColumnCache.Key(block, kind, name);
  }

  private Optional<byte[]> stored(String kind, String name) {
    return session.first(
        "SELECT packed FROM mlops_run_columns WHERE block = ? AND kind = ? AND name = ?",
        row -> row.bytes("packed"),
        block,
        kind,
        name);
  }
}
