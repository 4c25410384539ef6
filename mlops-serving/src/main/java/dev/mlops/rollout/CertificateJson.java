package dev.mlops.rollout;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mlops.data.Digest;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.JsonFailure;
import dev.mlops.error.NewerFormException;
import dev.mlops.journal.Actor;
import dev.mlops.rollout.Certificate.Tick;
import dev.mlops.rollout.Certificate.Transition;
import dev.mlops.stats.BadEventProcess;
import dev.mlops.stats.PairedProcess;
import dev.mlops.stats.Pairs;
import dev.mlops.stats.SplitProcess;
import dev.mlops.stats.TwoSidedProcess;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads a certificate that anybody may have written. What is not in range is refused before a
 * single number is computed from it, so that verifying ends soon, whatever the text claims.
 */
final class CertificateJson {

  /** Twice the largest tick, as threads may add to one that is just being taken. */
  private static final int MOST_EVENTS = 2 * RolloutTerms.LARGEST_TICK;

  private static final int MOST_STEPS = 100;
  private static final int MOST_GUARDS = 100;
  private static final long MOST_NANOS = Long.MAX_VALUE;
  private static final int ANY = Integer.MAX_VALUE;
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final Pattern FORMAT =
      Pattern.compile(Pattern.quote(CertificateText.FORMAT) + "(\\d{1,9})");

  private CertificateJson() {}

  static Certificate read(String json) {
    try {
      return certificate(new CertificatePart("", JSON.readTree(json)));
    } catch (JsonProcessingException e) {
      throw new InvalidInputException(
          "the text is no rollout certificate: " + JsonFailure.reason(e), e);
    }
  }

  static RolloutTerms readPlan(String json) {
    try {
      return terms(new CertificatePart("plan", JSON.readTree(json)));
    } catch (JsonProcessingException e) {
      throw new InvalidInputException(
          "the text is no plan of a rollout: " + JsonFailure.reason(e), e);
    }
  }

  private static Certificate certificate(CertificatePart root) {
    if (!root.node().isObject() || !root.has("format")) {
      throw new InvalidInputException(
          "the text is no rollout certificate: it is no JSON object with a 'format'");
    }
    requireForm(root.member("format").text());
    root.only("format", "evidence", "plan", "ticks", "transitions", "digest");
    requireEvidence(root.member("evidence"));
    RolloutTerms terms = terms(root.member("plan"));
    int steps = terms.shares().size();
    List<Tick> ticks = root.member("ticks").list(0, ANY, tick -> tick(tick, terms));
    return new Certificate(
        terms,
        ticks,
        root.member("transitions").list(0, ANY, node -> transition(node, ticks.size(), steps)),
        root.member("digest").digest());
  }

  private static void requireForm(String format) {
    Matcher form = FORMAT.matcher(format);
    if (!form.matches()) {
      throw new InvalidInputException(
          "the text is no rollout certificate: its format is '%s', not %s and a number"
              .formatted(format, CertificateText.FORMAT));
    }
    NewerFormException.requireKnown(
        "the rollout certificate", Long.parseLong(form.group(1)), CertificateText.FORM);
  }

  /** A certificate by another formula or with other bets can't be recomputed here. */
  private static void requireEvidence(CertificatePart evidence) {
    evidence.only(
        "algorithm",
        "oddsAbove",
        "oddsBelow",
        "rateAbove",
        "rateBelow",
        "twoSided",
        "pairs",
        "weights",
        "splitAlpha",
        "split");
    evidence.member("algorithm").same(CertificateText.ALGORITHM);
    evidence.member("oddsAbove").same(CertificateText.oddsAbove());
    evidence.member("oddsBelow").same(CertificateText.oddsBelow());
    evidence.member("rateAbove").same(CertificateText.rateAbove());
    evidence.member("rateBelow").same(CertificateText.rateBelow());
    evidence.member("twoSided").same(TwoSidedProcess.powers());
    evidence.member("pairs").same(PairedProcess.bets());
    evidence.member("weights").same("equal");
    evidence.member("splitAlpha").same(Judge.SPLIT_ALPHA);
    evidence.member("split").same(SplitProcess.bets());
  }

  private static RolloutTerms terms(CertificatePart plan) {
    plan.only(
        "router",
        "live",
        "liveDigest",
        "candidate",
        "candidateDigest",
        "salt",
        "unit",
        "sticky",
        "tick",
        "minimumTime",
        "answerWithin",
        "deadline",
        "started",
        "shares",
        "mirrored",
        "guards");
    List<Double> shares = shares(plan.member("shares"));
    List<GuardTerms> guards = guards(plan.member("guards"));
    if (guards.stream().anyMatch(CertificateJson::isMetric) && !isOfTest(shares)) {
      throw plan.member("shares")
          .wrong("must be one share above 0, or one and 100, as the plan is an A/B test");
    }
    return new RolloutTerms(
        plan.member("router").name(),
        plan.member("live").name(),
        plan.member("candidate").name(),
        new RolloutTerms.Digests(
            digest(plan.member("liveDigest")), digest(plan.member("candidateDigest"))),
        salt(plan.member("salt")),
        isByKey(plan.member("unit")),
        plan.member("sticky").flag(),
        tickEvents(plan.member("tick")),
        shares,
        mirrored(plan.member("mirrored"), shares.get(0) == 0),
        plan.member("minimumTime").span(),
        plan.member("answerWithin").limit(),
        plan.member("deadline").limit(),
        plan.member("started").time(),
        guards);
  }

  private static boolean isMetric(GuardTerms guard) {
    return guard.bound() instanceof Bound.TwoSided;
  }

  private static boolean isOfTest(List<Double> shares) {
    return shares.get(0) > 0
        && (shares.size() == 1 || (shares.size() == 2 && shares.get(1) == 100));
  }

  private static @Nullable Digest digest(CertificatePart part) {
    return part.node().isNull() ? null : part.digest();
  }

  private static long salt(CertificatePart part) {
    if (!part.text().matches("[0-9a-f]{16}")) {
      throw part.wrong("must be 16 hexadecimal digits in lower case");
    }
    return Long.parseUnsignedLong(part.text(), 16);
  }

  private static boolean isByKey(CertificatePart part) {
    if (!part.text().equals("key") && !part.text().equals("request")) {
      throw part.wrong("must be 'key' or 'request'");
    }
    return part.text().equals("key");
  }

  private static int tickEvents(CertificatePart tick) {
    tick.only("events", "growth", "largest");
    tick.member("largest").whole(RolloutTerms.LARGEST_TICK, RolloutTerms.LARGEST_TICK);
    if (tick.member("growth").number() != CertificateText.TICK_GROWTH) {
      throw tick.member("growth").wrong("must be 0.005 for this version");
    }
    return (int) tick.member("events").whole(1, RolloutTerms.LARGEST_TICK);
  }

  private static List<Double> shares(CertificatePart part) {
    List<Double> shares = part.list(1, MOST_STEPS, CertificatePart::number);
    double previous = -1;
    for (double share : shares) {
      if (!(share > previous && share >= 0 && share <= 100)) {
        throw part.wrong("must grow within 0 and 100 percent");
      }
      previous = share;
    }
    if (shares.get(0) == 100) {
      throw part.wrong("must begin below 100 percent");
    }
    return shares;
  }

  private static double mirrored(CertificatePart part, boolean isShadow) {
    double mirrored = part.number();
    boolean fits = isShadow ? mirrored > 0 && mirrored <= 100 : mirrored == 0;
    if (!fits) {
      throw part.wrong(
          isShadow
              ? "must be above 0 and at most 100 percent, as the plan begins with a shadow"
              : "must be 0, as the plan has no shadow");
    }
    return mirrored;
  }

  private static List<GuardTerms> guards(CertificatePart part) {
    List<GuardTerms> guards = part.list(1, MOST_GUARDS, CertificateJson::guard);
    Set<String> names = new HashSet<>();
    for (GuardTerms guard : guards) {
      if (!names.add(guard.name())) {
        throw part.wrong("must not have two guards '" + guard.name() + "'");
      }
    }
    if (guards.stream().filter(CertificateJson::isMetric).count() > 1) {
      throw part.wrong("must not have two metrics");
    }
    return guards;
  }

  private static GuardTerms guard(CertificatePart guard) {
    guard.only(
        "name",
        "kind",
        "budgetNanos",
        "quantile",
        "limit",
        "atMost",
        "twoSidedMargin",
        "ratio",
        "margin",
        "negligible",
        "alpha",
        "beta",
        "decisive",
        "minimum",
        "warmUp");
    GuardTerms.Kind kind = guard.member("kind").choice(GuardTerms.Kind.class);
    boolean isTimed = kind == GuardTerms.Kind.LATENCY;
    boolean isQuantile = kind == GuardTerms.Kind.LATENCY_QUANTILE;
    if (isQuantile && (!guard.has("ratio") || guard.member("ratio").number() != 1)) {
      throw guard.wrong("must have the ratio 1, as its tolerance is one of times");
    }
    return new GuardTerms(
        guard.member("name").name(),
        kind,
        guard.member("budgetNanos").whole(isTimed ? 1 : 0, isTimed ? MOST_NANOS : 0),
        quantile(guard, isQuantile),
        limit(guard.member("limit"), kind),
        bound(guard),
        guard.member("alpha").chance(),
        guard.member("beta").chance(),
        guard.member("decisive").flag(),
        guard.member("minimum").whole(0, Long.MAX_VALUE),
        guard.member("warmUp").whole(0, Long.MAX_VALUE));
  }

  private static double limit(CertificatePart part, GuardTerms.Kind kind) {
    double limit = part.number();
    if (!Double.isFinite(limit) || (limit != 0 && !kind.comparesAnswers())) {
      throw part.wrong("must be a number, and 0 unless the guard compares answers");
    }
    return limit;
  }

  private static @Nullable LatencyBudget quantile(CertificatePart guard, boolean isOne) {
    if (!isOne) {
      if (guard.has("quantile")) {
        throw guard.wrong("must have a quantile if its kind is LATENCY_QUANTILE, and only then");
      }
      return null;
    }
    CertificatePart quantile =
        guard.member("quantile").only("share", "tolerance", "liveNanos", "candidateNanos");
    LatencyBudget budget;
    try {
      budget =
          new LatencyBudget(
              quantile.member("share").number(),
              quantile.member("tolerance").number(),
              quantile.member("liveNanos").whole(1, MOST_NANOS));
    } catch (IllegalArgumentException e) {
      throw refused(quantile, e);
    }
    CertificatePart candidate = quantile.member("candidateNanos");
    if (candidate.whole(1, MOST_NANOS) != budget.candidateNanos()) {
      throw candidate.wrong("must be liveNanos times the tolerance, " + budget.candidateNanos());
    }
    return budget;
  }

  private static InvalidInputException refused(CertificatePart part, IllegalArgumentException e) {
    return new InvalidInputException(
        "'%s' of the certificate: %s".formatted(part.path(), e.getMessage()), e);
  }

  private static Bound bound(CertificatePart guard) {
    boolean compares = guard.has("ratio") || guard.has("margin") || guard.has("negligible");
    int kinds =
        (compares ? 1 : 0) + (guard.has("atMost") ? 1 : 0) + (guard.has("twoSidedMargin") ? 1 : 0);
    if (kinds > 1) {
      throw guard.wrong(
          "must have one of these: atMost; twoSidedMargin; or ratio, margin and negligible");
    }
    try {
      if (guard.has("atMost")) {
        return new Bound.Absolute(guard.member("atMost").number());
      }
      if (guard.has("twoSidedMargin")) {
        return new Bound.TwoSided(guard.member("twoSidedMargin").number());
      }
      return new Bound.Relative(
          guard.member("ratio").number(),
          guard.member("margin").number(),
          guard.member("negligible").number());
    } catch (IllegalArgumentException e) {
      throw refused(guard, e);
    }
  }

  private static Tick tick(CertificatePart tick, RolloutTerms terms) {
    List<CertificatePart> parts = tick.items(9, 9);
    long candidate = parts.get(3).whole(0, MOST_EVENTS);
    long live = parts.get(5).whole(0, MOST_EVENTS);
    int step = (int) parts.get(2).whole(0, terms.shares().size() - 1);
    BadEventProcess.Tick counts =
        new BadEventProcess.Tick(
            candidate, parts.get(4).whole(0, candidate), live, parts.get(6).whole(0, live));
    if (terms.isShadow(step)) {
      requirePairs(tick, counts);
    }
    return new Tick(
        parts.get(0).name(),
        parts.get(1).time(),
        step,
        counts,
        parts.get(7).number(),
        parts.get(8).number());
  }

  private static void requirePairs(CertificatePart tick, BadEventProcess.Tick counts) {
    try {
      Pairs unused = Pairs.of(counts);
    } catch (IllegalArgumentException e) {
      throw new InvalidInputException(
          "'%s' of the certificate: %s".formatted(tick.path(), e.getMessage()), e);
    }
  }

  private static Transition transition(CertificatePart node, int ticks, int steps) {
    node.only("afterTicks", "time", "cause", "actor", "state");
    return new Transition(
        (int) node.member("afterTicks").whole(0, ticks),
        node.member("time").time(),
        node.member("cause").choice(Certificate.Cause.class),
        actor(node.member("actor")),
        state(node.member("state"), steps));
  }

  private static Actor actor(CertificatePart actor) {
    actor.only("kind", "id", "role");
    CertificatePart role = actor.member("role");
    return new Actor(
        actor.member("kind").choice(Actor.Kind.class),
        actor.member("id").name(),
        role.node().isNull() ? null : role.text());
  }

  private static RolloutState state(CertificatePart node, int steps) {
    String name = node.only("name", "step", "share", "reason").member("name").text();
    return switch (name) {
      case "RUNNING" -> new RolloutState.Running(step(node, steps), share(node));
      case "HELD" -> new RolloutState.Held(step(node, steps), share(node), reason(node));
      case "PAUSED" -> new RolloutState.Paused(step(node, steps), share(node), reason(node));
      case "PROMOTED" -> new RolloutState.Promoted(reason(node));
      case "ROLLED_BACK" -> new RolloutState.RolledBack(reason(node));
      default ->
          throw node.member("name")
              .wrong("must be one of [RUNNING, PAUSED, HELD, PROMOTED, ROLLED_BACK]");
    };
  }

  private static int step(CertificatePart node, int steps) {
    return (int) node.member("step").whole(0, steps - 1);
  }

  private static double share(CertificatePart node) {
    double share = node.member("share").number();
    if (!(share >= 0 && share <= 100)) {
      throw node.member("share").wrong("must lie within 0 and 100 percent");
    }
    return share;
  }

  private static String reason(CertificatePart node) {
    return node.member("reason").text();
  }
}
