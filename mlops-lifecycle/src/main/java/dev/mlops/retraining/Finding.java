package dev.mlops.retraining;

/**
 * What a trigger makes of the evidence.
 *
 * @param state whether it fires
 * @param reason why, as a clause that can follow "because"
 */
record Finding(State state, String reason) {

  /** In the order in which one outweighs another under "or"; under "and" it is the other way. */
  enum State {
    QUIET,
    UNKNOWN,
    FIRED
  }

  static Finding fired(String reason) {
    return new Finding(State.FIRED, reason);
  }

  static Finding quiet(String reason) {
    return new Finding(State.QUIET, reason);
  }

  static Finding unknown(String reason) {
    return new Finding(State.UNKNOWN, reason);
  }

  Finding or(Finding other) {
    return state == other.state
        ? new Finding(state, reason + " and " + other.reason)
        : state.compareTo(other.state) > 0 ? this : other;
  }

  Finding and(Finding other) {
    return state == other.state
        ? new Finding(state, reason + " and " + other.reason)
        : state.compareTo(other.state) < 0 ? this : other;
  }
}
