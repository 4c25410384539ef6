package dev.mlops.study;

import static dev.mlops.study.Param.choice;
import static dev.mlops.study.Param.real;
import static dev.mlops.study.Param.whole;

import dev.mlops.stats.SplitRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** Functions with a known least value, the same as in benchmarks/rivals/study.py. */
@SuppressWarnings("ImmutableEnumChecker") // what the fields hold does not change
enum Landscapes {
  BRANIN(Space.of(real("x", -5, 10), real("y", 0, 15)), Landscapes::branin, 0.39788735772973816),
  HARTMANN(
      Space.of(IntStream.range(0, 6).mapToObj(i -> real("x" + i, 0, 1)).toArray(Param[]::new)),
      Landscapes::hartmann,
      -3.322368011415515),
  ROSENBROCK(
      Space.of(real("x0", -5, 10), real("x1", -5, 10), whole("x2", -5, 10), whole("x3", -5, 10)),
      Landscapes::rosenbrock,
      0),
  RATES(
      Space.of(real("rate", 1e-6, 1).log(), real("decay", 1e-8, 1e-1).log()), Landscapes::rates, 0),
  KINDS(
      Space.of(
          choice("kind", "linear", "boosted", "constant"),
          real("mix", 0, 1).onlyWhen("kind", "linear"),
          real("rate", 1e-5, 1).log().onlyWhen("kind", "boosted"),
          whole("depth", 1, 20).onlyWhen("kind", "boosted")),
      Landscapes::kinds,
      0);

  private static final double[][] A = {
    {10, 3, 17, 3.5, 1.7, 8},
    {0.05, 10, 17, 0.1, 8, 14},
    {3, 3.5, 1.7, 10, 17, 8},
    {17, 8, 0.05, 10, 0.1, 14}
  };
  private static final double[][] P = {
    {1312, 1696, 5569, 124, 8283, 5886},
    {2329, 4135, 8307, 3736, 1004, 9991},
    {2348, 1451, 3522, 2883, 3047, 6650},
    {4047, 8828, 8732, 5743, 1091, 381}
  };
  private static final double[] ALPHA = {1.0, 1.2, 3.0, 3.2};

  private final Space space;
  private final ToDoubleFunction<Map<String, Object>> function;
  private final double least;

  Landscapes(Space space, ToDoubleFunction<Map<String, Object>> function, double least) {
    this.space = space;
    this.function = function;
    this.least = least;
  }

  /** By how much the best of some trials misses the least value. */
  double regret(Sampler sampler, long seed, int trials) {
    List<TrialView> known = new ArrayList<>();
    for (long number = 1; number <= trials; number++) {
      SplitRandom random = SplitRandom.seeded(seed).split("trial").split(number);
      Optional<Map<String, Object>> params =
          sampler
              .strategy()
              .next(space, number, random, new Sampler.Known(List.copyOf(known), List.of()));
      double value = function.applyAsDouble(params.orElseThrow());
      known.add(
          new TrialView(number, 1, TrialState.FINISHED, params.get(), Map.of("loss", value), null));
      known.sort(Comparator.comparingDouble(Landscapes::loss));
    }
    return loss(known.get(0)) - least;
  }

  private static double loss(TrialView trial) {
    return trial.metrics().getOrDefault("loss", Double.NaN);
  }

  private static double number(Map<String, Object> params, String name) {
    return ((Number) params.getOrDefault(name, Double.NaN)).doubleValue();
  }

  private static double branin(Map<String, Object> params) {
    double x = number(params, "x");
    double bend = number(params, "y") - 5.1 / (4 * Math.PI * Math.PI) * x * x + 5 / Math.PI * x - 6;
    return bend * bend + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) + 10;
  }

  private static double hartmann(Map<String, Object> params) {
    double sum = 0;
    for (int k = 0; k < 4; k++) {
      double inner = 0;
      for (int i = 0; i < 6; i++) {
        double away = number(params, "x" + i) - P[k][i] * 1e-4;
        inner += A[k][i] * away * away;
      }
      sum -= ALPHA[k] * Math.exp(-inner);
    }
    return sum;
  }

  private static double rosenbrock(Map<String, Object> params) {
    double sum = 0;
    for (int i = 0; i < 3; i++) {
      double x = number(params, "x" + i);
      double bend = number(params, "x" + (i + 1)) - x * x;
      sum += 100 * bend * bend + (1 - x) * (1 - x);
    }
    return sum;
  }

  private static double rates(Map<String, Object> params) {
    double rate = Math.log10(number(params, "rate")) + 2.5;
    double decay = Math.log10(number(params, "decay")) + 4;
    return rate * rate + 0.5 * decay * decay + 0.2 * rate * decay;
  }

  private static double kinds(Map<String, Object> params) {
    String kind = String.valueOf(params.get("kind"));
    if (kind.equals("linear")) {
      double away = number(params, "mix") - 0.3;
      return 0.1 + away * away;
    }
    if (kind.equals("boosted")) {
      double rate = Math.log10(number(params, "rate")) + 2;
      double depth = number(params, "depth") - 7;
      return 0.2 * rate * rate + 0.01 * depth * depth;
    }
    return 0.5;
  }
}
