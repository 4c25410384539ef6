package dev.mlops.tracking;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.storage.Database;
import dev.mlops.storage.Session;
import dev.mlops.tracking.Condition.Source;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Packs runs that have ended into blocks, column by column, so that a search reads a few columns
 * and not all rows. Rows stay what a run is; a block is only a way to find it, made from them.
 *
 * <p>Who changes a run {@link #unpack unpacks} it in the same transaction, and so takes the row's
 * lock. The packer takes the locks of all runs of a block by writing the block's number, and reads
 * their columns behind that: a change is either in the block, or comes after it and takes the run
 * out of it again. A run that somebody records is never packed. A block that half of its runs have
 * left is dissolved. Small blocks are merged into a large one, so that few runs are loose and few
 * blocks are read.
 */
final class RunPacker {

  /**
   * Enough that a search of 100,000 runs reads a hundred blocks; few enough to be packed at once.
   */
  static final int LARGE = 1_024;

  /** So many loose runs are read by their rows in a few milliseconds. */
  static final int SMALL = 128;

  private static final Logger LOG = LoggerFactory.getLogger(RunPacker.class);

  private final Database database;
  private final String project;
  private final int small;
  private final int large;
  private final AtomicInteger ended = new AtomicInteger();
  private final AtomicBoolean due = new AtomicBoolean();
  private final ReentrantLock packing = new ReentrantLock();
  private boolean closed;

  /**
   * Packs the runs of a project.
   *
   * @param small from how many runs on a block is made
   * @param large small blocks that have as many together become one
   */
  RunPacker(Database database, String project, int small, int large) {
    this.database = database;
    this.project = project;
    this.small = small;
    this.large = large;
  }

  /** A run has ended: after as many as fill a block, they are packed in the next second. */
  void oneEnded() {
    if (ended.incrementAndGet() % small == 0) {
      due.set(true);
    }
  }

  /** Packs what has ended, on the thread of the tracker: nobody's training waits for it. */
  void packIfDue() {
    if (due.compareAndSet(true, false)) {
      tryToPack();
    }
  }

  /** A search has read so many runs by their rows: if they may fill a block, the caller packs. */
  void readLoose(int loose) {
    if (loose >= small) {
      tryToPack();
    }
  }

  /** Nothing depends on it but the time that searches take, so a failure is only told. */
  private void tryToPack() {
    if (packing.tryLock()) {
      try {
        if (!closed) {
          pack();
        }
      } catch (RuntimeException | Error e) { // Neither other runs nor a search may fail by it.
        LOG.warn(
            "runs that have ended could not be packed; searches read their rows until they are", e);
      } finally {
        packing.unlock();
      }
    }
  }

  /** Packs nothing more, and waits for what is being packed, as the database is about to close. */
  void close() {
    packing.lock();
    try {
      closed = true;
    } finally {
      packing.unlock();
    }
  }

  /** Takes a run out of its block, and its card away, as it is about to change. */
  static void unpack(Session session, long run) {
    session.lock("SELECT id FROM mlops_runs WHERE id = ?", row -> true, run);
    session.update(
        "INSERT INTO mlops_run_left (block, run) SELECT block, id FROM mlops_runs WHERE id = ? AND block > 0",
        run);
    session.update("UPDATE mlops_runs SET block = 0 WHERE id = ? AND block > 0", run);
    RunCards.remove(session, run);
  }

  /** Dissolves the blocks that a run has left, which still hold its columns. */
  static void dissolveLeftBy(Session session, long run) {
    session
        .list(
            "SELECT block FROM mlops_run_left WHERE run = ? ORDER BY block",
            row -> row.number("block"),
            run)
        .forEach(block -> dissolve(session, block));
  }

  /** Packs what fills a block, until nothing does; returns how many blocks were made. */
  @CanIgnoreReturnValue
  int pack() {
    for (long block : left()) {
      database.transaction(session -> dissolve(session, block));
    }
    int blocks = 0;
    for (long experiment : experiments()) {
      while (database.transaction(session -> pack(session, experiment))) {
        blocks++;
      }
    }
    for (long experiment : ofSmallBlocks()) {
      while (database.transaction(session -> merge(session, experiment))) {
        blocks++;
      }
    }
    return blocks;
  }

  private List<Long> ofSmallBlocks() {
    return database.read(
        session ->
            session.list(
                "SELECT b.experiment FROM mlops_run_blocks b JOIN mlops_experiments e ON e.id = b.experiment"
                    + " WHERE e.project = ? AND b.runs < ? GROUP BY b.experiment HAVING SUM(b.runs) >= ? ORDER BY b.experiment",
                row -> row.number("experiment"),
                project,
                large,
                large));
  }

  private List<Long> left() {
    return database.read(
        session ->
            session.list(
                "SELECT l.block FROM mlops_run_left l JOIN mlops_run_blocks b ON b.id = l.block"
                    + " JOIN mlops_experiments e ON e.id = b.experiment WHERE e.project = ?"
                    + " GROUP BY l.block HAVING COUNT(*) * 2 >= MAX(b.runs) ORDER BY l.block",
                row -> row.number("block"),
                project));
  }

  @CanIgnoreReturnValue
  private static boolean dissolve(Session session, long block) {
    session.update("UPDATE mlops_runs SET block = 0 WHERE block = ?", block);
    return delete(session, block);
  }

  @CanIgnoreReturnValue
  private static boolean delete(Session session, long block) {
    session.update("DELETE FROM mlops_run_left WHERE block = ?", block);
    session.update("DELETE FROM mlops_run_columns WHERE block = ?", block);
    return session.update("DELETE FROM mlops_run_blocks WHERE id = ?", block) > 0;
  }

  /** Deletes the blocks of an experiment that has no run. */
  static void deleteAll(Session session, long experiment) {
    session
        .list(
            "SELECT id FROM mlops_run_blocks WHERE experiment = ? ORDER BY id",
            row -> row.number("id"),
            experiment)
        .forEach(block -> delete(session, block));
  }

  private List<Long> experiments() {
    return database.read(
        session ->
            session.list(
                "SELECT r.experiment AS id FROM mlops_runs r JOIN mlops_experiments e ON e.id = r.experiment"
                    + " WHERE e.project = ? AND r.block = 0 GROUP BY r.experiment HAVING COUNT(*) >= ? ORDER BY r.experiment",
                row -> row.number("id"),
                project,
                small));
  }

  /** Returns whether there was enough for a block. */
  private boolean pack(Session session, long experiment) {
    lock(session, experiment);
    List<Long> ended =
        session.list(
            "SELECT r.id FROM mlops_runs r WHERE r.experiment = ? AND r.block = 0 AND r.status <> ?"
                + " AND NOT EXISTS (SELECT w.id FROM mlops_run_writers w WHERE w.run = r.id) ORDER BY r.id LIMIT ?",
            row -> row.number("id"),
            experiment,
            RunStatus.RUNNING,
            large);
    if (ended.size() < small) {
      return false;
    }
    long block = insert(session, experiment);
    session.update(
        "UPDATE mlops_runs r SET block = ? WHERE "
            + Keys.in("r.id", ended)
            + " AND r.block = 0 AND r.status <> ? AND NOT EXISTS (SELECT w.id FROM mlops_run_writers w WHERE w.run = r.id)",
        block,
        RunStatus.RUNNING);
    RunCards.write(session, fill(session, block));
    return true;
  }

  /** Makes one block of the oldest small ones; returns whether they had enough. */
  private boolean merge(Session session, long experiment) {
    lock(session, experiment);
    List<Long> merged = new ArrayList<>();
    AtomicLong sum = new AtomicLong();
    session.each(
        "SELECT b.id, b.runs FROM mlops_run_blocks b WHERE b.experiment = ? AND b.runs < ? ORDER BY b.id",
        row -> {
          if (sum.get() < large) {
            merged.add(row.number("id"));
            sum.addAndGet(row.number("runs"));
          }
        },
        experiment,
        large);
    if (sum.get() < large) {
      return false;
    }
    long block = insert(session, experiment);
    for (long old : merged) {
      session.update("UPDATE mlops_runs SET block = ? WHERE block = ?", block, old);
      delete(session, old);
    }
    List<Long> unused = fill(session, block); // They have their cards.
    return true;
  }

  /** One packer at a time: two would take each other's runs. */
  private static void lock(Session session, long experiment) {
    session.lock("SELECT id FROM mlops_experiments WHERE id = ?", row -> true, experiment);
  }

  private static long insert(Session session, long experiment) {
    return session.insert(
        "INSERT INTO mlops_run_blocks (experiment, runs) VALUES (?, 0)", experiment);
  }

  /** Returns the keys of the runs of the block. */
  private static List<Long> fill(Session session, long block) {
    LooseColumns runs = new LooseColumns(session, "r.block = " + block);
    session.update("UPDATE mlops_run_blocks SET runs = ? WHERE id = ?", runs.base().size(), block);
    store(session, block, runs);
    return IntStream.range(0, runs.base().size()).mapToObj(runs.base()::id).toList();
  }

  private static void store(Session session, long block, LooseColumns runs) {
    List<@Nullable Object[]> rows = new ArrayList<>();
    rows.add(row(block, PackedColumns.BASE, "", ColumnCodec.packBase(runs.base())));
    for (Condition.Attribute attribute : Condition.Attribute.values()) {
      rows.add(row(block, attribute.column, "", ColumnCodec.packTexts(runs.attribute(attribute))));
    }
    for (Source source : Source.values()) {
      for (Map.Entry<String, TextColumn> column : runs.texts(source).entrySet()) {
        rows.add(
            row(block, source.word, column.getKey(), ColumnCodec.packTexts(column.getValue())));
      }
    }
    for (Map.Entry<String, List<double[]>> metric : runs.metrics().entrySet()) {
      rows.add(
          row(
              block,
              PackedColumns.METRIC,
              metric.getKey(),
              ColumnCodec.packNumbers(distinct(metric.getValue()))));
    }
    session.batch(
        "INSERT INTO mlops_run_columns (block, kind, name, packed) VALUES (?, ?, ?, ?)", rows);
  }

  private static @Nullable Object[] row(long block, String kind, String name, byte[] packed) {
    return new @Nullable Object[] {block, kind, name, packed};
  }

  /** A metric of one point a run has the same first, latest, least and greatest: one column. */
  private static List<double[]> distinct(List<double[]> columns) {
    boolean same = columns.stream().allMatch(column -> Arrays.equals(column, columns.get(0)));
    return same ? columns.subList(0, 1) : columns;
  }
}
