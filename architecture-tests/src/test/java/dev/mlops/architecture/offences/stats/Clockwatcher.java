package dev.mlops.architecture.offences.stats;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.function.Supplier;

@SuppressWarnings("JavaUtilDate")
final class Clockwatcher {

  Instant call() {
    return Instant.now();
  }

  Supplier<Instant> reference() {
    return Instant::now;
  }

  LocalDate zoned() {
    return LocalDate.now(ZoneOffset.UTC);
  }

  long millis() {
    return System.currentTimeMillis();
  }

  long old() {
    return new Date().getTime();
  }

  Instant lawful(Clock clock) {
    return Instant.now(clock);
  }

  Date lawful(Instant instant) {
    return new Date(instant.toEpochMilli());
  }
}
