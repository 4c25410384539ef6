package dev.mlops.features.timeline;

/** Sorts rows by event time, then knowledge time, keeping their order where both are equal. */
final class Chronology {

  private final long[] event;
  private final long[] known;

  private Chronology(long[] event, long[] known) {
    this.event = event;
    this.known = known;
  }

  /** Tells whether rows are in order as they are, as rows mostly are that were ingested in time. */
  static boolean isOrdered(long[] event, long[] known) {
    Chronology chronology = new Chronology(event, known);
    int row = 1;
    while (row < event.length && !chronology.after(row - 1, row)) {
      row++;
    }
    return row >= event.length;
  }

  /** Returns the rows' indices in order: a merge sort that costs one pass where they are sorted. */
  static int[] order(long[] event, long[] known) {
    int[] order = new int[event.length];
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    new Chronology(event, known).sort(order, new int[order.length], 0, order.length);
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
    return event[a] != event[b] ? event[a] > event[b] : known[a] > known[b];
  }
}
