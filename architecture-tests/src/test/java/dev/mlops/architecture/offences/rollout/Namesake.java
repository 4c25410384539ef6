package dev.mlops.architecture.offences.rollout;

/** Shares its name with another. */
public final class Namesake {
  private Namesake() {}
}
