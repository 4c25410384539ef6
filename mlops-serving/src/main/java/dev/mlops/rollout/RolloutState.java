package dev.mlops.rollout;

/**
 * Where a rollout stands. A rollout begins {@link Running}, may be {@link Paused} and go on, may
 * become {@link Held}, and ends {@link Promoted} or {@link RolledBack}. A human may take a promoted
 * candidate back: then it is rolled back after all.
 */
public sealed interface RolloutState {

  /**
   * Returns how much of the traffic the candidate gets.
   *
   * @return the share in percent, within [0, 100]
   */
  double share();

  /**
   * Tells whether nothing is judged any more.
   *
   * @return true if promoted or rolled back
   */
  default boolean isOver() {
    return false;
  }

  /**
   * The candidate has a share of the traffic, and evidence is gathered. With a share of 0 it is a
   * shadow: it answers beside the live model, and nobody gets its answers.
   *
   * @param step the current step, from 0
   * @param share its share in percent
   */
  record Running(int step, double share) implements RolloutState {
    @Override
    public String toString() {
      return "RUNNING " + Text.at(share);
    }
  }

  /**
   * A human has stopped the steps. The share stays as it was, and the guards can still roll back.
   *
   * @param step the step at which it was stopped, from 0
   * @param share the share in percent that the candidate keeps
   * @param reason why it was stopped
   */
  record Paused(int step, double share, String reason) implements RolloutState {
    @Override
    public String toString() {
      return "PAUSED " + Text.at(share);
    }
  }

  /**
   * Nothing was decided. The share stays as it was, the guards can still roll back, and a human may
   * promote or roll back.
   *
   * @param step the step at which it stopped, from 0
   * @param share the share in percent that the candidate keeps
   * @param reason why it stopped
   */
  record Held(int step, double share, String reason) implements RolloutState {
    @Override
    public String toString() {
      return "HELD " + Text.at(share);
    }
  }

  /**
   * The candidate is the live model.
   *
   * @param reason what allowed it
   */
  record Promoted(String reason) implements RolloutState {
    @Override
    public double share() {
      return 100;
    }

    @Override
    public boolean isOver() {
      return true;
    }

    @Override
    public String toString() {
      return "PROMOTED";
    }
  }

  /**
   * The candidate is out of service, and the live model has all the traffic.
   *
   * @param reason what spoke against the candidate
   */
  record RolledBack(String reason) implements RolloutState {
    @Override
    public double share() {
      return 0;
    }

    @Override
    public boolean isOver() {
      return true;
    }

    @Override
    public String toString() {
      return "ROLLED_BACK";
    }
  }
}
