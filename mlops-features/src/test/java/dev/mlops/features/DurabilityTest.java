package dev.mlops.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.data.Dataset;
import dev.mlops.error.ConflictException;
import dev.mlops.features.view.Entity;
import dev.mlops.features.view.EventSource;
import dev.mlops.features.view.EventView;
import dev.mlops.features.view.FeatureService;
import dev.mlops.features.view.FeatureVector;
import dev.mlops.features.view.Window;
import dev.mlops.storage.ArtifactStore;
import dev.mlops.storage.Database;
import dev.mlops.testkit.TestClock;
import dev.mlops.testkit.TestDatabases;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurabilityTest {

  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final EventSource PAGES =
      EventSource.of("pages").eventTime("at").knownAfter(Duration.ZERO);
  private static final EventView VISITS =
      EventView.of("visits", Entity.of("page", "page"), PAGES)
          .over(Window.days(1))
          .count()
          .sum("seconds");
  private static final FeatureService SERVICE = FeatureService.of("pages", VISITS);

  record Visit(String page, Instant at, double seconds) {}

  @TempDir private Path directory;

  @Test
  void everything_is_there_again_in_another_process_on_h2_files() {
    Dataset labels = visits("a", 3);
    TrainingSet before;
    try (Workspace workspace =
        Workspace.builder().directory(directory).clock(TestClock.at(NOON)).open()) {
      FeatureStore store = FeatureStore.open(workspace);
      store.register(SERVICE);
      store.ingest(PAGES, visits("a", 5), "one");
      store.ingest(PAGES, visits("b", 2));
      before = store.trainingSet(SERVICE).labels(labels, "at").build();
    }
    try (Workspace workspace =
        Workspace.builder().directory(directory).clock(TestClock.at(NOON)).open()) {
      FeatureStore store = FeatureStore.open(workspace);
      store.register(SERVICE);

      assertThat(store.ingest(PAGES, visits("a", 5), "one").repeated()).isTrue();
      assertThat(store.online(SERVICE).get(Map.of("page", "a"), NOON).value("visits_count_1d"))
          .isEqualTo(5L);
      assertThat(store.trainingSet(SERVICE).labels(labels, "at").build().digest())
          .isEqualTo(before.digest());
      store.prove(SERVICE).over(labels, "at").assertSame();
    }
  }

  @Test
  void two_writers_on_postgresql_get_one_order_without_gaps() throws Exception {
    try (Database database = TestDatabases.postgres();
        ArtifactStore bytes = ArtifactStore.inMemory()) {
      FeatureStore one = FeatureStore.open(workspace(database, bytes));
      FeatureStore two = FeatureStore.open(workspace(database, bytes));
      assertThat(run(List.of(() -> registered(one), () -> registered(two)))).containsOnly(true);
      FeatureReader live = one.online(SERVICE);

      List<Callable<Ingestion>> writes = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        FeatureStore store = i % 2 == 0 ? one : two;
        String batch = i < 8 ? "same" : null;
        writes.add(() -> store.ingest(PAGES, visits("a", 1), batch));
      }
      List<Ingestion> receipts = run(writes);

      assertThat(new TreeSet<>(receipts.stream().map(Ingestion::sequence).toList()))
          .hasSize(33)
          .last()
          .isEqualTo(33L);
      assertThat(receipts).filteredOn(Ingestion::repeated).hasSize(7);
      one.refresh();
      assertThat(live.get(Map.of("page", "a"), NOON).value("visits_count_1d")).isEqualTo(33L);
      one.prove(SERVICE).over(visits("a", 3), "at").assertSame();
      two.online(SERVICE);
      two.prove(SERVICE).over(visits("a", 3), "at").assertSame();
      EventView other =
          EventView.of("visits", Entity.of("page", "page"), PAGES).count(Window.days(1));
      assertThatThrownBy(() -> two.register(other)).isInstanceOf(ConflictException.class);
    }
  }

  @Test
  void a_reader_sees_an_ingestion_of_an_entity_wholly_or_not_at_all() throws Exception {
    try (Workspace workspace = Workspace.builder().clock(TestClock.at(NOON)).open()) {
      FeatureStore store = FeatureStore.open(workspace);
      store.register(SERVICE);
      FeatureReader live = store.online(SERVICE);
      List<Callable<Boolean>> tasks = new ArrayList<>();
      tasks.add(() -> ingestInThrees(store));
      for (int i = 0; i < 3; i++) {
        tasks.add(() -> alwaysSeesThrees(live));
      }

      assertThat(run(tasks)).containsOnly(true);
    }
  }

  private static boolean registered(FeatureStore store) {
    store.register(SERVICE);
    return store.definitions().size() == 3;
  }

  private static boolean ingestInThrees(FeatureStore store) {
    for (int i = 0; i < 60; i++) {
      store.ingest(PAGES, visits("a", 3));
    }
    return true;
  }

  private static boolean alwaysSeesThrees(FeatureReader live) {
    long last = 0;
    while (last < 180) {
      FeatureVector vector = live.get(Map.of("page", "a"), NOON);
      long count = vector.value("visits_count_1d") instanceof Long seen ? seen : 0;
      double seconds = count == 0 ? 0 : vector.number("visits_seconds_sum_1d");
      if (count % 3 != 0 || count < last || seconds != count) {
        return false;
      }
      last = count;
    }
    return true;
  }

  private static <T> List<T> run(List<Callable<T>> tasks) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<T> results = new ArrayList<>();
      for (Future<T> future : threads.invokeAll(tasks)) {
        results.add(future.get());
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }

  private static Workspace workspace(Database database, ArtifactStore bytes) {
    return Workspace.builder()
        .database(database)
        .artifactStore(bytes)
        .clock(TestClock.at(NOON))
        .open();
  }

  private static Dataset visits(String page, int rows) {
    List<Visit> visits = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      visits.add(new Visit(page, NOON.minusSeconds(i), 1));
    }
    return Dataset.of(visits);
  }
}
