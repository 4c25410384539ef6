package dev.mlops.design;

import java.util.Locale;

/** A stretch of a project's life. */
public enum Phase {
  /** What the model is for, and what it has to reach. */
  DESIGN,
  /** Data, features, training and evaluation. */
  DEVELOPMENT,
  /** The model in use: serving, monitoring, retraining. */
  DEPLOYMENT;

  /**
   * Returns the phase as it stands in a design.
   *
   * @return such as {@code design}
   */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
