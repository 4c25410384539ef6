package dev.mlops.serving;

import dev.mlops.stats.BadEventProcess;
import dev.mlops.stats.Pairs;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Counts events of both arms into ticks as they come, with the units that they are of, and without
 * losing or splitting an event. Labels come in batches, not with requests, so a lock is cheap.
 */
final class TickCounter {

  private final TickSize size;
  private final TickLine.Complete full;
  private BadEventProcess.Tick counts = new BadEventProcess.Tick(0, 0, 0, 0);
  private long[] units;
  private int events;

  TickCounter(int size, TickLine.Complete full) {
    this.size = new TickSize(size);
    this.full = full;
    this.units = new long[size];
  }

  /**
   * Counts an event.
   *
   * @param unit the hash by which other processes know what the event is of
   */
  void count(boolean candidate, boolean bad, long unit) {
    add(event(candidate, bad), CountedUnits.word(unit, candidate, bad));
  }

  /**
   * Counts what both models made of one request.
   *
   * @param unit the hash by which other processes know what it is of
   */
  void countPair(boolean candidateBad, boolean liveBad, long unit) {
    add(Pairs.one(candidateBad, liveBad), CountedUnits.pair(unit, candidateBad, liveBad));
  }

  private void add(BadEventProcess.Tick event, long word) {
    Filled filled;
    synchronized (this) {
      if (events == units.length) {
        units = Arrays.copyOf(units, size.get());
      }
      units[events++] = word;
      counts = counts.plus(event);
      filled = events >= size.get() ? take() : null;
    }
    report(filled);
  }

  /** Reports what was counted, though the tick is not full. */
  void flush() {
    Filled filled;
    synchronized (this) {
      filled = events == 0 ? null : take();
    }
    report(filled);
  }

  /** How many events the open tick has. */
  synchronized int waiting() {
    return events;
  }

  private record Filled(BadEventProcess.Tick counts, CountedUnits units) {}

  private Filled take() {
    Filled filled = new Filled(counts, CountedUnits.of(Arrays.copyOf(units, events)));
    size.grow(events);
    counts = new BadEventProcess.Tick(0, 0, 0, 0);
    events = 0;
    return filled;
  }

  private void report(@Nullable Filled filled) {
    if (filled != null) {
      full.tick(filled.counts, filled.units);
    }
  }

  private static BadEventProcess.Tick event(boolean candidate, boolean bad) {
    int one = bad ? 1 : 0;
    return candidate
        ? new BadEventProcess.Tick(1, one, 0, 0)
        : new BadEventProcess.Tick(0, 0, 1, one);
  }
}
