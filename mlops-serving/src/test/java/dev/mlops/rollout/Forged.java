package dev.mlops.rollout;

import java.util.List;

/** Certificates as no rollout makes them: tests change a part of a genuine one. */
public final class Forged {

  private Forged() {}

  public static Certificate certificate(
      RolloutTerms terms, List<Certificate.Tick> ticks, List<Certificate.Transition> transitions) {
    return new Certificate(terms, ticks, transitions);
  }
}
