package dev.mlops.rollout;

import dev.mlops.error.Plural;
import dev.mlops.stats.BadEventProcess;
import dev.mlops.stats.CarriedProcess;
import dev.mlops.stats.PairedProcess;
import dev.mlops.stats.Pairs;
import java.util.ArrayList;
import java.util.List;

/**
 * What one guard knows: the evidence both ways, and how much it has seen of the candidate in the
 * current step.
 */
class GuardEvidence {

  final GuardTerms terms;
  private Evidence worse;
  private Evidence notWorse;
  private PairedProcess pairs;
  private double logWorst;
  private BadEventProcess.Tick total = new BadEventProcess.Tick(0, 0, 0, 0);
  private long seenInStep;
  private boolean blind;

  GuardEvidence(GuardTerms terms) {
    this.terms = terms;
    this.worse = Evidence.worse(terms.bound());
    this.notWorse = Evidence.notWorse(terms.bound());
    this.pairs = PairedProcess.against(ratioOfRates(terms.bound()));
  }

  /** Starts what a guard knows: both ways, and about both models alike, for a metric. */
  static GuardEvidence of(GuardTerms terms) {
    return terms.bound() instanceof Bound.TwoSided metric
        ? new MetricEvidence(terms, metric)
        : new GuardEvidence(terms);
  }

  GuardEvidence(GuardEvidence other) {
    this.terms = other.terms;
    this.worse = other.worse;
    this.notWorse = other.notWorse;
    this.pairs = other.pairs;
    this.logWorst = other.logWorst;
    this.total = other.total;
    this.seenInStep = other.seenInStep;
    this.blind = other.blind;
  }

  GuardEvidence copy() {
    return new GuardEvidence(this);
  }

  /**
   * Adds a tick. One in which every event of both arms is bad tells nothing of the candidate: it
   * counts towards no minimum, and no step is taken on it.
   */
  void add(BadEventProcess.Tick counts, boolean inCurrentStep) {
    worse = worse.after(counts);
    logWorst = Math.max(logWorst, logWorse());
    notWorse = notWorse.after(counts);
    total = total.plus(counts);
    blind = counts.canaryBad() == counts.canary() && counts.stableBad() == counts.stable();
    if (inCurrentStep && !blind) {
      seenInStep += counts.canary();
    }
  }

  /**
   * Adds a tick of a shadow. Its evidence is against the same hypothesis as that of the ticks of a
   * canary, and of other units, so the product of both is evidence too: {@link CarriedProcess}.
   * That a candidate is good enough is proven by what reaches users only.
   */
  void add(Pairs tick, boolean inCurrentStep) {
    if (terms.bound() instanceof Bound.Absolute) {
      worse = worse.after(tick.rates());
    } else {
      pairs = pairs.after(tick.onlyCandidateBad(), tick.onlyLiveBad(), tick.bothBad());
    }
    logWorst = Math.max(logWorst, logWorse());
    total = total.plus(tick.rates());
    blind = tick.bothBad() == tick.pairs();
    if (inCurrentStep && !blind) {
      seenInStep += tick.pairs();
    }
  }

  /** The greatest ratio of rates for which the ratio of odds can be as tolerated. */
  private static double ratioOfRates(Bound bound) {
    return bound instanceof Bound.Relative relative ? Math.max(1, relative.ratio()) : 1;
  }

  void nextStep() {
    seenInStep = 0;
  }

  boolean rollsBack() {
    return logWorst >= -StrictMath.log(terms.alpha());
  }

  boolean isSuspicious() {
    return logWorse() >= -StrictMath.log(terms.beta());
  }

  /** Whether the guard counts anything in a step: only a shadow has answers to compare. */
  private boolean isBlindTo(boolean shadow) {
    return terms.kind().comparesAnswers() && !shadow;
  }

  boolean allowsNextStep(boolean shadow) {
    return isBlindTo(shadow) || (seenInStep >= terms.minimum() && !isSuspicious() && !blind);
  }

  boolean hasProven() {
    return notWorse.rejects(terms.beta());
  }

  double logWorse() {
    return CarriedProcess.of(pairs, worse).logE();
  }

  double logNotWorse() {
    return notWorse.logE();
  }

  Verdict.Finding finding() {
    return new Verdict.Finding(
        terms.name(),
        total,
        terms.tolerated(),
        StrictMath.exp(logWorse()),
        1 / terms.alpha(),
        terms.alpha(),
        terms.bound().toProve(),
        notWorse.maximum(),
        1 / terms.beta(),
        terms.decisive(),
        sentence(),
        null,
        null);
  }

  String sentence() {
    if (terms.kind().comparesAnswers()) {
      return "%s: %s answers of the shadow; evidence of %s is %s, the limit %s"
          .formatted(
              terms.name(),
              rate(total.canaryBad(), total.canary()),
              terms.bound().tolerated(),
              Text.evidence(StrictMath.exp(logWorse())),
              Text.evidence(1 / terms.alpha()));
    }
    return "%s: %s; evidence of %s is %s, the limit %s"
        .formatted(
            terms.name(),
            counts(),
            terms.tolerated(),
            Text.evidence(StrictMath.exp(logWorse())),
            Text.evidence(1 / terms.alpha()));
  }

  /** All that can be told, which may take a moment. */
  String described() {
    return sentence();
  }

  /** What the next step waits for; with promotion ahead, the proof as well. */
  List<String> waitsFor(boolean promotion, boolean shadow) {
    List<String> reasons = new ArrayList<>();
    if (isBlindTo(shadow)) {
      return reasons;
    }
    if (seenInStep < terms.minimum()) {
      reasons.add(
          "%s to count %s of %s events of the candidate in this step"
              .formatted(
                  terms.name(), Plural.grouped(seenInStep), Plural.grouped(terms.minimum())));
    }
    if (blind) {
      reasons.add(terms.name() + " to see a good event again, as all of the last were bad");
    }
    if (isSuspicious()) {
      reasons.add(
          "the evidence of %s to fall below %s"
              .formatted(terms.name(), Text.evidence(1 / terms.beta())));
    }
    if (promotion && terms.decisive() && !hasProven()) {
      reasons.add(
          "the proof of %s (%s), at evidence of %s of %s"
              .formatted(
                  terms.name(),
                  terms.bound().toProve(),
                  Text.evidence(notWorse.eValue()),
                  Text.evidence(1 / terms.beta())));
    }
    return reasons;
  }

  /** The counts of both models, in words. */
  final String counts() {
    return "%s on the candidate, %s on the live model"
        .formatted(
            rate(total.canaryBad(), total.canary()) + terms.bad(true),
            rate(total.stableBad(), total.stable()) + terms.bad(false));
  }

  final BadEventProcess.Tick total() {
    return total;
  }

  private static String rate(long bad, long events) {
    String counts = Plural.grouped(bad) + " of " + Plural.grouped(events);
    return events == 0 ? counts : counts + " (" + Text.percent((double) bad / events) + ")";
  }
}
