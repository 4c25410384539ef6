package dev.mlops.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.error.NotFoundException;
import dev.mlops.storage.ArtifactStore;
import dev.mlops.storage.Session;
import dev.mlops.testkit.TestDatabases;
import dev.mlops.tracking.ExperimentTracker;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** A version is not registered of a run that another connection is removing. */
class RunOfRegisteredVersionTest {

  private static final List<String> OF_RUN =
      List.of(
          "mlops_run_metrics",
          "mlops_run_params",
          "mlops_run_tags",
          "mlops_run_inputs",
          "mlops_run_seals");

  @Test
  void is_waited_for_while_it_is_removed() throws Exception {
    ExecutorService other = Executors.newSingleThreadExecutor();
    try (Workspace workspace =
        Workspace.builder()
            .database(TestDatabases.emptied(TestDatabases.postgresPoolInEnglish()))
            .artifactStore(ArtifactStore.inMemory())
            .open()) {
      String run = ExperimentTracker.of(workspace).experiment("delays").run("a", open -> {}).id();
      RegisteredModel flights = ModelRegistry.of(workspace).model("flights");
      CompletableFuture<ModelVersion> registering =
          workspace
              .database()
              .transaction(
                  session -> {
                    long id =
                        session
                            .lock(
                                "SELECT id FROM mlops_runs WHERE uid = ?",
                                row -> row.number("id"),
                                run)
                            .orElseThrow();
                    CompletableFuture<ModelVersion> begun =
                        CompletableFuture.supplyAsync(
                            () -> flights.register(TinyOnnx.candidate().run(run).build()), other);
                    while (!begun.isDone() && !somebodyWaits(session)) {
                      Thread.onSpinWait();
                    }
                    OF_RUN.forEach(
                        table -> session.update("DELETE FROM " + table + " WHERE run = ?", id));
                    session.update("DELETE FROM mlops_runs WHERE id = ?", id);
                    return begun;
                  });
      assertThatThrownBy(registering::join)
          .isInstanceOf(CompletionException.class)
          .cause()
          .isInstanceOf(NotFoundException.class)
          .hasMessage(
              "run "
                  + run
                  + " was removed from project 'default' while a version was registered that names it;"
                  + " nothing was registered");
      assertThat(flights.findLatest()).isEmpty();
    } finally {
      other.shutdownNow();
    }
  }

  private static boolean somebodyWaits(Session session) {
    return session
        .first(
            "SELECT pid FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))",
            row -> true)
        .isPresent();
  }
}
