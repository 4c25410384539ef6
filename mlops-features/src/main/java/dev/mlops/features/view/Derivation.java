package dev.mlops.features.view;

import java.io.Serializable;

/**
 * The code of a derived feature: the same in training and live, on this machine and on another. It
 * may depend on its context alone, and what it captures must be serializable, so that it can travel
 * to where a {@link PartitionJoin} runs.
 */
@FunctionalInterface
public interface Derivation extends Serializable {

  /**
   * Computes the feature.
   *
   * @param context the time, the request and the features before this one
   * @return the value; NaN for none
   */
  double apply(FeatureContext context);
}
