package dev.mlops.study;

import static java.util.Objects.requireNonNull;

import dev.mlops.error.NotFoundException;
import dev.mlops.tracking.Run;
import java.util.Collections;
import java.util.Map;

/** A trial that is being worked on: its params, and the run that records it. */
public final class Trial {
  private final StudyTerms terms;
  private final StudyRecords.Claim claim;
  private final Run run;

  Trial(StudyTerms terms, StudyRecords.Claim claim, Run run) {
    this.terms = terms;
    this.claim = claim;
    this.run = run;
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

  @Override
  public String toString() {
    return "trial " + number() + " of study '" + terms.name() + "': " + claim.params();
  }
}
