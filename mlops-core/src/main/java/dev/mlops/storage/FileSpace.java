package dev.mlops.storage;

import java.util.function.LongSupplier;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.RandomAccessStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the space in H2's file back that nothing refers to any more, a little after each few
 * megabytes of writing.
 *
 * <p>H2 appends a chunk at each commit: the changed pages of every table with the pages above them.
 * A chunk can be written over once all its pages have been replaced, and most never are, as one
 * page in it lives on. H2 moves such pages together in a background thread, which it does not start
 * with {@code WRITE_DELAY=0}; so a file grew by 1.4 MB a second without end. This class does that
 * work on the writing thread, between two transactions.
 *
 * <p>H2 takes a chunk's space again when the chunk is 45 seconds old, hoping that the disk has all
 * by then. Here a chunk's space is taken again only after {@code fsync}, so that what is written
 * over is never what a power failure needs.
 */
final class FileSpace {
  private static final Logger LOG = LoggerFactory.getLogger(FileSpace.class);

  private static final int NEVER = Integer.MAX_VALUE;
  private static final int AT_ONCE = 0;
  private static final int FULL_ENOUGH = 70;
  private static final int PASSES = 6;
  private static final int CLOSING_MILLIS = 1_000;

  private final MVStore store;
  private final RandomAccessStore file;
  private final LongSupplier written;
  private final int step;
  private long next;

  /**
   * Keeps an open store small.
   *
   * @param written tells how many bytes have been written to its file
   * @param step after how many written bytes it looks again; it writes at most half as many more
   *     itself
   */
  FileSpace(MVStore store, LongSupplier written, int step) {
    this.store = store;
    this.file = (RandomAccessStore) store.getFileStore();
    this.written = written;
    this.step = step;
    this.next = written.getAsLong() + step;
    store.setRetentionTime(NEVER);
  }

  /**
   * Gives space back if enough has been written; to be called while no transaction writes. It never
   * throws, as what was committed stays so.
   */
  void afterWriting() {
    if (written.getAsLong() >= next) {
      undisturbed(this::reclaim);
      next = written.getAsLong() + step;
    }
  }

  /**
   * Gives back what it can in about a second; to be called while no transaction writes. H2 does as
   * much for a small file itself.
   */
  void beforeClosing() {
    if (file.size() > step) {
      undisturbed(() -> store.compactFile(CLOSING_MILLIS));
    }
  }

  // H2 waits for a lock of its own and takes an interrupt for a failure.
  private void undisturbed(Runnable work) {
    boolean interrupted = Thread.interrupted();
    try {
      if (!store.isClosed()) {
        work.run();
      }
    } catch (RuntimeException | Error e) {
      interrupted |= e.getCause() instanceof InterruptedException;
      LOG.warn("the space in the file of the database could not be given back", e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void reclaim() {
    takeAgain();
    for (int pass = 0; pass < PASSES && movePages(step / 4); pass++) {
      store.commit();
    }
    file.compactMoveChunks(FULL_ENOUGH, step, store);
  }

  /** Frees the space of chunks without a live page, all of them replaced by what is on the disk. */
  private void takeAgain() {
    store.sync();
    store.setRetentionTime(AT_ONCE);
    try {
      file.compactMoveChunks(-1, 0, store);
    } finally {
      store.setRetentionTime(NEVER);
    }
  }

  private boolean movePages(int bytes) {
    store.setRetentionTime(AT_ONCE);
    try {
      return store.compact(FULL_ENOUGH, bytes);
    } finally {
      store.setRetentionTime(NEVER);
    }
  }
}
