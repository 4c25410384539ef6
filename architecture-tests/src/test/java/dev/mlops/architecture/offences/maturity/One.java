package dev.mlops.architecture.offences.maturity;

/** One door too many: nested ones count. */
public interface One {

  /** The third. */
  interface Third {}
}
