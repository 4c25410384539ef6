package dev.mlops.stats;

import org.apache.commons.statistics.distribution.TDistribution;

/** The interval of an area under the ROC curve, also of one near 0 or 1. */
final class AreaInterval {

  /*
   * DeLong's variance of an area near 1 rests on the few units out of order, and is often far too
   * small, or 0. The logit keeps the ends inside (0, 1) and Student's quantile (with Satterthwaite's
   * degrees of freedom over both classes) allows for few units; what is left is mended by
   * Newcombe's interval, where the variance is that of exponential scores of area A:
   *
   *   V(A) = A (1 - A) (1 + N ((1 - A) / (2 - A) + A / (1 + A))) / (m n),  N = (m + n) / 2 - 1,
   *
   * and an area is inside while it is within the normal quantile times sqrt(V) of the estimate.
   */

  private static final int HALVINGS = 50;

  private AreaInterval() {}

  static Interval of(DeLong model, double confidence) {
    double tail = (1 - confidence) / 2;
    double area = model.area();
    double z = Interval.normal(0, 1, confidence).upper();
    double lower = newcombe(model, z, 0);
    double upper = newcombe(model, z, 1);
    double variance = model.varianceOfPositives() + model.varianceOfNegatives();
    if (variance > 0 && area > 0 && area < 1) {
      double logit = Math.log(area / (1 - area));
      double reach =
          TDistribution.of(freedom(model)).inverseSurvivalProbability(tail)
              * Math.sqrt(variance)
              / (area * (1 - area));
      lower = Math.min(lower, area(logit - reach));
      upper = Math.max(upper, area(logit + reach));
    }
    return new Interval(Math.min(lower, area), area, Math.max(upper, area), confidence);
  }

  private static double area(double logit) {
    return 1 / (1 + Math.exp(-logit));
  }

  private static double freedom(DeLong model) {
    double ofPositives = model.varianceOfPositives();
    double ofNegatives = model.varianceOfNegatives();
    double sum = ofPositives + ofNegatives;
    return sum
        * sum
        / (ofPositives * ofPositives / (model.positives() - 1)
            + ofNegatives * ofNegatives / (model.negatives() - 1));
  }

  /** The area farthest towards an end that is still inside. */
  private static double newcombe(DeLong model, double z, double end) {
    double inside = model.area();
    double outside = end;
    for (int i = 0; i < HALVINGS; i++) {
      double middle = (inside + outside) / 2;
      if (Math.abs(middle - model.area()) <= z * Math.sqrt(variance(model, middle))) {
        inside = middle;
      } else {
        outside = middle;
      }
    }
    return inside;
  }

  private static double variance(DeLong model, double area) {
    double half = (model.positives() + model.negatives()) / 2.0 - 1;
    double shape = (1 - area) / (2 - area) + area / (1 + area);
    return area
        * (1 - area)
        * (1 + half * shape)
        / ((double) model.positives() * model.negatives());
  }
}
