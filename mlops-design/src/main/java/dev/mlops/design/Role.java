package dev.mlops.design;

import java.util.Locale;

/** Who takes part in a project. */
public enum Role {
  /** Pays for the project, and judges its first results and its outcome. */
  BUSINESS_STAKEHOLDER(false),
  /** Knows the field, and can tell what data and results mean. */
  SUBJECT_MATTER_EXPERT(false),
  /** Collects, stores and tests the data. */
  DATA_ENGINEER(true),
  /** Looks into the data, trains models and judges them. */
  DATA_SCIENTIST(true),
  /** Puts the model to work in an application, and keeps it running. */
  SOFTWARE_ENGINEER(true),
  /** Looks after the whole way from data to a served model. */
  ML_ENGINEER(true),
  /** Runs databases and computers. */
  BACKEND_ENGINEER(true);

  private final boolean technical;

  Role(boolean technical) {
    this.technical = technical;
  }

  /**
   * Tells to which of the two groups the role belongs.
   *
   * @return true for a technical role, false for one of the business
   */
  public boolean isTechnical() {
    return technical;
  }

  /**
   * Returns the role as it stands in a design.
   *
   * @return such as {@code data_scientist}
   */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
