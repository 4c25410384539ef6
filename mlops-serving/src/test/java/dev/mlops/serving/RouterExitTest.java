package dev.mlops.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.Workspace;
import dev.mlops.journal.Event;
import dev.mlops.testkit.CrashHarness;
import dev.mlops.testkit.CrashHarness.Outcome;
import java.nio.file.Path;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A JVM that ends while a canary runs and requests come in: the rollout's last event is written,
 * whichever hook closes what.
 *
 * <p>The system property {@code mlops.exits} sets how many end.
 */
class RouterExitTest {
  private static final int EXITS = Integer.getInteger("mlops.exits", 3);
  private static final int BEFORE = 200;
  private static final int AFTER = 50;

  @TempDir Path directory;

  /** Who closes router and workspace when the JVM ends. */
  enum Hooks {
    ONE_CLOSES_ROUTER_AND_WORKSPACE,
    TWO_CLOSE_ONE_EACH,
    ONE_CLOSES_THE_WORKSPACE
  }

  @Test
  void keeps_every_answer_and_every_count() {
    for (int exit = 0; exit < EXITS; exit++) {
      Hooks hooks = Hooks.values()[exit % Hooks.values().length];
      Path place = directory.resolve("exit-" + exit);
      Outcome outcome = CrashHarness.of(Server.class, place.toString(), hooks.name()).run();
      assertThat(outcome.errors()).as("exit %d, %s", exit, hooks).isEmpty();
      int answered = Collections.frequency(outcome.acknowledged(), "answered");
      assertThat(answered).isGreaterThanOrEqualTo(BEFORE);
      try (Workspace workspace = Workspace.open(place)) {
        assertThat(workspace.journal().events().list())
            .as("exit %d, %s", exit, hooks)
            .extracting(Event::kind)
            .containsExactly("rollout.started");
        assertThat(workspace.journal().verify().isIntact()).isTrue();
        assertThat(workspace.predictions().query().list().rowCount())
            .as("exit %d, %s", exit, hooks)
            .isEqualTo(answered);
        assertThat(counted(workspace)).as("exit %d, %s", exit, hooks).isEqualTo(answered);
      }
    }
  }

  /** How many answers the rollout's guard of errors has counted, as another process finds it. */
  private static long counted(Workspace workspace) {
    try (DeploymentRouter<Integer, Double> router =
        DeploymentRouter.builder(workspace, "departures")
            .live(Server.model("7"))
            .models((name, version) -> Server.model(version))
            .open()) {
      return router.rollout().orElseThrow().ticks().stream()
          .filter(tick -> tick.guard().equals("errors"))
          .mapToLong(tick -> tick.counts().canary() + tick.counts().stable())
          .sum();
    }
  }

  /** Answers requests, also while its hooks run, and prints each answer that it gave. */
  static final class Server {
    private Server() {}

    public static void main(String[] arguments) {
      Workspace workspace = Workspace.open(Path.of(arguments[0]));
      DeploymentRouter<Integer, Double> router =
          DeploymentRouter.builder(workspace, "departures").live(model("7")).open();
      router.canary(model("8")).share(10).guard(Guard.errors()).start();
      answer(router, BEFORE);
      switch (Hooks.valueOf(arguments[1])) {
        case ONE_CLOSES_ROUTER_AND_WORKSPACE ->
            onExit(
                () -> {
                  answer(router, AFTER);
                  router.close();
                  workspace.close();
                });
        case TWO_CLOSE_ONE_EACH -> {
          onExit(() -> answer(router, AFTER));
          onExit(router::close);
          onExit(workspace::close);
        }
        case ONE_CLOSES_THE_WORKSPACE -> {
          onExit(() -> answer(router, AFTER));
          onExit(workspace::close);
        }
      }
      System.exit(0);
    }

    private static Candidate<Integer, Double> model(String version) {
      return Candidate.of("delay", version, number -> 0.5);
    }

    private static void answer(DeploymentRouter<Integer, Double> router, int requests) {
      try {
        for (int i = 0; i < requests; i++) {
          router.answer(i);
          System.out.println("answered");
        }
      } catch (IllegalStateException closed) {
        System.out.println("closed");
      }
    }

    private static void onExit(Runnable hook) {
      Runtime.getRuntime().addShutdownHook(new Thread(hook));
    }
  }
}
