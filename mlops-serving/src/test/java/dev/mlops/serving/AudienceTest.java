package dev.mlops.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.Workspace;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Some meet the candidate always, some never; neither is evidence. */
class AudienceTest {

  private final Workspace workspace = Workspace.inMemory();
  private final DeploymentRouter<String, Double> router =
      DeploymentRouter.builder(workspace, "departures")
          .live(model("7"))
          .unitKey(key -> key)
          .audience(AudienceTest::of)
          .executor(Runnable::run)
          .open();

  @AfterEach
  void close() {
    router.close();
    workspace.close();
  }

  private static Candidate<String, Double> model(String version) {
    return Candidate.of("delay", version, key -> 0.5);
  }

  private static @Nullable Audience of(String key) {
    if (key.startsWith("broken")) {
      throw new IllegalStateException("no such customer");
    }
    if (key.startsWith("nobody")) {
      return null;
    }
    return key.startsWith("tester")
        ? Audience.ALWAYS
        : key.startsWith("vip") ? Audience.NEVER : Audience.BY_SHARE;
  }

  private long canaries(String who) {
    return IntStream.range(0, 1_000)
        .filter(i -> router.answer(who + i).variant().equals("canary"))
        .count();
  }

  @Test
  void is_told_by_the_application_and_only_those_who_are_drawn_are_evidence() {
    assertThat(canaries("tester")).as("without a rollout").isZero();
    Rollout rollout =
        router
            .canary(model("8"))
            .share(20)
            .minimum(1_000_000)
            .tick(10)
            .guard(Guard.errors())
            .start();
    assertThat(canaries("tester")).isEqualTo(1_000);
    assertThat(canaries("vip")).isZero();
    assertThat(canaries("broken")).isZero();
    assertThat(canaries("nobody")).isZero();
    assertThat(rollout.ticks()).isEmpty();
    assertThat(router.counts().bookkeepingFailures()).isEqualTo(2_000);
    assertThat(canaries("other")).isBetween(150L, 250L);
    assertThat(
            rollout.ticks().stream()
                .filter(tick -> tick.guard().equals("errors"))
                .mapToLong(tick -> tick.counts().canary() + tick.counts().stable())
                .sum())
        .as("a key that looks like another is left out")
        .isBetween(980L, 1_000L);
  }
}
