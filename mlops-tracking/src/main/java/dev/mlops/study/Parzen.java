package dev.mlops.study;

import dev.mlops.stats.SplitRandom;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A density of params: a kernel for each trial and a wide one for the prior. The newest 25 trials
 * have the weight 1, as the prior has, and older ones less, down to 1 / n for the first.
 */
final class Parzen {
  private static final int YOUNG = 25;

  private final List<Param> params;
  private final List<Kernels> kernels;
  private final double[] weights;

  private Parzen(List<Param> params, List<Kernels> kernels, double[] weights) {
    this.params = params;
    this.kernels = kernels;
    this.weights = weights;
  }

  /** The kernels of one param: as many as there are trials, and the last one for the prior. */
  interface Kernels {
    Object draw(int kernel, SplitRandom random);

    /** Of a value that {@link #draw} can return; a constant may be left out. */
    double logDensity(int kernel, Object value);
  }

  /**
   * Makes the density.
   *
   * @param params at least one
   * @param trials values of all these params, oldest first; none for the prior alone
   */
  static Parzen of(List<Param> params, List<Map<String, Object>> trials) {
    List<Kernels> kernels =
        params.stream()
            .map(
                param -> {
                  List<Object> values =
                      trials.stream().<Object>map(trial -> trial.get(param.name())).toList();
                  return param.kind() == Param.Kind.CHOICE
                      ? new ChoiceKernels(param, values)
                      : (Kernels) new NumberKernels(param, values);
                })
            .toList();
    return new Parzen(params, kernels, weights(trials.size()));
  }

  /** They sum to 1. */
  static double[] weights(int trials) {
    double[] weights = new double[trials + 1];
    Arrays.fill(weights, 1);
    int old = trials - YOUNG;
    for (int i = 0; i < old; i++) {
      double first = 1.0 / trials;
      weights[i] = old == 1 ? first : first + (1 - first) * i / (old - 1);
    }
    double sum = Arrays.stream(weights).sum();
    return Arrays.stream(weights).map(weight -> weight / sum).toArray();
  }

  Map<String, Object> draw(SplitRandom random) {
    double left = random.nextDouble();
    int kernel = 0;
    while (kernel < weights.length - 1 && left >= weights[kernel]) {
      left -= weights[kernel++];
    }
    Map<String, Object> values = new LinkedHashMap<>();
    for (int i = 0; i < params.size(); i++) {
      values.put(params.get(i).name(), kernels.get(i).draw(kernel, random));
    }
    return values;
  }

  double logDensity(Map<String, Object> values) {
    double[] logs = new double[weights.length];
    for (int kernel = 0; kernel < logs.length; kernel++) {
      logs[kernel] = Math.log(weights[kernel]);
      for (int i = 0; i < params.size(); i++) {
        Object value = values.get(params.get(i).name());
        if (value != null) {
          logs[kernel] += kernels.get(i).logDensity(kernel, value);
        }
      }
    }
    double most = Arrays.stream(logs).max().orElseThrow();
    return most + Math.log(Arrays.stream(logs).map(log -> Math.exp(log - most)).sum());
  }
}
