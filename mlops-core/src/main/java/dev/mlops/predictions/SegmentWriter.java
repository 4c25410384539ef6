package dev.mlops.predictions;

import dev.mlops.data.Dataset;
import dev.mlops.storage.Session;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Packs records into segments. Used by one thread.
 *
 * <p>A segment of each flush alone would be a segment of a few records where traffic is low. So the
 * newest segments of a model stay in memory until they are full, and the next records are written
 * together with those that have fewer than twice as many, in the transaction that deletes these: as
 * in a binary counter, a record is written anew some thirteen times at most, and of segments that
 * are not full there are no more than that.
 */
final class SegmentWriter {
  /** How many records a segment has at most. */
  static final int FULL = 8_192;

  private static final int FULL_BYTES = 1 << 20;
  private static final long MOST_CELLS = 1 << 20;
  private static final long MOST_CHARACTERS = 1 << 22;
  private static final int MOST_MODELS = 64;
  private static final Comparator<ReadRecord> BY_TIME =
      Comparator.comparingLong(ReadRecord::micros).thenComparing(ReadRecord::id);

  private final String project;
  private final SegmentTable table;
  private final IdIndex index = new IdIndex();
  private final String writer = UUID.randomUUID().toString();
  private final Map<String, Deque<Tail>> tails = new LinkedHashMap<>();

  SegmentWriter(String project, SegmentTable table) {
    this.project = project;
    this.table = table;
  }

  /** A segment that is not full. */
  private static final class Tail {
    final Segment segment;
    final Dataset records;
    final long[] hashes;

    Tail(Segment segment, Dataset records, long[] hashes) {
      this.segment = segment;
      this.records = records;
      this.hashes = hashes;
    }
  }

  /**
   * What a transaction would do, or did.
   *
   * @param conflicts the ids that other predictions have
   * @param committed takes note of it once it is committed
   */
  record Outcome(int written, int duplicates, List<String> conflicts, Runnable committed) {}

  /** Tells whether a batch is committed although the database could not say so. */
  boolean isCommitted(Session session, long batch) {
    return table.isCommitted(session, writer, batch);
  }

  /** Forgets its segments that are not full, if it may be wrong about them. */
  void forgetTails(boolean unsure) {
    if (unsure) {
      tails.clear();
    }
  }

  /**
   * Writes the records that are not stored yet.
   *
   * @param batch numbers the attempts of this writer
   */
  Outcome append(Session session, List<ReadRecord> records, long batch) {
    table.lock(session);
    Novelty novelty = Novelty.of(session, table, index, records);
    Map<String, List<ReadRecord>> byModel = new LinkedHashMap<>();
    for (ReadRecord read : novelty.fresh()) {
      byModel.computeIfAbsent(read.record().model(), absent -> new ArrayList<>()).add(read);
    }
    Change change = new Change(session, batch);
    byModel.forEach(change::write);
    LabelTable.attach(session, project, novelty.fresh());
    return new Outcome(
        novelty.fresh().size(), novelty.duplicates(), novelty.conflicts(), change::committed);
  }

  /** Writes one record as a segment of its own, for an attempt that is rolled back. */
  void probe(Session session, ReadRecord record) {
    table.lock(session);
    Dataset records = RecordColumns.of(List.of(record));
    table.insert(session, record.record().model(), records, new long[] {record.hash()}, writer, 0);
  }

  /** What one transaction changes. */
  private final class Change {
    private final Session session;
    private final long batch;
    private final Map<String, Deque<Tail>> after = new HashMap<>();
    private final Map<Segment, long[]> written = new LinkedHashMap<>();
    private final Set<Segment> merged = new HashSet<>();

    Change(Session session, long batch) {
      this.session = session;
      this.batch = batch;
    }

    void write(String model, List<ReadRecord> records) {
      records.sort(BY_TIME);
      for (List<ReadRecord> some : cut(records)) {
        write(model, RecordColumns.of(some), hashes(some));
      }
    }

    private void write(String model, Dataset records, long[] hashes) {
      Deque<Tail> tail =
          after.computeIfAbsent(
              model, absent -> new ArrayDeque<>(tails.getOrDefault(model, new ArrayDeque<>())));
      Dataset all = records;
      long[] allHashes = hashes;
      List<Long> gone = new ArrayList<>();
      for (Tail last = tail.peekLast(); fits(last, all); last = tail.peekLast()) {
        all = together(last.records, all);
        allHashes = together(last.hashes, allHashes);
        gone.add(last.segment.id());
        merged.add(last.segment);
        tail.removeLast();
      }
      table.delete(session, gone);
      SegmentTable.Packing packing = table.insert(session, model, all, allHashes, writer, batch);
      written.put(packing.segment(), allHashes);
      if (all.rowCount() >= FULL / 2 || packing.bytes() >= FULL_BYTES / 2) {
        tail.clear();
      } else {
        tail.addLast(new Tail(packing.segment(), all, allHashes));
      }
    }

    private static boolean fits(@Nullable Tail last, Dataset more) {
      return last != null
          && last.records.rowCount() < 2L * more.rowCount()
          && last.records.rowCount() + more.rowCount() <= FULL
          && (last.records.rowCount() + more.rowCount())
                  * (long) (last.records.schema().fields().size() + more.schema().fields().size())
              <= 2 * MOST_CELLS;
    }

    void committed() {
      merged.forEach(index::forget);
      written.forEach(
          (segment, hashes) -> {
            if (!merged.contains(segment)) {
              index.remember(segment, hashes);
            }
          });
      after.forEach(
          (model, tail) -> {
            tails.remove(model);
            tails.put(model, tail);
          });
      while (tails.size() > MOST_MODELS) {
        tails.remove(tails.keySet().iterator().next());
      }
    }
  }

  private static long[] hashes(List<ReadRecord> records) {
    return records.stream().mapToLong(ReadRecord::hash).sorted().toArray();
  }

  private static long[] together(long[] one, long[] other) {
    long[] both = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, both, one.length, other.length);
    Arrays.sort(both);
    return both;
  }

  private static Dataset together(Dataset one, Dataset other) {
    Shape shape = Shape.of(one.schema()).and(Shape.of(other.schema()));
    return TimeOrder.sorted(Dataset.concat(List.of(shape.conform(one), shape.conform(other))));
  }

  /** Cuts records into segments, of which none has too many columns for its rows. */
  private static List<List<ReadRecord>> cut(List<ReadRecord> records) {
    List<List<ReadRecord>> cut = new ArrayList<>();
    Set<String> names = new HashSet<>();
    List<String> last = List.of();
    long characters = 0;
    int from = 0;
    for (int row = 0; row < records.size(); row++) {
      ReadRecord read = records.get(row);
      if (!read.names().equals(last)) {
        last = read.names();
        names.addAll(last);
      }
      names.addAll(read.originNames());
      characters += read.characters();
      boolean isFull =
          row - from == FULL
              || names.size() * (row + 1L - from) > MOST_CELLS
              || characters > MOST_CHARACTERS;
      if (isFull && row > from) {
        cut.add(records.subList(from, row));
        from = row;
        names = new HashSet<>(last);
        names.addAll(read.originNames());
        characters = read.characters();
      }
    }
    cut.add(records.subList(from, records.size()));
    return cut;
  }
}
