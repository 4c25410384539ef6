package dev.mlops.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class WallTimeTest {

  private static final Instant NOON = Instant.parse("2001-09-10T12:00:00Z");

  private final Ticker ticker = new Ticker();

  @Test
  void readsTheSystemsClockOnceInTenMilliseconds() {
    Readings clock = new Readings(true);
    WallTime wall = new WallTime(clock, ticker);
    for (int micros = 0; micros < 30_000; micros++) {
      ticker.nanos = micros * 1_000L;
      clock.now = NOON.plusNanos(ticker.nanos);
      assertThat(wall.at(ticker.nanos)).isEqualTo(clock.now);
    }
    assertThat(clock.readings).isEqualTo(3);
  }

  @Test
  void followsASystemsClockThatIsSetTenMillisecondsLater() {
    Readings clock = new Readings(true);
    WallTime wall = new WallTime(clock, ticker);
    assertThat(wall.at(0)).isEqualTo(NOON);
    clock.now = NOON.plusSeconds(3_600);
    assertThat(wall.at(9_999_999)).isEqualTo(NOON.plusNanos(9_999_999));
    ticker.nanos = 10_000_000;
    assertThat(wall.at(10_000_000)).isEqualTo(clock.now);
  }

  @Test
  void doesNotCountOnFromALookThatTookLong() {
    Readings clock = new Readings(true);
    WallTime wall = new WallTime(clock, ticker);
    ticker.step = 6_000; // A thread that stood still between the ticker and the clock.
    assertThat(wall.at(0)).isEqualTo(NOON);
    assertThat(wall.at(0)).isEqualTo(NOON);
    assertThat(clock.readings).isEqualTo(2);
  }

  @Test
  void asksAnyOtherClockEachTime() {
    Readings clock = new Readings(false);
    WallTime wall = new WallTime(clock, ticker);
    assertThat(wall.at(0)).isEqualTo(NOON);
    clock.now = NOON.plusNanos(1);
    assertThat(wall.at(0)).isEqualTo(clock.now);
  }

  @Test
  void knowsTheComputersOwn() {
    RouterTime computers = RouterTime.system();
    Instant said =
        new WallTime(Clock.system(ZoneId.of("Europe/Berlin")), computers).at(computers.nanos());
    assertThat(said).isCloseTo(Instant.now(), within(1, ChronoUnit.MINUTES));
    assertThat(computers.isSystem()).isTrue();
    assertThat(new ManualTime().isSystem()).isFalse();
  }

  /** A clock that passes for the system's, or does not. */
  private static final class Readings extends Clock {

    private final boolean passes;
    private Instant now = NOON;
    private int readings;

    Readings(boolean passes) {
      this.passes = passes;
    }

    @Override
    public Instant instant() {
      readings++;
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public boolean equals(Object other) {
      return passes || this == other;
    }

    @Override
    public int hashCode() {
      return 1;
    }
  }

  private static final class Ticker implements RouterTime {

    private long nanos;
    private long step;

    @Override
    public long nanos() {
      nanos += step;
      return nanos;
    }

    @Override
    public boolean isSystem() {
      return true;
    }

    @Override
    public void every(Duration period, String name, BooleanSupplier task) {
      throw new UnsupportedOperationException(name);
    }

    @Override
    public void await(CountDownLatch latch, long deadline) {
      throw new UnsupportedOperationException();
    }
  }
}
