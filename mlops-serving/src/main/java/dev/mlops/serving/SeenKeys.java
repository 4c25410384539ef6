package dev.mlops.serving;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/**
 * Tells a key's first request in a step from its later ones, by two bits of one word. Two keys that
 * look alike count as one, which loses an event now and then, whatever its arm and outcome.
 *
 * <p>A table takes keys until an eighth of its bits are set; then it is followed by one of eight
 * times its size, from 128 KiB for the first 65,000 keys up to 64 MiB. So at most 7 of 100 new keys
 * are lost while a step sees up to 38 million; beyond that, more and more of them. No key counts
 * twice, except for one that comes on two threads in the very moment in which a table follows
 * another.
 */
final class SeenKeys {

  private static final int SMALLEST_WORDS = 1 << 14;
  private static final int LARGEST_WORDS = 1 << 23;
  private static final int GROWTH = 8;
  private static final int KEYS_A_WORD = 4;
  private static final int LOOK_EVERY = 256;

  private volatile List<Table> tables = List.of(new Table(SMALLEST_WORDS));

  /** Whether the hash of a key comes for the first time. */
  boolean first(long keyHash) {
    long hash = Buckets.mix(~keyHash); // The arm follows from the hash; these bits must not.
    List<Table> current = tables;
    int newest = current.size() - 1;
    for (int i = 0; i < newest; i++) {
      if (current.get(i).contains(hash)) {
        return false;
      }
    }
    boolean first = current.get(newest).add(hash);
    if (first && hash % LOOK_EVERY == 0 && current.get(newest).isFull()) {
      follow(current);
    }
    return first;
  }

  private synchronized void follow(List<Table> full) {
    int words = full.get(full.size() - 1).words.length();
    if (tables == full && words < LARGEST_WORDS) {
      List<Table> more = new ArrayList<>(full);
      more.add(new Table(words * GROWTH));
      tables = List.copyOf(more);
    }
  }

  private static final class Table {

    private final AtomicLongArray words;
    private final LongAdder keys = new LongAdder();

    Table(int size) {
      words = new AtomicLongArray(size);
    }

    boolean isFull() {
      return keys.sum() >= (long) words.length() * KEYS_A_WORD;
    }

    boolean contains(long hash) {
      long mask = mask(hash);
      return (words.get(word(hash)) & mask) == mask;
    }

    boolean add(long hash) {
      long mask = mask(hash);
      int word = word(hash);
      boolean added =
          (words.get(word) & mask) != mask
              && (words.getAndAccumulate(word, mask, (a, b) -> a | b) & mask) != mask;
      if (added) {
        keys.increment();
      }
      return added;
    }

    private int word(long hash) {
      return (int) (hash >>> Integer.SIZE) & (words.length() - 1);
    }

    private static long mask(long hash) {
      return 1L << (hash >>> 8) | 1L << (hash >>> 14);
    }
  }
}
