package dev.mlops.serving;

import dev.mlops.rollout.RolloutState;
import dev.mlops.rollout.RolloutTerms;
import dev.mlops.serving.RolloutEntry.Act;

/** Which acts a state allows: another process may have been quicker. */
final class ActRules {

  private ActRules() {}

  static boolean allows(RolloutState state, Act.Kind act, RolloutTerms terms) {
    return switch (act) {
      case PROMOTE -> !state.isOver();
      case ROLL_BACK -> !(state instanceof RolloutState.RolledBack);
      case PAUSE, DEADLINE -> state instanceof RolloutState.Running;
      case RESUME -> state instanceof RolloutState.Paused;
      case STEP ->
          (state instanceof RolloutState.Running running && terms.hasNext(running.step()))
              || (state instanceof RolloutState.Paused paused && terms.hasNext(paused.step()));
    };
  }
}
