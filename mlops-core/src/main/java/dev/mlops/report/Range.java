package dev.mlops.report;

import java.math.BigDecimal;
import java.util.stream.DoubleStream;

/** From a finite number to another, which is not less. */
record Range(double low, double high) {
  /** The range of some finite numbers, of which there is one at least. */
  static Range of(DoubleStream values) {
    double[] finite = values.filter(Double::isFinite).toArray();
    return new Range(
        DoubleStream.of(finite).min().orElseThrow(), DoubleStream.of(finite).max().orElseThrow());
  }

  BigDecimal span() {
    return new BigDecimal(high).subtract(new BigDecimal(low));
  }

  /** Where a value lies: from 0 at the low end to 1 at the high end. */
  double share(double value) {
    return (value / 2 - low / 2) / (high / 2 - low / 2);
  }
}
