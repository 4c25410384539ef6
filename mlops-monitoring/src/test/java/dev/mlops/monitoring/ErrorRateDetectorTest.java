package dev.mlops.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mlops.stats.SplitRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ErrorRateDetectorTest {
  private static final int CHANGE = 10_000;
  private static final int STREAMS = 200;

  /** Mean observations from the change to the first alarm behind it, over 200 streams. */
  private static double delay(
      LongFunction<ErrorRateDetector> detectors, double before, double after) {
    long delays = 0;
    for (long r = 0; r < STREAMS; r++) {
      ErrorRateDetector detector = detectors.apply(r);
      SplitRandom random = SplitRandom.seeded(1000 + 7919 * r);
      Optional<ErrorRateDetector.Alarm> alarm = Optional.empty();
      int time = 0;
      for (; time < CHANGE; time++) {
        detector.observe(random.nextDouble() < before);
      }
      for (; alarm.isEmpty(); time++) {
        alarm = detector.observe(random.nextDouble() < after);
      }
      delays += time - CHANGE;
    }
    return (double) delays / STREAMS;
  }

  private static ErrorRateDetector estimated(long r, double rate) {
    SplitRandom random = SplitRandom.seeded(77777 + 31 * r);
    long errors = 0;
    for (int i = 0; i < 5000; i++) {
      errors += random.nextDouble() < rate ? 1 : 0;
    }
    return ErrorRateDetector.aboveBaseline(errors, 5000, 1e5);
  }

  /**
   * Delays found beforehand by another program on the same 200 SplitMix64 streams: 78, 329 and 712
   * of a known, 93 and 441 of an estimated baseline.
   */
  @Nested
  class Delays {
    @Test
    void of_a_doubled_error_rate() {
      assertThat(delay(r -> ErrorRateDetector.above(0.2, 1e5), 0.2, 0.4))
          .isCloseTo(78, within(1.0));
      assertThat(delay(r -> estimated(r, 0.2), 0.2, 0.4)).isCloseTo(93, within(2.0));
    }

    @Test
    void of_a_doubled_rare_error() {
      assertThat(delay(r -> ErrorRateDetector.above(0.05, 1e5), 0.05, 0.1))
          .isCloseTo(329, within(5.0));
      assertThat(delay(r -> estimated(r, 0.05), 0.05, 0.1)).isCloseTo(441, within(8.0));
    }

    @Test
    void of_a_small_rise() {
      assertThat(delay(r -> ErrorRateDetector.above(0.2, 1e5), 0.2, 0.25))
          .isCloseTo(712, within(10.0));
    }
  }

  @Test
  void false_alarms_stay_within_the_budget() {
    ErrorRateDetector detector = ErrorRateDetector.above(0.2, 1e5);
    SplitRandom random = SplitRandom.seeded(42);
    long alarms = 0;
    for (int i = 0; i < 10_000_000; i++) {
      alarms += detector.observe(random.nextDouble() < 0.2).isPresent() ? 1 : 0;
    }
    // 100 are allowed on average; a detector that never alarms would be no detector
    assertThat(alarms).isBetween(40L, 100L);
  }

  @Test
  void the_begin_of_a_rise_is_estimated_near_it() {
    double sum = 0;
    for (long r = 0; r < STREAMS; r++) {
      ErrorRateDetector detector = ErrorRateDetector.above(0.2, 1e5);
      SplitRandom random = SplitRandom.seeded(r);
      Optional<ErrorRateDetector.Alarm> alarm = Optional.empty();
      for (int time = 0; alarm.isEmpty() || alarm.get().at() <= 2000; time++) {
        alarm = detector.observe(random.nextDouble() < (time < 2000 ? 0.2 : 0.4));
      }
      assertThat(alarm.get().since()).isLessThan(alarm.get().at());
      sum += alarm.get().since();
    }
    assertThat(sum / STREAMS).isCloseTo(2000, within(25.0));
  }

  @Property(tries = 200)
  void the_evidence_is_the_sum_over_all_begins_of_the_change(
      @ForAll @Size(min = 1, max = 40) List<Boolean> errors) {
    ErrorRateDetector detector = ErrorRateDetector.above(0.3, 1e9);
    errors.forEach(detector::observe);
    double twin = 0;
    for (double ratio : new double[] {1.2, 1.35, 1.5, 2, 2.7, 4}) {
      double odds = ratio * 0.3 / 0.7;
      double changed = odds / (1 + odds);
      for (int begin = 0; begin < errors.size(); begin++) {
        double likelihood = 1;
        for (boolean error : errors.subList(begin, errors.size())) {
          likelihood *= error ? changed / 0.3 : (1 - changed) / 0.7;
        }
        twin += likelihood / 6;
      }
    }
    assertThat(detector.evidence()).isCloseTo(twin, within(1e-9 * twin));
  }

  @Test
  void an_alarm_starts_the_evidence_anew() {
    ErrorRateDetector detector = ErrorRateDetector.above(0.1, 1000);
    List<Long> alarms = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      detector.observe(true).ifPresent(alarm -> alarms.add(alarm.at()));
    }
    assertThat(alarms).hasSizeGreaterThan(1);
    assertThat(alarms.get(1)).isEqualTo(2 * alarms.get(0));
  }

  @Test
  void two_detectors_do_not_know_each_other() {
    ErrorRateDetector alone = ErrorRateDetector.above(0.1, 1e9);
    ErrorRateDetector one = ErrorRateDetector.above(0.1, 1e9);
    ErrorRateDetector other = ErrorRateDetector.above(0.4, 1e9);
    for (int i = 0; i < 50; i++) {
      alone.observe(i % 3 == 0);
      one.observe(i % 3 == 0);
      other.observe(i % 2 == 0);
    }
    assertThat(one.evidence()).isEqualTo(alone.evidence());
    assertThat(other.evidence()).isNotEqualTo(one.evidence());
  }

  @Test
  void many_threads_lose_no_observation() throws InterruptedException {
    ErrorRateDetector detector = ErrorRateDetector.above(0.2, 1e9);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      threads.add(
          new Thread(
              () -> {
                for (int j = 0; j < 20_000; j++) {
                  detector.observe(false);
                }
              }));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    Optional<ErrorRateDetector.Alarm> alarm = Optional.empty();
    for (int i = 1; alarm.isEmpty(); i++) {
      alarm = detector.observe(true);
      assertThat(alarm.map(ErrorRateDetector.Alarm::at).orElse(160_000L + i))
          .isEqualTo(160_000L + i);
    }
  }

  @Test
  void the_baseline_is_the_upper_end_of_its_interval() {
    assertThat(ErrorRateDetector.aboveBaseline(200, 1000, 10).baseline())
        .isCloseTo(0.22195143, within(1e-8));
    assertThat(ErrorRateDetector.aboveBaseline(0, 100, 10).baseline()).isPositive();
  }

  @Nested
  class Refuses {
    @Test
    void rates_and_budgets_out_of_range() {
      assertThatThrownBy(() -> ErrorRateDetector.above(0, 10))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("the baseline must lie between 0 and 1, both excluded: 0");
      assertThatThrownBy(() -> ErrorRateDetector.aboveBaseline(10, 10, 10))
          .hasMessage("the baseline must lie between 0 and 1, both excluded: 1");
      assertThatThrownBy(() -> ErrorRateDetector.above(0.1, 0.5))
          .hasMessage("alarmBudget must be at least 1 and finite: 0.5");
    }
  }
}
