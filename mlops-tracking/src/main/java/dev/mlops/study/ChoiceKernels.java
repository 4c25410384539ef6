package dev.mlops.study;

import dev.mlops.stats.SplitRandom;
import java.util.List;

/**
 * The kernels of a choice: the value of the trial has the weight 1 more than the others, which have
 * one part in as many as there are kernels each, so that no value dies out.
 */
final class ChoiceKernels implements Parzen.Kernels {
  private final Param param;
  private final int[] seen;
  private final double least;

  ChoiceKernels(Param param, List<Object> trials) {
    this.param = param;
    this.seen = trials.stream().mapToInt(value -> param.options().indexOf(value)).toArray();
    this.least = 1.0 / (trials.size() + 1);
  }

  private double share(int kernel, int option) {
    int options = param.options().size();
    return kernel == seen.length
        ? 1.0 / options
        : (least + (seen[kernel] == option ? 1 : 0)) / (1 + options * least);
  }

  @Override
  public Object draw(int kernel, SplitRandom random) {
    double left = random.nextDouble();
    int option = 0;
    while (option < param.options().size() - 1 && left >= share(kernel, option)) {
      left -= share(kernel, option++);
    }
    return param.options().get(option);
  }

  @Override
  public double logDensity(int kernel, Object value) {
    return Math.log(share(kernel, param.options().indexOf(value)));
  }
}
