package dev.mlops.retraining;

import dev.mlops.design.Metric;
import dev.mlops.error.Exactly;
import dev.mlops.error.Plural;
import dev.mlops.report.InWords;
import java.util.Locale;

/**
 * The numbers of a challenge.
 *
 * @param metric the metric; more is better
 * @param method the test, and how often one may look
 * @param champion the champion's metric; NaN if there were too few rows
 * @param challenger the challenger's metric; NaN if there were too few rows
 * @param pBetter p-value against "the challenger is no better than asked": it wins at {@code alpha}
 *     or less
 * @param pWorse p-value against "the challenger is at least as good as asked": the champion stays
 *     at {@code alpha} or less
 * @param alpha the limit of both p-values
 * @param rows how many rows both models scored
 * @param positives how many of them are positive
 */
public record ChallengeEvidence(
    Metric metric,
    String method,
    double champion,
    double challenger,
    double pBetter,
    double pWorse,
    double alpha,
    long rows,
    long positives) {

  String sentence(String verdict, double p) {
    String numbers =
        Double.isNaN(champion) || Double.isNaN(challenger)
            ? metric + " was not computed"
            : "%s %s against %s, p %s at a limit of %s"
                .formatted(
                    metric,
                    InWords.number(challenger, 4),
                    InWords.number(champion, 4),
                    InWords.number(p, 3),
                    Exactly.number(alpha));
    return String.format(
        Locale.ROOT,
        "%s: %s (%s, %s, %s)",
        verdict,
        numbers,
        method,
        Plural.of(rows, "row"),
        Plural.of(positives, "positive"));
  }
}
