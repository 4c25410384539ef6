package dev.mlops.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.error.StorageException;
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

  @Test
  void a_stored_word_that_is_none_is_told_as_damage() {
    try (Workspace workspace = Workspace.inMemory()) {
      Experiment one = ExperimentTracker.of(workspace).experiment("one");
      one.run("first", run -> {});
      workspace
          .database()
          .transaction(session -> session.update("UPDATE mlops_runs SET status = 'FINISHeD'"));
      assertThatThrownBy(() -> one.runs().list())
          .isInstanceOf(StorageException.class)
          .hasMessageStartingWith(
              "cannot read column 'status': 'FINISHeD' is not what was stored; the database is"
                  + " damaged, or was changed by others");
    }
  }
}
