package dev.mlops.parity;

import dev.mlops.data.Dataset;
import dev.mlops.data.Schema;
import java.util.Map;

/**
 * A table that Python recorded.
 *
 * @param values one row for each raw row
 * @param limits by column, where a number may lie apart
 */
record RecordedTable(Dataset values, Map<String, Limit> limits) {

  RecordedTable {
    limits = Map.copyOf(limits);
  }

  Schema schema() {
    return values.schema();
  }

  Limit limit(String column) {
    return limits.getOrDefault(column, Limit.EXACT);
  }
}
