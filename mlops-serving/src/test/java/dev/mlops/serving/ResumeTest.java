package dev.mlops.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.Workspace;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A rollout that can't be resumed now, on a database that no other process has open. */
class ResumeTest {

  private final AtomicInteger failures = new AtomicInteger();
  private Throwable failure = new IllegalStateException("the disk is not mounted yet");
  private final ManualTime time = new ManualTime();

  private DeploymentRouter<Integer, Double> open(Workspace workspace) {
    return DeploymentRouter.builder(workspace, "departures")
        .live(model("7"))
        .models((name, version) -> opened(version))
        .time(time)
        .open();
  }

  private static Candidate<Integer, Double> model(String version) {
    return Candidate.of("delay", version, number -> 0.5);
  }

  private Candidate<Integer, Double> opened(String version) {
    if (failures.getAndDecrement() > 0) {
      throw hidden(failure);
    }
    return model(version);
  }

  @SuppressWarnings("unchecked")
  private static <T extends Throwable> RuntimeException hidden(Throwable failure) throws T {
    throw (T) failure;
  }

  private static void begin(DeploymentRouter<Integer, Double> router) {
    assertThat(router.canary(model("8")).share(10).guard(Guard.errors()).start().state())
        .hasToString("RUNNING at 10 %");
  }

  static List<Throwable> failures() {
    return List.of(
        new IllegalStateException("the disk is not mounted yet"),
        new UnsatisfiedLinkError("the native library is not there yet"),
        new OutOfMemoryError("Java heap space"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void is_tried_again_until_its_candidate_can_be_opened(Throwable failing) {
    failure = failing;
    try (Workspace workspace = Workspace.inMemory()) {
      try (DeploymentRouter<Integer, Double> router = open(workspace)) {
        begin(router);
      }
      failures.set(3);
      try (DeploymentRouter<Integer, Double> router = open(workspace)) {
        assertThat(router.rollout()).isEmpty();
        time.tick();
        time.tick();
        assertThat(router.rollout()).isEmpty();
        assertThat(router.counts().bookkeepingFailures()).isEqualTo(3);
        time.tick();
        assertThat(router.rollout().orElseThrow().state()).hasToString("RUNNING at 10 %");
        time.tick();
        assertThat(time.isIdle("resume")).isTrue();
        assertThat(router.counts().bookkeepingFailures()).isEqualTo(3);
      }
    }
  }

  @Test
  void is_not_tried_again_where_the_application_has_joined_it() {
    try (Workspace workspace = Workspace.inMemory()) {
      try (DeploymentRouter<Integer, Double> router = open(workspace)) {
        begin(router);
      }
      failures.set(1);
      try (DeploymentRouter<Integer, Double> router = open(workspace)) {
        begin(router);
        Rollout joined = router.rollout().orElseThrow();
        time.tick();
        assertThat(time.isIdle("resume")).isTrue();
        assertThat(router.rollout()).containsSame(joined);
      }
    }
  }
}
