package dev.mlops.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.Workspace;
import dev.mlops.storage.Database;
import dev.mlops.testkit.TestDatabases;
import java.util.Iterator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class H2InMemoryTrackerTest extends TrackerContract {

  @Override
  Database open() {
    return TestDatabases.h2InMemory();
  }

  /** More than two pages; the runs of a later page are told as they are when it is read. */
  @Test
  void more_runs_than_a_page_are_streamed_in_order() {
    try (Workspace workspace = Workspace.inMemory()) {
      Experiment many = ExperimentTracker.of(workspace).experiment("many");
      for (int i = 0; i < 1_001; i++) {
        many.run(Integer.toString(i), run -> {});
      }
      assertThat(many.runs().stream().map(RunView::name))
          .containsExactlyElementsOf(
              IntStream.rangeClosed(0, 1_000).mapToObj(i -> Integer.toString(1_000 - i)).toList());
      Iterator<RunView> runs = many.runs().stream().iterator();
      assertThat(runs.next().name()).isEqualTo("1000");
    }
  }
}
