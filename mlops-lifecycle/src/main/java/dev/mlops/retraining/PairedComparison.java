package dev.mlops.retraining;

/** Compares two models on the same rows, with a p-value for each direction. */
interface PairedComparison {

  String metric();

  String method();

  /** Compares aligned scores without NaN. */
  Result compare(double[] champion, double[] challenger, boolean[] truth);

  /**
   * What a test found.
   *
   * @param champion the champion's metric
   * @param challenger the challenger's metric
   * @param pBetter p-value against "the challenger is no better than asked"
   * @param pWorse p-value against "the challenger is at least as good as asked"
   * @param shortage what is missing to say more
   */
  record Result(
      double champion, double challenger, double pBetter, double pWorse, String shortage) {

    static Result none(String shortage) {
      return new Result(Double.NaN, Double.NaN, 1, 1, shortage);
    }
  }
}
