package dev.mlops.features.timeline;

/** Sorts rows by event time, then knowledge time, keeping their order where both are equal. */
final class Chronology {

  private final long[] event;
  private final long[] known;
  private final int first;

  private Chronology(Times times, int first) {
    this.event = times.event();
    this.known = times.known();
    this.first = first;
  }

  /** Tells whether rows are in order as they are, as rows mostly are that were ingested in time. */
  static boolean isOrdered(Times times, int from, int to) {
    Chronology chronology = new Chronology(times, from);
    int row = 1;
    while (row < to - from && !chronology.after(row - 1, row)) {
      row++;
    }
    return row >= to - from;
  }

  /**
   * Returns the rows' distances from the first in their order: a merge sort that costs one pass
   * where they are sorted.
   */
  static int[] order(Times times, int from, int to) {
    int[] order = new int[to - from];
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    new Chronology(times, from).sort(order, new int[order.length], 0, order.length);
    return order;
  }

  private void sort(int[] order, int[] spare, int from, int to) {
    if (to - from < 2) {
      return;
    }
    int middle = (from + to) >>> 1;
    sort(order, spare, from, middle);
    sort(order, spare, middle, to);
    if (after(order[middle - 1], order[middle])) {
      merge(order, spare, from, middle, to);
    }
  }

  private void merge(int[] order, int[] spare, int from, int middle, int to) {
    System.arraycopy(order, from, spare, from, middle - from);
    int left = from;
    int right = middle;
    for (int i = from; left < middle; i++) {
      boolean takeRight = right < to && after(spare[left], order[right]);
      order[i] = takeRight ? order[right++] : spare[left++];
    }
  }

  private boolean after(int a, int b) {
    int one = first + a;
    int other = first + b;
    return event[one] != event[other] ? event[one] > event[other] : known[one] > known[other];
  }
}
