package dev.mlops.retraining;

import dev.mlops.journal.Event;
import java.util.Optional;

/** What a {@link RetrainingPolicy} decided, and why. */
public sealed interface Decision {

  /**
   * Returns why.
   *
   * @return one sentence
   */
  String reason();

  /**
   * Returns what the decision was taken on.
   *
   * @return the evidence as given
   */
  Evidence evidence();

  /**
   * Returns where the decision is written down: the cause of whatever follows from it.
   *
   * @return the journal's event; empty for a preview
   */
  Optional<Event> event();

  /**
   * Train again.
   *
   * @param reason the loss, in numbers
   * @param evidence what it was taken on
   * @param event the journal's event
   */
  record Retrain(String reason, Evidence evidence, Optional<Event> event) implements Decision {}

  /**
   * Keep the model: there is no loss.
   *
   * @param reason what was looked at
   * @param evidence what it was taken on
   * @param event the journal's event
   */
  record Keep(String reason, Evidence evidence, Optional<Event> event) implements Decision {}

  /**
   * There is a reason to train, and a reason not to do it now.
   *
   * @param guard what stands in the way
   * @param reason both reasons
   * @param evidence what it was taken on
   * @param event the journal's event
   */
  record Blocked(Guard guard, String reason, Evidence evidence, Optional<Event> event)
      implements Decision {}

  /**
   * Keep the model for now: too little is known to say whether there is a loss.
   *
   * @param reason what is not known
   * @param evidence what it was taken on
   * @param event the journal's event
   */
  record NotEnoughEvidence(String reason, Evidence evidence, Optional<Event> event)
      implements Decision {}

  /** What can stand in the way of training, in the order in which they are asked. */
  enum Guard {
    /** The data to train on failed its quality suite, or nothing of it could be judged. */
    DATA_GATE,
    /** The data to train on is what was trained on last time. */
    NO_NEW_DATA,
    /** There are fewer new labels than the policy asks for. */
    FEW_LABELS,
    /** The last training is too recent. */
    COOLDOWN
  }
}
