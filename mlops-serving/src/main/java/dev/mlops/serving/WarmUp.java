package dev.mlops.serving;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/**
 * Tells when a candidate has become steady, so that its cold start is no evidence.
 *
 * <p>The candidate's requests are looked at in blocks. The start is over after the first block
 * without a bad event; or after one of which less than half are bad, if it has no fewer than the
 * block four before: it falls no more. A candidate that stays bad is let off no longer than the
 * most requests given.
 *
 * <p>Whether a request counts depends on earlier requests only, never on its own outcome or a later
 * one's, so what counts is not selected and the bounds of the evidence hold. The live model's
 * requests are left out meanwhile as well: a tick holds both from the same moment.
 */
final class WarmUp {

  static final int BLOCK = 50;
  private static final int LOOK_BACK = 4;

  /** Where the start stands; the last blocks' bad events are the oldest first. */
  private record State(long seen, int inBlock, int bad, List<Integer> blocks, boolean over) {

    State after(boolean isBad, long most) {
      if (over) {
        return this;
      }
      long nowSeen = seen + 1;
      int nowBad = bad + (isBad ? 1 : 0);
      boolean full = inBlock + 1 == BLOCK;
      boolean nowOver = nowSeen >= most || (full && isSteady(nowBad));
      return full
          ? new State(nowSeen, 0, 0, with(nowBad), nowOver)
          : new State(nowSeen, inBlock + 1, nowBad, blocks, nowOver);
    }

    private boolean isSteady(int nowBad) {
      boolean falls = blocks.size() < LOOK_BACK || nowBad < blocks.get(0);
      return nowBad == 0 || (nowBad * 2 < BLOCK && !falls);
    }

    private List<Integer> with(int nowBad) {
      int gone = blocks.size() == LOOK_BACK ? 1 : 0;
      return Stream.concat(blocks.stream().skip(gone), Stream.of(nowBad)).toList();
    }
  }

  private final long most;
  private final AtomicReference<State> state;

  WarmUp(long most) {
    this.most = most;
    this.state = new AtomicReference<>(new State(0, 0, 0, List.of(), most == 0));
  }

  boolean isOver() {
    return Objects.requireNonNull(state.get()).over;
  }

  /** Takes in a request of the candidate that does not count. */
  void add(boolean bad) {
    state.updateAndGet(current -> current.after(bad, most));
  }
}
