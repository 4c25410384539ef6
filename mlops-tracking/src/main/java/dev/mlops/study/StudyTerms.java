package dev.mlops.study;

import dev.mlops.stats.SplitRandom;
import java.util.List;

/** What a study was begun with, and what every process that shares it must say again. */
record StudyTerms(
    String name,
    String experiment,
    Space space,
    Goal goal,
    List<Goal.Constraint> constraints,
    Sampler sampler,
    boolean stops,
    long seed) {

  /** The terms as lines of text, which are stored and compared. */
  List<String> lines() {
    return List.of(
        "experiment '" + experiment + "'",
        "space: " + space,
        "goal: " + goal,
        "limits: " + constraints,
        "sampler: " + sampler,
        "stopping: " + (stops ? "median" : "none"),
        "seed: " + seed);
  }

  SplitRandom random(long trial) {
    return SplitRandom.seeded(seed).split("trial").split(trial);
  }

  /** The same for every trial, so that two trials differ by their params and not by their luck. */
  long trialSeed() {
    return SplitRandom.seeded(seed).split("seed").split(1).nextLong();
  }

  @Override
  public String toString() {
    return String.join("; ", lines());
  }
}
