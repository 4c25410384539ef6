package dev.mlops.serving;

import static dev.mlops.journal.Reason.because;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.Workspace;
import dev.mlops.coordination.LeaseStatus;
import dev.mlops.coordination.Leases;
import dev.mlops.testkit.CrashHarness;
import dev.mlops.testkit.CrashHarness.Outcome;
import dev.mlops.testkit.TestClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that ended without closing its router is told, as it counts nothing any more. */
class PresenceTest {

  @TempDir Path directory;

  private final ManualTime time = new ManualTime();
  private final Workspace workspace =
      Workspace.builder()
          .clock(TestClock.at(Instant.parse("2026-11-23T12:00:00Z")))
          .predictionLog(new KeptLog(record -> true))
          .open();

  @AfterEach
  void close() {
    workspace.close();
  }

  private DeploymentRouter<Integer, Double> open() {
    return open(workspace, time);
  }

  private static DeploymentRouter<Integer, Double> open(Workspace workspace, RouterTime time) {
    return DeploymentRouter.builder(workspace, "departures")
        .live(model("7"))
        .models((name, version) -> model(version))
        .time(time)
        .executor(Runnable::run)
        .open();
  }

  private static Candidate<Integer, Double> model(String version) {
    return Candidate.of("delay", version, number -> 0.5);
  }

  private static String sentence(DeploymentRouter<?, ?> router) {
    return router.rollout().orElseThrow().verdict().sentence();
  }

  private List<LeaseStatus> leases() {
    return Leases.of(workspace).list("rollout/");
  }

  /** Leaves what a process leaves that was killed: a lease that nobody renews or gives back. */
  private void kill(String process) {
    int left =
        workspace
            .database()
            .transaction(
                session ->
                    session.update(
                        "INSERT INTO mlops_lease (project, name, opening, holder, taken, seen, expires) SELECT project, SUBSTRING(name, 1, 10) || ?, 'another opening', holder, taken, seen, 0 FROM mlops_lease WHERE name LIKE 'rollout/%'",
                        process));
    assertThat(left).isEqualTo(1);
  }

  @Test
  void tells_who_is_gone_until_the_rollout_is_over() {
    try (DeploymentRouter<Integer, Double> router = open()) {
      Rollout rollout = router.canary(model("8")).share(10).guard(Guard.errors()).start();
      time.tick();
      assertThat(sentence(router)).doesNotContain("Ended");
      kill("gone");
      time.tick();
      assertThat(sentence(router))
          .endsWith(
              ". Ended without closing the router, or without a sign of life for 10 seconds: 1 process; the requests of their open ticks are not in these counts, and that a model may have ended them is no evidence for any guard");
      rollout.rollback(because("it may be the model"));
      time.tick();
      assertThat(leases()).isEmpty();
      assertThat(time.isIdle()).isTrue();
    }
  }

  /** The candidate may have done it: whoever looks at the rollout must see that. */
  @Test
  void tells_of_a_process_that_was_killed() {
    Outcome outcome =
        CrashHarness.of(Server.class, directory.toString()).killAfter(1, Duration.ZERO);
    assertThat(outcome.errors()).isEmpty();
    try (Workspace again = Workspace.open(directory);
        DeploymentRouter<Integer, Double> router = open(again, new ManualTime())) {
      assertThat(sentence(router))
          .contains("delay:8 is RUNNING", ". Ended without closing the router, ", ": 1 process; ");
    }
  }

  /** Begins a rollout, and answers until it is killed. */
  static final class Server {
    private Server() {}

    public static void main(String[] arguments) {
      Workspace workspace = Workspace.open(Path.of(arguments[0]));
      DeploymentRouter<Integer, Double> router = open(workspace, RouterTime.system());
      router.canary(model("8")).share(10).guard(Guard.errors()).start();
      System.out.println("started");
      for (int i = 0; ; i++) {
        router.answer(i);
        LockSupport.parkNanos(1_000_000);
      }
    }
  }

  @Test
  void tells_nothing_of_a_router_that_was_closed() {
    try (DeploymentRouter<Integer, Double> router = open()) {
      router.canary(model("8")).share(10).guard(Guard.errors()).start();
      assertThat(leases()).hasSize(1);
    }
    assertThat(leases()).isEmpty();
    try (DeploymentRouter<Integer, Double> router = open()) {
      time.tick();
      assertThat(sentence(router)).contains("delay:8 is RUNNING").doesNotContain("Ended");
    }
  }
}
