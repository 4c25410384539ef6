package dev.mlops.rollout;

import dev.mlops.data.Digest;
import dev.mlops.rollout.Certificate.Transition;

/**
 * Is told of every transition of a rollout, in order. It is called on the router's executor, never
 * on the thread of a request, after the transition's certificate is stored and the journal has the
 * event. What it throws is counted by the router, and changes nothing. One that does not come back
 * delays what listeners hear next, and nothing else; a router that closes waits half a minute for
 * it.
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
