package dev.mlops.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.rollout.RolloutTerms;
import dev.mlops.stats.BadEventProcess;
import dev.mlops.testkit.Together;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

class TickLineTest {

  private static final long LIMIT = 100;
  private static final AnswerTimes TIMES = new AnswerTimes(LIMIT, LIMIT);

  private final List<BadEventProcess.Tick> ticks = new ArrayList<>();

  private TickLine line(int size, boolean isLateBad) {
    return new TickLine(size, TIMES, isLateBad, false, 0, (counts, units) -> ticks.add(counts));
  }

  private static BadEventProcess.Tick tick(long canary, long canaryBad, long live, long liveBad) {
    return new BadEventProcess.Tick(canary, canaryBad, live, liveBad);
  }

  /** The answers of one model come late: they meet those of the other that were asked with them. */
  @Test
  void gathers_requests_that_were_assigned_together_whenever_they_come_back() {
    TickLine line = line(4, true);
    List<OpenTick> slow = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      boolean candidate = i % 4 == 0;
      OpenTick tick = line.join(candidate, i);
      if (candidate) {
        slow.add(tick);
      } else {
        line.comeBack(tick, false, i > 4);
      }
    }
    assertThat(ticks).isEmpty();
    line.comeBack(slow.get(1), true, false);
    line.comeBack(slow.get(0), true, true);
    assertThat(ticks).containsExactly(tick(1, 0, 3, 3), tick(1, 1, 3, 0));
  }

  @Test
  void gives_up_who_is_overdue_once() {
    TickLine line = line(2, true);
    OpenTick tick = line.join(true, 10);
    line.comeBack(line.join(false, 11), false, false);
    line.sweep(11 + LIMIT);
    assertThat(ticks).isEmpty();
    line.sweep(12 + LIMIT);
    assertThat(ticks).containsExactly(tick(1, 1, 1, 0));
    line.comeBack(tick, true, false);
    line.leave(tick, true);
    line.sweep(13 + LIMIT);
    assertThat(ticks).hasSize(1);
  }

  /** The candidate may take twice as long; whoever is given up has had his own model's time. */
  @Test
  void gives_up_each_after_the_time_of_its_model() {
    AnswerTimes twice = new AnswerTimes(2 * LIMIT, LIMIT);
    TickLine line = new TickLine(3, twice, true, false, 0, (counts, units) -> ticks.add(counts));
    line.join(false, 0);
    OpenTick tick = line.join(true, 0);
    line.join(true, 0);
    line.sweep(LIMIT + 1);
    assertThat(ticks).isEmpty();
    line.comeBack(tick, true, false);
    line.sweep(2 * LIMIT);
    assertThat(ticks).isEmpty();
    line.sweep(2 * LIMIT + 1);
    assertThat(ticks).containsExactly(tick(2, 1, 1, 1));
    line.join(false, 3 * LIMIT);
    line.comeBack(line.join(true, 3 * LIMIT), true, false);
    line.sweep(4 * LIMIT);
    assertThat(ticks).hasSize(1);
    line.sweep(4 * LIMIT + 1);
    assertThat(ticks).containsExactly(tick(2, 1, 1, 1), tick(1, 0, 1, 1));
  }

  @Test
  void closes_an_open_tick_whose_members_are_overdue_and_takes_the_next_in_another() {
    TickLine line = line(100, true);
    line.join(true, 0);
    line.comeBack(line.join(false, 5), false, false);
    line.sweep(106);
    assertThat(ticks).containsExactly(tick(1, 1, 1, 0));
    OpenTick next = line.join(true, 107);
    line.sweep(108);
    line.comeBack(next, true, false);
    assertThat(ticks).hasSize(1);
  }

  @Test
  void leaves_out_who_says_nothing() {
    TickLine line = line(3, true);
    line.leave(line.join(true, 0), true);
    line.comeBack(line.join(true, 0), true, true);
    line.comeBack(line.join(false, 0), false, false);
    line.comeBack(line.join(false, 0), false, false);
    assertThat(ticks).containsExactly(tick(1, 1, 2, 0));
  }

  @Test
  void can_give_up_without_blame() {
    TickLine line = line(2, false);
    line.join(true, 0);
    line.comeBack(line.join(false, 0), false, false);
    line.sweep(LIMIT + 1);
    assertThat(ticks).containsExactly(tick(0, 0, 1, 0));
  }

  @Test
  void takes_ticks_of_the_largest_size() {
    TickLine line = line(RolloutTerms.LARGEST_TICK, true);
    for (int i = 0; i < RolloutTerms.LARGEST_TICK; i++) {
      line.comeBack(line.join(true, i), true, true);
    }
    assertThat(ticks)
        .containsExactly(tick(RolloutTerms.LARGEST_TICK, RolloutTerms.LARGEST_TICK, 0, 0));
  }

  /** Threads join, come back in any order, leave or are given up; each request counts once. */
  @Test
  void loses_and_doubles_nothing_among_threads() {
    for (int round = 0; round < 200; round++) {
      countTogether(round);
    }
  }

  private static void countTogether(int round) {
    ConcurrentLinkedQueue<BadEventProcess.Tick> judged = new ConcurrentLinkedQueue<>();
    TickLine line = new TickLine(5, TIMES, true, false, 0, (counts, units) -> judged.add(counts));
    List<Integer> left = Collections.synchronizedList(new ArrayList<>());
    Together.run(
        4,
        thread -> {
          SplittableRandom chance = new SplittableRandom(round * 4L + thread);
          boolean candidate = thread % 2 == 0;
          List<OpenTick> away = new ArrayList<>();
          for (int i = 0; i < 500; i++) {
            away.add(line.join(candidate, 0));
            if (chance.nextInt(3) == 0) {
              line.comeBack(away.remove(chance.nextInt(away.size())), candidate, false);
            }
            if (chance.nextInt(50) == 0 && !away.isEmpty()) {
              line.leave(away.remove(chance.nextInt(away.size())), candidate);
              left.add(i);
            }
            if (chance.nextInt(20) == 0) {
              line.sweep(LIMIT + 1);
            }
          }
          away.forEach(tick -> line.comeBack(tick, candidate, false));
        });
    line.join(true, LIMIT + 2);
    line.sweep(3 * LIMIT);
    long events = judged.stream().mapToLong(tick -> tick.canary() + tick.stable()).sum();
    // A request that leaves a tick which was given up before has been counted already.
    assertThat(events).isBetween(2_001L - left.size(), 2_001L);
  }
}
