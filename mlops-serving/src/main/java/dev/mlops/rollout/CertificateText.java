package dev.mlops.rollout;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mlops.data.Digest;
import dev.mlops.journal.Actor;
import dev.mlops.rollout.Certificate.Tick;
import dev.mlops.rollout.Certificate.Transition;
import dev.mlops.stats.BadEventProcess;
import dev.mlops.stats.BadRateProcess;
import dev.mlops.stats.PairedProcess;
import dev.mlops.stats.Pairs;
import dev.mlops.stats.SplitProcess;
import dev.mlops.stats.TwoSidedProcess;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes a certificate. Times are ISO 8601, numbers are written so that the same bits are read
 * back. A tick is one array, as there are many: guard, time, step, n1, k1, n0, k0, ln E for worse,
 * ln E for not worse; 1 is the candidate, 0 the live model, k the bad events. Of a shadow, the step
 * of share 0, the four counts are those of {@link Pairs}. The last number of an A/B test's metric
 * is ln E for better.
 *
 * <p>Everything that the evidence is computed from is in the text: the formula by its name, the
 * bets, the rule by which ticks are cut. The last field is the digest of the text without it.
 */
final class CertificateText {

  /** What its format begins with, before the number of its form. */
  static final String FORMAT = "mlops-rollout-certificate-";

  static final int FORM = 1;

  /** Names the formulas of {@link BadEventProcess} and {@link BadRateProcess}, and the rules. */
  static final String ALGORITHM = "conditional-odds-rate-and-pairs-e-process-1";

  static final double TICK_GROWTH = 0.005;

  private static final ObjectMapper JSON = new ObjectMapper();

  private CertificateText() {}

  static String write(Certificate certificate, Digest digest) {
    return content(certificate).put("digest", digest.toString()).toString();
  }

  /** What the digest is of. */
  static String withoutDigest(Certificate certificate) {
    return content(certificate).toString();
  }

  static List<Double> oddsAbove() {
    return BadEventProcess.rollback(1).bets();
  }

  static List<Double> oddsBelow() {
    return BadEventProcess.promotion(1).bets();
  }

  static List<Double> rateAbove() {
    return BadRateProcess.rollback(0.5).bets();
  }

  static List<Double> rateBelow() {
    return BadRateProcess.promotion(0.5).bets();
  }

  private static ObjectNode content(Certificate certificate) {
    ObjectNode root = JSON.createObjectNode().put("format", FORMAT + FORM);
    root.set("evidence", evidence());
    root.set("plan", plan(certificate.terms()));
    ArrayNode ticks = root.putArray("ticks");
    certificate.ticks().forEach(tick -> ticks.add(tick(tick)));
    ArrayNode transitions = root.putArray("transitions");
    certificate.transitions().forEach(transition -> transitions.add(transition(transition)));
    return root;
  }

  private static ObjectNode evidence() {
    ObjectNode node = JSON.createObjectNode().put("algorithm", ALGORITHM);
    node.set("oddsAbove", numbers(oddsAbove()));
    node.set("oddsBelow", numbers(oddsBelow()));
    node.set("rateAbove", numbers(rateAbove()));
    node.set("rateBelow", numbers(rateBelow()));
    node.set("twoSided", numbers(TwoSidedProcess.powers()));
    node.set("pairs", numbers(PairedProcess.bets()));
    node.put("weights", "equal").put("splitAlpha", Judge.SPLIT_ALPHA);
    node.set("split", numbers(SplitProcess.bets()));
    return node;
  }

  static ObjectNode plan(RolloutTerms terms) {
    ObjectNode plan =
        JSON.createObjectNode()
            .put("router", terms.router())
            .put("live", terms.live())
            .put("liveDigest", text(terms.digests().live()))
            .put("candidate", terms.candidate())
            .put("candidateDigest", text(terms.digests().candidate()))
            .put("salt", salt(terms))
            .put("unit", terms.byKey() ? "key" : "request")
            .put("sticky", terms.sticky());
    plan.putObject("tick")
        .put("events", terms.tick())
        .put("growth", TICK_GROWTH)
        .put("largest", RolloutTerms.LARGEST_TICK);
    plan.put("minimumTime", terms.minimumTime().toString())
        .put("answerWithin", terms.answerWithin().toString())
        .put("deadline", terms.deadline().toString())
        .put("started", terms.started().toString());
    plan.set("shares", numbers(terms.shares()));
    plan.put("mirrored", terms.mirrored());
    ArrayNode guards = plan.putArray("guards");
    terms.guards().forEach(guard -> guards.add(guard(guard)));
    return plan;
  }

  private static @Nullable String text(@Nullable Digest digest) {
    return digest == null ? null : digest.toString();
  }

  static String salt(RolloutTerms terms) {
    return "%016x".formatted(terms.salt());
  }

  private static ArrayNode numbers(List<Double> numbers) {
    ArrayNode array = JSON.createArrayNode();
    numbers.forEach(array::add);
    return array;
  }

  private static ObjectNode guard(GuardTerms guard) {
    ObjectNode node =
        JSON.createObjectNode()
            .put("name", guard.name())
            .put("kind", guard.kind().name())
            .put("budgetNanos", guard.budgetNanos())
            .put("limit", guard.limit());
    LatencyBudget quantile = guard.quantile();
    if (quantile != null) {
      node.putObject("quantile")
          .put("share", quantile.quantile())
          .put("tolerance", quantile.tolerance())
          .put("liveNanos", quantile.liveNanos())
          .put("candidateNanos", quantile.candidateNanos());
    }
    if (guard.bound() instanceof Bound.Absolute absolute) {
      node.put("atMost", absolute.atMost());
    } else if (guard.bound() instanceof Bound.Relative relative) {
      node.put("ratio", relative.ratio())
          .put("margin", relative.margin())
          .put("negligible", relative.negligible());
    } else if (guard.bound() instanceof Bound.TwoSided metric) {
      node.put("twoSidedMargin", metric.margin());
    }
    return node.put("alpha", guard.alpha())
        .put("beta", guard.beta())
        .put("decisive", guard.decisive())
        .put("minimum", guard.minimum())
        .put("warmUp", guard.warmUp());
  }

  private static ArrayNode tick(Tick tick) {
    BadEventProcess.Tick counts = tick.counts();
    return JSON.createArrayNode()
        .add(tick.guard())
        .add(tick.time().toString())
        .add(tick.step())
        .add(counts.canary())
        .add(counts.canaryBad())
        .add(counts.stable())
        .add(counts.stableBad())
        .add(tick.logWorse())
        .add(tick.logNotWorse());
  }

  private static ObjectNode transition(Transition transition) {
    ObjectNode node =
        JSON.createObjectNode()
            .put("afterTicks", transition.afterTicks())
            .put("time", transition.time().toString())
            .put("cause", transition.cause().name());
    Actor actor = transition.actor();
    node.putObject("actor")
        .put("kind", actor.kind().name())
        .put("id", actor.id())
        .put("role", actor.role());
    node.set("state", state(transition.state()));
    return node;
  }

  private static ObjectNode state(RolloutState state) {
    ObjectNode node = JSON.createObjectNode();
    if (state instanceof RolloutState.Running running) {
      return node.put("name", "RUNNING").put("step", running.step()).put("share", running.share());
    }
    if (state instanceof RolloutState.Held held) {
      return node.put("name", "HELD")
          .put("step", held.step())
          .put("share", held.share())
          .put("reason", held.reason());
    }
    if (state instanceof RolloutState.Paused paused) {
      return node.put("name", "PAUSED")
          .put("step", paused.step())
          .put("share", paused.share())
          .put("reason", paused.reason());
    }
    if (state instanceof RolloutState.Promoted promoted) {
      return node.put("name", "PROMOTED").put("reason", promoted.reason());
    }
    return node.put("name", "ROLLED_BACK")
        .put("reason", ((RolloutState.RolledBack) state).reason());
  }
}
