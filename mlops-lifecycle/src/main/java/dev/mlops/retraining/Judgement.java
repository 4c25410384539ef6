package dev.mlops.retraining;

import dev.mlops.journal.Event;
import dev.mlops.retraining.Decision.Guard;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A decision before it is written down. */
record Judgement(Outcome outcome, @Nullable Guard guard, String reason) {

  enum Outcome {
    RETRAIN,
    KEEP,
    BLOCKED,
    NOT_ENOUGH_EVIDENCE;

    /** Returns the outcome as the journal has it. */
    String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  static Judgement of(Outcome outcome, String reason) {
    return new Judgement(outcome, null, reason);
  }

  static Optional<Judgement> blocked(Guard guard, String reason) {
    return Optional.of(new Judgement(Outcome.BLOCKED, guard, reason));
  }

  Judgement because(String wish) {
    return new Judgement(outcome, guard, reason + "; " + wish);
  }

  Decision decision(Evidence evidence, Optional<Event> event) {
    return switch (outcome) {
      case RETRAIN -> new Decision.Retrain(reason, evidence, event);
      case KEEP -> new Decision.Keep(reason, evidence, event);
      case NOT_ENOUGH_EVIDENCE -> new Decision.NotEnoughEvidence(reason, evidence, event);
      case BLOCKED ->
          new Decision.Blocked(Objects.requireNonNull(guard, "guard"), reason, evidence, event);
    };
  }
}
