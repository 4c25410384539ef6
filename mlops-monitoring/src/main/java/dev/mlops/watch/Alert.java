package dev.mlops.watch;

import dev.mlops.monitoring.TimeWindow;
import dev.mlops.storage.Names;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Says that a rule of a watch has begun or ceased to be broken, or to be out of judgement.
 *
 * @param state whether it begins or ceases
 * @param kind what does
 * @param project the project whose prediction log is read
 * @param model the model that is watched
 * @param version the version that is watched, or null for all
 * @param variant the variant that is watched, or null for all
 * @param rule the rule in words, such as {@code roc_auc below 0.7}
 * @param time when it was found
 * @param window the window in which it was found
 * @param sentence the evidence in words
 */
public record Alert(
    State state,
    Kind kind,
    String project,
    String model,
    @Nullable String version,
    @Nullable String variant,
    String rule,
    Instant time,
    TimeWindow window,
    String sentence) {

  /** Whether an alert begins or ceases. */
  public enum State {
    /** It has begun. */
    FIRING,
    /** It has ceased. */
    RECOVERED
  }

  /** What an alert is about. */
  public enum Kind {
    /** The rule is broken. */
    BROKEN,
    /** The rule cannot be judged: nobody knows whether it is broken. */
    NOT_JUDGED
  }

  @Override
  public String toString() {
    return "%s %s%s%s%s: %s%s in %s: %s"
        .formatted(
            state,
            project.equals(Names.DEFAULT_PROJECT) ? "" : "project '" + project + "', ",
            model,
            version == null ? "" : " version " + version,
            variant == null ? "" : " " + variant,
            rule,
            kind == Kind.NOT_JUDGED ? " (not judged)" : "",
            window,
            sentence);
  }
}
