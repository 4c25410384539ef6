package dev.mlops.study;

import static java.util.Objects.requireNonNull;

import dev.mlops.error.NotFoundException;
import dev.mlops.tracking.Run;
import java.util.Collections;
import java.util.Map;

/**
 * A trial that is being worked on: its params, and the run that records it. Safe for use by many
 * threads.
 */
public final class Trial {
  /** The tag of a run whose trial was told to stop. */
  static final String PRUNED = "pruned";

  private final StudyTerms terms;
  private final StudyRecords.Claim claim;
  private final Run run;
  private final MedianStopping stopping;
  private long reported = Long.MIN_VALUE;
  private boolean told;

  Trial(StudyTerms terms, StudyRecords.Claim claim, Run run, MedianStopping stopping) {
    this.terms = terms;
    this.claim = claim;
    this.run = run;
    this.stopping = stopping;
  }

  /**
   * Returns the trial's number in its study.
   *
   * @return from 1
   */
  public long number() {
    return claim.number();
  }

  /**
   * Returns how often the trial was given.
   *
   * @return 1, or more if a process died with it
   */
  public int attempt() {
    return claim.attempt();
  }

  /**
   * Returns the seed for what is left to chance in the trial. It is the same in all trials of a
   * study, so that two of them differ by their params.
   *
   * @return any number
   */
  public long seed() {
    return terms.trialSeed();
  }

  /**
   * Returns the run that records the trial; it has the params already.
   *
   * @return the run, which the study ends
   */
  public Run run() {
    return run;
  }

  /**
   * Returns a param of real numbers.
   *
   * @param name its name
   * @return its value
   * @throws NotFoundException if the space has no such param, or the trial lacks it since it
   *     depends on another value
   * @throws IllegalArgumentException if it is another kind of param
   */
  public double real(String name) {
    return (Double) value(name, Param.Kind.REAL);
  }

  /**
   * Returns a param of whole numbers.
   *
   * @param name its name
   * @return its value
   * @throws NotFoundException if the space has no such param, or the trial lacks it since it
   *     depends on another value
   * @throws IllegalArgumentException if it is another kind of param
   */
  public long whole(String name) {
    return (Long) value(name, Param.Kind.WHOLE);
  }

  /**
   * Returns the value of a choice.
   *
   * @param name its name
   * @return its value
   * @throws NotFoundException if the space has no such param, or the trial lacks it since it
   *     depends on another value
   * @throws IllegalArgumentException if it is another kind of param
   */
  public String text(String name) {
    return (String) value(name, Param.Kind.CHOICE);
  }

  private Object value(String name, Param.Kind kind) {
    Param param = terms.space().param(requireNonNull(name, "name"));
    Object value = claim.params().get(name);
    if (value == null) {
      throw NotFoundException.among(
          "no param '"
              + name
              + "' in trial "
              + number()
              + ", it is there when "
              + param.condition(),
          claim.params().keySet());
    }
    if (param.kind() != kind) {
      throw new IllegalArgumentException(
          "param '" + name + "' is read by " + reader(param.kind()) + ", not by " + reader(kind));
    }
    return value;
  }

  private static String reader(Param.Kind kind) {
    return switch (kind) {
      case REAL -> "real(name)";
      case WHOLE -> "whole(name)";
      case CHOICE -> "text(name)";
    };
  }

  /**
   * Returns all params of the trial.
   *
   * @return by name, in the order of the space: Double, Long or String; unmodifiable
   */
  public Map<String, Object> params() {
    return Collections.unmodifiableMap(claim.params());
  }

  /**
   * Reports the objective at a step on the way, and logs it to the run.
   *
   * @param step above that of the report before
   * @param value the objective; NaN counts as worse than every number
   * @throws IllegalArgumentException if the step is not above the one before
   */
  public synchronized void report(long step, double value) {
    if (reported != Long.MIN_VALUE && step <= reported) {
      throw new IllegalArgumentException(
          "step of trial "
              + number()
              + " must be above "
              + reported
              + ", which was reported before: "
              + step);
    }
    run.metric(terms.goal().metric(), step, value);
    if (terms.stops()) {
      stopping.report(claim.id(), step, value);
    }
    reported = step;
  }

  /**
   * Tells whether to stop after what was reported last, since others were better at that step. Once
   * it is true it stays so, and the trial is pruned when its work returns: it has no rank, whatever
   * it logs then.
   *
   * @return true to stop; false as long as nothing was reported, and always false without {@link
   *     Study.Builder#medianStopping()}
   */
  public synchronized boolean shouldStop() {
    if (!told && terms.stops() && reported != Long.MIN_VALUE) {
      told = stopping.stops(claim.id(), reported);
    }
    return told;
  }

  synchronized boolean wasTold() {
    return told;
  }

  @Override
  public String toString() {
    return "trial " + number() + " of study '" + terms.name() + "': " + claim.params();
  }
}
