package dev.mlops.serving;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is null is refused by the name that the caller knows, and before anything has happened. */
class NullArgumentsTest {

  private static void refused(String name, ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOf(NullPointerException.class).hasMessage(name);
  }

  /** Null, where the compiler would not let it pass. */
  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
  private static <T> T none() {
    @Nullable T nothing = null;
    return nothing;
  }

  @Test
  void are_refused_by_name() {
    Candidate<Integer, Double> model = Candidate.of("delay", 7, number -> 0.5);
    refused("workspace", () -> DeploymentRouter.builder(none(), "departures"));
    refused("model", () -> Candidate.of(none(), "7", number -> 0.5));
    refused("version", () -> Candidate.of("delay", none(), number -> 0.5));
    refused("predictor", () -> Candidate.of("delay", 7, none()));
    refused("budget", () -> Guard.latencyOver(none()));
    refused("rule", () -> Guard.labelErrors(none()));
    refused("name", () -> Guard.errors().named(none()));
    refused("inputs", () -> Preflight.samples(none()));
    Preflight<Integer, Double> preflight = Preflight.samples(List.of(1));
    refused("input", () -> preflight.golden(none(), 0.5, 0.1));
    refused("expected", () -> preflight.golden(1, none(), 0.1));
    refused(
        "same",
        () -> preflight.golden(1, 0.5, NullArgumentsTest.<BiPredicate<Double, Double>>none()));
    refused("limit", () -> preflight.latency(1, none()));
    refused("name", () -> preflight.check(none(), asked -> Optional.empty()));
    refused("check", () -> preflight.check("signature", none()));
    Limits limits = Limits.inFlight(1);
    refused("time", () -> limits.timeout(none()));
    refused("pause", () -> limits.breaker(1, 1, none()));
    try (Workspace workspace = Workspace.inMemory();
        DeploymentRouter<Integer, Double> router =
            DeploymentRouter.builder(workspace, "departures").live(model).open()) {
      refused("name", () -> DeploymentRouter.builder(workspace, none()));
      RouterBuilder<Integer, Double> builder =
          DeploymentRouter.builder(workspace, "arrivals").live(model);
      refused("limits", () -> builder.limits(none()));
      refused("name", () -> builder.otherwise(none(), number -> 0.5));
      refused("otherwise", () -> builder.otherwise("rules", none()));
      refused("otherwise", () -> builder.otherwise(none()));
      refused("labels", () -> router.feedback(none()));
      refused("candidate", () -> router.replace(none()));
      refused("candidate", () -> router.canary(none()));
      refused("candidate", () -> router.replace(none(), preflight));
      refused("preflight", () -> router.replace(model, none()));
      refused("candidate", () -> router.canary(none(), preflight));
      refused("preflight", () -> router.canary(model, none()));
      Canary canary = router.canary(model);
      refused("shares", () -> canary.steps((double[]) none()));
      refused("time", () -> canary.minimum(10, none()));
      refused("deadline", () -> canary.deadline(none()));
      refused("answerWithin", () -> canary.answerWithin(none()));
      refused("guard", () -> canary.guard(none()));
      refused("actor", () -> canary.actor(none()));
      Rollout rollout = canary.deadline(Duration.ofDays(1)).guard(Guard.errors()).start();
      refused("reason", () -> rollout.promote(none()));
      refused("reason", () -> rollout.rollback(none()));
    }
  }
}
