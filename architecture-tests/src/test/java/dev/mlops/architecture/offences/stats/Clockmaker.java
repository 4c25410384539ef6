package dev.mlops.architecture.offences.stats;

import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.function.Supplier;

final class Clockmaker {

  Clock call() {
    return Clock.systemUTC();
  }

  Supplier<Clock> reference() {
    return Clock::systemDefaultZone;
  }

  Clock ticking() {
    return Clock.tickSeconds(ZoneOffset.UTC);
  }

  Clock lawful(Clock clock) {
    return Clock.tick(clock, Duration.ofSeconds(1));
  }
}
