package dev.mlops.quality;

/** The four dimensions of data quality. */
public enum Dimension {
  /** Values are right: in range, in the set, well-formed. */
  ACCURACY,
  /** Nothing is missing: values, columns, rows. */
  COMPLETENESS,
  /** Values agree with each other: unique, ordered, of the agreed type. */
  CONSISTENCY,
  /** Data is of its time: fresh, and not of the future. */
  TIMELINESS
}
