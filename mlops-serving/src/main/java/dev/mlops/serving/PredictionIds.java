package dev.mlops.serving;

import dev.mlops.predictions.IdSeries;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Names predictions: a random prefix for each router opened, then a running number. One whose label
 * is evidence has more behind it: the number under which it waits for it, and what another process
 * needs to count the label when this one has gone. So ids differ between restarts and replicas, and
 * an id tells its numbers without a search.
 */
final class PredictionIds {

  /** No label of this prediction is awaited. */
  static final long NONE = -1;

  /** No prediction of this router has such an id. */
  static final long UNKNOWN = -2;

  /**
   * What an id tells of a prediction whose label is evidence.
   *
   * @param process the prefix of the process that gave it out
   * @param rollout the rollout's number in the database
   * @param unit the hash of the unit that it is of
   */
  record Awaited(
      String process, long number, long rollout, int step, boolean candidate, long unit) {

    private String text() {
      return "."
          + Long.toString(number, RADIX)
          + "."
          + Long.toString(rollout, RADIX)
          + "."
          + Integer.toString(step * 2 + (candidate ? 1 : 0), RADIX)
          + "."
          + Long.toUnsignedString(unit, RADIX);
    }
  }

  private static final int RADIX = 36;
  private static final int PARTS = 6;
  private static final int CHECKS = RADIX * RADIX * RADIX * RADIX;

  private final AtomicLong next = new AtomicLong();
  private final AtomicLong nextAwaited = new AtomicLong();
  private final String process = UUID.randomUUID().toString().replace("-", "").substring(0, 16);
  private final String prefix = process + "-";
  private final IdSeries series = IdSeries.of(prefix);
  private final long salt = Buckets.salt(process);

  /** Names this process among those that take part in a rollout. */
  String process() {
    return process;
  }

  long next() {
    return next.getAndIncrement();
  }

  /** Says what an id is to tell of a prediction whose label is awaited. */
  Awaited await(long rollout, int step, boolean candidate, long unit) {
    return new Awaited(process, nextAwaited.getAndIncrement(), rollout, step, candidate, unit);
  }

  /** Returns a unit of its own for a request without a key. */
  long unit(long sequence) {
    return Buckets.hash(salt, sequence);
  }

  /** Returns how many predictions were given a number. */
  long issued() {
    return next.get();
  }

  /** Returns the ids of predictions whose labels are not awaited, by their numbers. */
  IdSeries series() {
    return series;
  }

  String name(long sequence, @Nullable Awaited awaited) {
    String name = series.id(sequence);
    return awaited == null ? name : checked(name + awaited.text());
  }

  /** Ends an id with a check, so that one that is misspelt is of no prediction. */
  private static String checked(String id) {
    return id + "." + Long.toString(Long.remainderUnsigned(Buckets.salt(id), CHECKS), RADIX);
  }

  /**
   * Returns the number under which the label of a prediction is awaited, {@link #NONE} or {@link
   * #UNKNOWN}.
   */
  long awaited(String id) {
    if (!id.startsWith(prefix)) {
      return UNKNOWN;
    }
    Awaited awaited = read(id);
    int end = awaited == null ? id.length() : id.indexOf('.');
    long sequence = number(id.substring(prefix.length(), end));
    boolean isIssued =
        sequence >= 0
            && sequence < next.get()
            && (awaited == null || awaited.number < nextAwaited.get());
    if (!isIssued || !name(sequence, awaited).equals(id)) {
      return UNKNOWN;
    }
    return awaited == null ? NONE : awaited.number;
  }

  /** Reads what the id of any router tells of its evidence; null if it tells nothing. */
  static @Nullable Awaited read(String id) {
    String[] parts = id.split("\\.", -1);
    int dash = parts[0].lastIndexOf('-');
    if (parts.length != PARTS || dash < 0) {
      return null;
    }
    try {
      int place = Integer.parseInt(parts[3], RADIX);
      Awaited awaited =
          new Awaited(
              parts[0].substring(0, dash),
              Long.parseLong(parts[1], RADIX),
              Long.parseLong(parts[2], RADIX),
              place / 2,
              place % 2 == 1,
              Long.parseUnsignedLong(parts[4], RADIX));
      return checked(parts[0] + awaited.text()).equals(id) && place >= 0 ? awaited : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static long number(String text) {
    try {
      return Long.parseLong(text, RADIX);
    } catch (NumberFormatException e) {
      return UNKNOWN;
    }
  }
}
