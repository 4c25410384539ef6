package dev.mlops.registry;

import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Searches an order in which the operations on one alias could have happened one by one, each
 * between its start and its end, with the answers that were given (Wing and Gong, Testing and
 * Verifying Concurrent Objects, 1993). An operation that changes nothing is placed as soon as it
 * fits, which loses no order, so only moves are tried in turn.
 */
final class AliasHistory {
  private final List<Op> ops;
  private final Set<Node> seen = new HashSet<>();

  private AliasHistory(List<Op> ops) {
    this.ops = ops;
  }

  /**
   * A look at an alias or a move of it; 0 is where an alias stands that stands nowhere.
   *
   * @param to where it was moved to, or {@code LOOK}
   * @param expected where a move believed it to stand
   * @param answer where it stood, or {@code MOVED}
   */
  record Op(long start, long end, int expected, int to, int answer) {
    static final int LOOK = -1;
    static final int MOVED = -2;

    private boolean changes() {
      return answer == MOVED;
    }

    private boolean fits(int state) {
      return changes() ? state == expected : state == answer && (to == LOOK || state != expected);
    }
  }

  private record Node(BitSet done, int state) {}

  static boolean isLinearizable(List<Op> ops) {
    return new AliasHistory(List.copyOf(ops)).search(new BitSet(), 0);
  }

  private boolean search(BitSet before, int state) {
    BitSet done = (BitSet) before.clone();
    while (placed(done, state)) {
      // Places what changes nothing until none of it fits.
    }
    if (done.cardinality() == ops.size()) {
      return true;
    }
    if (!seen.add(new Node(done, state))) {
      return false;
    }
    for (int next : possible(done, state, true)) {
      BitSet after = (BitSet) done.clone();
      after.set(next);
      if (search(after, ops.get(next).to())) {
        return true;
      }
    }
    return false;
  }

  private boolean placed(BitSet done, int state) {
    int[] fitting = possible(done, state, false);
    IntStream.of(fitting).forEach(done::set);
    return fitting.length > 0;
  }

  /** Those that may be next: no other that is left ended before they started. */
  private int[] possible(BitSet done, int state, boolean changes) {
    long firstEnd = left(done).mapToLong(i -> ops.get(i).end()).min().orElse(Long.MAX_VALUE);
    return left(done)
        .filter(i -> ops.get(i).start() <= firstEnd)
        .filter(i -> ops.get(i).changes() == changes && ops.get(i).fits(state))
        .toArray();
  }

  private IntStream left(BitSet done) {
    return IntStream.range(0, ops.size()).filter(i -> !done.get(i));
  }
}
