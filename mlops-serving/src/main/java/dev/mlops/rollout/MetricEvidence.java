package dev.mlops.rollout;

import dev.mlops.error.Exactly;
import dev.mlops.report.InWords;
import dev.mlops.stats.BadEventProcess;
import dev.mlops.stats.Interval;
import dev.mlops.stats.TwoSidedProcess;
import dev.mlops.stats.TwoSidedProcess.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the metric of an A/B test knows: evidence that the candidate is worse, that it is better,
 * and that the two are equal within the margin. Only the first of them takes the candidate back.
 */
final class MetricEvidence extends GuardEvidence {

  private final double margin;
  private TwoSidedProcess compared;

  MetricEvidence(GuardTerms terms, Bound.TwoSided bound) {
    super(terms);
    this.margin = bound.margin();
    this.compared = TwoSidedProcess.start(margin);
  }

  private MetricEvidence(MetricEvidence other) {
    super(other);
    this.margin = other.margin;
    this.compared = other.compared;
  }

  @Override
  GuardEvidence copy() {
    return new MetricEvidence(this);
  }

  @Override
  void add(BadEventProcess.Tick counts, boolean inCurrentStep) {
    super.add(counts, inCurrentStep);
    compared = compared.after(counts);
  }

  @Override
  boolean rollsBack() {
    return compared.worse().rejects(terms.alpha() / 2);
  }

  /** A metric withholds nothing: what speaks against the candidate is one of its answers. */
  @Override
  boolean isSuspicious() {
    return false;
  }

  @Override
  boolean hasProven() {
    return outcome() instanceof Outcome.Better;
  }

  @Override
  double logWorse() {
    return compared.worse().logE();
  }

  /** The second number of a metric's tick. */
  @Override
  double logNotWorse() {
    return compared.better().logE();
  }

  /** What is found so far, told as of a candidate and a live model. */
  Outcome outcome() {
    Outcome found = compared.outcome(terms.alpha(), terms.beta());
    if (found instanceof Outcome.Better better) {
      return new Outcome.Better(
          better.withinMargin(), "the candidate is better" + size(better.withinMargin()));
    }
    if (found instanceof Outcome.Worse worse) {
      return new Outcome.Worse(
          worse.withinMargin(), "the candidate is worse" + size(worse.withinMargin()));
    }
    if (found instanceof Outcome.Equivalent) {
      return new Outcome.Equivalent("the two differ by less than " + times());
    }
    return new Outcome.Undecided(
        compared.worse().rejects(terms.alpha() / 2)
            ? "the evidence has gone both ways: the difference has changed on the way"
            : "it is not decided which is better, nor that the two differ by less than " + times());
  }

  private String size(boolean withinMargin) {
    return withinMargin ? ", by less than " + times() : "";
  }

  private String times() {
    return Exactly.number(margin) + " times the odds";
  }

  /** Which odds ratios are left, with a confidence of 1 - alpha; none if the ratio has changed. */
  private Optional<Interval> odds() {
    return compared.odds(terms.alpha());
  }

  @Override
  Verdict.Finding finding() {
    double limit = 2 / terms.alpha();
    return new Verdict.Finding(
        terms.name(),
        total(),
        terms.bound().tolerated(),
        compared.worse().eValue(),
        limit,
        terms.alpha(),
        terms.bound().toProve(),
        compared.better().maximum(),
        limit,
        terms.decisive(),
        described(),
        outcome(),
        odds().orElse(null));
  }

  @Override
  String sentence() {
    return "%s: %s: %s; %s".formatted(terms.name(), outcome().sentence(), counts(), evidence());
  }

  private String evidence() {
    return "evidence of better is %s and of worse %s, the limit %s; of differing by less it is %s, the limit %s"
        .formatted(
            Text.evidence(compared.better().eValue()),
            Text.evidence(compared.worse().eValue()),
            Text.evidence(2 / terms.alpha()),
            Text.evidence(StrictMath.exp(compared.logWithin())),
            Text.evidence(1 / terms.beta()));
  }

  @Override
  String described() {
    return sentence() + "; " + odds().map(this::told).orElse("no single odds ratio fits all of it");
  }

  private String told(Interval odds) {
    String confidence = " (confidence " + Text.percent(odds.confidence()) + ")";
    String lower = InWords.number(odds.lower(), 3);
    String upper = InWords.number(odds.upper(), 3);
    if (odds.lower() == 0) {
      return odds.upper() == Double.POSITIVE_INFINITY
          ? "of the odds ratio nothing is known yet"
          : "the odds ratio is below " + upper + confidence;
    }
    return odds.upper() == Double.POSITIVE_INFINITY
        ? "the odds ratio is above " + lower + confidence
        : "the odds ratio is within " + lower + " and " + upper + confidence;
  }

  @Override
  List<String> waitsFor(boolean promotion, boolean shadow) {
    List<String> reasons = new ArrayList<>(super.waitsFor(false, shadow));
    Outcome found = outcome();
    if (found instanceof Outcome.Undecided) {
      reasons.add("an answer of " + terms.name() + ": " + evidence());
    }
    return reasons;
  }
}
