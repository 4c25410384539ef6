package dev.mlops.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import dev.mlops.Workspace;
import dev.mlops.storage.ArtifactStore;
import dev.mlops.storage.Database;
import dev.mlops.testkit.FaultyDataSource;
import dev.mlops.testkit.FaultyDataSource.Call;
import dev.mlops.testkit.TestClock;
import dev.mlops.testkit.TestDatabases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The seconds of the timer and the clock are told by hand here. */
class SystemMetricsTest {

  private static final Instant START = Instant.parse("2001-01-01T00:00:00Z");
  private static final Duration INTERVAL = Duration.ofSeconds(10);
  private static final long SECOND = 1_000_000_000;

  private final TestClock clock = TestClock.at(START);
  private final FaultyDataSource source = FaultyDataSource.over(TestDatabases.h2DataSource());
  private final List<Runnable> ticks = new ArrayList<>();
  private Workspace workspace;
  private ExperimentTracker tracker;

  @BeforeEach
  void open() {
    workspace =
        Workspace.builder()
            .database(Database.over(source))
            .artifactStore(ArtifactStore.inMemory())
            .clock(clock)
            .open();
    tracker =
        ExperimentTracker.of(
            workspace,
            work -> {
              ticks.add(work);
              return ticks::clear;
            },
            ExperimentTracker.ALIVE);
  }

  @AfterEach
  void close() {
    workspace.close();
  }

  private Run measured() {
    return tracker.withSystemMetrics(INTERVAL).experiment("delays").start("gbm");
  }

  private void seconds(int number) {
    for (int second = 0; second < number; second++) {
      clock.advance(Duration.ofSeconds(1));
      List.copyOf(ticks).forEach(Runnable::run);
    }
  }

  private List<Long> steps(String run, String metric) {
    List<Long> steps = new ArrayList<>();
    var table = tracker.history(run, metric);
    for (int row = 0; row < table.rowCount(); row++) {
      steps.add(table.longs("step").get(row));
    }
    return steps;
  }

  @Test
  void are_points_at_the_interval_until_the_run_ends() {
    try (Run run = measured()) {
      seconds(25);
      run.succeed();
      seconds(25);
      assertThat(steps(run.id(), "system/heap")).containsExactly(1L, 11L, 21L);
      RunView view = tracker.get(run.id());
      assertThat(view.metric("system/heap")).isPositive();
      assertThat(view.summary("system/cpu").min().value()).isNotNegative();
      assertThat(view.summary("system/gc").min().value()).isNotNegative();
      assertThat(view.metrics().containsKey("system/rss"))
          .isEqualTo(Files.exists(Path.of("/proc/self/status")));
    }
  }

  @Test
  void are_not_recorded_unless_they_are_asked_for() {
    Run run = tracker.experiment("delays").start("gbm");
    seconds(25);
    run.succeed();
    assertThat(tracker.get(run.id()).metrics()).isEmpty();
  }

  @Test
  void are_recorded_of_nested_and_resumed_runs_with_steps_that_go_on() {
    String id;
    try (Run run = measured()) {
      Run fold = run.nested("fold");
      seconds(1);
      fold.succeed();
      assertThat(steps(fold.id(), "system/heap")).containsExactly(1L);
      run.succeed();
      id = run.id();
    }
    clock.advance(Duration.ofSeconds(99));
    Run again = tracker.withSystemMetrics(INTERVAL).resume(id);
    seconds(1);
    again.succeed();
    assertThat(steps(id, "system/heap")).containsExactly(1L, 101L);
  }

  @Test
  void go_on_when_the_clock_is_set_back() {
    try (Run run = measured()) {
      seconds(1);
      clock.advance(Duration.ofHours(-1));
      seconds(11);
      run.succeed();
      assertThat(steps(run.id(), "system/heap")).containsExactly(-3598L, -3588L, 1L);
    }
  }

  @Test
  void wait_for_a_database_that_is_away() {
    try (Run run = measured()) {
      run.flush();
      source.failUntilHealed(Call.CONNECT, () -> new SQLTransientConnectionException("away"));
      seconds(25);
      source.heal();
      run.succeed();
      assertThat(steps(run.id(), "system/heap")).containsExactly(1L, 11L, 21L);
    }
  }

  @Test
  void do_not_reach_the_training_when_each_point_is_stored_and_none_can_be() {
    try (Run run =
        tracker.synchronous().withSystemMetrics(INTERVAL).experiment("delays").start("gbm")) {
      source.failUntilHealed(Call.CONNECT, () -> new SQLTransientConnectionException("away"));
      seconds(25);
      source.heal();
      run.succeed();
      assertThat(steps(run.id(), "system/heap")).containsExactly(1L, 11L, 21L);
    }
  }

  @Test
  void are_shares_of_the_time_since_the_point_before() {
    Map<String, Double> metrics =
        logged(
            List.of(
                () -> reading(0, OptionalLong.of(7 * SECOND), 100, OptionalLong.of(5)),
                () -> reading(10, OptionalLong.of(17 * SECOND), 600, OptionalLong.of(6))));
    assertThat(metrics.get("system/cpu")).isCloseTo(0.25, within(1e-12));
    assertThat(metrics.get("system/gc")).isCloseTo(0.05, within(1e-12));
    assertThat(metrics).containsEntry("system/rss", 6.0).containsEntry("system/heap", 77.0);
  }

  @Test
  void are_left_out_where_the_system_does_not_tell_or_no_time_has_passed() {
    assertThat(
            logged(
                List.of(
                    () -> reading(0, OptionalLong.empty(), 0, OptionalLong.empty()),
                    () -> reading(10, OptionalLong.empty(), 0, OptionalLong.empty()))))
        .containsOnlyKeys("system/gc", "system/heap");
    assertThat(
            logged(
                List.of(
                    () -> reading(3, OptionalLong.of(1), 0, OptionalLong.empty()),
                    () -> reading(3, OptionalLong.of(2), 0, OptionalLong.empty()))))
        .containsOnlyKeys("system/heap");
  }

  @Test
  void do_not_stop_a_training_where_the_process_cannot_be_measured() {
    assertThat(
            logged(
                List.of(
                    () -> {
                      throw new NoClassDefFoundError("com/sun/management/OperatingSystemMXBean");
                    },
                    () -> reading(10, OptionalLong.of(1), 0, OptionalLong.empty()))))
        .containsOnlyKeys("system/heap");
  }

  /** Begins with the first reading, and logs the second. */
  private Map<String, Double> logged(List<Supplier<ProcessReading>> readings) {
    try (Run run = tracker.experiment("delays").start("by hand")) {
      AtomicInteger next = new AtomicInteger();
      SystemMetrics system =
          new SystemMetrics(
              run.buffer(), INTERVAL, () -> readings.get(next.getAndIncrement()).get());
      system.measure();
      run.succeed();
      Map<String, Double> metrics = new TreeMap<>();
      tracker
          .get(run.id())
          .metrics()
          .forEach((name, all) -> metrics.put(name, all.latest().value()));
      return metrics;
    }
  }

  private static ProcessReading reading(
      long seconds, OptionalLong cpu, long gcMillis, OptionalLong resident) {
    return new ProcessReading(seconds * SECOND, 4, cpu, gcMillis, 77, resident);
  }

  @Test
  void are_read_from_the_status_of_the_process(@TempDir Path place) throws IOException {
    Path status = place.resolve("status");
    Files.writeString(status, "VmHWM:\t  999 kB\nVmRSS:\t   12 kB\n");
    assertThat(ProcessReading.resident(status)).hasValue(12 * 1024);
    Files.writeString(status, "VmRSS:\t   many kB\n");
    assertThat(ProcessReading.resident(status)).isEmpty();
    assertThat(ProcessReading.resident(place.resolve("none"))).isEmpty();
  }

  @Test
  void refuse_an_interval_that_is_out_of_range_or_given_twice() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> tracker.withSystemMetrics(Duration.ofMillis(500)))
        .withMessage("the interval of system metrics must be 1 second to 1 day: 500 milliseconds");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> tracker.withSystemMetrics(Duration.ofDays(2)))
        .withMessage("the interval of system metrics must be 1 second to 1 day: 2 days");
    assertThatIllegalStateException()
        .isThrownBy(() -> tracker.withSystemMetrics(INTERVAL).withSystemMetrics(INTERVAL))
        .withMessage("the option 'withSystemMetrics' is set already, to 10 seconds");
  }
}
