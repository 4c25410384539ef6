package dev.mlops.serving;

import dev.mlops.journal.Actor;
import dev.mlops.rollout.Certificate.Transition;
import dev.mlops.rollout.RolloutRecord;
import dev.mlops.stats.BadEventProcess;
import java.time.Instant;
import java.util.Optional;

/**
 * What a process adds to a rollout: a tick that it has counted, or an act of a human or of the
 * clock. What a rollout has decided follows from its entries, in their order.
 */
sealed interface RolloutEntry {

  /** When it came to be, by the clock of the process that adds it. */
  Instant time();

  /** The same at a later time. */
  RolloutEntry at(Instant later);

  /** The same at its own time, or at that of the record's last entry: clocks of machines differ. */
  default RolloutEntry notBefore(RolloutRecord record) {
    return time().isBefore(record.latest()) ? at(record.latest()) : this;
  }

  /** Adds this to a record, at its own time; returns what followed. */
  Optional<Transition> addTo(RolloutRecord record, Actor decides);

  /**
   * A tick.
   *
   * @param guard the guard's place in the plan
   * @param step the step whose traffic was counted
   * @param units who was counted, so that no other process counts them again in this step; empty
   *     where each request is a unit
   */
  record Counted(Instant time, int guard, int step, BadEventProcess.Tick counts, CountedUnits units)
      implements RolloutEntry {

    @Override
    public RolloutEntry at(Instant later) {
      return new Counted(later, guard, step, counts, units);
    }

    @Override
    public Optional<Transition> addTo(RolloutRecord record, Actor decides) {
      return record.tick(guard, step, counts, time, decides);
    }
  }

  /** An act, with its reason and its actor. */
  record Act(Instant time, Kind kind, String reason, Actor actor) implements RolloutEntry {

    enum Kind {
      PROMOTE,
      ROLL_BACK,
      PAUSE,
      RESUME,
      STEP,
      DEADLINE
    }

    @Override
    public RolloutEntry at(Instant later) {
      return new Act(later, kind, reason, actor);
    }

    @Override
    public Optional<Transition> addTo(RolloutRecord record, Actor decides) {
      return switch (kind) {
        case PROMOTE -> Optional.of(record.promote(time, actor, reason));
        case ROLL_BACK -> Optional.of(record.rollback(time, actor, reason));
        case PAUSE -> Optional.of(record.pause(time, actor, reason));
        case RESUME -> Optional.of(record.resume(time, actor));
        case STEP -> Optional.of(record.step(time, actor));
        case DEADLINE -> record.clock(time, decides);
      };
    }
  }
}
