package dev.mlops.serving;

import dev.mlops.rollout.GuardTerms;
import dev.mlops.serving.RequestRule.Ending;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Counts the requests of one step for the guards that judge a request when it comes back. */
final class RequestCounters {

  private record Watch(RequestRule rule, WarmUp warmUp, TickLine line) {

    /** Returns the tick to which a request belongs, or null while the candidate warms up. */
    @Nullable OpenTick join(boolean candidate, long now) {
      return warmUp.isOver() ? line.join(candidate, now) : null;
    }

    void count(@Nullable OpenTick tick, int place, boolean candidate, Ending ending) {
      boolean bad = rule.isBad(candidate, ending);
      boolean leaves = rule.saysNothing(candidate, ending);
      if (tick == null) {
        if (candidate && !leaves) {
          warmUp.add(bad);
        }
        return;
      }
      tick.mark(place, bad, leaves);
      if (leaves) {
        line.leave(tick, candidate);
      } else {
        line.comeBack(tick, candidate, bad);
      }
    }
  }

  /** The ticks to which a request belongs, and its places in them where units are kept. */
  static final class Seats {
    private final @Nullable OpenTick[] ticks;
    private final int @Nullable [] places;

    private Seats(@Nullable OpenTick[] ticks, int @Nullable [] places) {
      this.ticks = ticks;
      this.places = places;
    }
  }

  private final Watch[] watches;

  /**
   * A candidate warms up once in all steps of a rollout, hence the shared warm-ups, one for each
   * guard.
   *
   * @param now the moment on the clock of {@link #join} and {@link #sweep}
   */
  RequestCounters(Rollout rollout, int step, List<WarmUp> warmUps, long now) {
    List<GuardTerms> guards = rollout.terms().guards();
    this.watches =
        IntStream.range(0, guards.size())
            .filter(i -> guards.get(i).kind().judgesRequests())
            .mapToObj(i -> watch(rollout, i, step, warmUps.get(i), now))
            .toArray(Watch[]::new);
  }

  private static Watch watch(Rollout rollout, int guard, int step, WarmUp warmUp, long now) {
    RequestRule rule = RequestRule.of(rollout.terms().guards().get(guard), rollout.terms());
    return new Watch(
        rule,
        warmUp,
        new TickLine(
            rollout.terms().tick(),
            rule.times(),
            !rule.isAboutOutputs(),
            rollout.terms().byKey(),
            now,
            (counts, units) -> rollout.tick(guard, step, counts, units)));
  }

  /**
   * Counts a request in, before its model is asked.
   *
   * @param hash of its key
   * @param isKey whether there is a key, by which other processes know the unit
   * @return for each guard the tick to which the request belongs, or null where it does not count
   */
  Seats join(boolean candidate, long hash, boolean isKey, long now) {
    @Nullable OpenTick[] ticks = new OpenTick[watches.length];
    int @Nullable [] places = isKey ? new int[watches.length] : null;
    for (int i = 0; i < ticks.length; i++) {
      OpenTick tick = watches[i].join(candidate, now);
      ticks[i] = tick;
      if (places != null) {
        places[i] = tick == null ? 0 : tick.remember(hash, candidate);
      }
    }
    return new Seats(ticks, places);
  }

  /** Counts what came of a request. */
  void count(Seats seats, boolean candidate, Ending ending) {
    int[] places = seats.places;
    for (int i = 0; i < watches.length; i++) {
      int place = places == null ? Integer.MAX_VALUE : places[i];
      watches[i].count(seats.ticks[i], place, candidate, ending);
    }
  }

  /** Counts what has come back, though its tick is not full. */
  void flush(long now) {
    for (Watch watch : watches) {
      watch.line.flush(now);
    }
  }

  /** Counts the requests that are under way for too long. */
  void sweep(long now) {
    for (Watch watch : watches) {
      watch.line.sweep(now);
    }
  }
}
