package dev.mlops.registry;

import dev.mlops.error.Exactly;
import dev.mlops.error.Plural;
import dev.mlops.models.ModelRunner;
import dev.mlops.tracking.RunCheck;
import java.util.List;

/** One demand of a {@link Promotion}. */
interface PromotionGate {

  /** Names it for people; two demands of one name are the same. */
  String name();

  /** Looks for the evidence. */
  PromotionFinding check(PromotionSubject subject);

  default PromotionFinding passed(String evidence) {
    return new PromotionFinding(name(), true, evidence);
  }

  default PromotionFinding missing(String why) {
    return new PromotionFinding(name(), false, why);
  }

  /** The run is what it was when it ended. */
  record SealedRun() implements PromotionGate {
    @Override
    public String name() {
      return "sealed run";
    }

    @Override
    public PromotionFinding check(PromotionSubject subject) {
      return subject
          .run()
          .map(run -> said(subject.verified(run)))
          .orElseGet(() -> missing(subject.noRun()));
    }

    private PromotionFinding said(RunCheck check) {
      return check.intact() ? passed(check.toString()) : missing(check.toString());
    }
  }

  /** The model answers as the trained one did. */
  record Golden(ModelFormat format) implements PromotionGate {
    @Override
    public String name() {
      return "golden predictions";
    }

    @Override
    public PromotionFinding check(PromotionSubject subject) {
      return subject
          .version()
          .golden()
          .map(golden -> asked(subject.version(), golden))
          .orElseGet(() -> missing("it was registered without any"));
    }

    private PromotionFinding asked(ModelVersion version, GoldenPredictions golden) {
      try (ModelRunner model = version.run(format)) {
        GoldenCheck check = golden.replayTable(model::answer);
        return check instanceof GoldenCheck.Same same
            ? passed(
                Plural.of(same.rows(), "row")
                    + ", largest difference "
                    + Exactly.number(same.largestDifference()))
            : missing(check.toString());
      } catch (RuntimeException e) { // Whatever the model throws, it has not answered.
        return missing("the model does not answer: " + e.getMessage());
      }
    }
  }

  /** A test of the user's passes. */
  record Smoke(String test, Promotion.SmokeTest work) implements PromotionGate {
    @Override
    public String name() {
      return "smoke test '" + test + "'";
    }

    @Override
    public PromotionFinding check(PromotionSubject subject) {
      try {
        work.run(subject.version());
        return passed("passed");
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return missing("was interrupted");
      } catch (Exception | AssertionError e) { // Tests throw what they like.
        return missing(e.toString());
      }
    }
  }

  /** Somebody in a role has approved, and has not withdrawn it. */
  record ApprovalBy(String role) implements PromotionGate {
    @Override
    public String name() {
      return "approval by " + role;
    }

    @Override
    public PromotionFinding check(PromotionSubject subject) {
      List<ModelApproval> all = subject.version().approvals();
      return all.stream()
          .filter(approval -> approval.role().equals(role))
          .findFirst()
          .map(approval -> passed(approval.by() + ": " + approval.reason()))
          .orElseGet(() -> missing(noApproval(all)));
    }

    private static String noApproval(List<ModelApproval> all) {
      return all.isEmpty()
          ? "nobody has approved it"
          : "it is approved by " + all.stream().map(ModelApproval::role).toList() + " only";
    }
  }
}
