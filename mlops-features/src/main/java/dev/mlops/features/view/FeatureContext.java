package dev.mlops.features.view;

import dev.mlops.data.Row;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a derivation may look at: the time, the request and the features before it. The same in
 * training and live; the label is not in it.
 */
public interface FeatureContext {

  /**
   * Returns the time for which features are asked.
   *
   * @return the instant, to the microsecond
   */
  Instant time();

  /**
   * Returns the request: the entities' keys and the columns declared with {@link
   * FeatureService#request}.
   *
   * @return a row of exactly those columns
   */
  Row request();

  /**
   * Returns a numeric feature of the service that stands before the one being derived.
   *
   * @param name the feature's full name
   * @return its value as a double, {@code 0} or {@code 1} for a boolean, or NaN if it has none
   * @throws IllegalArgumentException if there is no such feature before this one, or it is not
   *     numeric
   */
  double feature(String name);

  /**
   * Returns the value of a feature of any type that stands before the one being derived.
   *
   * @param name the feature's full name
   * @return a Boolean, Long, Float, Double, String, Instant or float[], or null if it has none
   * @throws IllegalArgumentException if there is no such feature before this one
   */
  @Nullable Object value(String name);
}
