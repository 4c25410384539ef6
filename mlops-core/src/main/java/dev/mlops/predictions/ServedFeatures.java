package dev.mlops.predictions;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Features that know where they come from: which service made them, of what request, for which
 * instant, and of which stored rows. A prediction log keeps all of it beside the values, so that
 * the features can be computed again and compared with those that a model is trained on.
 *
 * <p>This is an SPI, which the feature store's {@code FeatureVector} fills. A record copies what
 * these methods return; they are called once for each record, in the thread that makes it.
 */
public interface ServedFeatures {

  /**
   * Returns the values by name, as a log keeps them.
   *
   * @return numbers, strings, booleans or null
   */
  Map<String, ? extends @Nullable Object> logged();

  /**
   * Returns the values by name, as a model takes them.
   *
   * @return numbers, strings, booleans, arrays or null; by default those of {@link #logged()}
   */
  default Map<String, ? extends @Nullable Object> toMap() {
    return logged();
  }

  /**
   * Says of each feature without a value why it has none.
   *
   * @return a word for each such feature, such as {@code NOT_FOUND}; nothing for features with a
   *     value
   */
  Map<String, String> absent();

  /**
   * Returns what was asked.
   *
   * @return the request's keys and columns by name: numbers, strings, booleans or null
   */
  Map<String, ? extends @Nullable Object> request();

  /**
   * Returns who made the features.
   *
   * @return the name of the service, at most 250 characters
   */
  String service();

  /**
   * Returns which definition of the service made the features.
   *
   * @return for instance its digest, at most 250 characters
   */
  String definition();

  /**
   * Returns the instant for which the features were asked.
   *
   * @return the instant, which need not be that of the prediction
   */
  Instant at();

  /**
   * Returns the last ingestion whose rows the features are made of.
   *
   * @return its sequence; 0 if there was none, -1 if it is not known
   */
  long position();
}
