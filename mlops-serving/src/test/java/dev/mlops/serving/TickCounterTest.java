package dev.mlops.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.stats.BadEventProcess;
import dev.mlops.testkit.Together;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class TickCounterTest {

  private static BadEventProcess.Tick sum(Iterable<BadEventProcess.Tick> ticks) {
    BadEventProcess.Tick sum = new BadEventProcess.Tick(0, 0, 0, 0);
    for (BadEventProcess.Tick tick : ticks) {
      sum = sum.plus(tick);
    }
    return sum;
  }

  @Property
  void cuts_events_into_ticks_like_a_list_would(
      @ForAll @Size(max = 300) List<@IntRange(max = 3) Integer> events,
      @ForAll @IntRange(min = 1, max = 50) int size) {
    List<BadEventProcess.Tick> ticks = new ArrayList<>();
    TickCounter counter = new TickCounter(size, (counts, units) -> ticks.add(counts));
    events.forEach(event -> counter.count((event & 1) == 1, (event & 2) == 2, 0));

    List<BadEventProcess.Tick> expected = new ArrayList<>();
    for (int from = 0; from + size <= events.size(); from += size) {
      List<Integer> tick = events.subList(from, from + size);
      expected.add(
          new BadEventProcess.Tick(
              tick.stream().filter(event -> (event & 1) == 1).count(),
              tick.stream().filter(event -> event == 3).count(),
              tick.stream().filter(event -> (event & 1) == 0).count(),
              tick.stream().filter(event -> event == 2).count()));
    }
    assertThat(ticks).isEqualTo(expected);
  }

  @Test
  void grows_to_half_a_percent_of_the_past() {
    List<BadEventProcess.Tick> ticks = new ArrayList<>();
    TickCounter counter = new TickCounter(100, (counts, units) -> ticks.add(counts));
    for (int i = 0; i < 10_000_000; i++) {
      counter.count(i % 2 == 0, false, i);
    }
    assertThat(ticks.get(199).canary() + ticks.get(199).stable()).isEqualTo(100);
    assertThat(ticks.get(ticks.size() - 1)).isEqualTo(new BadEventProcess.Tick(8_192, 0, 8_192, 0));
    assertThat(ticks).hasSizeLessThan(1_800);
  }

  /** Many short rounds, as ticks grow: a race would show where a tick is taken. */
  @Test
  void loses_and_splits_nothing_among_threads() {
    for (int round = 0; round < 300; round++) {
      countTogether(5_000);
    }
  }

  private static void countTogether(int each) {
    ConcurrentLinkedQueue<BadEventProcess.Tick> ticks = new ConcurrentLinkedQueue<>();
    TickCounter counter = new TickCounter(2, (counts, units) -> ticks.add(counts));
    Together.run(
        4,
        thread -> {
          boolean candidate = thread % 2 == 0;
          boolean bad = thread < 2;
          for (int i = 0; i < each; i++) {
            counter.count(candidate, bad, i);
          }
        });
    int done = ticks.size();
    int extra = 0;
    while (ticks.size() == done) {
      counter.count(false, false, 0);
      extra++;
    }
    assertThat(sum(ticks))
        .isEqualTo(new BadEventProcess.Tick(2L * each, each, 2L * each + extra, each));
  }
}
