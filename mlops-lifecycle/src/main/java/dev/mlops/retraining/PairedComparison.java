package dev.mlops.retraining;

import dev.mlops.design.Metric;

/** Compares two models on the same rows, with a p-value for each direction. */
interface PairedComparison {

  Metric metric();

  String method();

  /** The same comparison for one who looks a single time. */
  PairedComparison once();

  /**
   * Compares aligned scores without NaN, in the order in which the rows came.
   *
   * @param alpha the limit of the p-values, for telling how many more rows it takes
   */
  Result compare(double[] champion, double[] challenger, boolean[] truth, double alpha);

  /**
   * What a comparison found.
   *
   * @param champion the champion's metric
   * @param challenger the challenger's metric
   * @param pBetter p-value against "the challenger is no better than asked"
   * @param pWorse p-value against "the challenger is at least as good as asked"
   * @param shortage what is missing to say more
   * @param more about how many more rows it takes at the difference seen; not finite if no number
   *     does, or nobody knows
   */
  record Result(
      double champion,
      double challenger,
      double pBetter,
      double pWorse,
      String shortage,
      double more) {

    static Result none(String shortage, double more) {
      return new Result(Double.NaN, Double.NaN, 1, 1, shortage, more);
    }
  }
}
