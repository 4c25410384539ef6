package dev.mlops.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.error.StorageException;
import dev.mlops.features.view.Entity;
import dev.mlops.features.view.EventSource;
import dev.mlops.features.view.EventView;
import dev.mlops.features.view.FeatureService;
import dev.mlops.features.view.Window;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rows that a damaged database has lost are told, and not taken for rows that never were. */
class LostIngestionTest {

  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final EventSource SOURCE =
      EventSource.of("visits").eventTime("at").knownAfter(Duration.ZERO);
  private static final FeatureService SERVICE =
      FeatureService.of(
          "s", EventView.of("v", Entity.of("user", "user"), SOURCE).over(Window.hours(1)).count());
  private static final Schema ROWS =
      Schema.of(Field.of("user", DataType.STRING), Field.of("at", DataType.INSTANT));
  private static final Dataset LABELS =
      Dataset.builder(Schema.of(Field.of("user", DataType.STRING), Field.of("t", DataType.INSTANT)))
          .row("ann", NOON)
          .build();

  private final Workspace workspace = Workspace.inMemory();
  private final FeatureStore store = FeatureStore.open(workspace);

  @BeforeEach
  void ingest() {
    store.register(SERVICE);
    for (int i = 0; i < 5; i++) {
      store.ingest(SOURCE, Dataset.builder(ROWS).row("ann", NOON.minusSeconds(i)).build());
    }
  }

  @AfterEach
  void close() {
    workspace.close();
  }

  private void change(String sql) {
    int changed = workspace.database().transaction(session -> session.update(sql));
    assertThat(changed).isEqualTo(1);
  }

  @Test
  void that_has_no_row_any_more_is_missed_by_its_number() {
    change("DELETE FROM mlops_feature_segment WHERE sequence = 3");

    String lost =
        "the database has lost 1 ingestion of project 'default' among those from 1 to 5: it is"
            + " damaged, or was changed by others; put back a copy of it";
    assertThatThrownBy(() -> store.trainingSet(SERVICE).labels(LABELS, "t").build())
        .isInstanceOf(StorageException.class)
        .hasMessage(lost);
    assertThatThrownBy(() -> store.online(SERVICE))
        .isInstanceOf(StorageException.class)
        .hasMessage(lost);
  }

  @Test
  void whose_file_has_no_name_any_more_is_told() {
    change("DELETE FROM mlops_artifact WHERE path = 'segments/visits/2.arrow'");

    assertThatThrownBy(() -> store.trainingSet(SERVICE).labels(LABELS, "t").build())
        .isInstanceOf(StorageException.class)
        .hasMessageStartingWith("the database has lost the file of ingestion 2 of source 'visits'");
  }
}
