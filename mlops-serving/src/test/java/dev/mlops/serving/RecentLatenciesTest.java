package dev.mlops.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.rollout.LatencyBudget;
import dev.mlops.stats.Histogram;
import dev.mlops.testkit.Together;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class RecentLatenciesTest {

  private final RecentLatencies latencies = new RecentLatencies();

  private void add(long from, long to, long nanos) {
    for (long i = from; i < to; i++) {
      latencies.add(i, nanos);
    }
  }

  @Test
  void leave_out_a_cold_start() {
    add(7, 7 + RecentLatencies.START, 1_000_000);
    assertThat(latencies.histogram().count()).isZero();
    add(7 + RecentLatencies.START, 1_007, 1_000);
    Histogram warm = latencies.histogram();
    assertThat(warm.count()).isEqualTo(1_000 - RecentLatencies.START);
    assertThat(warm.max()).isEqualTo(1_000);
  }

  @Test
  void are_the_newest_ones() {
    add(0, 100_000, 1_000_000);
    assertThat(latencies.histogram().count()).isEqualTo(RecentLatencies.SIZE);
    add(100_000, 100_000 + RecentLatencies.SIZE, 1_000);
    assertThat(latencies.histogram()).isEqualTo(histogram(RecentLatencies.SIZE, 1_000));
  }

  private static Histogram histogram(int count, double value) {
    Histogram.Recorder recorder = Histogram.recorder();
    for (int i = 0; i < count; i++) {
      recorder.add(value);
    }
    return recorder.snapshot();
  }

  @Test
  void hold_enough_of_them_for_every_quantile() {
    assertThat(LatencyBudget.answersNeeded(RecentLatencies.GREATEST_QUANTILE))
        .isEqualTo(LatencyBudget.answersNeeded(RecentLatencies.LEAST_QUANTILE))
        .isLessThanOrEqualTo(RecentLatencies.SIZE);
  }

  /** No time at all is one too, and hours are as long as they were. */
  @Test
  void are_as_exact_as_a_histogram() {
    add(0, RecentLatencies.START, 1);
    latencies.add(1_000, 0);
    latencies.add(1_001, 86_400_000_000_000L);
    Histogram found = latencies.histogram();
    assertThat(found.count()).isEqualTo(2);
    assertThat(found.min()).isEqualTo(1);
    assertThat(found.max()).isCloseTo(86.4e12, Percentage.withPercentage(1e-5));
  }

  @Test
  void lose_none_among_threads() {
    add(0, RecentLatencies.START, 1);
    Together.run(
        4,
        thread -> {
          for (int i = 0; i < RecentLatencies.SIZE / 4; i++) {
            latencies.add(RecentLatencies.START + 4L * i + thread, 1 + thread);
          }
        });
    Histogram found = latencies.histogram();
    assertThat(found.count()).isEqualTo(RecentLatencies.SIZE);
    assertThat(found.shareBelow(3)).isEqualTo(0.5);
  }
}
