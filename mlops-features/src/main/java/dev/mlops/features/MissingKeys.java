package dev.mlops.features;

import dev.mlops.data.Column;
import dev.mlops.data.Dataset;
import dev.mlops.features.view.View;
import java.util.BitSet;
import java.util.List;

/** Finds the rows that lack a key of some view, and so match nothing in it. */
final class MissingKeys {

  private MissingKeys() {}

  static long count(List<View> views, Dataset rows) {
    BitSet without = new BitSet();
    for (View view : views) {
      view.entity().keys().forEach(key -> add(rows.column(key.name()), without));
    }
    return without.cardinality();
  }

  private static void add(Column key, BitSet without) {
    for (int row = 0; key.nullCount() > 0 && row < key.size(); row++) {
      if (key.isNull(row)) {
        without.set(row);
      }
    }
  }
}
