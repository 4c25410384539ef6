package dev.mlops.serving;

import dev.mlops.stats.BadEventProcess;

/**
 * What one guard knows: the evidence both ways, and how much it has seen of the candidate in the
 * current step.
 */
final class GuardEvidence {

  final GuardTerms terms;
  private BadEventProcess worse;
  private BadEventProcess notWorse;
  private long seenInStep;

  GuardEvidence(GuardTerms terms) {
    this.terms = terms;
    this.worse = terms.againstCandidate();
    this.notWorse = terms.forCandidate();
  }

  void add(BadEventProcess.Tick counts, boolean inCurrentStep) {
    worse = worse.after(counts);
    notWorse = notWorse.after(counts);
    if (inCurrentStep) {
      seenInStep += counts.canary();
    }
  }

  void nextStep() {
    seenInStep = 0;
  }

  boolean rollsBack() {
    return worse.rejects(terms.alpha());
  }

  boolean isSuspicious() {
    return worse.logE() >= -StrictMath.log(terms.beta());
  }

  boolean hasSeenEnough() {
    return seenInStep >= terms.minimum();
  }

  boolean hasProven() {
    return notWorse.rejects(terms.beta());
  }

  double logWorse() {
    return worse.logE();
  }

  double logNotWorse() {
    return notWorse.logE();
  }

  Verdict.Finding finding() {
    BadEventProcess.Tick total = worse.total();
    return new Verdict.Finding(
        terms.name(),
        total,
        terms.ratio(),
        worse.eValue(),
        1 / terms.alpha(),
        terms.alpha(),
        notWorse.maximum(),
        1 / terms.beta(),
        terms.decisive(),
        sentence(total));
  }

  String sentence() {
    return sentence(worse.total());
  }

  private String sentence(BadEventProcess.Tick total) {
    return "%s: %s on the candidate, %s on the live model; evidence of worse than tolerated (ratio %s) is %s, the limit %s"
        .formatted(
            terms.name(),
            rate(total.canaryBad(), total.canary()),
            rate(total.stableBad(), total.stable()),
            Text.number(terms.ratio()),
            Text.number(worse.eValue()),
            Text.number(1 / terms.alpha()));
  }

  private static String rate(long bad, long events) {
    String counts = Text.count(bad) + " of " + Text.count(events);
    return events == 0 ? counts : counts + " (" + Text.percent((double) bad / events) + ")";
  }
}
