package dev.mlops.data;

import dev.mlops.error.InvalidInputException;
import dev.mlops.error.Plural;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Counts bad cells, keeps the first of them, and tells of each. */
final class BadCells {

  static final int DEFAULT_LIMIT = 1000;

  private static final int SHOWN = 3;

  private final int limit;
  private final Consumer<? super BadCell> listener;
  private final List<BadCell> kept = new ArrayList<>();
  private long count;
  private long rowsSetAside;

  BadCells(int limit) {
    this(limit, cell -> {});
  }

  BadCells(int limit, Consumer<? super BadCell> listener) {
    this.limit = limit;
    this.listener = listener;
  }

  void add(BadCell cell) {
    count++;
    if (kept.size() < limit) {
      kept.add(cell);
    }
    listener.accept(cell);
  }

  /** Throws if anything was bad; the message has the first few that were kept. */
  void refuse() {
    if (count > 0) {
      String first =
          kept.stream().limit(SHOWN).map(BadCell::toString).collect(Collectors.joining("; "));
      String more = count > SHOWN ? "; ..." : "";
      throw new InvalidInputException(
          Plural.of(count, "bad cell")
              + ", "
              + Plural.of(rowsSetAside, "row")
              + " set aside: "
              + first
              + more);
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
