package dev.mlops.study;

import static dev.mlops.study.Param.real;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.Workspace;
import dev.mlops.storage.ArtifactStore;
import dev.mlops.storage.Database;
import dev.mlops.testkit.CrashHarness;
import dev.mlops.testkit.CrashHarness.Running;
import dev.mlops.testkit.TestDatabases;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

class PostgresStudyTest extends StudyContract {
  private static final int TRIALS = 30;
  private static final DataSource SOURCE = TestDatabases.postgresPoolInEnglish();

  @Override
  Workspace open() {
    return over(TestDatabases.emptied(SOURCE));
  }

  private static Workspace over(Database database) {
    return Workspace.builder()
        .database(database)
        .artifactStore(ArtifactStore.inMemory(Clock.systemUTC()))
        .adoptContents()
        .open();
  }

  private static Study study(Workspace workspace) {
    return Study.builder(workspace, "shared")
        .space(Space.of(real("rate", 0, 1)))
        .sampler(Sampler.random())
        .minimise("loss")
        .trials(TRIALS)
        .build();
  }

  /**
   * One of three JVMs is killed at a trial; the others give it again when its lease has expired.
   */
  @Test
  void processes_share_a_study_and_do_the_trials_of_a_dead_one() throws InterruptedException {
    String url = TestDatabases.postgresUrl();
    Map<Long, Integer> done = new HashMap<>();
    long victims;
    try (Running victim = CrashHarness.of(Sharing.class, url, "victim").start()) {
      victims = Long.parseLong(victim.line().orElseThrow());
    }
    try (Running one = CrashHarness.of(Sharing.class, url, "one").start();
        Running two = CrashHarness.of(Sharing.class, url, "two").start()) {
      for (Running process : List.of(one, two)) {
        for (String line : lines(process)) {
          done.merge(Long.parseLong(line), 1, Integer::sum);
        }
      }
    }
    try (Workspace workspace = over(Database.over(TestDatabases.postgresDataSource(url)))) {
      assertThat(done).hasSize(TRIALS - 1).doesNotContainKey(victims);
      // The others were done while the lease of the dead one was still good.
      workspace
          .database()
          .transaction(
              session ->
                  session.update("UPDATE mlops_lease SET expires = 0 WHERE name LIKE 'study/%'"));
      study(workspace)
          .run(
              trial -> {
                done.merge(trial.number(), 1, Integer::sum);
                trial.run().metric("loss", trial.real("rate"));
              });
      assertThat(done.keySet())
          .containsExactlyInAnyOrderElementsOf(LongStream.rangeClosed(1, TRIALS).boxed().toList());
      assertThat(done.values()).allMatch(times -> times == 1);
      List<TrialView> attempts = study(workspace).trials();
      assertThat(attempts).hasSize(TRIALS + 1);
      assertThat(attempts.stream().filter(trial -> trial.state() == TrialState.LOST))
          .hasSize(1)
          .allMatch(trial -> trial.number() == victims && trial.attempt() == 1);
      assertThat(study(workspace).progress().feasible()).isEqualTo(TRIALS);
    }
  }

  private static List<String> lines(Running process) {
    List<String> lines = new ArrayList<>();
    for (var line = process.line(); line.isPresent(); line = process.line()) {
      lines.add(line.get());
    }
    return lines;
  }

  /**
   * Works on the study; the victim stays in its first trial, and the others wait for each other.
   */
  static final class Sharing {
    private Sharing() {}

    public static void main(String[] arguments) throws InterruptedException {
      boolean dies = arguments[1].equals("victim");
      try (Workspace workspace =
          over(Database.over(TestDatabases.postgresDataSource(arguments[0])))) {
        Study study = study(workspace);
        study.run(
            trial -> {
              System.out.println(trial.number());
              while (dies || (trial.number() < 4 && study.progress().trials() < 3)) {
                LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
              }
              trial.run().metric("loss", trial.real("rate"));
            });
      }
    }
  }
}
