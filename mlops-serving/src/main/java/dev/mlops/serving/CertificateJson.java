package dev.mlops.serving;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mlops.error.InvalidInputException;
import dev.mlops.journal.Actor;
import dev.mlops.serving.Certificate.Tick;
import dev.mlops.serving.Certificate.Transition;
import dev.mlops.stats.BadEventProcess;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The text of a certificate. Times are ISO 8601, numbers are written so that the same bits are read
 * back. A tick is one array, as there are many: guard, time, step, n1, k1, n0, k0, ln E for worse,
 * ln E for not worse; 1 is the candidate, 0 the live model, k the bad events.
 */
final class CertificateJson {

  private static final String FORMAT = "mlops-rollout-certificate-1";
  private static final ObjectMapper JSON = new ObjectMapper();

  private CertificateJson() {}

  static String write(Certificate certificate) {
    ObjectNode root = JSON.createObjectNode().put("format", FORMAT);
    root.set("plan", plan(certificate.terms()));
    ArrayNode ticks = root.putArray("ticks");
    certificate.ticks().forEach(tick -> ticks.add(tick(tick)));
    ArrayNode transitions = root.putArray("transitions");
    certificate.transitions().forEach(transition -> transitions.add(transition(transition)));
    return root.toString();
  }

  static Certificate read(String json) {
    try {
      JsonNode root = JSON.readTree(json);
      String format = text(root, "format");
      if (!format.equals(FORMAT)) {
        throw new InvalidInputException(
            "the certificate's format is '" + format + "'; this version reads " + FORMAT);
      }
      return new Certificate(
          terms(member(root, "plan")),
          list(member(root, "ticks"), CertificateJson::tick),
          list(member(root, "transitions"), CertificateJson::transition));
    } catch (JsonProcessingException | RuntimeException e) {
      throw e instanceof InvalidInputException known
          ? known
          : new InvalidInputException("the text is no rollout certificate: " + e.getMessage(), e);
    }
  }

  private static ObjectNode plan(RolloutTerms terms) {
    ObjectNode plan =
        JSON.createObjectNode()
            .put("router", terms.router())
            .put("live", terms.live())
            .put("candidate", terms.candidate())
            .put("minimumTime", terms.minimumTime().toString())
            .put("deadline", terms.deadline().toString())
            .put("started", terms.started().toString());
    ArrayNode shares = plan.putArray("shares");
    terms.shares().forEach(shares::add);
    ArrayNode guards = plan.putArray("guards");
    terms.guards().forEach(guard -> guards.add(guard(guard)));
    return plan;
  }

  private static RolloutTerms terms(JsonNode plan) {
    return new RolloutTerms(
        text(plan, "router"),
        text(plan, "live"),
        text(plan, "candidate"),
        list(member(plan, "shares"), JsonNode::doubleValue),
        Duration.parse(text(plan, "minimumTime")),
        Duration.parse(text(plan, "deadline")),
        Instant.parse(text(plan, "started")),
        list(member(plan, "guards"), CertificateJson::guard));
  }

  private static ObjectNode guard(GuardTerms guard) {
    ObjectNode node =
        JSON.createObjectNode()
            .put("name", guard.name())
            .put("kind", guard.kind().name())
            .put("budgetNanos", guard.budgetNanos());
    if (guard.bound() instanceof Bound.Absolute absolute) {
      node.put("atMost", absolute.atMost());
    } else if (guard.bound() instanceof Bound.Relative relative) {
      node.put("ratio", relative.ratio())
          .put("margin", relative.margin())
          .put("negligible", relative.negligible());
    }
    return node.put("alpha", guard.alpha())
        .put("beta", guard.beta())
        .put("decisive", guard.decisive())
        .put("minimum", guard.minimum())
        .put("warmUp", guard.warmUp());
  }

  private static GuardTerms guard(JsonNode guard) {
    return new GuardTerms(
        text(guard, "name"),
        GuardTerms.Kind.valueOf(text(guard, "kind")),
        member(guard, "budgetNanos").longValue(),
        bound(guard),
        member(guard, "alpha").doubleValue(),
        member(guard, "beta").doubleValue(),
        member(guard, "decisive").booleanValue(),
        member(guard, "minimum").longValue(),
        member(guard, "warmUp").longValue());
  }

  private static Bound bound(JsonNode guard) {
    return guard.has("atMost")
        ? new Bound.Absolute(guard.get("atMost").doubleValue())
        : new Bound.Relative(
            member(guard, "ratio").doubleValue(),
            member(guard, "margin").doubleValue(),
            member(guard, "negligible").doubleValue());
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

  private static Tick tick(JsonNode tick) {
    return new Tick(
        tick.required(0).textValue(),
        Instant.parse(tick.required(1).textValue()),
        tick.required(2).intValue(),
        new BadEventProcess.Tick(
            tick.required(3).longValue(),
            tick.required(4).longValue(),
            tick.required(5).longValue(),
            tick.required(6).longValue()),
        tick.required(7).doubleValue(),
        tick.required(8).doubleValue());
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

  private static Transition transition(JsonNode node) {
    JsonNode actor = member(node, "actor");
    return new Transition(
        member(node, "afterTicks").intValue(),
        Instant.parse(text(node, "time")),
        Certificate.Cause.valueOf(text(node, "cause")),
        new Actor(
            Actor.Kind.valueOf(text(actor, "kind")),
            text(actor, "id"),
            member(actor, "role").textValue()),
        state(member(node, "state")));
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
    if (state instanceof RolloutState.Promoted promoted) {
      return node.put("name", "PROMOTED").put("reason", promoted.reason());
    }
    return node.put("name", "ROLLED_BACK")
        .put("reason", ((RolloutState.RolledBack) state).reason());
  }

  private static RolloutState state(JsonNode node) {
    String name = text(node, "name");
    return switch (name) {
      case "RUNNING" ->
          new RolloutState.Running(
              member(node, "step").intValue(), member(node, "share").doubleValue());
      case "HELD" ->
          new RolloutState.Held(
              member(node, "step").intValue(),
              member(node, "share").doubleValue(),
              text(node, "reason"));
      case "PROMOTED" -> new RolloutState.Promoted(text(node, "reason"));
      case "ROLLED_BACK" -> new RolloutState.RolledBack(text(node, "reason"));
      default ->
          throw new InvalidInputException(
              "no rollout state '" + name + "'; found: [RUNNING, HELD, PROMOTED, ROLLED_BACK]");
    };
  }

  private static JsonNode member(JsonNode node, String name) {
    return node.required(name);
  }

  private static String text(JsonNode node, String name) {
    JsonNode value = member(node, name);
    if (!value.isTextual()) {
      throw new InvalidInputException("'" + name + "' must be a text: " + value);
    }
    return value.textValue();
  }

  private static <T> List<T> list(JsonNode array, Function<JsonNode, T> reader) {
    List<T> list = new ArrayList<>(array.size());
    array.forEach(node -> list.add(reader.apply(node)));
    return list;
  }
}
