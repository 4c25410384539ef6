package dev.mlops.features;

import dev.mlops.data.Column;

/** The times and inputs of one segment's rows. */
final class Chunk {

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

  long event(int row) {
    return event[row];
  }

  long known(int row) {
    return known[row];
  }

  /** The columns themselves, not a copy: every row of a latest view refers to them. */
  Column[] inputs() {
    return inputs;
  }
}
