package dev.mlops.features;

import dev.mlops.data.Batches;
import dev.mlops.data.Column;
import dev.mlops.data.Dataset;
import dev.mlops.features.view.EventSource;
import dev.mlops.features.view.View;
import java.util.BitSet;
import java.util.List;

/** Rows that are looked at while they pass: what does not fit stops them. */
final class CheckedRows {

  private final EventSource source;
  private final List<View> views;
  private final Batches rows;
  private long withoutKey;

  CheckedRows(EventSource source, List<View> views, Batches rows) {
    this.source = source;
    this.views = views;
    this.rows = rows;
  }

  /** The columns that are kept, a batch after the other; to be iterated once. */
  Batches batches() {
    Dataset none = source.check(Dataset.empty(rows.schema()), views);
    return rows.map(none.schema(), this::passed);
  }

  /** How many rows lack a key of some view, and so match nothing in it. */
  long withoutKey() {
    return withoutKey;
  }

  private Dataset passed(Dataset batch) {
    Dataset kept = source.check(batch, views);
    BitSet without = new BitSet();
    for (View view : views) {
      view.entity().keys().forEach(key -> add(batch.column(key.name()), without));
    }
    withoutKey += without.cardinality();
    return kept;
  }

  private static void add(Column key, BitSet without) {
    for (int row = 0; key.nullCount() > 0 && row < key.size(); row++) {
      if (key.isNull(row)) {
        without.set(row);
      }
    }
  }
}
