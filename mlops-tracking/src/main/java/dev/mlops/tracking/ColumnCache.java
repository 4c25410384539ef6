package dev.mlops.tracking;

import dev.mlops.tracking.Condition.MetricValue;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The columns that were read last, of blocks that never change, so that none of them is ever out of
 * date. What was used longest ago is forgotten first. Safe for use by many threads.
 */
final class ColumnCache {

  private static final int ENTRY_BYTES = 200;

  private final long limit;
  private final Map<Key, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  /**
   * Names a column.
   *
   * @param kind what it is of: one of the table's kinds
   * @param name the metric's, param's or tag's
   */
  record Key(long block, String kind, String name) {}

  private record Entry(Object column, long bytes) {}

  /**
   * Makes an empty cache.
   *
   * @param limit how many bytes it may take, about
   */
  ColumnCache(long limit) {
    this.limit = limit;
  }

  RunBase base(Key key, Supplier<RunBase> reader) {
    return get(key, reader, base -> 24L * base.size() + base.parents().bytes());
  }

  TextColumn texts(Key key, Supplier<TextColumn> reader) {
    return get(key, reader, TextColumn::bytes);
  }

  /** The values of a metric by {@link MetricValue}; empty if no run of the block has it. */
  Optional<List<NumberColumn>> numbers(Key key, Supplier<Optional<List<NumberColumn>>> reader) {
    return get(
        key,
        reader,
        columns -> columns.stream().flatMap(List::stream).mapToLong(one -> 8L * one.size()).sum());
  }

  /** How a column's bytes are counted. */
  @FunctionalInterface
  private interface Weight<T> {
    long of(T column);
  }

  @SuppressWarnings("unchecked")
  private <T> T get(Key key, Supplier<T> reader, Weight<T> weight) {
    synchronized (this) {
      Entry known = entries.get(key);
      if (known != null) {
        return (T) known.column();
      }
    }
    T column = reader.get();
    put(key, new Entry(column, ENTRY_BYTES + weight.of(column)));
    return column;
  }

  private synchronized void put(Key key, Entry entry) {
    Entry before = entries.put(key, entry);
    bytes += entry.bytes() - (before == null ? 0 : before.bytes());
    Iterator<Entry> oldest = entries.values().iterator();
    while (bytes > limit && entries.size() > 1) {
      bytes -= oldest.next().bytes();
      oldest.remove();
    }
  }

  synchronized long bytes() {
    return bytes;
  }
}
