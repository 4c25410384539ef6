package dev.mlops.tracking;

import static dev.mlops.tracking.RunQuery.metric;
import static dev.mlops.tracking.RunQuery.param;
import static dev.mlops.tracking.RunQuery.startedFrom;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Pages of runs, one after the other, while others record, delete and pack. */
abstract class RunPagesContract {

  private static final int RUNS = 60;
  private static final int ROUNDS = 12;

  /** Opens an empty workspace. */
  abstract Workspace open();

  private static void record(Experiment experiment, int number, String kind) {
    experiment.run(
        kind,
        run -> {
          run.metric("auc", number % 7 == 0 ? Double.NaN : number % 10);
          if (number % 3 > 0) {
            run.param("depth", number % 5 == 0 ? "deep" : Integer.toString(number % 4));
          }
        });
  }

  private static List<RunQuery> queries(ExperimentTracker tracker) {
    RunQuery runs = tracker.experiment("delays").runs();
    return List.of(
        runs,
        runs.orderBy(metric("auc").descending()),
        runs.orderBy(param("depth").ascending(), metric("auc").ascending()),
        runs.where(metric("auc").atLeast(3).or(param("depth").missing()))
            .orderBy(param("depth").descending()));
  }

  private static List<RunView> pages(RunQuery query, Random random) {
    RunPage page = query.page(1 + random.nextInt(20));
    List<RunView> all = new ArrayList<>(page.runs());
    while (page.next().isPresent()) {
      page = query.page(1 + random.nextInt(20), page.next().get());
      // The last one may have nothing left, as what followed was deleted meanwhile.
      assertThat(page.runs().isEmpty() && page.next().isPresent()).isFalse();
      all.addAll(page.runs());
    }
    return all;
  }

  @Test
  void allPagesTogetherAreTheWholeList() {
    try (Workspace workspace = open()) {
      ExperimentTracker tracker = ExperimentTracker.of(workspace);
      for (int i = 0; i < RUNS; i++) {
        record(tracker.experiment("delays"), i, "stays");
        if (i == 40) {
          new RunPacker(workspace.database(), workspace.project(), 10, 20).pack();
        }
      }
      Random random = new Random(1);
      for (RunQuery query : queries(tracker)) {
        assertThat(pages(query, random)).isNotEmpty().isEqualTo(query.list());
      }
    }
  }

  @Test
  void noRunThatStaysIsLeftOutOrReturnedTwiceWhileOthersWrite() throws Exception {
    try (Workspace workspace = open()) {
      ExperimentTracker tracker = ExperimentTracker.of(workspace);
      Experiment delays = tracker.experiment("delays");
      for (int i = 0; i < RUNS; i++) {
        record(delays, i, i % 4 == 0 ? "goes" : "stays");
      }
      List<RunView> going = delays.runs().where(RunQuery.named("goes")).list();
      AtomicBoolean over = new AtomicBoolean();
      ExecutorService writer = Executors.newSingleThreadExecutor();
      try {
        Future<?> writes =
            writer.submit(
                () -> {
                  for (int i = 0; !over.get(); i++) {
                    RunEditor edit = tracker.edit(going.get(i / 2 % going.size()).id());
                    if (i % 2 == 0) {
                      edit.delete();
                      record(delays, i, "comes");
                    } else {
                      edit.restore();
                    }
                    new RunPacker(workspace.database(), workspace.project(), 1 + i % 9, 40).pack();
                  }
                });
        Random random = new Random(2);
        for (int round = 0; round < ROUNDS; round++) {
          for (RunQuery query : queries(tracker)) {
            assertStable(query, random);
          }
        }
        over.set(true);
        writes.get();
      } finally {
        over.set(true);
        writer.shutdownNow();
      }
    }
  }

  private static void assertStable(RunQuery query, Random random) {
    List<String> staying =
        query.list().stream().filter(run -> run.name().equals("stays")).map(RunView::id).toList();
    List<RunView> paged = pages(query, random);
    Set<String> once = new HashSet<>();
    paged.forEach(run -> assertThat(once.add(run.id())).as("returned once").isTrue());
    assertThat(paged.stream().filter(run -> run.name().equals("stays")))
        .extracting(RunView::id)
        .containsExactlyElementsOf(staying);
  }

  @Test
  void aTokenIsOfOneQuery() {
    try (Workspace workspace = open()) {
      ExperimentTracker tracker = ExperimentTracker.of(workspace);
      for (int i = 0; i < 3; i++) {
        record(tracker.experiment("delays"), i, "stays");
      }
      RunQuery query =
          tracker.runs().where(metric("auc").atLeast(0)).orderBy(metric("auc").descending());
      String token = query.page(1).next().orElseThrow();
      // The same question, asked again: also by another process.
      RunQuery same =
          tracker.runs().where(metric("auc").atLeast(0)).orderBy(metric("auc").descending());
      assertThat(same.page(5, token).runs()).hasSize(1);
      assertThat(same.page(5, token).next()).isEmpty();
      assertThat(same.page(1)).hasToString("page of 1 run, more follow");
      List<RunQuery> others =
          List.of(
              tracker.runs().where(metric("auc").atLeast(0)),
              tracker.runs().where(metric("auc").atLeast(0)).orderBy(metric("auc").ascending()),
              tracker.runs().where(metric("auc").atLeast(0.5)).orderBy(metric("auc").descending()),
              query.withNested(),
              query.withDeleted(),
              query.experiments(tracker.experiment("delays")),
              tracker
                  .runs()
                  .where(startedFrom(Instant.EPOCH))
                  .orderBy(metric("auc").min().descending()));
      for (RunQuery other : others) {
        assertThatThrownBy(() -> other.page(1, token))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage(
                "the page token is of another query; ask the same query for its next page, or ask for the first page without a token");
      }
      assertThatThrownBy(() -> query.page(1, token.substring(1)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "the page token is damaged; pass next() of a page as it is, or ask for the first page without a token");
    }
  }

  @Test
  void aSizeOutOfRangeAndALimitAreRefused() {
    try (Workspace workspace = open()) {
      RunQuery query = ExperimentTracker.of(workspace).runs();
      assertThat(query.page(50_000).runs()).isEmpty();
      assertThat(query.page(1).next()).isEmpty();
      for (int size : List.of(0, -1, 50_001)) {
        assertThatThrownBy(() -> query.page(size))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage("size of a page must be from 1 to 50000: " + size);
      }
      assertThatThrownBy(() -> query.limit(10).page(5))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("a query with limit 10 has no pages; leave out limit(), or take list()");
    }
  }
}
