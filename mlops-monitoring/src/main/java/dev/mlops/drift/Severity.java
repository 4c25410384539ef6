package dev.mlops.drift;

/** How far a column has drifted. */
public enum Severity {
  /** From the least effect that counts as drift on. */
  MODERATE,
  /** From two and a half times that effect on: for PSI, from 0.25. */
  SEVERE
}
