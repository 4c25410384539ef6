package dev.mlops.rollout;

import dev.mlops.error.Elements;
import dev.mlops.error.Plural;
import dev.mlops.stats.BadEventProcess;
import dev.mlops.stats.Interval;
import dev.mlops.stats.TwoSidedProcess;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a rollout knows at a moment: its state and each guard's evidence, in numbers and in words.
 *
 * @param time the moment
 * @param state where the rollout stands
 * @param findings one for each guard, in the order of the guards
 * @param labels how many predictions wait for the truth
 * @param sentence all of it in words
 */
public record Verdict(
    Instant time, RolloutState state, List<Finding> findings, Labels labels, String sentence) {

  /**
   * Keeps its own copy of the findings.
   *
   * @param time the moment
   * @param state where the rollout stands
   * @param findings one for each guard
   * @param labels how many predictions wait for the truth
   * @param sentence all of it in words
   */
  public Verdict {
    findings = Elements.copy(findings, "findings");
  }

  /**
   * Returns what an A/B test has found so far.
   *
   * @return better, worse, equivalent or undecided; empty for a rollout that is no A/B test
   */
  public Optional<TwoSidedProcess.Outcome> outcome() {
    return findings.stream().map(Finding::outcome).filter(Objects::nonNull).findFirst();
  }

  /**
   * Returns how many times the live model's odds of a bad event the candidate's are, by the metric
   * of an A/B test. One may look as often as one likes: while that ratio is constant, the chance
   * that it is <em>ever</em> outside is at most the metric's alpha.
   *
   * @return the range around the likeliest ratio; an end is 0 or infinite where nothing is known.
   *     Empty for a rollout that is no A/B test, and if no ratio fits, as when it has changed
   */
  public Optional<Interval> odds() {
    return findings.stream().map(Finding::odds).filter(Objects::nonNull).findFirst();
  }

  /**
   * Adds words to the sentence.
   *
   * @param words as they are
   * @return the same verdict with a longer sentence
   */
  public Verdict adding(String words) {
    return new Verdict(time, state, findings, labels, sentence + words);
  }

  /**
   * What one guard knows.
   *
   * @param guard the guard's name
   * @param total all judged events and bad events of both arms. The evidence can't be computed from
   *     these sums, only from the ticks of a {@link Certificate}
   * @param against what would be too much, in words, for instance "worse than tolerated (ratio 1)"
   * @param evidence the e-value at hand for it; at {@code limit} the candidate is rolled back
   * @param limit 1/alpha
   * @param alpha the bound on the chance that this guard rolls back a tolerable candidate
   * @param toProve what promotion must prove, in words, for instance "below 5 %"
   * @param promotionEvidence the largest e-value so far for it
   * @param promotionLimit 1/beta, at which it is proven
   * @param decisive whether promotion waits for this guard's proof
   * @param sentence the finding in words
   * @param outcome what the metric of an A/B test has found; null for every other guard
   * @param odds which odds ratios of a bad event, candidate to live model, the metric has not
   *     refuted, however often one looks; null for every other guard, and if no ratio fits
   */
  public record Finding(
      String guard,
      BadEventProcess.Tick total,
      String against,
      double evidence,
      double limit,
      double alpha,
      String toProve,
      double promotionEvidence,
      double promotionLimit,
      boolean decisive,
      String sentence,
      TwoSidedProcess.@Nullable Outcome outcome,
      @Nullable Interval odds) {}

  /**
   * What the label guards wait for, and what they will never get; for all of them alike, zero
   * without one.
   *
   * @param candidate predictions of the candidate that are evidence and wait for their labels
   * @param live those of the live model
   * @param forgotten those that were forgotten before their label came, as more waited than the
   *     rollout's plan keeps
   * @param candidateUnscored answers of the candidate that would be evidence, and that no label can
   *     judge as they have no score
   * @param liveUnscored those of the live model
   * @param unknown labels that came since the rollout began and are of no prediction of the router
   * @param unjudged labels that no guard judged, as they are texts or its rule threw
   * @param inTick labels that are judged, and are no evidence before their tick is full
   */
  public record Labels(
      long candidate,
      long live,
      long forgotten,
      long candidateUnscored,
      long liveUnscored,
      long unknown,
      long unjudged,
      long inTick) {

    /** Nothing is waited for, and nothing is missing. */
    public static final Labels NONE = new Labels(0, 0, 0, 0, 0, 0, 0, 0);

    /** Says in words what is waited for; nothing where no label is. */
    String waiting() {
      return (inTick == 0
              ? ""
              : ". Not in these counts before their tick is full: %s"
                  .formatted(Plural.of(inTick, "label")))
          + (candidate + live == 0
              ? ""
              : ". Labels are awaited for %s of the candidate and %s of the live model"
                  .formatted(Plural.of(candidate, "prediction"), Plural.grouped(live)));
    }

    /** Says in words what is missing for good; nothing where that is nothing. */
    String missing() {
      return (forgotten == 0
              ? ""
              : ". Forgotten before their labels came: %s; raise pending"
                  .formatted(Plural.of(forgotten, "prediction")))
          + (candidateUnscored + liveUnscored == 0
              ? ""
              : ". Without a score, so that no label can judge them: %s of the candidate and %s of the live model; give the router a .score(...)"
                  .formatted(Plural.of(candidateUnscored, "answer"), Plural.grouped(liveUnscored)))
          + (unknown == 0
              ? ""
              : ". Of predictions that the router never gave out, so that no guard judges them: %s"
                  .formatted(Plural.of(unknown, "label")))
          + (unjudged == 0
              ? ""
              : ". Not judged, as they are texts or the rule of a guard threw: %s"
                  .formatted(Plural.of(unjudged, "label")));
    }
  }
}
