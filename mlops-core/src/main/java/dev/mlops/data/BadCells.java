package dev.mlops.data;

import java.util.ArrayList;
import java.util.List;

/** Counts bad cells and keeps the first of them. */
final class BadCells {

  static final int DEFAULT_LIMIT = 1000;

  private final int limit;
  private final List<BadCell> kept = new ArrayList<>();
  private long count;
  private long rowsSetAside;

  BadCells(int limit) {
    this.limit = limit;
  }

  void add(BadCell cell) {
    count++;
    if (kept.size() < limit) {
      kept.add(cell);
    }
  }

  void setAside() {
    rowsSetAside++;
  }

  List<BadCell> kept() {
    return List.copyOf(kept);
  }

  long count() {
    return count;
  }

  long rowsSetAside() {
    return rowsSetAside;
  }
}
