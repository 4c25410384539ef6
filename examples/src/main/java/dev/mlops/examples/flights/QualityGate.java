package dev.mlops.examples.flights;

import dev.mlops.quality.DataQuality;

/** What a flight report must look like. */
final class QualityGate {
  /** A report may be early by hours and late by a day, not more. */
  static final DataQuality SUITE =
      DataQuality.suite("flights")
          .table(t -> t.rowCount(1, 5_000_000))
          .column("departure", c -> c.notNull().notFuture())
          .column("delay", c -> c.notNull().between(-240, 1_800).mostly(0.999))
          .column("distance", c -> c.notNull().between(50, 5_000).mostly(0.999))
          .column("origin", c -> c.notNull().matches("^[A-Z]{3}$").mostly(0.999))
          .column("destination", c -> c.notNull().matches("^[A-Z]{3}$").mostly(0.999))
          .build();

  private QualityGate() {}
}
