package dev.mlops.predictions;

import dev.mlops.data.Column;
import dev.mlops.data.Dataset;
import java.util.Arrays;
import java.util.Comparator;

/** The order of predictions: oldest first, those of one time by id. */
final class TimeOrder {
  private TimeOrder() {}

  static Dataset sorted(Dataset rows) {
    Dataset byTime = isByTime(rows) ? rows : rows.sortBy("time");
    return tiesById(byTime);
  }

  private static boolean isByTime(Dataset rows) {
    Column.OfInstant times = rows.instants("time");
    for (int row = 1; row < times.size(); row++) {
      if (times.micros(row) < times.micros(row - 1)) {
        return false;
      }
    }
    return true;
  }

  private static Dataset tiesById(Dataset rows) {
    Column.OfInstant times = rows.instants("time");
    Column.OfString ids = rows.strings("id");
    Integer[] order = new Integer[times.size()];
    Arrays.setAll(order, row -> row);
    boolean changed = false;
    for (int from = 0, to; from < order.length; from = to) {
      to = from + 1;
      while (to < order.length && times.micros(to) == times.micros(from)) {
        to++;
      }
      if (to - from > 1 && !isById(ids, from, to)) {
        Arrays.sort(order, from, to, Comparator.comparing(row -> String.valueOf(ids.get(row))));
        changed = true;
      }
    }
    return changed ? rows.take(Arrays.stream(order).mapToInt(Integer::intValue).toArray()) : rows;
  }

  private static boolean isById(Column.OfString ids, int from, int to) {
    for (int row = from + 1; row < to; row++) {
      if (String.valueOf(ids.get(row - 1)).compareTo(String.valueOf(ids.get(row))) > 0) {
        return false;
      }
    }
    return true;
  }

  /** Returns the first row of a sorted column whose time is not before one. */
  static int lowerBound(Column.OfInstant times, int from, long micros) {
    int low = from;
    int high = times.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (times.micros(middle) < micros) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
