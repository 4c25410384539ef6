package dev.mlops.rollout;

import dev.mlops.data.Digest;
import dev.mlops.rollout.Certificate.Transition;

/**
 * Is told of every transition of a rollout, in order. It is called on a thread of the router, never
 * on that of a request, after the transition's certificate is stored and the journal has the event;
 * where they can't be written it is called once they are given up. What it throws is counted by the
 * router, and changes nothing.
 */
@FunctionalInterface
public interface RolloutListener {

  /**
   * Takes in a transition.
   *
   * @param change what happened
   */
  void changed(Change change);

  /**
   * A transition with what is known of it.
   *
   * @param terms the rollout's plan: router, models, steps, guards
   * @param transition the new state, and when, why and by whom
   * @param sentence the evidence in words
   * @param certificate the digest of the certificate at that moment; {@link Certificates#get} reads
   *     it
   */
  record Change(RolloutTerms terms, Transition transition, String sentence, Digest certificate) {}
}
