package dev.mlops.features;

import dev.mlops.data.Column;

/** The times and inputs of one segment's rows. */
final class Chunk {

  /** The place of a row that belongs to nobody. */
  static final int NOWHERE = -1;

  private final long[] event;
  private final long[] known;
  private final Column[] inputs;

  Chunk(long[] event, long[] known, Column[] inputs) {
    this.event = event;
    this.known = known;
    this.inputs = inputs;
  }

  int size() {
    return event.length;
  }

  /** Writes the times of each row to its place. */
  void scatter(int[] places, long[] events, long[] knowns) {
    for (int row = 0; row < places.length; row++) {
      if (places[row] != NOWHERE) {
        events[places[row]] = event[row];
        knowns[places[row]] = known[row];
      }
    }
  }

  /** The columns themselves, not a copy: every row of a latest view refers to them. */
  Column[] inputs() {
    return inputs;
  }
}
