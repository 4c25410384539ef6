package dev.mlops.tracking;

import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What each run of a group has; a run is named by its place. */
final class RunBase {

  /** The end of a run that goes on. */
  static final long NONE = Long.MIN_VALUE;

  private final long[] ids;
  private final long[] starts;
  private final long[] ends;
  private final TextColumn parents;
  private final BitSet deleted;

  RunBase(long[] ids, long[] starts, long[] ends, TextColumn parents, BitSet deleted) {
    this.ids = ids;
    this.starts = starts;
    this.ends = ends;
    this.parents = parents;
    this.deleted = deleted;
  }

  /**
   * One run of those that become a group.
   *
   * @param id its key in the database
   * @param start microseconds since 1970
   * @param end the same, or {@link #NONE}
   * @param parent the id of the run above it; null if it is not nested
   * @param deleted whether it was deleted, other than with its experiment
   */
  record Row(long id, long start, long end, @Nullable String parent, boolean deleted) {}

  static RunBase of(List<Row> rows) {
    TextColumn.Builder parents = new TextColumn.Builder(rows.size());
    BitSet deleted = new BitSet();
    for (int i = 0; i < rows.size(); i++) {
      deleted.set(i, rows.get(i).deleted());
      String parent = rows.get(i).parent();
      if (parent != null) {
        parents.put(i, parent);
      }
    }
    return new RunBase(
        rows.stream().mapToLong(Row::id).toArray(),
        rows.stream().mapToLong(Row::start).toArray(),
        rows.stream().mapToLong(Row::end).toArray(),
        parents.build(),
        deleted);
  }

  int size() {
    return ids.length;
  }

  long id(int run) {
    return ids[run];
  }

  long start(int run) {
    return starts[run];
  }

  /** When it ended, or {@link #NONE}. */
  long end(int run) {
    return ends[run];
  }

  boolean deleted(int run) {
    return deleted.get(run);
  }

  TextColumn parents() {
    return parents;
  }
}
