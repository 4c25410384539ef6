package dev.mlops.rollout;

import dev.mlops.error.Plural;
import dev.mlops.stats.BadEventProcess;
import java.util.ArrayList;
import java.util.List;

/**
 * What one guard knows: the evidence both ways, and how much it has seen of the candidate in the
 * current step.
 */
final class GuardEvidence {

  final GuardTerms terms;
  private Evidence worse;
  private Evidence notWorse;
  private BadEventProcess.Tick total = new BadEventProcess.Tick(0, 0, 0, 0);
  private long seenInStep;
  private boolean blind;

  GuardEvidence(GuardTerms terms) {
    this.terms = terms;
    this.worse = Evidence.worse(terms.bound());
    this.notWorse = Evidence.notWorse(terms.bound());
  }

  private GuardEvidence(GuardEvidence other) {
    this.terms = other.terms;
    this.worse = other.worse;
    this.notWorse = other.notWorse;
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
    notWorse = notWorse.after(counts);
    total = total.plus(counts);
    blind = counts.canaryBad() == counts.canary() && counts.stableBad() == counts.stable();
    if (inCurrentStep && !blind) {
      seenInStep += counts.canary();
    }
  }

  void nextStep() {
    seenInStep = 0;
  }

  boolean rollsBack() {
    return worse.rejects(terms.alpha());
  }

  private boolean isSuspicious() {
    return worse.logE() >= -StrictMath.log(terms.beta());
  }

  boolean allowsNextStep() {
    return seenInStep >= terms.minimum() && !isSuspicious() && !blind;
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
    return new Verdict.Finding(
        terms.name(),
        total,
        terms.bound().tolerated(),
        worse.eValue(),
        1 / terms.alpha(),
        terms.alpha(),
        terms.bound().toProve(),
        notWorse.maximum(),
        1 / terms.beta(),
        terms.decisive(),
        sentence());
  }

  String sentence() {
    return "%s: %s on the candidate, %s on the live model; evidence of %s is %s, the limit %s"
        .formatted(
            terms.name(),
            rate(total.canaryBad(), total.canary()),
            rate(total.stableBad(), total.stable()),
            terms.bound().tolerated(),
            Text.evidence(worse.eValue()),
            Text.evidence(1 / terms.alpha()));
  }

  /** What the next step waits for; with promotion ahead, the proof as well. */
  List<String> waitsFor(boolean promotion) {
    List<String> reasons = new ArrayList<>();
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

  private static String rate(long bad, long events) {
    String counts = Plural.grouped(bad) + " of " + Plural.grouped(events);
    return events == 0 ? counts : counts + " (" + Text.percent((double) bad / events) + ")";
  }
}
