package dev.mlops.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.testkit.Together;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BreakerTest {

  private static final long PAUSE = 1_000;

  private long now;

  private static Breaker breaker(int failures, int window) {
    return new Breaker(new Limits.BreakerTerms(failures, window, Duration.ofNanos(PAUSE)));
  }

  /** Lets one request in and out; returns whether that has opened or closed the breaker. */
  private boolean request(Breaker breaker, boolean failed) {
    return breaker.add(Objects.requireNonNull(breaker.enter(now)), failed, now);
  }

  @Test
  void opens_at_so_many_failures_in_a_row() {
    Breaker breaker = breaker(3, 3);
    for (int i = 0; i < 5; i++) {
      assertThat(request(breaker, true)).isFalse();
      assertThat(request(breaker, true)).isFalse();
      assertThat(request(breaker, false)).isFalse();
    }
    assertThat(request(breaker, true)).isFalse();
    assertThat(request(breaker, true)).isFalse();
    assertThat(request(breaker, true)).isTrue();
    assertThat(breaker.enter(now)).isNull();
    assertThat(breaker.left(now)).isEqualTo(PAUSE);
  }

  /** The rule said as simply as possible, on random requests. */
  @Test
  void opens_as_soon_as_the_last_requests_have_so_many_failures() {
    for (int seed = 0; seed < 200; seed++) {
      SplittableRandom chance = new SplittableRandom(seed);
      int window = 1 + chance.nextInt(30);
      int failures = 1 + chance.nextInt(window);
      Breaker breaker = breaker(failures, window);
      Deque<Boolean> last = new ArrayDeque<>();
      for (int i = 0; i < 500; i++) {
        boolean failed = chance.nextDouble() < 0.3;
        last.add(failed);
        if (last.size() > window) {
          last.remove();
        }
        boolean expected = last.stream().filter(one -> one).count() >= failures;
        assertThat(request(breaker, failed)).as("seed %d, request %d", seed, i).isEqualTo(expected);
        if (expected) {
          break;
        }
      }
    }
  }

  @Test
  void lets_one_try_after_each_pause_and_all_once_it_is_answered() {
    Breaker breaker = breaker(1, 1);
    assertThat(request(breaker, true)).isTrue();
    now = PAUSE - 1;
    assertThat(breaker.enter(now)).isNull();
    now = PAUSE;
    assertThat(breaker.left(now)).isZero();
    assertThat(request(breaker, true)).isFalse();
    assertThat(breaker.enter(now)).isNull();
    now = 2 * PAUSE;
    Breaker.State hanging = Objects.requireNonNull(breaker.enter(now));
    assertThat(breaker.enter(now)).isNull();
    now = 3 * PAUSE;
    Breaker.State next = Objects.requireNonNull(breaker.enter(now));
    assertThat(breaker.add(hanging, false, now)).isFalse();
    assertThat(breaker.isOpen()).isTrue();
    assertThat(breaker.add(next, false, now)).isTrue();
    assertThat(breaker.isOpen()).isFalse();
    assertThat(breaker.enter(now)).isNotNull();
  }

  /** A request that was let in before the model was left alone tells nothing of it as it is now. */
  @Test
  void takes_no_result_of_an_earlier_state() {
    Breaker breaker = breaker(1, 1);
    Breaker.State early = Objects.requireNonNull(breaker.enter(now));
    Breaker.State other = Objects.requireNonNull(breaker.enter(now));
    assertThat(request(breaker, true)).isTrue();
    assertThat(breaker.add(early, false, now)).isFalse();
    assertThat(breaker.isOpen()).isTrue();
    now = PAUSE;
    assertThat(request(breaker, false)).isTrue();
    assertThat(breaker.add(other, true, now)).isFalse();
    assertThat(breaker.isOpen()).isFalse();
  }

  @Test
  void lets_one_of_many_threads_try() {
    Breaker breaker = breaker(1, 1);
    assertThat(request(breaker, true)).isTrue();
    for (int round = 1; round <= 200; round++) {
      long moment = round * PAUSE;
      AtomicInteger tries = new AtomicInteger();
      Together.run(
          4,
          thread -> {
            if (breaker.enter(moment) != null) {
              tries.incrementAndGet();
            }
          });
      assertThat(tries).hasValue(1);
    }
  }

  @Test
  void opens_once_among_threads() {
    for (int round = 0; round < 50; round++) {
      Breaker breaker = breaker(100, 100);
      AtomicInteger opened = new AtomicInteger();
      Together.run(
          4,
          thread -> {
            for (int i = 0; i < 50; i++) {
              Breaker.State entered = breaker.enter(0);
              if (entered != null && breaker.add(entered, true, 0)) {
                opened.incrementAndGet();
              }
            }
          });
      assertThat(opened).hasValue(1);
      assertThat(breaker.isOpen()).isTrue();
    }
  }
}
