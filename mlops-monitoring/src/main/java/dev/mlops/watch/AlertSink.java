package dev.mlops.watch;

import static java.util.Objects.requireNonNull;

import org.slf4j.LoggerFactory;

/**
 * Takes alerts to those who should know. Implementations must be safe for use by many threads; what
 * they throw is counted and logged, and goes no further.
 */
@FunctionalInterface
public interface AlertSink {
  /**
   * Takes an alert.
   *
   * @param alert the alert
   */
  void accept(Alert alert);

  /**
   * Returns a sink that writes to the log.
   *
   * @return a sink that logs what fires as a warning and what recovers as information, under the
   *     name of this interface
   */
  static AlertSink log() {
    return alert -> {
      requireNonNull(alert, "alert");
      if (alert.state() == Alert.State.FIRING) {
        LoggerFactory.getLogger(AlertSink.class).warn("{}", alert);
      } else {
        LoggerFactory.getLogger(AlertSink.class).info("{}", alert);
      }
    };
  }
}
