package dev.mlops.scoring;

import dev.mlops.data.Digest;
import dev.mlops.data.Schema;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What must not change between two calls of one run.
 *
 * @param digest of the model; null if it has none, and is told by its name and version alone
 * @param input the columns of the input that are read
 * @param asked the options, in words
 * @param result the columns of the results
 */
record ScoringTerms(
    String model,
    String version,
    @Nullable Digest digest,
    Schema input,
    String asked,
    Schema result,
    boolean isLogging) {

  static ScoringTerms of(ScoringPlan plan, Schema input) {
    Schema read = input.select(plan.columns().read().toArray(String[]::new));
    return new ScoringTerms(
        plan.model().model(),
        plan.model().version(),
        plan.model().digest().orElse(null),
        read,
        plan.columns()
            + (plan.isLogging() ? ", score " + plan.columns().scored() : ", without log"),
        plan.columns().result(input),
        plan.isLogging());
  }

  /** Says what these terms, of an earlier call, have otherwise than those of this call. */
  List<String> differences(ScoringTerms now) {
    List<String> differences = new ArrayList<>();
    differ(differences, "the model", model + ":" + version, now.model + ":" + now.version);
    differ(differences, "the digest of the model", shown(digest), shown(now.digest));
    differ(differences, "the input", "'" + input + "'", "'" + now.input + "'");
    differ(differences, "the options", asked, now.asked);
    return differences;
  }

  private static String shown(@Nullable Digest digest) {
    return digest == null ? "none" : digest.toString();
  }

  private static void differ(List<String> differences, String what, String before, String now) {
    if (!before.equals(now)) {
      differences.add(what + ": " + before + " then, " + now + " now");
    }
  }
}
