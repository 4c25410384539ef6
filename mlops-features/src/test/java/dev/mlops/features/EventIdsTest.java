package dev.mlops.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.error.ConflictException;
import dev.mlops.error.InvalidInputException;
import dev.mlops.features.view.Definition;
import dev.mlops.features.view.Entity;
import dev.mlops.features.view.EventSource;
import dev.mlops.features.view.EventView;
import dev.mlops.features.view.FeatureService;
import dev.mlops.features.view.FeatureVector;
import dev.mlops.features.view.FeatureVector.Status;
import dev.mlops.features.view.FeatureView;
import dev.mlops.features.view.Window;
import dev.mlops.testkit.TestClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Rows with one event id are versions of one event, in training sets and live alike. */
class EventIdsTest {

  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final Schema ROWS =
      Schema.of(
          Field.of("payment", DataType.STRING).orNull(),
          Field.of("user", DataType.STRING),
          Field.of("at", DataType.INSTANT),
          Field.of("amount", DataType.FLOAT64));
  private static final EventSource SOURCE =
      EventSource.of("payments").eventTime("at").eventId("payment");
  private static final Entity USER = Entity.of("user", "user");
  private static final FeatureService SERVICE =
      FeatureService.of(
          "spending",
          EventView.of("day", USER, SOURCE).over(Window.hours(24)).count().sum("amount"),
          FeatureView.of("last", USER, SOURCE)
              .features(Field.of("amount", DataType.FLOAT64))
              .noTtl());

  private final TestClock clock = TestClock.at(NOON);
  private final Workspace workspace = Workspace.builder().clock(clock).open();
  private final FeatureStore store = FeatureStore.open(workspace);

  @AfterEach
  void close() {
    workspace.close();
  }

  private static Dataset row(@Nullable String id, String user, Instant at, double amount) {
    return Dataset.builder(ROWS).row(id, user, at, amount).build();
  }

  private static Instant hour(int hours) {
    return NOON.plus(Duration.ofHours(hours));
  }

  private List<Object> live(String user, Instant at) {
    FeatureVector vector = store.online(SERVICE).get(Map.of("user", user), at);
    return vector.names().stream()
        .<Object>map(
            name ->
                vector.status(name) == Status.PRESENT
                    ? String.valueOf(vector.value(name))
                    : vector.status(name))
        .toList();
  }

  /** A payment of 10 by Ann, corrected at two to 7, found at four to be Bob's of an hour before. */
  private void corrections() {
    store.register(SERVICE);
    store.online(SERVICE);
    store.ingest(SOURCE, row("p1", "ann", NOON, 10));
    store.ingest(SOURCE, row("p2", "ann", NOON, 1));
    clock.set(hour(2));
    store.ingest(SOURCE, row("p1", "ann", NOON, 7));
    clock.set(hour(4));
    store.ingest(SOURCE, row("p1", "bob", hour(-1), 7));
  }

  @Test
  void the_version_that_was_known_last_counts_at_every_time() {
    corrections();

    assertThat(live("ann", hour(1))).containsExactly("2", "11.0", "1.0");
    assertThat(live("ann", hour(2))).containsExactly("2", "8.0", "7.0");
    assertThat(live("ann", hour(3))).containsExactly("2", "8.0", "7.0");
    assertThat(live("ann", hour(4))).containsExactly("1", "1.0", "1.0");
    assertThat(live("bob", hour(3)))
        .containsExactly(Status.NOT_FOUND, Status.NOT_FOUND, Status.NOT_FOUND);
    assertThat(live("bob", hour(4))).containsExactly("1", "7.0", "7.0");
  }

  @Test
  void training_sets_are_the_same_as_the_live_answers() {
    corrections();
    Dataset.Builder labels =
        Dataset.builder(
            Schema.of(Field.of("user", DataType.STRING), Field.of("t", DataType.INSTANT)));
    for (String user : List.of("ann", "bob", "eve")) {
      for (int hours = 0; hours < 6; hours++) {
        labels.row(user, hour(hours));
      }
    }
    Dataset asked = labels.build();

    store.prove(SERVICE).over(asked, "t").assertSame();
    Dataset training = store.trainingSet(SERVICE).labels(asked, "t").build().dataset();
    assertThat(training.column("day_amount_sum_24h").value(1)).isEqualTo(11.0);
    assertThat(training.column("day_amount_sum_24h").value(2)).isEqualTo(8.0);
    assertThat(training.column("day_amount_sum_24h").value(4)).isEqualTo(1.0);
    Dataset last =
        store.trainingSet(SERVICE).labels(asked, "t").asIfKnownImmediately().build().dataset();
    assertThat(last.column("day_amount_sum_24h").value(0)).isEqualTo(1.0);
    assertThat(last.column("day_amount_sum_24h").value(6)).isEqualTo(7.0);
  }

  @Test
  void a_training_set_of_before_is_had_again() {
    store.register(SERVICE);
    store.ingest(SOURCE, row("p1", "ann", NOON, 10));
    Dataset label =
        Dataset.builder(
                Schema.of(Field.of("user", DataType.STRING), Field.of("t", DataType.INSTANT)))
            .row("ann", hour(1))
            .build();
    TrainingSet before = store.trainingSet(SERVICE).labels(label, "t").build();
    store.asBackfill().ingest(SOURCE, row("p1", "ann", NOON, 7));

    TrainingSet.Builder again = store.trainingSet(SERVICE).labels(label, "t");
    assertThat(again.atSequence(before.sequence()).build().digest()).isEqualTo(before.digest());
    assertThat(store.trainingSet(SERVICE).labels(label, "t").build().digest())
        .isNotEqualTo(before.digest());
  }

  @Test
  void a_row_that_is_sent_again_counts_once() {
    store.register(SERVICE);
    for (int i = 0; i < 3; i++) {
      store.ingest(SOURCE, row("p1", "ann", NOON, 10));
    }

    assertThat(live("ann", hour(1))).containsExactly("1", "10.0", "10.0");
  }

  @Test
  void an_explanation_names_what_was_replaced() {
    corrections();

    assertThat(store.online(SERVICE).explain(Map.of("user", "ann"), hour(4)))
        .containsExactly(
            "day_count_24h = 1: 1 event in (2026-02-28T16:00:00Z, 2026-03-01T16:00:00Z];"
                + " 2 replaced by later versions",
            "day_amount_sum_24h = 1.0: 1 event in (2026-02-28T16:00:00Z, 2026-03-01T16:00:00Z];"
                + " 2 replaced by later versions",
            "last_amount = 1.0: the row of 2026-03-01T12:00:00Z, known at 2026-03-01T12:00:00Z;"
                + " 1 replaced by later versions");
  }

  @Test
  void an_entity_whose_only_event_was_another_ones_has_none_and_was_known() {
    store.register(SERVICE);
    store.ingest(SOURCE, row("p1", "ann", NOON, 10));
    clock.set(hour(1));
    store.ingest(SOURCE, row("p1", "bob", NOON, 10));

    assertThat(live("ann", hour(1))).containsExactly("0", "0.0", Status.NOT_FOUND);
    assertThat(store.online(SERVICE).explain(Map.of("user", "ann"), hour(1)).get(2))
        .isEqualTo("last_amount = NOT_FOUND: 0 rows; 1 replaced by later versions");
  }

  @Test
  void a_row_without_an_id_is_refused_by_its_place() {
    store.register(SERVICE);
    Dataset rows =
        Dataset.builder(ROWS).row("p1", "ann", NOON, 1.0).row(null, "ann", NOON, 1.0).build();

    assertThatThrownBy(() -> store.ingest(SOURCE, rows))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("rows do not fit source 'payments': column 'payment' has no event id in row 1");
    assertThatThrownBy(() -> store.ingest(SOURCE, row("", "ann", NOON, 1)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageEndingWith("has no event id in row 0");
    assertThatThrownBy(() -> store.ingest(SOURCE, rows.without("payment")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageEndingWith("column 'payment' is missing");
    assertThat(store.sequence()).isZero();
  }

  @Test
  void nothing_is_registered_that_says_nothing() {
    assertThatThrownBy(() -> store.register(FeatureService.of("x")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "service 'x' has no feature; name its views in FeatureService.of(...), or include or"
                + " derive one");
    assertThatThrownBy(() -> EventSource.of("payments").eventTime(" "))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a column's name must not be blank: ' '");
  }

  @Test
  void the_id_is_a_part_of_the_definition() {
    store.register(SOURCE);

    assertThatThrownBy(() -> store.register(EventSource.of("payments").eventTime("at")))
        .isInstanceOf(ConflictException.class)
        .hasMessageContaining("event id");
    assertThat(Definition.parse("source", Definition.of(SOURCE).json()).source()).isEqualTo(SOURCE);
    assertThatThrownBy(() -> SOURCE.eventId("other"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the option 'eventId' is set already, to payment");
  }
}
