package dev.mlops.serving;

import static dev.mlops.journal.Reason.because;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.error.StorageException;
import dev.mlops.journal.Actor;
import dev.mlops.journal.Event;
import dev.mlops.storage.ArtifactStore;
import dev.mlops.storage.Database;
import dev.mlops.testkit.FaultyDataSource;
import dev.mlops.testkit.FaultyDataSource.Call;
import dev.mlops.testkit.TestClock;
import dev.mlops.testkit.TestDatabases;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a router has to say reaches the journal, or is counted. */
class LastWordsTest {

  private static final Actor ANN = Actor.human("ann", "model owner");

  private final TestClock clock = TestClock.at(Instant.parse("2026-11-23T12:00:00Z"));
  private final ManualTime time = new ManualTime();
  private final FaultyDataSource source = FaultyDataSource.over(TestDatabases.h2DataSource());
  private final Database database = Database.over(source);
  private final Workspace workspace =
      Workspace.builder()
          .clock(clock)
          .database(database)
          .artifactStore(ArtifactStore.inMemory())
          .predictionLog(new KeptLog(record -> true))
          .open();

  @AfterEach
  void close() {
    workspace.close();
    database.close();
  }

  private DeploymentRouter<Integer, Double> router(Executor executor) {
    return DeploymentRouter.builder(workspace, "departures")
        .live(model("7"))
        .time(time)
        .executor(executor)
        .open();
  }

  private static Candidate<Integer, Double> model(String version) {
    return Candidate.of("delay", version, number -> 0.5);
  }

  private static Rollout begin(DeploymentRouter<Integer, Double> router) {
    return router.canary(model("8")).share(10).guard(Guard.errors()).start();
  }

  private List<String> events() {
    return workspace.journal().events().kind("rollout").list().stream().map(Event::kind).toList();
  }

  private void send(DeploymentRouter<Integer, Double> router, int requests) {
    for (int i = 0; i < requests; i++) {
      assertThat(router.predict(i)).isEqualTo(0.5);
    }
  }

  /** What the guard of errors has counted, as a process finds it that opens the router anew. */
  private long counted() {
    try (DeploymentRouter<Integer, Double> router =
        DeploymentRouter.builder(workspace, "departures")
            .live(model("7"))
            .models((name, version) -> model(version))
            .time(new ManualTime())
            .open()) {
      return router.rollout().orElseThrow().ticks().stream()
          .filter(tick -> tick.guard().equals("errors"))
          .mapToLong(tick -> tick.counts().canary() + tick.counts().stable())
          .sum();
    }
  }

  @Test
  void are_written_although_the_executor_drops_its_tasks() {
    DeploymentRouter<Integer, Double> router = router(task -> {});
    begin(router).rollback(because("wrong model").by(ANN));
    assertThat(events()).containsExactly("rollout.started", "rollout.rolled_back");
    begin(router);
    send(router, 250);
    router.close();
    assertThat(events())
        .containsExactly("rollout.started", "rollout.rolled_back", "rollout.started");
    assertThat(counted()).isEqualTo(250);
    assertThat(router.counts().bookkeepingFailures()).isZero();
  }

  @Test
  void are_written_although_the_executor_refuses_its_tasks() {
    DeploymentRouter<Integer, Double> router =
        router(
            task -> {
              throw new RejectedExecutionException("shut down");
            });
    begin(router);
    send(router, 250);
    router.close();
    assertThat(counted()).isEqualTo(250);
  }

  /** As an executor does that gets no thread from the system. */
  @Test
  void are_written_although_the_executor_throws_errors() {
    DeploymentRouter<Integer, Double> router =
        router(
            task -> {
              throw new InternalError("unable to create native thread");
            });
    router.replace(model("7b"));
    Rollout rollout = begin(router);
    send(router, 200);
    rollout.rollback(because("wrong model").by(ANN));
    router.close();
    assertThat(events()).containsExactly("rollout.started", "rollout.rolled_back");
    assertThat(router.counts().bookkeepingFailures()).isZero();
  }

  @ParameterizedTest
  @MethodSource("failures")
  void are_written_once_the_database_is_back(Throwable failure) {
    DeploymentRouter<Integer, Double> router = router(Runnable::run);
    Rollout rollout = begin(router);
    source.failUntilHealed(Call.CONNECT, () -> failure);
    rollout.rollback(because("wrong model").by(ANN));
    assertThat(rollout.state()).as("not before it is durable").hasToString("RUNNING at 10 %");
    assertThat(router.counts().canary()).isZero();
    send(router, 200);
    assertThat(router.counts().canary()).as("taken out of the traffic at once").isZero();
    time.tick();
    assertThat(time.isIdle("timer")).isFalse();
    source.heal();
    time.advance(Duration.ofSeconds(2));
    time.tick();
    assertThat(events()).containsExactly("rollout.started", "rollout.rolled_back");
    assertThat(time.isIdle("timer")).isTrue();
    assertThat(router.counts().bookkeepingFailures()).isZero();
    router.close();
  }

  private static Stream<Throwable> failures() {
    return Stream.of(
        new SQLException("away", "08006"),
        new IllegalStateException("the pool has been shut down"),
        new StackOverflowError("driver"));
  }

  /** What a human asks for is done, or refused: only taking back does not wait. */
  @Test
  void of_what_cannot_be_written_are_an_error() {
    DeploymentRouter<Integer, Double> router = router(Runnable::run);
    Rollout rollout = begin(router);
    source.failUntilHealed(Call.CONNECT, () -> new SQLException("away", "08006"));
    assertThatThrownBy(() -> rollout.promote(because("good").by(ANN)))
        .isInstanceOf(StorageException.class);
    assertThatThrownBy(() -> rollout.pause(because("look").by(ANN)))
        .isInstanceOf(StorageException.class);
    source.heal();
    time.advance(Duration.ofSeconds(2));
    time.tick();
    assertThat(rollout.state()).hasToString("RUNNING at 10 %");
    assertThat(router.live().version()).isEqualTo("7");
    rollout.rollback(because("done").by(ANN));
    source.failUntilHealed(Call.CONNECT, () -> new SQLException("away", "08006"));
    assertThatThrownBy(() -> router.replace(model("9"))).isInstanceOf(StorageException.class);
    assertThatThrownBy(() -> begin(router)).isInstanceOf(StorageException.class);
    source.heal();
    assertThat(router.live().version()).isEqualTo("7");
    assertThat(events()).containsExactly("rollout.started", "rollout.rolled_back");
    router.close();
  }

  /** A candidate without evidence against it stays, however long the database is away. */
  @Test
  void that_wait_say_since_when() {
    DeploymentRouter<Integer, Double> router = router(Runnable::run);
    Rollout rollout = begin(router);
    source.failUntilHealed(Call.CONNECT, () -> new SQLException("away", "08006"));
    send(router, 250);
    clock.advance(Duration.ofHours(3));
    time.advance(Duration.ofSeconds(2));
    send(router, 250);
    assertThat(rollout.verdict().sentence())
        .contains(". Since 2026-11-23T12:00:00Z nothing can be written (")
        .contains("). Waiting: ")
        .endsWith(" ticks and acts; until then the candidate keeps its share in this process");
    source.heal();
    time.advance(Duration.ofSeconds(2));
    time.tick();
    assertThat(rollout.verdict().sentence()).doesNotContain("written");
    router.close();
    assertThat(counted()).isEqualTo(500);
  }

  private DeploymentRouter<Integer, Double> failing() {
    return DeploymentRouter.builder(workspace, "departures")
        .live(Candidate.<Integer, Double>of("delay", "7", number -> fail()))
        .limits(Limits.inFlight(8).breaker(1, 2, Duration.ofSeconds(5)))
        .otherwise(number -> 0.5)
        .time(time)
        .open();
  }

  /** That a model is left alone is known later too, with the time at which it was. */
  @Test
  void of_a_breaker_wait_for_the_database() {
    DeploymentRouter<Integer, Double> router = failing();
    source.failUntilHealed(Call.CONNECT, () -> new SQLException("away", "08006"));
    send(router, 10);
    Instant opened = clock.instant();
    clock.advance(Duration.ofHours(1));
    time.tick();
    assertThat(time.isIdle("journal")).isFalse();
    source.heal();
    time.tick();
    assertThat(time.isIdle("journal")).isTrue();
    List<Event> events = workspace.journal().events().kind("breaker").list();
    assertThat(events).extracting(Event::kind).containsExactly("breaker.opened");
    assertThat(events.get(0).details()).containsEntry("time", opened.toString());
    router.close();
    assertThat(router.counts().bookkeepingFailures()).isZero();
  }

  @Test
  void of_a_breaker_are_counted_if_they_are_lost_in_the_end() {
    DeploymentRouter<Integer, Double> router = failing();
    source.failUntilHealed(Call.CONNECT, () -> new SQLException("away", "08006"));
    send(router, 10);
    router.close();
    source.heal();
    assertThat(router.counts().bookkeepingFailures()).isEqualTo(1);
    time.tick();
    assertThat(workspace.journal().events().kind("breaker").list()).isEmpty();
  }

  private static double fail() {
    throw new IllegalStateException("down");
  }

  @Test
  void are_counted_if_they_are_lost_in_the_end() {
    DeploymentRouter<Integer, Double> router = router(Runnable::run);
    begin(router);
    source.failUntilHealed(Call.COMMIT, () -> new SQLException("away", "08006"));
    send(router, 250);
    router.close();
    source.heal();
    assertThat(events()).containsExactly("rollout.started");
    assertThat(router.counts().bookkeepingFailures()).isEqualTo(1);
    assertThat(counted()).isZero();
  }

  @Test
  void are_written_by_a_workspace_that_closes_with_its_router_open() {
    Workspace other =
        Workspace.builder()
            .database(database)
            .artifactStore(ArtifactStore.inMemory())
            .predictionLog(new KeptLog(record -> true))
            .open();
    DeploymentRouter<Integer, Double> router =
        DeploymentRouter.builder(other, "departures").live(model("7")).open();
    begin(router);
    send(router, 250);
    other.close();
    router.close();
    assertThat(counted()).isEqualTo(250);
  }

  @Test
  void of_a_deadline_come_without_traffic() {
    DeploymentRouter<Integer, Double> router = router(Runnable::run);
    begin(router);
    clock.advance(Duration.ofHours(23));
    time.tick();
    assertThat(events()).containsExactly("rollout.started");
    clock.advance(Duration.ofHours(1));
    time.tick();
    assertThat(events()).containsExactly("rollout.started", "rollout.held");
    assertThat(time.isIdle("timer")).isFalse();
    router.close();
    time.tick();
    assertThat(time.isIdle("timer")).isTrue();
  }

  /** The real timer, not waited for by a clock: the state changes without anyone asking for it. */
  @Test
  void of_a_deadline_come_by_the_computers_time() {
    try (DeploymentRouter<Integer, Double> router =
        DeploymentRouter.builder(workspace, "departures").live(model("7")).open()) {
      begin(router);
      clock.advance(Duration.ofDays(1));
      while (!events().contains("rollout.held")) {
        Thread.onSpinWait();
      }
    }
    assertThat(events()).containsExactly("rollout.started", "rollout.held");
  }

  @Test
  void of_another_attempt_are_about_other_keys() {
    try (DeploymentRouter<String, Double> router =
        DeploymentRouter.builder(workspace, "departures")
            .live(Candidate.<String, Double>of("delay", "7", key -> 0.5))
            .unitKey(key -> key)
            .open()) {
      List<String> first = victims(router);
      assertThat(victims(router)).isEqualTo(first);
      clock.advance(Duration.ofHours(1));
      List<String> second = victims(router);
      assertThat(first.size()).isBetween(60, 140);
      assertThat(second).isNotEqualTo(first);
      assertThat(second.stream().filter(first::contains).count()).isLessThan(30);
    }
  }

  private static List<String> victims(DeploymentRouter<String, Double> router) {
    Rollout rollout =
        router
            .canary(Candidate.<String, Double>of("delay", "8", key -> 0.5))
            .share(10)
            .guard(Guard.errors())
            .start();
    List<String> victims =
        IntStream.range(0, 1_000)
            .mapToObj(i -> "N" + i)
            .filter(key -> router.answer(key).variant().equals("canary"))
            .toList();
    rollout.rollback(because("again").by(ANN));
    return victims;
  }
}
