package dev.mlops.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.data.Batches;
import dev.mlops.data.Column;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Digest;
import dev.mlops.data.Field;
import dev.mlops.data.Row;
import dev.mlops.data.Schema;
import dev.mlops.error.ConflictException;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.MlopsException;
import dev.mlops.error.NotFoundException;
import dev.mlops.error.StorageException;
import dev.mlops.journal.Event;
import dev.mlops.labels.Label;
import dev.mlops.serving.Candidate;
import dev.mlops.serving.Predictor;
import dev.mlops.storage.ArtifactStore;
import dev.mlops.storage.Database;
import dev.mlops.testkit.TestClock;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What a scoring promises, on every database. */
abstract class BatchScoringTests {

  static final Schema SCHEMA =
      Schema.of(
          Field.of("flight", DataType.STRING).orNull(),
          Field.of("wind", DataType.FLOAT64),
          Field.of("gate", DataType.INT64));

  static final Digest DIGEST = Digest.of(new byte[] {7});

  private static final Instant NOON = Instant.parse("2026-11-27T12:00:00Z");

  private final TestClock clock = TestClock.at(NOON);
  private Database database;
  private ArtifactStore store;
  private Workspace workspace;

  abstract Database open();

  @BeforeEach
  void openWorkspace() {
    database = open();
    store = ArtifactStore.inMemory(clock);
    workspace = another();
  }

  @AfterEach
  void closeWorkspace() {
    workspace.close();
    store.close();
    database.close();
  }

  private Workspace another() {
    return Workspace.builder().database(database).artifactStore(store).clock(clock).open();
  }

  static Dataset rows(int from, int to) {
    Dataset.Builder rows = Dataset.builder(SCHEMA);
    for (int id = from; id < to; id++) {
      rows.row("UA " + id, 10.0 * id, (long) id % 3);
    }
    return rows.build();
  }

  /** Batches of three, five, no and two rows. */
  static Batches ten() {
    return Batches.of(SCHEMA, List.of(rows(0, 3), rows(3, 8), rows(8, 8), rows(8, 10)));
  }

  /** A tenth of the wind. */
  static Column tenth(Dataset features) {
    double[] answers = new double[features.rowCount()];
    for (Row row : features) {
      answers[row.index()] = row.getDouble("wind") / 10;
    }
    return Column.doubles(answers);
  }

  static Candidate<Dataset, Column> model(Predictor<Dataset, Column> predictor) {
    return Candidate.of("delay", 7, predictor).digest(DIGEST);
  }

  private BatchScoring with(Predictor<Dataset, Column> predictor) {
    return with(workspace, model(predictor));
  }

  static BatchScoring with(Workspace workspace, Candidate<Dataset, Column> model) {
    return BatchScoring.of(workspace, "nightly", model)
        .features("wind", "gate")
        .id("flight")
        .output(Field.of("late", DataType.FLOAT64));
  }

  /** Answers as {@link #tenth} does, until it is asked so often; the preflight asks too. */
  private static Predictor<Dataset, Column> failingAt(int call, AtomicInteger asked) {
    return features -> {
      if (asked.incrementAndGet() == call) {
        throw new IllegalStateException("out of order");
      }
      return tenth(features);
    };
  }

  /** The results and the log have each of the rows once, and the same answers. */
  static void assertWhole(Workspace workspace, ScoringRun run, int rows) {
    Dataset results = run.results().toDataset(rows + 1);
    Dataset logged =
        workspace.predictions().query().model("delay").variant("batch").features().list();
    assertThat(results.rowCount()).isEqualTo(rows);
    assertThat(logged.rowCount()).isEqualTo(rows);
    List<Object> scores = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      String id = "UA " + row;
      assertThat(results.column("flight").value(row)).isEqualTo(id);
      scores.add(results.column("late").value(row));
    }
    for (Row row : logged) {
      int number = Integer.parseInt(row.getString("entity").substring(3));
      assertThat(row.getString("id")).isEqualTo(run.predictionId("UA " + number));
      assertThat(row.getDouble("score")).isEqualTo(scores.get(number));
      assertThat(row.getDouble("wind")).isEqualTo(10.0 * number);
      assertThat(row.getLong("gate")).isEqualTo(number % 3);
    }
    assertThat(logged.strings("id").dictionary()).hasSize(rows);
  }

  /** How many contents of the store had no name; the clock moves, so that none is too young. */
  private int collected() {
    clock.advance(Duration.ofHours(1));
    return workspace.artifacts().collectGarbage(Duration.ZERO, 1).contents();
  }

  private List<String> events() {
    return workspace.journal().events().about("scoring", "nightly").list().stream()
        .map(Event::kind)
        .toList();
  }

  @Nested
  class Scores {

    @Test
    void each_row_into_results_and_log() {
      ScoringRun run = with(BatchScoringTests::tenth).score("monday", ten());
      assertWhole(workspace, run, 10);
      assertThat(run.results().schema().names()).containsExactly("flight", "late");
      List<Integer> batches = new ArrayList<>();
      run.results().forEach(batch -> batches.add(batch.rowCount()));
      assertThat(batches).containsExactly(3, 5, 0, 2);
      assertThat(run.isComplete()).isTrue();
      assertThat(run.report().sentence()).isEqualTo("10 rows in 4 batches; 10 logged");
      assertThat(run)
          .hasToString(
              "run 'monday' of scoring 'nightly' with delay:7: 10 rows in 4 batches; 10 logged");
      assertThat(events()).containsExactly("scoring.started", "scoring.finished");
      Event finished = workspace.journal().events().kind("scoring.finished").list().get(0);
      assertThat(finished.subjects()).containsEntry("model", DIGEST);
      assertThat(finished.details())
          .containsEntry("run", "monday")
          .containsEntry("rows", "10")
          .containsEntry("logged", "10");
    }

    @Test
    void so_that_labels_find_their_rows() {
      ScoringRun run = with(BatchScoringTests::tenth).score("monday", ten());
      workspace.labels().add(List.of(Label.of(run.predictionId("UA 4"), NOON, 1)));
      Dataset labelled = workspace.predictions().query().labelledOnly().list();
      assertThat(labelled.strings("entity").get(0)).isEqualTo("UA 4");
      assertThat(labelled.rowCount()).isEqualTo(1);
    }

    @Test
    void whole_numbers_as_ids_and_columns_that_are_kept() {
      ScoringRun run =
          BatchScoring.of(workspace, "nightly", model(BatchScoringTests::tenth))
              .features("wind")
              .id("gate")
              .keep("flight", "wind")
              .output(Field.of("late", DataType.FLOAT64))
              .score("monday", Batches.of(rows(0, 3)));
      assertThat(run.results().schema().names()).containsExactly("gate", "flight", "wind", "late");
      assertThat(workspace.predictions().query().first().orElseThrow().getString("id"))
          .isEqualTo("nightly/monday/0");
    }

    @Test
    void times_and_flags_that_are_features() {
      Schema schema =
          Schema.of(
              Field.of("flight", DataType.STRING),
              Field.of("departs", DataType.INSTANT),
              Field.of("full", DataType.BOOLEAN).orNull());
      Dataset flights =
          Dataset.builder(schema).row("UA 0", NOON, true).row("UA 1", NOON, null).build();
      BatchScoring.of(
              workspace, "nightly", model(features -> Column.longs(new long[features.rowCount()])))
          .features("departs", "full")
          .id("flight")
          .output(Field.of("late", DataType.INT64))
          .score("monday", Batches.of(flights));
      Dataset logged = workspace.predictions().query().features().list();
      assertThat(logged.strings("departs").get(0)).isEqualTo(NOON.toString());
      assertThat(logged.column("full").value(0)).isEqualTo(true);
      assertThat(logged.column("full").value(1)).isNull();
      assertThat(logged.doubles("score").get(1)).isZero();
    }

    @Test
    void with_one_batch_in_memory() {
      List<WeakReference<Column>> given = new ArrayList<>();
      List<Long> alive = new ArrayList<>();
      Iterator<Dataset> source =
          new Iterator<>() {
            @Override
            public boolean hasNext() {
              return given.size() < 10;
            }

            @Override
            public Dataset next() {
              System.gc();
              alive.add(given.stream().filter(batch -> batch.get() != null).count());
              Dataset batch = rows(given.size(), given.size() + 1);
              given.add(new WeakReference<>(batch.column("flight")));
              return batch;
            }
          };
      ScoringRun run =
          with(BatchScoringTests::tenth)
              .listener(batch -> {})
              .score("monday", Batches.once(SCHEMA, source));
      assertThat(run.report().rows()).isEqualTo(10);
      assertThat(alive).hasSize(10).allMatch(others -> others <= 1);
    }

    @Test
    void without_the_log() {
      ScoringRun run =
          BatchScoring.of(workspace, "nightly", model(BatchScoringTests::tenth))
              .features("wind")
              .keep("flight")
              .output(Field.of("late", DataType.FLOAT64))
              .withoutLog()
              .score("monday", ten());
      assertThat(run.report().sentence())
          .isEqualTo("10 rows in 4 batches; nothing was logged, as withoutLog() says");
      assertThat(run.report().logged()).isZero();
      assertThat(workspace.predictions().query().count()).isZero();
      assertThat(run.results().toDataset(10).doubles("late").get(9)).isEqualTo(9);
    }

    @Test
    void nothing_of_an_empty_input_and_says_so() {
      AtomicInteger asked = new AtomicInteger();
      BatchScoring scoring = with(failingAt(1, asked));
      ScoringRun none = scoring.score("monday", Batches.of(SCHEMA, List.of()));
      ScoringRun empty = scoring.score("tuesday", Batches.of(rows(0, 0)));
      assertThat(none.report().batches()).isZero();
      assertThat(none.report().sentence()).isEqualTo("no row was scored: the input has none");
      assertThat(none.results().toDataset(0).rowCount()).isZero();
      assertThat(empty.report().sentence()).isEqualTo("no row was scored: the input has none");
      assertThat(workspace.journal().events().kind("scoring.finished").list())
          .extracting(Event::outcome)
          .containsExactly("empty", "empty");
    }

    @Test
    void and_counts_answers_that_are_none() {
      double[] answers = {1, Double.NaN, Double.POSITIVE_INFINITY};
      ScoringRun some =
          with(features -> Column.doubles(answers)).score("monday", Batches.of(rows(0, 3)));
      assertThat(some.report().sentence())
          .isEqualTo(
              "3 rows in 1 batch; 2 rows have an answer that is NaN, infinite or null; 3 logged");
      assertThat(some.results().toDataset(3).doubles("late").toArray()).containsExactly(answers);
      ScoringRun all =
          with(features -> Column.doubles(Double.NaN, Double.NaN, Double.NaN))
              .score("tuesday", Batches.of(rows(0, 3)));
      assertThat(all.report().invalid()).isEqualTo(3);
      assertThat(all.report().sentence())
          .isEqualTo(
              "3 rows in 1 batch; no answer is valid: all are NaN, infinite or null; 3 logged");
    }

    @Test
    void and_counts_answers_that_are_null() {
      BitSet present = new BitSet();
      present.set(1);
      ScoringRun run =
          BatchScoring.of(
                  workspace, "nightly", model(features -> Column.longs(new long[3], present)))
              .features("wind")
              .id("flight")
              .output(Field.of("late", DataType.INT64).orNull())
              .score("monday", Batches.of(rows(0, 3)));
      assertThat(run.report().invalid()).isEqualTo(2);
      Dataset logged = workspace.predictions().query().list();
      assertThat(logged.doubles("score").toArray()).containsExactly(Double.NaN, 0, Double.NaN);
    }

    @Test
    void with_its_progress() {
      List<String> lines = new ArrayList<>();
      with(features -> {
            clock.advance(Duration.ofSeconds(features.rowCount()));
            return tenth(features);
          })
          .listener(batch -> lines.add(batch.progress().toString()))
          .score("monday", ten(), 20);
      assertThat(lines)
          .containsExactly(
              "1 batch, 3 rows, 1 row a second, 15 % done, 17 s to go",
              "2 batches, 8 rows, 1 row a second, 40 % done, 12 s to go",
              "3 batches, 8 rows, 1 row a second, 40 % done, 12 s to go",
              "4 batches, 10 rows, 1 row a second, 50 % done, 10 s to go");
    }
  }

  @Nested
  class GoesOn {

    @Test
    void where_a_failure_has_ended_it() {
      AtomicInteger asked = new AtomicInteger();
      BatchScoring failing = with(failingAt(3, asked));
      assertThatThrownBy(() -> failing.score("monday", ten()))
          .isExactlyInstanceOf(MlopsException.class)
          .hasMessage(
              "run 'monday' of scoring 'nightly' failed at batch 1 (rows 3 to 7): out of order; 1"
                  + " batch with 3 rows is kept, and the same call goes on from there");
      ScoringRun left = ScoringRuns.of(workspace).get("nightly", "monday");
      assertThat(left.isComplete()).isFalse();
      assertThat(left.results().toDataset(10).rowCount()).isEqualTo(3);
      ScoringRun run = failing.score("monday", ten());
      assertWhole(workspace, run, 10);
      assertThat(run.report().sentence())
          .isEqualTo("10 rows in 4 batches, of which earlier calls scored 3 rows; 10 logged");
      assertThat(events())
          .containsExactly(
              "scoring.started", "scoring.failed", "scoring.resumed", "scoring.finished");
    }

    @Test
    void where_the_reading_of_the_input_failed() {
      Iterator<Dataset> all = ten().iterator();
      List<Dataset> one = List.of(all.next());
      Batches broken =
          Batches.of(
              SCHEMA,
              () ->
                  new Iterator<>() {
                    private final Iterator<Dataset> first = one.iterator();

                    @Override
                    public boolean hasNext() {
                      return true;
                    }

                    @Override
                    public Dataset next() {
                      if (!first.hasNext()) {
                        throw new InvalidInputException("line 5 is broken");
                      }
                      return first.next();
                    }
                  });
      BatchScoring scoring = with(BatchScoringTests::tenth);
      assertThatThrownBy(() -> scoring.score("monday", broken))
          .isExactlyInstanceOf(InvalidInputException.class)
          .hasMessage(
              "run 'monday' of scoring 'nightly' failed at reading batch 1, from row 3 on: line 5 is"
                  + " broken; 1 batch with 3 rows is kept, and the same call goes on from there");
      assertWhole(workspace, scoring.score("monday", ten()), 10);
    }

    @Test
    void with_what_is_kept_where_a_batch_was_not_logged_before_the_end() {
      // The model never answers twice in the same way, as one that sums in parallel.
      AtomicInteger asked = new AtomicInteger();
      BatchScoring scoring =
          with(
              features -> {
                double[] answers = new double[features.rowCount()];
                Arrays.setAll(answers, row -> asked.incrementAndGet() / 7.0);
                return Column.doubles(answers);
              });
      scoring.score("monday", ten());
      for (String half : List.of("number >= 1", "number >= 0")) {
        // As a process leaves it that dies after it has logged, and before it has noted so.
        database.transaction(
            session ->
                session.update("UPDATE mlops_scoring_batch SET logged = NULL WHERE " + half));
        clock.advance(Duration.ofHours(1));
        ScoringRun run = scoring.score("monday", ten());
        assertWhole(workspace, run, 10);
        assertThat(run.report().logged()).isEqualTo(10);
        assertThat(run.report().repeated()).isZero();
      }
    }

    @Test
    void after_an_error_of_the_model() {
      AtomicInteger asked = new AtomicInteger();
      BatchScoring failing =
          with(
              features -> {
                if (asked.incrementAndGet() == 3) {
                  throw new StackOverflowError("too deep");
                }
                return tenth(features);
              });
      assertThatThrownBy(() -> failing.score("monday", ten()))
          .isExactlyInstanceOf(StackOverflowError.class);
      Event failed = workspace.journal().events().kind("scoring.failed").list().get(0);
      assertThat(failed.details()).containsEntry("why", "batch 1 (rows 3 to 7): too deep");
      assertWhole(workspace, failing.score("monday", ten()), 10);
    }

    @Test
    void after_a_conflict_that_is_the_models_own() {
      AtomicInteger asked = new AtomicInteger();
      BatchScoring failing =
          with(
              features -> {
                if (asked.incrementAndGet() == 3) {
                  throw new ConflictException("the model was replaced");
                }
                return tenth(features);
              });
      assertThatThrownBy(() -> failing.score("monday", ten()))
          .isExactlyInstanceOf(ConflictException.class)
          .hasMessageContaining("failed at batch 1 (rows 3 to 7): the model was replaced; 1 batch");
      assertThat(events()).containsExactly("scoring.started", "scoring.failed");
    }

    @Test
    void with_logging_what_a_log_did_not_take() {
      KeptBackLog log = new KeptBackLog(workspace.predictions());
      try (Workspace other =
          Workspace.builder()
              .database(database)
              .artifactStore(store)
              .clock(clock)
              .predictionLog(log)
              .open()) {
        BatchScoring scoring = with(other, model(BatchScoringTests::tenth));
        log.failAt(2);
        assertThatThrownBy(() -> scoring.score("monday", ten()))
            .isExactlyInstanceOf(StorageException.class)
            .hasMessage(
                "run 'monday' of scoring 'nightly' failed at batch 1 (rows 3 to 7): the log is away;"
                    + " 2 batches with 8 rows are kept, and the same call goes on from there");
        log.beFull();
        assertThatThrownBy(() -> scoring.score("monday", ten()))
            .isExactlyInstanceOf(StorageException.class)
            .hasMessageContaining(
                "the prediction log does not take 'nightly/monday/UA 3', although it was just"
                    + " emptied");
        log.beFullUntilFlushed();
        assertWhole(other, scoring.score("monday", ten()), 10);
      }
    }

    @Test
    void and_scores_nothing_of_a_complete_run() {
      AtomicInteger asked = new AtomicInteger();
      BatchScoring scoring = with(failingAt(-1, asked));
      scoring.score("monday", ten());
      int before = asked.get();
      ScoringRun again = scoring.score("monday", ten());
      assertThat(asked.get()).isEqualTo(before);
      assertThat(again.report().earlierRows()).isEqualTo(10);
      assertThat(again.report().rowsPerSecond()).isNaN();
      assertWhole(workspace, again, 10);
      assertThat(events()).containsExactly("scoring.started", "scoring.finished");
    }

    @Test
    void and_ends_at_an_interrupt() {
      BatchScoring scoring =
          with(BatchScoringTests::tenth).listener(batch -> Thread.currentThread().interrupt());
      assertThatThrownBy(() -> scoring.score("monday", ten()))
          .hasMessageContaining("failed at batch 1 (rows 3 to 7): the thread was interrupted");
      assertThat(Thread.interrupted()).isTrue();
      assertWhole(workspace, with(BatchScoringTests::tenth).score("monday", ten()), 10);
    }

    @Test
    void of_each_run_by_itself() {
      BatchScoring scoring = with(BatchScoringTests::tenth);
      scoring.score("monday", ten());
      scoring.score("tuesday", ten());
      assertThat(workspace.predictions().query().count()).isEqualTo(20);
      ScoringRuns runs = ScoringRuns.of(workspace);
      assertThat(runs.list("nightly")).containsExactly("monday", "tuesday");
      assertThatThrownBy(() -> runs.get("nightly", "friday"))
          .isInstanceOf(NotFoundException.class)
          .hasMessage("no run 'friday' of scoring 'nightly'; found: [monday, tuesday]");
    }
  }

  @Nested
  class Refuses {

    private void refused(BatchScoring scoring, Batches rows, String message) {
      assertThatThrownBy(() -> scoring.score("monday", rows))
          .isExactlyInstanceOf(ConflictException.class)
          .hasMessage("run 'monday' of scoring 'nightly' was begun " + message);
    }

    @Test
    void another_input() {
      BatchScoring scoring = with(BatchScoringTests::tenth);
      scoring.score("monday", ten());
      String way = ". Give it that input again, or name this run otherwise";
      Dataset other = Dataset.builder(SCHEMA).row("UA 8", 80.0, 2L).row("UA 9", 90.1, 0L).build();
      refused(
          scoring,
          Batches.of(SCHEMA, List.of(rows(0, 3), rows(3, 8), rows(8, 8), other)),
          "with another input: batch 3 (rows 8 to 9) has other values than it had then" + way);
      refused(
          scoring,
          Batches.of(SCHEMA, List.of(rows(0, 5), rows(5, 10))),
          "with another input: batch 0 has 5 rows, and the run has recorded 3; cut the input into the"
              + " batches of then"
              + way);
      refused(
          scoring,
          Batches.of(SCHEMA, List.of(rows(0, 3), rows(3, 8))),
          "with another input: it ends after 2 batches, and the run has recorded 4 batches" + way);
      refused(
          scoring,
          Batches.concat(List.of(ten(), Batches.of(rows(10, 11)))),
          "with another input: it goes on after the 4 batches with which the run is complete"
              + way);
      assertWhole(workspace, scoring.score("monday", ten()), 10);
      assertThat(events()).doesNotContain("scoring.failed");
    }

    @Test
    void another_model_and_other_options() {
      with(BatchScoringTests::tenth).score("monday", ten());
      String way = ". Go on with what it was begun with, or name this run otherwise";
      Digest eight = Digest.of(new byte[] {8});
      refused(
          with(
              workspace,
              Candidate.<Dataset, Column>of("delay", 8, BatchScoringTests::tenth).digest(eight)),
          ten(),
          "otherwise: the model: delay:7 then, delay:8 now; the digest of the model: "
              + DIGEST
              + " then, "
              + eight
              + " now"
              + way);
      refused(
          BatchScoring.of(workspace, "nightly", model(BatchScoringTests::tenth))
              .features("wind", "gate")
              .id("flight")
              .output(Field.of("later", DataType.FLOAT64)),
          ten(),
          "otherwise: the options: features [wind, gate], id flight, kept [], outputs [late"
              + " FLOAT64], score late then, features [wind, gate], id flight, kept [], outputs"
              + " [later FLOAT64], score later now"
              + way);
    }

    @Test
    void a_second_process_on_one_run() {
      try (Workspace second = another()) {
        List<String> messages = new ArrayList<>();
        with(BatchScoringTests::tenth)
            .listener(
                batch ->
                    assertThatThrownBy(
                            () ->
                                with(second, model(BatchScoringTests::tenth))
                                    .score("monday", ten()))
                        .isExactlyInstanceOf(ConflictException.class)
                        .satisfies(refused -> messages.add(refused.getMessage())))
            .score("monday", ten());
        assertThat(messages)
            .hasSize(4)
            .allMatch(
                message ->
                    message.equals(
                        "run 'monday' of scoring 'nightly' is being scored by 'mlops' since"
                            + " 2026-11-27 12:00 UTC. Wait for its end, or name this run"
                            + " otherwise; if that process has died, the run is free within 30"
                            + " seconds"));
      }
    }

    @Test
    void to_write_after_another_has_taken_over() {
      assertThatThrownBy(
              () ->
                  with(BatchScoringTests::tenth)
                      .listener(
                          batch ->
                              database.transaction(
                                  session -> session.update("DELETE FROM mlops_lease")))
                      .score("monday", ten()))
          .isExactlyInstanceOf(ConflictException.class)
          .hasMessageContaining("is not held any more");
      assertThat(events()).containsExactly("scoring.started");
      assertThat(ScoringRuns.of(workspace).get("nightly", "monday").report().rows()).isEqualTo(3);
      assertWhole(workspace, with(BatchScoringTests::tenth).score("monday", ten()), 10);
    }

    @Test
    void rows_without_an_id() {
      Dataset nameless = Dataset.builder(SCHEMA).row("UA 3", 30.0, 0L).row(null, 1.0, 1L).build();
      Batches rows = Batches.of(SCHEMA, List.of(rows(0, 3), nameless));
      assertThatThrownBy(() -> with(BatchScoringTests::tenth).score("monday", rows))
          .isExactlyInstanceOf(InvalidInputException.class)
          .hasMessageStartingWith(
              "run 'monday' of scoring 'nightly' failed at batch 1 (rows 3 to 4): row 4 has no id:"
                  + " column 'flight' is null; give it one, leave the row out, or score"
                  + " withoutLog(); 1 batch with 3 rows is kept");
      Batches named = Batches.of(SCHEMA, List.of(rows(0, 3), rows(3, 5)));
      assertWhole(workspace, with(BatchScoringTests::tenth).score("monday", named), 5);
    }

    @Test
    void ids_that_no_log_keeps() {
      Dataset longest = Dataset.builder(SCHEMA).row("x".repeat(251), 30.0, 0L).build();
      assertThatThrownBy(() -> with(BatchScoringTests::tenth).score("monday", Batches.of(longest)))
          .isExactlyInstanceOf(InvalidInputException.class)
          .hasMessageContaining("of its prediction has 266 characters; at most 250 are allowed");
    }
  }

  @Nested
  class Counts {

    @Test
    void rows_whose_id_the_log_has_already() {
      Dataset twice =
          Dataset.builder(SCHEMA)
              .row("UA 3", 30.0, 0L)
              .row("UA 3", 31.0, 0L)
              .row("UA 1", 7.0, 0L)
              .build();
      ScoringRun run =
          with(BatchScoringTests::tenth)
              .score("monday", Batches.of(SCHEMA, List.of(rows(0, 3), twice)));
      assertThat(run.report().sentence())
          .isEqualTo("6 rows in 2 batches; 4 logged, 2 not, as their id is in the log");
      assertThat(run.results().toDataset(6).rowCount()).isEqualTo(6);
      assertThat(workspace.predictions().query().count()).isEqualTo(4);
    }

    @Test
    void rows_that_the_log_refuses() {
      Schema texts =
          Schema.of(Field.of("flight", DataType.STRING), Field.of("of", DataType.STRING));
      Dataset text = Dataset.builder(texts).row("UA 0", "a\0b").row("UA 1", "ab").build();
      ScoringRun run =
          BatchScoring.of(
                  workspace,
                  "nightly",
                  model(features -> Column.doubles(new double[features.rowCount()])))
              .features("of")
              .id("flight")
              .output(Field.of("late", DataType.FLOAT64))
              .score("monday", Batches.of(text));
      assertThat(run.report().sentence())
          .isEqualTo("2 rows in 1 batch; 1 logged, 1 refused by the log");
    }

    @Test
    void what_a_listener_throws_and_goes_on() {
      List<String> seen = new ArrayList<>();
      ScoringRun run =
          with(BatchScoringTests::tenth)
              .listener(
                  batch -> {
                    seen.add(batch + " " + batch.answers().rowCount());
                    throw new AssertionError("no drift today");
                  })
              .score("monday", ten());
      assertThat(run.report().listenerFailures()).isEqualTo(4);
      assertThat(seen)
          .containsExactly(
              "batch 0 (rows 0 to 2) 3",
              "batch 1 (rows 3 to 7) 5",
              "batch 2 without rows 0",
              "batch 3 (rows 8 to 9) 2");
      assertWhole(workspace, run, 10);
    }

    @Test
    void batches_of_earlier_calls_for_a_listener_too() {
      AtomicInteger asked = new AtomicInteger();
      List<String> seen = new ArrayList<>();
      BatchScoring scoring =
          with(failingAt(3, asked))
              .listener(
                  batch ->
                      seen.add(
                          batch.number()
                              + " "
                              + batch.scoredEarlier()
                              + " "
                              + batch.features().schema().names()
                              + " "
                              + batch.answers().doubles("late").toArray().length));
      assertThatThrownBy(() -> scoring.score("monday", ten())).isInstanceOf(MlopsException.class);
      scoring.score("monday", ten());
      assertThat(seen)
          .containsExactly(
              "0 false [wind, gate] 3",
              "0 true [wind, gate] 3",
              "1 false [wind, gate] 5",
              "2 false [wind, gate] 0",
              "3 false [wind, gate] 2");
    }
  }

  @Nested
  class Deletes {

    @Test
    void a_run_with_its_answers() {
      BatchScoring scoring = with(BatchScoringTests::tenth);
      scoring.score("monday", ten());
      scoring.score("tuesday", Batches.of(rows(20, 21)));
      ScoringRuns runs = ScoringRuns.of(workspace);
      runs.delete("nightly", "monday");
      assertThat(runs.list("nightly")).containsExactly("tuesday");
      assertThat(collected()).isEqualTo(4);
      assertThat(runs.get("nightly", "tuesday").results().toDataset(1).rowCount()).isEqualTo(1);
      assertThat(workspace.predictions().query().count()).isEqualTo(11);
      assertThat(events()).endsWith("scoring.deleted");
      assertThatThrownBy(() -> runs.delete("nightly", "monday"))
          .isInstanceOf(NotFoundException.class)
          .hasMessage("no run 'monday' of scoring 'nightly'; found: [tuesday]");
    }

    @Test
    void none_that_is_being_scored() {
      ScoringRuns runs = ScoringRuns.of(workspace);
      ScoringRun run =
          with(BatchScoringTests::tenth)
              .listener(batch -> runs.delete("nightly", "monday"))
              .score("monday", ten());
      assertThat(run.report().listenerFailures()).isEqualTo(4);
      assertWhole(workspace, run, 10);
    }
  }

  @Nested
  class LooksFirst {

    private void assertNothingWritten() {
      assertThat(ScoringRuns.of(workspace).list("nightly")).isEmpty();
      assertThat(events()).isEmpty();
      assertThat(workspace.predictions().query().count()).isZero();
      assertThat(collected()).isZero();
    }

    @Test
    void at_all_columns_at_once() {
      assertThatThrownBy(
              () ->
                  BatchScoring.of(workspace, "nightly", model(BatchScoringTests::tenth))
                      .features("wind", "tide", "moon")
                      .id("at")
                      .keep("pilot")
                      .output(Field.of("late", DataType.FLOAT64))
                      .score("monday", Batches.of(rows(0, 3))))
          .isExactlyInstanceOf(InvalidInputException.class)
          .hasMessage(
              "run 'monday' of scoring 'nightly' cannot begin, and nothing is written: no columns"
                  + " [at, pilot, tide, moon] among [flight, wind, gate]");
      assertNothingWritten();
    }

    @Test
    void at_types_that_the_log_does_not_keep() {
      Schema schema =
          Schema.of(Field.of("flight", DataType.FLOAT64), Field.of("seen", DataType.vector(2)));
      BatchScoring scoring =
          BatchScoring.of(workspace, "nightly", model(BatchScoringTests::tenth))
              .features("seen")
              .id("flight")
              .output(Field.of("late", DataType.FLOAT64));
      assertThatThrownBy(() -> scoring.score("monday", Batches.of(schema, List.of())))
          .hasMessage(
              "run 'monday' of scoring 'nightly' cannot begin, and nothing is written: the id"
                  + " 'flight' is FLOAT64; ids are texts or whole numbers, so make a column of"
                  + " these, or say withoutLog(); feature 'seen' is a vector, which the log does not"
                  + " keep; say withoutLog()");
    }

    @Test
    void at_what_the_model_answers() {
      assertThatThrownBy(
              () -> with(features -> Column.doubles(1, 2)).score("monday", Batches.of(rows(0, 3))))
          .hasMessage(
              "run 'monday' of scoring 'nightly' cannot begin, and nothing is written: delay:7 cannot"
                  + " answer the first 3 rows: the predictor gave 2 answers for 3 rows");
      assertThatThrownBy(
              () ->
                  with(features -> Column.longs(new long[features.rowCount()]))
                      .score("monday", Batches.of(rows(0, 100))))
          .isExactlyInstanceOf(InvalidInputException.class)
          .hasMessage(
              "run 'monday' of scoring 'nightly' cannot begin, and nothing is written: delay:7 cannot"
                  + " answer the first 16 rows: the answers are INT64, but output 'late' is FLOAT64");
      assertNothingWritten();
    }

    @Test
    void at_its_options() {
      BatchScoring bare = BatchScoring.of(workspace, "nightly", model(BatchScoringTests::tenth));
      assertThatThrownBy(() -> bare.score("monday", ten()))
          .isExactlyInstanceOf(IllegalStateException.class)
          .hasMessage(
              "scoring 'nightly' is not complete: name what the model is given, by features(...);"
                  + " name what the results have of the answers, by output(name, place) or"
                  + " output(field); name the column with the id of each row by id(column), or say"
                  + " withoutLog()");
      BatchScoring two = with(BatchScoringTests::tenth).output("early", 0);
      assertThatThrownBy(() -> two.score("monday", ten()))
          .hasMessage(
              "scoring 'nightly' is not complete: name the output that the log keeps as score, by"
                  + " score(output), one of [late, early], or say withoutLog()");
      assertThatThrownBy(() -> two.score("wind").score("monday", ten()))
          .hasMessage(
              "scoring 'nightly' is not complete: score 'wind' is no output that is a number, one of"
                  + " [late, early], or say withoutLog()");
      assertThatThrownBy(() -> bare.score("mon/day", ten()))
          .isExactlyInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "run name must not hold a slash, which parts the ids of predictions: 'mon/day'");
      assertThatThrownBy(() -> bare.id("x").output("x", 0))
          .hasMessageContaining("two columns of the result would be called 'x'");
    }
  }
}
