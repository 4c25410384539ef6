package dev.mlops.drift;

/** How far a column has drifted. */
public enum DriftSize {
  /** From the least effect that counts as drift on. */
  MODERATE,
  /**
   * From five times the least PSI on (0.25 unless another least one is set), or two and a half
   * times the least distance of Kolmogorov and Smirnov, or if 5 % of the rows have values never
   * seen.
   */
  SEVERE
}
