package dev.mlops.watch;

import dev.mlops.error.Exactly;
import dev.mlops.error.Plural;
import dev.mlops.watch.Look.Seen;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Fires when a model has fallen silent, or says the same all the time. Nothing is estimated, so
 * there is no error to state.
 *
 * @param name the rule in words
 * @param judgement looks at a window
 */
record SilenceRule(String name, Function<Look, Finding> judgement) implements WatchRule {
  private static final int LEAST_TO_BE_CONSTANT = 20;

  /** The part of a window that is over is judged: of a day at noon, half of a day's predictions. */
  static SilenceRule heartbeat(long least, @Nullable Duration every) {
    String name =
        every == null
            ? "heartbeat: no predictions"
            : "heartbeat: fewer than " + predictions(least) + " in " + Exactly.duration(every);
    return new SilenceRule(name, look -> heartbeat(look, least, every));
  }

  @Override
  public Finding judge(Look look) {
    return judgement.apply(look);
  }

  private static Finding heartbeat(Look look, long least, @Nullable Duration every) {
    Instant end = look.window().to().isBefore(look.now()) ? look.window().to() : look.now();
    if (!end.isAfter(look.window().from())) {
      return Finding.notJudged("the window has not begun");
    }
    Duration elapsed = Duration.between(look.window().from(), end);
    double expected = every == null ? 1 : least * (toSeconds(elapsed) / toSeconds(every));
    long found = look.rows().size();
    String sentence = predictions(found) + " in " + Exactly.duration(elapsed);
    if (found >= expected) {
      return Finding.holds(sentence);
    }
    return found == 0 || expected >= 1 ? Finding.broken(sentence) : Finding.unsure(sentence);
  }

  private static String predictions(long count) {
    return Plural.of(count, "prediction");
  }

  private static double toSeconds(Duration duration) {
    return duration.getSeconds() + duration.getNano() / 1e9;
  }

  static SilenceRule constantOutput() {
    return new SilenceRule("constant output", SilenceRule::constantOutput);
  }

  private static Finding constantOutput(Look look) {
    double[] scores =
        look.rows().stream()
            .mapToDouble(Seen::score)
            .filter(score -> !Double.isNaN(score))
            .toArray();
    if (scores.length < LEAST_TO_BE_CONSTANT) {
      return Finding.notJudged(
          "too few rows: " + Plural.of(scores.length, "score") + ", needs " + LEAST_TO_BE_CONSTANT);
    }
    for (double score : scores) {
      if (score != scores[0]) {
        return Finding.holds(
            "scores of "
                + Exactly.number(scores[0])
                + ", "
                + Exactly.number(score)
                + " and others");
      }
    }
    return Finding.broken(
        "all " + Plural.of(scores.length, "score is ", "scores are ") + Exactly.number(scores[0]));
  }
}
