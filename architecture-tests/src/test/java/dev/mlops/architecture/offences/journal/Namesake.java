package dev.mlops.architecture.offences.journal;

/** Shares its name with another. */
public final class Namesake {
  private Namesake() {}
}
