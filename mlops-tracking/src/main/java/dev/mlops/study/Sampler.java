package dev.mlops.study;

import dev.mlops.stats.SplitRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How a study chooses the params of its next trial. Immutable. */
public final class Sampler {
  private static final int MOST_POINTS = 1_000;

  private final String words;
  private final Strategy strategy;

  private Sampler(String words, Strategy strategy) {
    this.words = words;
    this.strategy = strategy;
  }

  /** Chooses by what is known alone, so that the same knowledge gives the same params. */
  interface Strategy {
    /**
     * Chooses.
     *
     * @param number of the trial, from 1
     * @param random of this trial
     * @param known the trials before it
     * @return the params, or empty if there are no more
     */
    Optional<Map<String, Object>> next(Space space, long number, SplitRandom random, Known known);
  }

  /**
   * Trials before the next one.
   *
   * @param measured those that have a value, the best first
   * @param others those that run, or ended without a value
   */
  record Known(List<TrialView> measured, List<TrialView> others) {}

  /**
   * Draws ten trials at random, and then tries what is likely among the best tenth and unlikely
   * among the others: the tree-structured Parzen estimator of Bergstra and others (NIPS 2011), with
   * kernels of all params together as Watanabe describes them (arXiv 2304.11127, 2023). A trial
   * that failed or has no value counts among the others. The default.
   *
   * @return the sampler
   */
  public static Sampler tpe() {
    return new Sampler("TPE", new Tpe());
  }

  /**
   * Tries all combinations of the values, in order. Each real param needs a step.
   *
   * @return the sampler
   */
  public static Sampler grid() {
    return new Sampler("grid", new Grid(0));
  }

  /**
   * Tries all combinations of the values, in order, and of a real param without a step some points
   * from end to end, evenly spaced on its scale.
   *
   * @param points how many points, 2 to 1,000
   * @return the sampler
   * @throws IllegalArgumentException if the number is out of range
   */
  public static Sampler grid(int points) {
    if (points < 2 || points > MOST_POINTS) {
      throw new IllegalArgumentException("a grid has 2 to 1,000 points a param: " + points);
    }
    return new Sampler("grid of " + points, new Grid(points));
  }

  /**
   * Draws each param evenly on its scale, whatever was found before.
   *
   * @return the sampler
   */
  public static Sampler random() {
    return new Sampler(
        "random", (space, number, random, known) -> Optional.of(drawn(space, random)));
  }

  static Map<String, Object> drawn(Space space, SplitRandom random) {
    return space.choose(param -> drawn(param, random.split(param.name())));
  }

  static Object drawn(Param param, SplitRandom random) {
    return param.kind() == Param.Kind.CHOICE
        ? param.at(random.nextInt(param.options().size()))
        : param.near(param.from() + random.nextDouble() * (param.to() - param.from()));
  }

  private record Grid(int points) implements Strategy {
    @Override
    public Optional<Map<String, Object>> next(
        Space space, long number, SplitRandom random, Known known) {
      List<Map<String, Object>> all = space.grid(points);
      return number > all.size() ? Optional.empty() : Optional.of(all.get((int) number - 1));
    }
  }

  /** How many trials there are, if that is known; refuses a space that it cannot search. */
  Optional<Long> size(Space space) {
    if (!(strategy instanceof Grid grid)) {
      return Optional.empty();
    }
    for (Param param : space.params()) {
      if (grid.points == 0 && !param.isDiscrete()) {
        throw new IllegalArgumentException(
            "param '"
                + param.name()
                + "' has no step, which a grid needs; set step(size), or use grid(points)");
      }
    }
    return Optional.of((long) space.grid(grid.points).size());
  }

  Strategy strategy() {
    return strategy;
  }

  @Override
  public String toString() {
    return words;
  }
}
