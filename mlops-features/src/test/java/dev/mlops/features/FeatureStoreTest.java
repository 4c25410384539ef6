package dev.mlops.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.data.Batches;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.error.ConflictException;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.NotFoundException;
import dev.mlops.features.store.TimelineStore;
import dev.mlops.features.view.Entity;
import dev.mlops.features.view.EventSource;
import dev.mlops.features.view.EventView;
import dev.mlops.features.view.FeatureService;
import dev.mlops.features.view.FeatureVector;
import dev.mlops.features.view.FeatureVector.Status;
import dev.mlops.features.view.FeatureView;
import dev.mlops.features.view.Window;
import dev.mlops.storage.Artifact;
import dev.mlops.storage.ArtifactStore;
import dev.mlops.storage.Database;
import dev.mlops.testkit.TestClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class FeatureStoreTest {

  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final Entity CARD = Entity.of("card", Field.of("card", DataType.INT64));
  private static final Window HOUR = Window.hours(1);
  private static final Schema PAYMENTS =
      Schema.of(
          Field.of("card", DataType.INT64).orNull(),
          Field.of("paid", DataType.INSTANT),
          Field.of("amount", DataType.FLOAT64).orNull());
  private static final EventSource PAID = EventSource.of("paid").eventTime("paid");
  private static final EventSource SET =
      EventSource.of("set").eventTime("paid").knownAfter(Duration.ZERO);
  private static final EventView SPEND =
      EventView.of("spend", CARD, PAID).over(Window.hours(1)).count().sum("amount").mean("amount");
  private static final FeatureView LIMIT =
      FeatureView.of("limit", CARD, SET)
          .features(Field.of("amount", DataType.FLOAT64).orNull())
          .ttl(Duration.ofHours(2));
  private static final FeatureService FRAUD =
      FeatureService.of("fraud", SPEND, LIMIT)
          .derive("ratio", 1, c -> c.feature("spend_amount_sum_1h") / c.feature("limit_amount"));

  private final TestClock clock = TestClock.at(NOON);
  private final Database database = Database.h2InMemory();
  private final ArtifactStore artifacts = ArtifactStore.inMemory(clock);
  private final Workspace workspace = workspace();
  private final FeatureStore store = FeatureStore.open(workspace);

  @AfterEach
  void close() {
    workspace.close();
    artifacts.close();
    database.close();
  }

  private Workspace workspace() {
    return Workspace.builder().database(database).artifactStore(artifacts).clock(clock).open();
  }

  @Test
  void a_row_without_a_knowledge_time_is_known_from_its_ingestion_on() {
    store.register(FRAUD);
    store.ingest(PAID, payments().row(1L, NOON.minusSeconds(60), 5.0).build());
    FeatureReader live = store.online(FRAUD);

    assertThat(live.get(card(1), NOON.minusSeconds(1)).status("spend_count_1h"))
        .isEqualTo(Status.NOT_FOUND);
    assertThat(live.get(card(1), NOON).value("spend_count_1h")).isEqualTo(1L);
    Dataset labels = payments().row(1L, NOON.minusSeconds(30), 0.0).build();
    LeakReport report = store.trainingSet(FRAUD).labels(labels, "paid").build().leakReport();
    assertThat(report)
        .hasToString(
            "knowledge time changes 1 of 1 row; by feature: {spend_count_1h=1,"
                + " spend_amount_sum_1h=1, spend_amount_mean_1h=1, limit_amount=0, ratio=0}; 0 of 1"
                + " ingested row is a backfill");
  }

  @Test
  void every_missing_value_says_why() {
    store.register(FRAUD);
    store.ingest(PAID, payments().row(1L, NOON.minus(Duration.ofHours(5)), 5.0).build());
    store.ingest(SET, payments().row(1L, NOON, null).row(2L, NOON, 100.0).build());
    FeatureReader live = store.online(FRAUD);

    FeatureVector quiet = live.get(card(1), NOON);
    assertThat(quiet.value("spend_count_1h")).isEqualTo(0L);
    assertThat(quiet.value("spend_amount_sum_1h")).isEqualTo(0.0);
    assertThat(quiet.status("spend_amount_mean_1h")).isEqualTo(Status.NULL);
    assertThat(quiet.status("limit_amount")).isEqualTo(Status.NULL);
    assertThat(quiet.status("ratio")).isEqualTo(Status.NULL);
    assertThat(quiet.complete()).isFalse();
    FeatureVector known = live.get(card(2), NOON.plus(Duration.ofHours(2)));
    assertThat(known.status("spend_count_1h")).isEqualTo(Status.NOT_FOUND);
    assertThat(known.value("limit_amount")).isEqualTo(100.0);
    FeatureVector old = live.get(card(2), NOON.plus(Duration.ofHours(2)).plusNanos(1000));
    assertThat(old.status("limit_amount")).isEqualTo(Status.EXPIRED);
    assertThat(old.value("limit_amount")).isNull();
    assertThat(old.number("limit_amount")).isNaN();
    assertThat(live.get(Collections.singletonMap("card", null), NOON).status("limit_amount"))
        .isEqualTo(Status.NOT_FOUND);
    assertThat(old)
        .hasToString(
            "fraud at 2026-03-01T14:00:00.000001Z: spend_count_1h=NOT_FOUND,"
                + " spend_amount_sum_1h=NOT_FOUND, spend_amount_mean_1h=NOT_FOUND,"
                + " limit_amount=EXPIRED, ratio=NULL");
  }

  @Test
  void a_value_can_be_explained_by_the_rows_it_is_made_of() {
    EventSource later =
        EventSource.of("later").eventTime("paid").knownAfter(Duration.ofMinutes(10));
    EventView settled = EventView.of("settled", CARD, later).count(Window.hours(1));
    FeatureService service = FeatureService.of("why", settled, LIMIT).derive("one", 1, c -> 1);
    store.register(service);
    Dataset rows =
        payments()
            .row(1L, NOON.minusSeconds(1800), 5.0)
            .row(1L, NOON.minusSeconds(60), 6.0)
            .row(1L, NOON, 7.0)
            .build();
    store.asBackfill().ingest(later, rows);
    store.asBackfill().ingest(SET, rows.head(1));
    FeatureReader live = store.online(service);

    assertThat(live.explain(card(1), NOON))
        .containsExactly(
            "settled_count_1h = 1: 1 event in (2026-03-01T11:00:00Z, 2026-03-01T12:00:00Z]; 2 left"
                + " out, known from 2026-03-01T12:09:00Z on",
            "limit_amount = 5.0: the row of 2026-03-01T11:30:00Z, known at 2026-03-01T11:30:00Z,"
                + " usable for 2 hours",
            "one = 1.0: derived");
    assertThat(live.explain(card(1), NOON.minusSeconds(1800)).subList(0, 2))
        .containsExactly(
            "settled_count_1h = NOT_FOUND: 0 rows; 1 left out, known from 2026-03-01T11:40:00Z on",
            "limit_amount = 5.0: the row of 2026-03-01T11:30:00Z, known at 2026-03-01T11:30:00Z,"
                + " usable for 2 hours");
    assertThat(live.explain(card(1), NOON.minusSeconds(9000)).get(0))
        .isEqualTo(
            "settled_count_1h = NOT_FOUND: the first row of this entity is of"
                + " 2026-03-01T11:30:00Z");
    assertThat(live.explain(card(2), NOON).get(0))
        .isEqualTo(
            "settled_count_1h = NOT_FOUND: no row of this entity was ingested, or the request lacks"
                + " a key");
  }

  @Test
  void the_model_gets_its_input_in_order_and_the_number_of_gaps() {
    store.register(FRAUD);
    store.ingest(PAID, payments().row(1L, NOON, 8.0).row(1L, NOON, 4.0).build());
    store.ingest(SET, payments().row(1L, NOON, 24.0).build());
    FeatureReader live = store.online(FRAUD);
    float[] input = new float[6];

    assertThat(live.readInto(payments().row(1L, NOON, null).build().row(0), NOON, input)).isZero();
    assertThat(input).containsExactly(2, 12, 6, 24, 0.5f, 0);
    assertThat(live.get(card(1), NOON).toFloats()).containsExactly(2, 12, 6, 24, 0.5f);
    assertThat(live.readInto(card(7), NOON, input)).isEqualTo(5);
    assertThat(input).startsWith(Float.NaN, Float.NaN, Float.NaN, Float.NaN, Float.NaN);
    assertThat(live.service().features())
        .containsExactly(
            "spend_count_1h",
            "spend_amount_sum_1h",
            "spend_amount_mean_1h",
            "limit_amount",
            "ratio");
    assertThat(live.get(card(1), NOON).toMap())
        .containsEntry("spend_count_1h", 2L)
        .containsEntry("ratio", 0.5);
  }

  @Test
  void a_correction_is_a_later_row_for_the_same_instant() {
    store.register(LIMIT);
    FeatureService service = FeatureService.of("limits", LIMIT);
    store.register(service);
    FeatureReader live = store.online(service);
    store.ingest(SET, payments().row(1L, NOON, 100.0).row(1L, NOON, 150.0).build());
    assertThat(live.get(card(1), NOON).value("limit_amount")).isEqualTo(150.0);
    store.ingest(SET, payments().row(1L, NOON, 90.0).build());
    assertThat(live.get(card(1), NOON).value("limit_amount")).isEqualTo(90.0);
    store.ingest(SET, payments().row(1L, NOON.minusSeconds(1), 70.0).build());
    assertThat(live.get(card(1), NOON).value("limit_amount")).isEqualTo(90.0);
  }

  @Test
  void a_definition_with_odd_column_names_is_the_same_when_it_is_registered_again() {
    EventView odd =
        EventView.of("odd", CARD, EventSource.of("odd").eventTime("a: b"))
            .over(Window.hours(1))
            .mean("line\nbreak\\n: 'x'");
    store.register(odd);
    store.register(odd);

    assertThat(store.definitions()).containsOnlyKeys("source odd", "view odd");
  }

  @Test
  void a_batch_is_ingested_once() {
    store.register(SPEND);
    Dataset rows = payments().row(1L, NOON, 5.0).row(null, NOON, 6.0).build();
    Ingestion first = store.ingest(PAID, rows, "monday");
    Ingestion again = store.ingest(PAID, rows, "monday");

    assertThat(first).isEqualTo(new Ingestion("paid", 1, first.digest(), 2, 1, false, false));
    assertThat(again).isEqualTo(new Ingestion("paid", 1, first.digest(), 2, 1, false, true));
    assertThat(store.sequence()).isEqualTo(1);
    assertThatThrownBy(() -> store.ingest(PAID, rows.head(1), "monday"))
        .isInstanceOf(ConflictException.class)
        .hasMessageMatching(
            "batch 'monday' of source 'paid' is there with other rows: ingested [0-9a-f]{12} with 2"
                + " rows, given [0-9a-f]{12} with 1");
    Batches cut = Batches.of(rows.schema(), List.of(rows.head(1), rows.slice(1, 2)));
    assertThat(store.ingest(PAID, cut, "monday").repeated()).isTrue();
  }

  @Test
  void an_ingestion_is_in_the_journal_with_its_digest() {
    store.register(SPEND);
    Ingestion receipt = store.ingest(PAID, payments().row(1L, NOON, 5.0).build());

    assertThat(workspace.journal().events().list())
        .extracting(event -> event.kind())
        .containsExactly("features.registered", "features.registered", "features.ingested");
    assertThat(workspace.journal().events().list().get(2).subjects())
        .containsEntry("segment", receipt.digest())
        .containsEntry("source", PAID.digest());
  }

  @Test
  void rows_are_ingested_once_for_all_views_of_their_source() {
    EventView week = EventView.of("week", CARD, PAID).count(Window.days(7));
    FeatureService service = FeatureService.of("both", SPEND, week);
    store.register(service);
    FeatureReader live = store.online(service);

    Ingestion receipt =
        store.ingest(PAID, payments().row(1L, NOON.minus(Duration.ofDays(1)), 5.0).build());

    assertThat(receipt.sequence()).isEqualTo(1);
    assertThat(live.get(card(1), NOON).value("spend_count_1h")).isEqualTo(0L);
    assertThat(live.get(card(1), NOON).value("week_count_7d")).isEqualTo(1L);
    assertThat(workspace.journal().events().kind("features.ingested").list()).hasSize(1);
    TrainingSet set =
        store.trainingSet(service).labels(payments().row(1L, NOON, 1.0).build(), "paid").build();
    assertThat(set.leakReport().ingested()).isEqualTo(1);
  }

  @Test
  void a_view_that_is_added_later_is_made_of_the_rows_that_are_there() {
    store.register(PAID);
    store.ingest(PAID, payments().row(1L, NOON, 5.0).row(1L, NOON, 9.0).build());
    EventView late = EventView.of("late", CARD, PAID).max("amount", Window.days(1));
    FeatureService service = FeatureService.of("later", late);
    store.register(service);

    assertThat(store.online(service).get(card(1), NOON).value("late_amount_max_1d")).isEqualTo(9.0);
    assertThat(store.sequence()).isEqualTo(1);
  }

  @Test
  void a_source_keeps_every_column_unless_it_states_some() {
    Dataset rows = payments().row(1L, NOON, 5.0).build();
    EventSource narrow =
        EventSource.of("narrow").eventTime("paid").columns(Field.of("card", DataType.INT64));
    store.register(PAID);
    store.register(narrow);

    assertThat(PAID.check(rows, List.of()).schema().names())
        .containsExactly("card", "paid", "amount");
    assertThat(narrow.check(rows, List.of()).schema().names()).containsExactly("paid", "card");
    store.ingest(narrow, rows);
    assertThatThrownBy(() -> store.register(EventView.of("v", CARD, narrow).sum("amount", HOUR)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("rows of source 'narrow' do not fit: view 'v': column 'amount' is missing");
    assertThat(store.definitions()).containsOnlyKeys("source narrow", "source paid");
  }

  @Test
  void a_workspace_has_one_store_at_a_time() {
    store.register(FRAUD);
    FeatureReader live = store.online(FRAUD);
    assertThatThrownBy(() -> FeatureStore.open(workspace))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "this workspace has an open feature store already; use that one, or close it before"
                + " you open another");

    store.close();
    store.close();

    assertThatThrownBy(() -> live.get(card(1), NOON))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("this feature store is closed; open it again");
    assertThatThrownBy(() -> store.ingest(PAID, payments().build()))
        .isInstanceOf(IllegalStateException.class);
    FeatureStore.open(workspace).online(FRAUD).get(card(1), NOON);
  }

  @Test
  void a_snapshot_keeps_the_training_set() {
    store.register(FRAUD);
    store.ingest(PAID, payments().row(1L, NOON, 5.0).build());
    Dataset labels = payments().row(1L, NOON, 1.0).row(2L, NOON, 2.0).build();
    TrainingSet set = store.trainingSet(FRAUD).labels(labels, "paid").build();

    Artifact artifact = store.save("march", set);

    assertThat(artifact.path().value()).isEqualTo("snapshots/march.arrow");
    assertThat(store.saved("march").digest()).isEqualTo(set.digest());
    assertThat(set.features().schema().names()).isEqualTo(FRAUD.features());
    assertThatThrownBy(() -> store.save("march", set))
        .isInstanceOf(ConflictException.class)
        .hasMessage("snapshot 'march' is there already; snapshots never change");
    assertThatThrownBy(() -> store.saved("april"))
        .isInstanceOf(NotFoundException.class)
        .hasMessage("no snapshot 'april' in project 'default'; found: [march]");
  }

  @Test
  void what_another_process_ingested_is_seen_on_refresh() {
    store.register(FRAUD);
    FeatureReader live = store.online(FRAUD);
    FeatureStore other = FeatureStore.open(workspace());
    other.ingest(PAID, payments().row(1L, NOON, 5.0).build());
    assertThat(live.get(card(1), NOON).status("spend_count_1h")).isEqualTo(Status.NOT_FOUND);

    assertThat(live.position()).isZero();
    assertThat(live.lag()).isEqualTo(1);
    store.refresh();

    assertThat(live.lag()).isZero();
    assertThat(live.position()).isEqualTo(1);
    assertThat(live.get(card(1), NOON).value("spend_count_1h")).isEqualTo(1L);
    other.ingest(PAID, payments().row(1L, NOON, 5.0).build());
    store.ingest(PAID, payments().row(1L, NOON, 5.0).build());
    assertThat(live.get(card(1), NOON).value("spend_count_1h")).isEqualTo(3L);
  }

  @Test
  void what_another_process_ingested_is_seen_after_a_while_where_a_store_follows() {
    store.register(FRAUD);
    try (Workspace elsewhere = workspace();
        FeatureStore follower =
            FeatureStore.builder(elsewhere).follow(Duration.ofMillis(20)).open()) {
      FeatureReader live = follower.online(FRAUD);
      store.ingest(PAID, payments().row(1L, NOON, 5.0).build());

      Instant end = Instant.now().plusSeconds(60);
      while (live.lag() > 0 && Instant.now().isBefore(end)) {
        Thread.onSpinWait();
      }
      assertThat(live.get(card(1), NOON).value("spend_count_1h")).isEqualTo(1L);
    }
  }

  @Test
  void an_instant_that_is_too_old_for_live_rows_is_out_of_range_and_never_a_wrong_number() {
    store.close();
    try (FeatureStore brief =
        FeatureStore.builder(workspace)
            .timelines(TimelineStore.inMemory(Duration.ofMinutes(5)))
            .open()) {
      brief.register(FRAUD);
      FeatureReader live = brief.online(FRAUD);
      Instant first = NOON.minus(Duration.ofMinutes(150));
      clock.set(first);
      brief.ingest(PAID, payments().row(1L, first, 5.0).build());
      clock.set(NOON);
      brief.ingest(PAID, payments().row(1L, NOON, 7.0).build());

      FeatureVector old = live.get(card(1), NOON.minus(Duration.ofHours(2)));
      assertThat(old.status("spend_count_1h")).isEqualTo(Status.OUT_OF_RANGE);
      assertThat(old.status("ratio")).isEqualTo(Status.OUT_OF_RANGE);
      assertThat(live.explain(card(1), NOON.minus(Duration.ofHours(2))).get(0))
          .isEqualTo(
              "spend_count_1h = OUT_OF_RANGE: live rows up to 2026-03-01T09:30:00Z are not kept any"
                  + " more");
      assertThat(live.get(card(1), NOON).value("spend_count_1h")).isEqualTo(1L);
      Dataset labels =
          payments().row(1L, NOON, 0.0).row(1L, NOON.minus(Duration.ofHours(2)), 0.0).build();
      ParityReport report = brief.prove(FRAUD).over(labels, "paid");
      assertThat(report.outOfRange()).isEqualTo(4);
      report.assertSame();
    }
  }

  @Test
  void a_difference_between_both_paths_is_named() {
    ParityReport.Difference difference =
        new ParityReport.Difference(3, Map.of("card", 1L), NOON, "ratio", "0.5", "NULL");
    ParityReport report = new ParityReport("fraud", 7, List.of(), 0, 10, 50, 50, 0, 2, difference);

    assertThatThrownBy(report::assertSame)
        .isInstanceOf(AssertionError.class)
        .hasMessage(
            "fraud: 50 values of 10 requests, 2 differ; first: ratio of {card=1} at"
                + " 2026-03-01T12:00:00Z (row 3): offline 0.5, online NULL");
    assertThat(report.first()).contains(difference);
  }

  @Nested
  class Refuses {

    @Test
    void a_changed_definition_naming_each_difference() {
      store.register(FRAUD);
      EventView changed =
          EventView.of("spend", CARD, PAID).strictlyBefore().over(Window.hours(2)).count();

      assertThatThrownBy(() -> store.register(changed))
          .isInstanceOf(ConflictException.class)
          .hasMessage(
              "feature view 'spend' is registered with another definition: instant itself is"
                  + " registered as 'counts' and given as 'left out'; feature spend_count_1h is"
                  + " registered as 'count() over 1 hour' and given as 'absent'; feature"
                  + " spend_amount_sum_1h is registered as 'sum(amount) over 1 hour' and given as"
                  + " 'absent'; feature spend_amount_mean_1h is registered as 'mean(amount) over"
                  + " 1 hour' and given as 'absent'; order is registered as 'spend_count_1h,"
                  + " spend_amount_sum_1h, spend_amount_mean_1h' and given as 'spend_count_2h';"
                  + " feature spend_count_2h is registered as 'absent' and given as 'count() over"
                  + " 2 hours'. Give the new definition a name of its own");
      store.register(FRAUD);
      assertThat(store.definitions())
          .containsOnlyKeys(
              "service fraud", "source paid", "source set", "view limit", "view spend");
    }

    @Test
    void a_source_that_is_known_at_another_time() {
      store.register(PAID);

      assertThatThrownBy(() -> store.register(PAID.knownAt("settled")))
          .isInstanceOf(ConflictException.class)
          .hasMessage(
              "feature source 'paid' is registered with another definition: known is registered as"
                  + " 'at ingestion' and given as 'column settled'. Give the new definition a name"
                  + " of its own");
    }

    @Test
    void a_service_of_which_one_view_is_in_conflict_as_a_whole() {
      store.register(SPEND);
      EventView changed = EventView.of("spend", CARD, PAID).count(Window.hours(2));

      assertThatThrownBy(() -> store.register(FeatureService.of("new", LIMIT, changed)))
          .isInstanceOf(ConflictException.class);
      assertThat(store.definitions()).containsOnlyKeys("source paid", "view spend");
    }

    @Test
    void a_source_that_nobody_registered() {
      store.register(LIMIT);
      assertThatThrownBy(() -> store.ingest(PAID, payments().build()))
          .isInstanceOf(NotFoundException.class)
          .hasMessage(
              "no feature source 'paid' in project 'default'; found: [set]. Register it with"
                  + " register(...)");
    }

    @Test
    void rows_that_do_not_fit_column_by_column() {
      store.register(SPEND);
      Dataset rows =
          Dataset.builder(
                  Schema.of(
                      Field.of("card", DataType.STRING),
                      Field.of("paid", DataType.INSTANT).orNull()))
              .row("1", null)
              .build();

      assertThatThrownBy(() -> store.ingest(PAID, rows))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(
              "rows do not fit source 'paid': view 'spend': column 'card' is STRING, not INT64;"
                  + " view 'spend': column 'amount' is missing");
      Schema nullable =
          Schema.of(
              Field.of("card", DataType.INT64),
              Field.of("paid", DataType.INSTANT).orNull(),
              Field.of("amount", DataType.FLOAT64));
      assertThatThrownBy(
              () -> store.ingest(PAID, Dataset.builder(nullable).row(1L, null, 2.0).build()))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(
              "rows do not fit source 'paid': column 'paid' has 1 null; leave those rows out");
    }

    @Test
    void labels_that_do_not_fit_or_clash() {
      store.register(FRAUD);
      Dataset rows =
          Dataset.builder(Schema.of(Field.of("card", DataType.FLOAT64))).row(1.0).build();

      assertThatThrownBy(() -> store.trainingSet(FRAUD).labels(rows, "paid").build())
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(
              "labels do not fit service 'fraud': column 'card' is FLOAT64, not INT64; column"
                  + " 'paid' is missing");
      Dataset clash = payments().row(1L, NOON, 1.0).build().rename("amount", "ratio");
      assertThatThrownBy(() -> store.trainingSet(FRAUD).labels(clash, "paid").build())
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(
              "labels have a column 'ratio', which is a feature of service 'fraud'; rename or leave"
                  + " out the column");
      assertThatThrownBy(() -> store.trainingSet(FRAUD).build())
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("no labels; set them with labels(dataset, timeColumn)");
    }

    @Test
    void a_sequence_that_is_not_there() {
      store.register(FRAUD);
      Dataset labels = payments().row(1L, NOON, 1.0).build();
      assertThatThrownBy(
              () -> store.trainingSet(FRAUD).labels(labels, "paid").atSequence(1).build())
          .isInstanceOf(NotFoundException.class)
          .hasMessage("the feature store of project 'default' has no ingestion 1; the latest is 0");
    }

    @Test
    void a_key_of_another_type() {
      store.register(FRAUD);
      FeatureReader live = store.online(FRAUD);
      assertThatThrownBy(() -> live.get(Map.of("card", "1"), NOON))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage("request column 'card' is INT64, not String '1'");
      assertThatThrownBy(() -> live.get(Map.of("card", 1.0), NOON))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage("request column 'card' is INT64, not Double '1.0'");
    }

    @Test
    void an_unknown_feature_and_too_short_an_array() {
      store.register(FRAUD);
      FeatureReader live = store.online(FRAUD);
      assertThatThrownBy(() -> live.get(card(1), NOON).number("ration"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("no feature 'ration'; found: [spend_count_1h, ");
      assertThatThrownBy(() -> live.readInto(card(1), NOON, new float[4]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("service 'fraud' has 5 features; the array has room for 4");
    }
  }

  private static Dataset.Builder payments() {
    return Dataset.builder(PAYMENTS);
  }

  private static Map<String, ?> card(long card) {
    Map<String, @Nullable Object> request = new HashMap<>();
    request.put("card", card);
    return request;
  }
}
