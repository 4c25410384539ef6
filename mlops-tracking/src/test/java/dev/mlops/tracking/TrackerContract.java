package dev.mlops.tracking;

import static dev.mlops.tracking.RunQuery.metric;
import static dev.mlops.tracking.RunQuery.named;
import static dev.mlops.tracking.RunQuery.param;
import static dev.mlops.tracking.RunQuery.status;
import static dev.mlops.tracking.RunQuery.tag;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mlops.Workspace;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Digest;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.environment.Environment;
import dev.mlops.error.ConflictException;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.NotFoundException;
import dev.mlops.journal.Actor;
import dev.mlops.journal.Event;
import dev.mlops.storage.Artifact;
import dev.mlops.storage.ArtifactStore;
import dev.mlops.storage.Database;
import dev.mlops.testkit.TestClock;
import dev.mlops.testkit.Together;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What the tracker promises, on whatever database. */
abstract class TrackerContract {

  private static final Instant START = Instant.parse("2001-01-01T00:00:00Z");

  private final TestClock clock = TestClock.at(START);
  private final ArtifactStore store = ArtifactStore.inMemory();
  private Database database;
  private Workspace workspace;
  private ExperimentTracker tracker;
  private Experiment delays;

  abstract Database open();

  @BeforeEach
  void openTracker() {
    database = open();
    workspace = workspace("default");
    tracker = ExperimentTracker.of(workspace);
    delays = tracker.experiment("delays");
  }

  private Workspace workspace(String project) {
    return Workspace.builder()
        .database(database)
        .artifactStore(store)
        .clock(clock)
        .project(project)
        .open();
  }

  @AfterEach
  void close() {
    workspace.close();
    database.close();
  }

  @Nested
  class Experiments {

    @Test
    void are_the_same_when_16_threads_ask_for_one_at_once() {
      Together.run(16, thread -> tracker.experiment("new").run("by " + thread, run -> {}));
      assertThat(tracker.experiments()).extracting(Experiment::name).containsExactly("new");
      assertThat(tracker.experiment("new").runs().count()).isEqualTo(16);
    }

    /** By code points, as Java compares texts: capitals first, whatever language a database has. */
    @Test
    void are_listed_in_the_same_order_on_every_database() {
      delays.run("first", run -> {});
      for (String name : List.of("b", "\u00e9", "B", "a", "_x", "A", "a b")) {
        tracker.experiment(name).run("first", run -> {});
      }
      assertThat(tracker.experiments())
          .extracting(Experiment::name)
          .containsExactly("A", "B", "_x", "a", "a b", "b", "delays", "\u00e9");
    }

    @Test
    void are_streamed_as_they_are_listed() {
      for (int i = 0; i < 7; i++) {
        delays.run("run " + i, run -> {});
      }
      assertThat(delays.runs().stream()).containsExactlyElementsOf(delays.runs().list());
      assertThat(delays.runs().limit(3).stream())
          .containsExactlyElementsOf(delays.runs().limit(3).list());
    }

    @Test
    void of_another_project_stay_apart() {
      delays.run("mine", run -> {});
      ExperimentTracker other = ExperimentTracker.of(workspace("other"));
      assertThat(other.experiments()).isEmpty();
      assertThatThrownBy(() -> other.experiment("delays").runs().list())
          .isInstanceOf(NotFoundException.class)
          .hasMessage("no experiment 'delays' in project 'other'; there is none yet");
      String mine = delays.runs().first().orElseThrow().id();
      assertThat(other.find(mine)).isEmpty();
      assertThatThrownBy(() -> other.get(mine))
          .isInstanceOf(NotFoundException.class)
          .hasMessage("no run '" + mine + "' in project 'other'; it has none");
      RunView there = other.experiment("delays").run("theirs", run -> {});
      assertThatThrownBy(() -> other.get("x"))
          .isInstanceOf(NotFoundException.class)
          .hasMessage(
              "no run 'x' in project 'other'; its newest are ['theirs' " + there.id() + "]");
    }

    @Test
    void are_created_by_their_first_run_and_not_by_a_misspelt_question() {
      delays.run("mine", run -> {});
      assertThatThrownBy(() -> tracker.experiment("delay").runs().first())
          .isInstanceOf(NotFoundException.class)
          .hasMessage("no experiment 'delay' in project 'default'; found: [delays]");
      assertThatThrownBy(() -> tracker.runs().experiments(tracker.experiment("delay")).count())
          .isInstanceOf(NotFoundException.class);
      assertThat(tracker.experiments()).extracting(Experiment::name).containsExactly("delays");
    }

    @Test
    void have_names_of_1_to_250_printable_characters() {
      assertThat(tracker.experiment("é \uD83D\uDEE9".repeat(50)).name()).hasSize(200);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> tracker.experiment(" "))
          .withMessage("experiment name must not be blank");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> tracker.experiment("x".repeat(251)))
          .withMessage(
              "experiment name has 251 characters; at most 250 are allowed: '"
                  + "x".repeat(40)
                  + "...'");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> tracker.experiment("a\nb"))
          .withMessage("experiment name must not hold control characters: 'a?b'");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> tracker.experiment("a\uD800"))
          .withMessage(
              "experiment name must not hold half a surrogate pair, which is no character: 'a?'");
    }
  }

  @Nested
  class Endings {

    @Test
    void of_work_that_returns_are_finished() {
      RunView run = delays.run("gbm", r -> clock.advance(Duration.ofSeconds(3)));
      assertThat(run.status()).isEqualTo(RunStatus.FINISHED);
      assertThat(run.duration()).contains(Duration.ofSeconds(3));
      assertThat(run.id()).matches("[0-9a-f]{32}");
      assertThat(run).isEqualTo(tracker.get(run.id()));
    }

    @Test
    void of_work_that_throws_keep_the_exception_and_throw_it_on() {
      IOException broken = new IOException("disk \0 full");
      assertThatThrownBy(
              () ->
                  delays.run(
                      "gbm",
                      run -> {
                        run.metric("loss", 0.5);
                        throw broken;
                      }))
          .isSameAs(broken);
      RunView run = delays.runs().first().orElseThrow();
      assertThat(run.status()).isEqualTo(RunStatus.FAILED);
      assertThat(run.metric("loss")).isEqualTo(0.5);
      RunView.Failure failure = requireNonNull(run.failure());
      assertThat(failure.exception()).isEqualTo("java.io.IOException");
      assertThat(failure.message()).isEqualTo("disk \uFFFD full");
      assertThat(failure.trace())
          .startsWith("java.io.IOException: disk")
          .contains("TrackerContract");
    }

    @Test
    void without_success_are_failed() {
      try (Run run = delays.start("gbm")) {
        run.param("depth", 6);
        assertThat(tracker.get(run.id()).status()).isEqualTo(RunStatus.RUNNING);
      }
      RunView run = delays.runs().first().orElseThrow();
      assertThat(run.status()).isEqualTo(RunStatus.FAILED);
      assertThat(run.failure()).isNull();
    }

    @Test
    void come_once() {
      Run run = delays.start("gbm");
      MetricSeries loss = run.series("loss");
      run.succeed();
      run.close();
      assertThat(tracker.get(run.id()).status()).isEqualTo(RunStatus.FINISHED);
      assertThatIllegalStateException()
          .isThrownBy(run::succeed)
          .withMessage("cannot end: run 'gbm' has ended as FINISHED");
      assertThatIllegalStateException()
          .isThrownBy(() -> loss.log(1, 0.5))
          .withMessage("cannot log 'loss': run 'gbm' has ended as FINISHED");
      assertThatIllegalStateException()
          .isThrownBy(() -> run.param("depth", 6))
          .withMessage("cannot record params: run 'gbm' has ended as FINISHED");
    }

    @Test
    void are_in_the_journal_with_the_inputs_and_the_seal() {
      Digest digest = Digest.of("flights".getBytes(UTF_8));
      RunView run = delays.run("gbm", r -> r.input("training", "flights-2001", digest));
      List<Event> events = workspace.journal().events().kind("run").list();
      assertThat(events).extracting(Event::kind).containsExactly("run.started", "run.finished");
      assertThat(events.get(1).outcome()).isEqualTo("ok");
      assertThat(events.get(1).subjects())
          .isEqualTo(Map.of("training/flights-2001@" + digest.brief(), digest));
      assertThat(events.get(1).details())
          .isEqualTo(
              Map.of(
                  "run",
                  run.id(),
                  "name",
                  "gbm",
                  "experiment",
                  "delays",
                  "seal",
                  requireNonNull(tracker.verify(run.id()).seal()).toString()));
    }
  }

  @Nested
  class Params {

    @Test
    void refuse_what_has_no_text_of_its_own() {
      delays.run(
          "a",
          run -> {
            assertThatThrownBy(() -> run.params(Map.of("layers", new double[] {1})))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                    "param 'layers' is of double[], which has no text of its own; give its text, such"
                        + " as Arrays.toString(...)");
            assertThatThrownBy(() -> run.param("model", new Object()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("param 'model' is of java.lang.Object, which has no text");
          });
    }

    @Test
    void may_be_said_twice_but_not_changed() {
      delays.run(
          "gbm",
          run -> {
            run.param("depth", 6);
            run.param("depth", 6L);
            run.param("depth", 6.0);
            run.param("depth", "6e0");
            assertThatThrownBy(() -> run.params(Map.of("a", 1, "depth", 8)))
                .isInstanceOf(ConflictException.class)
                .hasMessage(
                    "param 'depth' of run 'gbm' is '6' and cannot become '8'; use a tag for what changes");
          });
      assertThat(delays.runs().first().orElseThrow().params()).isEqualTo(Map.of("depth", "6"));
    }

    @Test
    void come_from_the_components_of_a_record() {
      record Tree(int depth, String criterion) {}
      record Config(double rate, Tree tree, @Nullable String unset) {}
      RunView run = delays.run("gbm", r -> r.params(new Config(0.1, new Tree(6, "gini"), null)));
      assertThat(run.params())
          .isEqualTo(Map.of("rate", "0.1", "tree.depth", "6", "tree.criterion", "gini"));
      assertThat(run.param("rate")).isEqualTo("0.1");
      assertThatThrownBy(() -> run.param("rates"))
          .isInstanceOf(NotFoundException.class)
          .hasMessage("no param 'rates' in run 'gbm'; found: [rate, tree.criterion, tree.depth]");
    }

    @Test
    void of_32_writers_at_once_are_the_first_ones() {
      AtomicInteger refused = new AtomicInteger();
      RunView run =
          delays.run(
              "gbm",
              r ->
                  Together.run(
                      32,
                      thread -> {
                        try {
                          r.param("seed", thread);
                        } catch (ConflictException e) {
                          refused.incrementAndGet();
                        }
                      }));
      assertThat(run.params()).containsOnlyKeys("seed");
      assertThat(refused).hasValue(31);
    }
  }

  @Nested
  class Texts {

    /** All that is no control character and no half of a pair, a plane of Unicode after another. */
    private final String everything =
        IntStream.rangeClosed(1, Character.MAX_CODE_POINT)
            .filter(point -> point < 0x3000 || point % 97 == 0 || point >= 0x10FF00)
            .filter(point -> Character.getType(point) != Character.SURROGATE)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();

    @Test
    void are_kept_letter_by_letter_in_their_whole_length() {
      String param = "p".repeat(6_000);
      String longest = "x".repeat(1_048_576);
      String key = "\u00e9\uD83D\uDE00".repeat(83) + "/";
      RunView run =
          delays.run(
              "texts",
              open -> {
                open.param("long", param);
                open.param("longest", longest);
                open.param(key, everything);
                open.tag("long", "t".repeat(10_000));
                open.tag(key, everything);
                open.tag("empty", "");
                open.note(everything);
              });
      assertThat(key).hasSize(250);
      assertThat(run.param("long")).isEqualTo(param);
      assertThat(run.param("longest")).isEqualTo(longest);
      assertThat(run.param(key)).isEqualTo(everything);
      assertThat(run.tags())
          .containsOnly(
              Map.entry("long", "t".repeat(10_000)),
              Map.entry(key, everything),
              Map.entry("empty", ""));
      assertThat(run.note()).isEqualTo(everything);
    }

    @Test
    void are_refused_by_name_with_length_and_limit() {
      String tooLong = "x".repeat(1_048_577);
      try (Run run = delays.start("texts")) {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> run.param("words", tooLong))
            .withMessage(
                "param 'words' has 1,048,577 characters; at most 1,048,576 are allowed. Keep a longer text with artifact(path, text)");
        assertThatIllegalArgumentException()
            .isThrownBy(() -> run.tag("words", tooLong))
            .withMessage(
                "tag 'words' has 1,048,577 characters; at most 1,048,576 are allowed. Keep a longer text with artifact(path, text)");
        assertThatIllegalArgumentException()
            .isThrownBy(() -> run.note(tooLong))
            .withMessage(
                "note has 1,048,577 characters; at most 1,048,576 are allowed. Keep a longer text with artifact(path, text)");
        assertThatIllegalArgumentException()
            .isThrownBy(() -> run.param("k".repeat(251), 1))
            .withMessage(
                "param name has 251 characters; at most 250 are allowed: '"
                    + "k".repeat(40)
                    + "...'");
        assertThatIllegalArgumentException()
            .isThrownBy(() -> run.param("zero", "a\0b"))
            .withMessage(
                "param 'zero' must not hold the NUL character, which PostgreSQL cannot keep");
        assertThatIllegalArgumentException()
            .isThrownBy(() -> run.tag("half", "a\uD83D"))
            .withMessage("tag 'half' must not hold half a surrogate pair, which is no character");
        assertThatIllegalArgumentException()
            .isThrownBy(() -> run.tag("a\0", "b"))
            .withMessage("tag name must not hold control characters: 'a?'");
        assertThatIllegalArgumentException()
            .isThrownBy(() -> run.metric("\uDE00", 1))
            .withMessage(
                "metric name must not hold half a surrogate pair, which is no character: '?'");
        run.succeed();
        assertThat(tracker.get(run.id()).params()).isEmpty();
        assertThat(tracker.get(run.id()).tags()).isEmpty();
        assertThat(tracker.get(run.id()).metrics()).isEmpty();
      }
    }
  }

  @Nested
  class Metrics {

    @Test
    void keep_their_history_in_segments_of_1000() {
      RunView run =
          delays.run(
              "gbm",
              r -> {
                MetricSeries loss = r.series("loss");
                for (int step = 0; step < 2_500; step++) {
                  loss.log(step, 1.0 / (1 + step));
                  if (step % 700 == 0) {
                    r.flush();
                  }
                }
              });
      Dataset history = tracker.history(run.id(), "loss");
      assertThat(history.schema())
          .isEqualTo(
              Schema.of(
                  Field.of("step", DataType.INT64),
                  Field.of("time", DataType.INSTANT),
                  Field.of("value", DataType.FLOAT64)));
      assertThat(history.longs("step").toArray())
          .isEqualTo(IntStream.range(0, 2_500).asLongStream().toArray());
      assertThat(history.doubles("value").get(2_499)).isEqualTo(1.0 / 2_500);
      assertThat(run.summary("loss").count()).isEqualTo(2_500);
      assertThat(sizes()).containsExactly(1_000L, 1_000L, 500L);
      Dataset sample = tracker.history(run.id(), "loss", 100);
      assertThat(sample.schema()).isEqualTo(history.schema());
      assertThat(sample.rowCount()).isBetween(50, 100);
      assertThat(sample.longs("step").toArray()).startsWith(0).endsWith(2_499);
      assertThat(tracker.history(run.id(), "loss", 2_500).digest()).isEqualTo(history.digest());
      assertThatThrownBy(() -> tracker.history(run.id(), "acc", 100))
          .hasMessage("no metric 'acc' in run 'gbm'; found: [loss]");
    }

    private List<Long> sizes() {
      return database.read(
          session ->
              session.list(
                  "SELECT points FROM mlops_metric_segments ORDER BY position",
                  row -> row.number("points")));
    }

    @Test
    void are_latest_by_step_then_time_then_value() {
      RunView run =
          delays.run(
              "gbm",
              r -> {
                MetricSeries auc = r.series("auc");
                auc.log(5, 0.7);
                auc.log(5, Double.NaN);
                auc.log(3, 0.9);
                auc.log(5, START.minusSeconds(1), 0.8);
                auc.log(-1, Double.NEGATIVE_INFINITY);
              });
      MetricSummary auc = run.summary("auc");
      assertThat(auc.count()).isEqualTo(5);
      assertThat(auc.latest()).isEqualTo(new MetricPoint(5, START, 0.7));
      assertThat(auc.max()).isEqualTo(new MetricPoint(3, START, 0.9));
      assertThat(auc.min()).isEqualTo(new MetricPoint(-1, START, Double.NEGATIVE_INFINITY));
      assertThat(auc.first()).isEqualTo(auc.min());
    }

    @Test
    void keep_nan_and_infinity_as_they_are() {
      double[] odd = {
        Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.MIN_VALUE, -0.0
      };
      RunView run =
          delays.run(
              "gbm", r -> IntStream.range(0, odd.length).forEach(i -> r.metric("odd", i, odd[i])));
      assertThat(tracker.history(run.id(), "odd").doubles("value").toArray()).isEqualTo(odd);
      RunView lost = delays.run("nan", r -> r.metric("loss", Double.NaN));
      assertThat(lost.metric("loss")).isNaN();
    }

    @Test
    void are_durable_after_flush() {
      Run run = delays.start("gbm");
      run.metric("loss", 1, 0.5);
      run.flush();
      assertThat(tracker.get(run.id()).summary("loss").count()).isEqualTo(1);
      run.close();
    }

    @Test
    void have_a_zero_without_sign_in_their_summary() {
      RunView run = delays.run("gbm", r -> r.metric("loss", -0.0));
      assertThat(run.metric("loss")).isEqualTo(0.0);
      assertThat(1 / run.metric("loss")).isPositive();
    }

    @Test
    void lose_no_point_of_8_threads() {
      RunView run =
          delays.run(
              "gbm",
              r ->
                  Together.run(
                      8,
                      thread -> {
                        for (int step = 0; step < 5_000; step++) {
                          r.metric("loss", step, thread);
                        }
                      }));
      assertThat(run.summary("loss").count()).isEqualTo(40_000);
      assertThat(tracker.history(run.id(), "loss").rowCount()).isEqualTo(40_000);
    }

    @Test
    void that_nobody_logged_are_named() {
      RunView run = delays.run("gbm", r -> r.metric("auc", 0.8));
      assertThatThrownBy(() -> tracker.history(run.id(), "loss"))
          .isInstanceOf(NotFoundException.class)
          .hasMessage("no metric 'loss' in run 'gbm'; found: [auc]");
    }
  }

  @Nested
  class Resumed {
    private final List<Runnable> seconds = new ArrayList<>();

    /** As another process has it. */
    private ExperimentTracker another() {
      return ExperimentTracker.of(
          workspace.actingAs(Actor.ci("another")),
          work -> {
            seconds.add(work);
            return () -> seconds.remove(work);
          },
          Duration.ofSeconds(1));
    }

    private void second() {
      List.copyOf(seconds).forEach(Runnable::run);
    }

    /** As if the other process had died, or stood still for longer than its lease. */
    private void die() {
      database.transaction(
          session -> session.update("UPDATE mlops_lease SET expires = 1 WHERE holder = 'another'"));
    }

    @Test
    void runs_go_on_where_they_were() {
      RunView before =
          delays.run(
              "gbm",
              run -> {
                run.param("depth", 6);
                LongStream.range(0, 1_500).forEach(step -> run.metric("loss", step, 0.5));
              });
      Run again = another().resume(before.id());
      assertThat(again.name()).isEqualTo("gbm");
      assertThat(tracker.get(before.id()).status()).isEqualTo(RunStatus.RUNNING);
      assertThat(tracker.get(before.id()).end()).isNull();
      assertThatThrownBy(() -> again.param("depth", 7)).isInstanceOf(ConflictException.class);
      LongStream.range(1_500, 2_750).forEach(step -> again.metric("loss", step, 0.25));
      again.succeed();
      RunView after = tracker.get(before.id());
      assertThat(after.status()).isEqualTo(RunStatus.FINISHED);
      assertThat(after.params()).isEqualTo(before.params());
      assertThat(after.summary("loss").count()).isEqualTo(2_750);
      assertThat(after.summary("loss").first()).isEqualTo(before.summary("loss").first());
      assertThat(after.metric("loss")).isEqualTo(0.25);
      assertThat(tracker.history(before.id(), "loss").longs("step").toArray())
          .isEqualTo(LongStream.range(0, 2_750).toArray());
      List<Event> events = workspace.journal().events().about("run", before.id()).list();
      assertThat(events)
          .extracting(Event::kind)
          .containsExactly("run.started", "run.finished", "run.resumed", "run.finished");
      assertThat(events.get(2).details()).containsEntry("was", "FINISHED");
    }

    @Test
    void by_two_at_once_they_lose_no_point() {
      Run first = delays.start("gbm");
      Run second = another().resume(first.id());
      int points = 2_300;
      Together.run(() -> log(first, 0, points), () -> log(second, points, points));
      first.succeed();
      second.succeed();
      assertThat(tracker.get(first.id()).summary("loss").count()).isEqualTo(2L * points);
      assertThat(tracker.history(first.id(), "loss").longs("step").toArray())
          .isEqualTo(LongStream.range(0, 2L * points).toArray());
    }

    private void log(Run run, int from, int points) {
      for (int i = 0; i < points; i++) {
        run.metric("loss", from + i, 0.5);
        if (i % 300 == 0) {
          run.flush();
        }
      }
    }

    @Test
    void add_no_point_twice_when_a_write_is_repeated() {
      Run run = delays.start("gbm");
      run.flush();
      RunRecords.Started place = requireNonNull(run.place());
      MetricSeries loss = run.series("loss");
      loss.log(1, 0.5);
      MetricSeries.Pending first = loss.pending();
      loss.log(2, 0.25);
      for (MetricSeries.Pending pending : List.of(first, first, loss.pending(), first)) {
        database.transaction(
            session -> {
              MetricWriter.write(session, place, List.of(pending));
              return true;
            });
      }
      run.succeed();
      assertThat(tracker.get(run.id()).summary("loss").count()).isEqualTo(2);
      assertThat(tracker.history(run.id(), "loss").rowCount()).isEqualTo(2);
    }

    @Test
    void after_they_were_found_dead() {
      Run run = another().experiment("delays").start("gbm");
      Run fold = run.nested("fold");
      run.metric("loss", 1, 0.5);
      run.flush();
      fold.flush();
      clock.advance(Duration.ofHours(1));
      die();
      RunView killed = tracker.get(run.id());
      assertThat(killed.status()).isEqualTo(RunStatus.KILLED);
      assertThat(killed.end()).as("last seen alive").isEqualTo(START);
      assertThat(killed.metric("loss")).isEqualTo(0.5);
      assertThat(delays.runs().where(status(RunStatus.RUNNING)).count()).isZero();
      assertThat(tracker.get(fold.id()).status()).isEqualTo(RunStatus.KILLED);
      Event last =
          workspace.journal().events().about("run", run.id()).kind("run.finished").list().get(0);
      assertThat(last.outcome()).isEqualTo("killed");
      Run again = tracker.resume(run.id());
      again.metric("loss", 2, 0.25);
      again.succeed();
      assertThat(tracker.history(run.id(), "loss").rowCount()).isEqualTo(2);
    }

    @Test
    void of_themselves_when_their_process_had_only_stood_still() {
      Run run = another().experiment("delays").start("gbm");
      run.metric("loss", 1, 0.5);
      run.flush();
      die();
      assertThat(delays.runs().first().orElseThrow().status()).isEqualTo(RunStatus.KILLED);
      run.metric("loss", 2, 0.25);
      await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () -> {
                second();
                return tracker.get(run.id()).status() == RunStatus.RUNNING;
              });
      assertThat(tracker.get(run.id()).end()).isNull();
      run.succeed();
      assertThat(tracker.get(run.id()).status()).isEqualTo(RunStatus.FINISHED);
      assertThat(tracker.history(run.id(), "loss").rowCount()).isEqualTo(2);
    }

    @Test
    void stay_running_while_one_of_their_recorders_lives() {
      Run dying = another().experiment("delays").start("gbm");
      Run living = tracker.resume(dying.id());
      die();
      assertThat(tracker.get(dying.id()).status()).isEqualTo(RunStatus.RUNNING);
      living.succeed();
      assertThat(tracker.get(dying.id()).status()).isEqualTo(RunStatus.FINISHED);
    }

    @Test
    void must_be_there() {
      delays.run("gbm", run -> {});
      assertThatThrownBy(() -> tracker.resume("nobody"))
          .isInstanceOf(NotFoundException.class)
          .hasMessageStartingWith("no run 'nobody' in project 'default'; its newest are ['gbm' ");
    }
  }

  @Nested
  class Belongings {

    @Test
    void are_kept_with_the_run() {
      Dataset flights =
          Dataset.builder(Schema.of(Field.of("delay", DataType.INT64))).row(12L).row(7L).build();
      Environment here = Environment.capture();
      RunView run =
          delays.run(
              "gbm",
              r -> {
                r.tag("team", "red");
                r.tag("team", "blue");
                r.input("training", flights);
                r.input("training", flights.digest());
                r.note("first");
                r.note("second");
                r.environment(here);
              });
      assertThat(run.tags()).isEqualTo(Map.of("team", "blue"));
      assertThat(run.inputs())
          .containsExactly(new RunView.Input("training", "training", flights.digest()));
      assertThat(run.note()).isEqualTo("second");
      assertThat(run.environment()).isEqualTo(here);
    }

    @Test
    void are_files_too() throws IOException {
      RunView run =
          delays.run(
              "gbm",
              r -> {
                r.artifact("plots/roc.svg", "<svg/>".getBytes(UTF_8));
                assertThatThrownBy(() -> r.artifact("plots/roc.svg", new byte[0]))
                    .isInstanceOf(ConflictException.class);
                assertThatThrownBy(() -> r.artifact("all", Path.of("").toAbsolutePath()))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageEndingWith(
                        "' is a directory; keep it with artifacts('all', directory)");
                assertThatThrownBy(() -> r.artifact("../x", new byte[0]))
                    .isInstanceOf(InvalidInputException.class);
              });
      List<Artifact> files = tracker.artifacts(run.id());
      assertThat(files).extracting(file -> file.path().value()).containsExactly("plots/roc.svg");
      assertThat(files.get(0).owner()).isEqualTo("run/" + run.id());
      try (var bytes = workspace.artifacts().open(files.get(0))) {
        assertThat(bytes).hasContent("<svg/>");
      }
    }

    @Test
    void are_nested_runs() {
      RunView above =
          delays.run("cv", run -> run.nested("fold-0", fold -> fold.metric("auc", 0.8)));
      RunView fold = tracker.runs().under(above.id()).first().orElseThrow();
      assertThat(fold.name()).isEqualTo("fold-0");
      assertThat(fold.parent()).isEqualTo(above.id());
      assertThat(fold.experiment()).isEqualTo("delays");
      assertThat(above.parent()).isNull();
    }
  }

  @Nested
  class Queries {

    @BeforeEach
    void record() {
      String[] depths = {"6", "8", "10", "deep"};
      double[] aucs = {0.7, Double.NaN, 0.9, 0.8};
      for (int i = 0; i < 4; i++) {
        int n = i;
        delays.run(
            "r" + i,
            run -> {
              run.param("depth", depths[n]);
              run.metric("auc", 0, 0.95 - n * 0.1);
              run.metric("auc", 1, aucs[n]);
            });
        clock.advance(Duration.ofMinutes(1));
      }
      delays.run("r4", run -> run.tag("team", "blue"));
    }

    private List<String> names(RunQuery query) {
      return query.list().stream().map(RunView::name).toList();
    }

    private List<String> where(RunFilter filter) {
      return names(delays.runs().where(filter));
    }

    @Test
    void give_the_newest_first() {
      assertThat(names(tracker.runs())).containsExactly("r4", "r3", "r2", "r1", "r0");
      assertThat(names(tracker.runs().limit(2))).containsExactly("r4", "r3");
    }

    @Test
    void compare_numbers_as_numbers_and_never_nan() {
      assertThat(where(metric("auc").atLeast(0.8))).containsExactly("r3", "r2");
      assertThat(where(metric("auc").below(1e9))).containsExactly("r3", "r2", "r0");
      assertThat(where(metric("auc").above(Double.NEGATIVE_INFINITY)))
          .containsExactly("r3", "r2", "r0");
      assertThat(where(metric("auc").atMost(Double.POSITIVE_INFINITY)))
          .containsExactly("r3", "r2", "r0");
      assertThat(where(metric("auc").max().above(0.86))).containsExactly("r2", "r0");
      assertThat(where(metric("auc").first().atMost(0.75))).containsExactly("r3", "r2");
      assertThat(where(param("depth").atLeast(8))).containsExactly("r2", "r1");
      assertThat(where(param("depth").anyOf(6, "deep"))).containsExactly("r3", "r0");
    }

    @Test
    void take_a_text_for_a_number_only_in_decimal_notation() {
      String[] texts = {
        "5d", "10f", "0x1p3", "NaN", "Infinity", " 7", "1_000", "6.0", "+6", "6e0", "-0"
      };
      for (String text : texts) {
        delays.run(text, run -> run.param("window", text));
      }
      assertThat(where(param("window").atMost(1e9))).containsExactly("-0", "6e0", "+6", "6.0");
      assertThat(where(param("window").equalTo(6))).containsExactly("6e0", "+6", "6.0");
      assertThat(where(param("window").anyOf("5d", 0))).containsExactly("-0", "5d");
      assertThat(where(param("window").equalTo("5D"))).isEmpty();
    }

    @Test
    void tell_whole_numbers_apart_that_share_a_double() {
      delays.run("odd", run -> run.param("seed", 9007199254740993L));
      assertThat(where(param("seed").equalTo(9007199254740993L))).containsExactly("odd");
      assertThat(where(param("seed").equalTo(9007199254740992L))).isEmpty();
    }

    @Test
    void find_nested_runs_only_if_asked() {
      Run parent = delays.start("parent");
      parent.metric("auc", 0.5);
      RunView fold = parent.nested("fold", run -> run.metric("auc", 0.99));
      parent.succeed();
      RunQuery best = delays.runs().orderBy(metric("auc").descending());
      assertThat(best.first()).map(RunView::name).contains("r2");
      assertThat(best.withNested().first()).contains(fold);
      assertThat(delays.runs().count()).isEqualTo(6);
      assertThat(delays.runs().withNested().count()).isEqualTo(7);
      assertThat(names(delays.runs().under(parent.id()))).containsExactly("fold");
    }

    @Test
    void find_what_is_not_a_number_or_is_not_there() {
      assertThat(where(metric("auc").isNaN())).containsExactly("r1");
      assertThat(where(metric("auc").atLeast(0.8).not().and(metric("auc").exists())))
          .containsExactly("r1", "r0");
      assertThat(where(metric("auc").isNaN().or(metric("auc").missing())))
          .containsExactly("r4", "r1");
    }

    @Test
    void join_conditions() {
      assertThat(where(metric("auc").atLeast(0.8).and(param("depth").equalTo(10))))
          .containsExactly("r2");
      assertThat(where(named("r0").or(tag("team").equalTo("blue")))).containsExactly("r4", "r0");
      assertThat(where(metric("auc").atLeast(0.8).not())).containsExactly("r4", "r1", "r0");
      assertThat(where(metric("auc").missing())).containsExactly("r4");
      assertThat(where(metric("auc").exists().and(param("depth").exists())))
          .containsExactly("r3", "r2", "r1", "r0");
      assertThat(where(status(RunStatus.FAILED))).isEmpty();
      assertThat(where(param("depth").missing().and(tag("team").exists()))).containsExactly("r4");
    }

    @Test
    void order_numbers_then_nan_then_nothing() {
      assertThat(names(delays.runs().orderBy(metric("auc").descending())))
          .containsExactly("r2", "r3", "r0", "r1", "r4");
      assertThat(names(delays.runs().orderBy(metric("auc").ascending())))
          .containsExactly("r0", "r3", "r2", "r1", "r4");
      assertThat(
              names(
                  delays
                      .runs()
                      .orderBy(param("depth").descending(), metric("auc").min().ascending())))
          .containsExactly("r2", "r1", "r0", "r3", "r4");
    }

    @Test
    void lay_runs_side_by_side() {
      Dataset table = delays.runs().orderBy(metric("auc").descending()).limit(2).table();
      assertThat(table.schema().names())
          .containsExactly(
              "run", "experiment", "name", "status", "start", "end", "param.depth", "metric.auc");
      assertThat(table.strings("name").get(0)).isEqualTo("r2");
      assertThat(table.doubles("metric.auc").get(1)).isEqualTo(0.8);
      assertThat(table.strings("param.depth").get(1)).isEqualTo("deep");
    }

    @Test
    void count_whatever_the_limit() {
      assertThat(delays.runs().where(metric("auc").exists()).limit(1).count()).isEqualTo(4);
    }

    @Test
    void take_each_option_once() {
      RunQuery set =
          delays
              .runs()
              .under("x")
              .where(metric("auc").min().atLeast(0.7))
              .orderBy(param("a").ascending())
              .limit(3);
      assertThatIllegalStateException()
          .isThrownBy(() -> set.experiments(delays))
          .withMessage("the option 'experiments' is set already, to [experiment 'delays']");
      assertThatIllegalStateException()
          .isThrownBy(() -> set.where(named("x")))
          .withMessage("the option 'where' is set already, to metric auc min >= 0.7");
      assertThatIllegalStateException()
          .isThrownBy(() -> set.orderBy(metric("auc").ascending()))
          .withMessage("the option 'orderBy' is set already, to [param a ascending]");
      assertThatIllegalStateException()
          .isThrownBy(() -> set.limit(4))
          .withMessage("the option 'limit' is set already, to 3");
      assertThatIllegalStateException()
          .isThrownBy(() -> set.under("y"))
          .withMessage("under() says of nested runs what another option says: under('x')");
      assertThatIllegalStateException()
          .isThrownBy(() -> delays.runs().withNested().withNested())
          .withMessage("withNested() says of nested runs what another option says: withNested()");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> metric("auc").atLeast(Double.NaN))
          .withMessage("limit of metric auc must be a number: NaN");
    }
  }

  @Test
  void a_query_gives_what_a_loop_over_all_runs_gives() {
    new QueryTwin(tracker, 42).recordRuns(40).compareQueries(150);
  }

  @Test
  void a_second_tracker_of_the_workspace_finds_the_same() {
    RunView run = delays.run("gbm", r -> r.metric("auc", 0.8));
    assertThat(ExperimentTracker.of(workspace).get(run.id())).isEqualTo(run);
  }
}
