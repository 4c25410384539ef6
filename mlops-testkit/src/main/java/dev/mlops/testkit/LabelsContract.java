package dev.mlops.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.data.Dataset;
import dev.mlops.error.ConflictException;
import dev.mlops.error.InvalidInputException;
import dev.mlops.labels.Label;
import dev.mlops.labels.LabelListener;
import dev.mlops.labels.LabelReceipt;
import dev.mlops.predictions.PredictionLog;
import dev.mlops.predictions.PredictionQuery;
import dev.mlops.predictions.PredictionRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * What the labels of every {@link PredictionLog} do alike. A backend's test extends this class and
 * opens its log.
 */
@SuppressWarnings("CheckReturnValue") // A contract calls a method for what it does to others.
public abstract class LabelsContract {
  private static final Instant NOON = Instant.parse("2001-03-04T12:00:00Z");

  private PredictionLog log;

  /** Makes the contract for one test; JUnit calls this. */
  protected LabelsContract() {}

  /**
   * Opens the log whose labels are under test, empty at the first call of a test for a project.
   *
   * @param project whose log it is; those of all projects are in one place
   * @return the log; the contract closes it
   */
  protected abstract PredictionLog open(String project);

  @BeforeEach
  void openLog() {
    log = open("first");
  }

  @AfterEach
  void closeLog() {
    log.close();
  }

  private static void predict(PredictionLog log, String model, String... ids) {
    for (String id : ids) {
      assertThat(
              log.log(PredictionRecord.builder().id(id).model(model).version(1).time(NOON).build()))
          .isTrue();
    }
  }

  private void predict(String... ids) {
    predict(log, "flights", ids);
  }

  private static Instant at(int second) {
    return NOON.plusSeconds(second);
  }

  private LabelReceipt add(Label... labels) {
    return log.labels().add(List.of(labels));
  }

  private LabelReceipt add(String id, int second, double value) {
    return add(Label.of(id, at(second), value));
  }

  private @Nullable Object known(String id, PredictionQuery query) {
    Dataset read = query.list();
    return read.where(row -> id.equals(row.getString("id"))).column("label").value(0);
  }

  private @Nullable Object known(String id) {
    return known(id, log.query());
  }

  @Nested
  class A_label {
    @Test
    void joins_its_prediction() {
      predict("a", "b");
      LabelReceipt receipt = add("b", 60, 1);
      assertThat(receipt.waiting()).isEmpty();
      Dataset read = log.query().list();
      assertThat(read.column("label").value(0)).isNull();
      assertThat(read.column("label").value(1)).isEqualTo(1.0);
      assertThat(read.column("label_text").value(1)).isNull();
      assertThat(read.column("label_time").value(1)).isEqualTo(at(60));
      assertThat(log.query().labelledOnly().list())
          .extracting(row -> row.getString("id"))
          .containsExactly("b");
    }

    @Test
    void may_be_a_text() {
      predict("a");
      add(Label.of("a", at(60), "late"));
      Dataset read = log.query().labelledOnly().list();
      assertThat(read.column("label").value(0)).isNull();
      assertThat(read.column("label_text").value(0)).isEqualTo("late");
      assertThat(add(Label.of("a", at(70), "late")).repeated()).isEqualTo(1);
      assertThat(add("a", 80, 1).corrected()).isEqualTo(1);
      assertThat(known("a")).isEqualTo(1.0);
    }

    @Test
    void waits_for_a_prediction_that_comes_later_and_says_so() {
      predict("here");
      LabelReceipt receipt =
          add(
              Label.of("late", at(60), 1),
              Label.of("here", at(60), 1),
              Label.of("late", at(61), 0));
      assertThat(receipt.waiting()).containsExactly("late");
      assertThat(receipt.labels()).isEqualTo(3);
      assertThat(log.query().count()).isEqualTo(1);
      predict("late");
      assertThat(known("late")).isEqualTo(0.0);
      assertThat(log.labels().list(NOON, at(100)).strings("model").dictionary())
          .containsExactly("flights");
    }

    @Test
    void given_again_changes_nothing() {
      predict("a");
      assertThat(add("a", 60, 1).first()).isEqualTo(1);
      assertThat(add("a", 60, 1).repeated()).isEqualTo(1);
      assertThat(add("a", 90, 1).repeated()).isEqualTo(1);
      assertThat(log.query().list().column("label_time").value(0)).isEqualTo(at(60));
    }

    @Test
    void that_contradicts_an_earlier_one_corrects_it() {
      predict("a");
      add("a", 60, 1);
      assertThat(add("a", 90, 0).corrected()).isEqualTo(1);
      assertThat(known("a")).isEqualTo(0.0);
      assertThat(log.query().count()).isEqualTo(1);
    }

    @Test
    void that_comes_late_does_not_replace_a_newer_one() {
      predict("a");
      add("a", 90, 0);
      assertThat(add("a", 60, 1).corrected()).isEqualTo(1);
      assertThat(known("a")).isEqualTo(0.0);
    }

    @Test
    void that_repeated_another_holds_behind_one_that_comes_for_a_time_in_between() {
      predict("a");
      add("a", 10, 1);
      add("a", 20, 1);
      assertThat(add("a", 15, 0).corrected()).isEqualTo(1);
      assertThat(known("a")).isEqualTo(1.0);
      assertThat(log.query().list().column("label_time").value(0)).isEqualTo(at(20));
      assertThat(known("a", log.query().labelledBefore(at(20)))).isEqualTo(0.0);
    }

    @Test
    void of_the_same_time_holds_if_it_was_given_last() {
      predict("a");
      add("a", 60, 1);
      assertThat(add("a", 60, 0).corrected()).isEqualTo(1);
      assertThat(known("a")).isEqualTo(0.0);
    }

    @Test
    void is_seen_as_it_was_known_before_a_time() {
      predict("a");
      add(Label.of("a", at(90), 3), Label.of("a", at(30), 1), Label.of("a", at(60), 2));
      Object[] known =
          IntStream.of(30, 31, 60, 61, 90, 91)
              .mapToObj(second -> known("a", log.query().labelledBefore(at(second))))
              .toArray();
      assertThat(known).containsExactly(null, 1.0, 1.0, 2.0, 2.0, 3.0);
      assertThat(log.query().labelledBefore(at(30)).labelledOnly().count()).isZero();
    }

    @Test
    void that_no_database_keeps_is_refused_with_all_that_came_with_it() {
      predict("a");
      Label good = Label.of("a", NOON, 1);
      Stream.of(
              Label.of("x".repeat(251), NOON, 1),
              Label.of("a\0b", NOON, 1),
              Label.of("half \ud83d", NOON, 1),
              Label.of("a", Instant.MAX, 1),
              Label.of("a", NOON, "nul \0"),
              Label.of("a", NOON, "x".repeat(1_048_577)))
          .forEach(
              bad ->
                  assertThatThrownBy(() -> add(good, bad))
                      .isInstanceOf(InvalidInputException.class));
      assertThat(known("a")).isNull();
    }
  }

  @Nested
  class A_receipt {
    @Test
    void makes_adding_repeatable() {
      predict("a");
      List<Label> labels = List.of(Label.of("a", at(60), 1), Label.of("ghost", at(60), 1));
      LabelReceipt first = log.labels().add("file 1", labels);
      LabelReceipt again = log.labels().add("file 1", labels);
      assertThat(first.again()).isFalse();
      assertThat(again)
          .isEqualTo(
              new LabelReceipt("file 1", first.received(), 2, 2, 0, 0, List.of("ghost"), true));
      assertThat(log.labels().list(NOON, at(100)).rowCount()).isEqualTo(2);
    }

    @Test
    void has_no_null_among_its_labels() {
      List<Label> labels = Arrays.asList(Label.of("a", at(60), 1), null);
      assertThatThrownBy(() -> log.labels().add("file 1", labels))
          .isInstanceOf(NullPointerException.class);
      assertThat(log.labels().list(NOON, at(100)).rowCount()).isZero();
    }

    @Test
    void is_not_for_other_labels() {
      log.labels().add("file 1", List.of(Label.of("a", at(60), 1)));
      List<Label> others = List.of(Label.of("a", at(60), 0));
      assertThatThrownBy(() -> log.labels().add("file 1", others))
          .isInstanceOf(ConflictException.class);
    }

    @Test
    void of_nothing_is_one_too() {
      LabelReceipt receipt = log.labels().add("empty", List.of());
      assertThat(receipt.labels()).isZero();
      assertThat(log.labels().add("empty", List.of()).again()).isTrue();
    }

    @Test
    void lists_what_was_added() {
      predict("a");
      log.labels().add("one", List.of(Label.of("a", at(60), 1), Label.of("a", at(50), "x")));
      log.labels().add("two", List.of(Label.of("a", at(60), 1), Label.of("b", at(70), 1)));
      Dataset list = log.labels().list(at(55), at(70));
      assertThat(list.schema())
          .hasToString(
              "receipt STRING, prediction_id STRING, model STRING?, predicted INSTANT?, time INSTANT, label FLOAT64?,"
                  + " label_text STRING?, kind STRING");
      assertThat(list.rowCount()).isEqualTo(2);
      assertThat(list.row(1).toMap())
          .containsEntry("receipt", "two")
          .containsEntry("model", "flights")
          .containsEntry("predicted", NOON)
          .containsEntry("label", 1.0)
          .containsEntry("kind", "repeated");
    }
  }

  @Nested
  class Subscribers {
    @Test
    void hear_of_what_is_durable_once() {
      predict("a");
      List<String> heard = Collections.synchronizedList(new ArrayList<>());
      Runnable broken =
          log.labels()
              .subscribe(
                  (labels, receipt) -> {
                    throw new IllegalStateException("broken");
                  });
      Runnable end =
          log.labels()
              .subscribe((labels, receipt) -> heard.add(receipt.id() + known("a") + labels.size()));
      List<Label> labels = List.of(Label.of("a", at(60), 1));
      log.labels().add("one", labels);
      log.labels().add("one", labels);
      log.labels().add("none", List.of());
      end.run();
      broken.run();
      log.labels().add("two", labels);
      assertThat(heard).containsExactly("one1.01");
    }
  }

  @Nested
  class Others {
    @Test
    void are_heard_behind_a_position_and_oneself_is_not() {
      List<String> heard = new ArrayList<>();
      log.labels().add("before", List.of(Label.of("p0", NOON, 1)));
      try (PredictionLog elsewhere = open("first");
          PredictionLog stranger = open("second")) {
        elsewhere.labels().add("old", List.of(Label.of("p1", NOON, 1)));
        long start = log.labels().position();
        assertThat(elsewhere.labels().position()).isEqualTo(start);
        log.labels().add("own", List.of(Label.of("p2", NOON, 1)));
        stranger.labels().add("strange", List.of(Label.of("p3", NOON, 1)));
        elsewhere
            .labels()
            .add("new", List.of(Label.of("p5", NOON, "late"), Label.of("p4", NOON, 0.5)));
        elsewhere.labels().add("empty", List.of());
        elsewhere
            .labels()
            .add("new", List.of(Label.of("p5", NOON, "late"), Label.of("p4", NOON, 0.5)));
        LabelListener listener = (labels, receipt) -> heard.add(receipt.id() + " " + labels);
        long next = log.labels().hearOthers(start, listener);
        assertThat(heard)
            .containsExactly(
                "new " + List.of(Label.of("p5", NOON, "late"), Label.of("p4", NOON, 0.5)));
        assertThat(log.labels().hearOthers(next, listener)).isEqualTo(next);
        assertThat(next).isEqualTo(log.labels().position());
        assertThat(heard).hasSize(1);
        assertThat(
                log.labels()
                    .hearOthers(
                        start,
                        (labels, receipt) -> {
                          throw new IllegalStateException("not now");
                        }))
            .isEqualTo(next);
      }
    }

    @Test
    void are_heard_once_while_many_write() {
      List<String> heard = new ArrayList<>();
      int writers = 3;
      int receipts = 30;
      try (PredictionLog elsewhere = open("first");
          PredictionLog third = open("first")) {
        List<Runnable> works = new ArrayList<>();
        for (int writer = 0; writer < writers; writer++) {
          String name = "w" + writer;
          PredictionLog by = writer % 2 == 0 ? elsewhere : third;
          works.add(
              () -> {
                for (int i = 0; i < receipts; i++) {
                  by.labels().add(name + i, List.of(Label.of(name + i, NOON, 1)));
                }
              });
        }
        works.add(
            () -> {
              long position = 0;
              while (heard.size() < writers * receipts) {
                position =
                    log.labels().hearOthers(position, (labels, receipt) -> heard.add(receipt.id()));
              }
            });
        Together.run(works.toArray(Runnable[]::new));
      }
      assertThat(heard).doesNotHaveDuplicates().hasSize(writers * receipts);
    }
  }

  @Nested
  class Two_projects {
    @Test
    void label_their_own_predictions_only() {
      try (PredictionLog other = open("second")) {
        predict("same", "mine");
        predict(other, "flights", "same");
        other.labels().add("file", List.of(Label.of("same", at(60), 1)));
        LabelReceipt foreign = other.labels().add(List.of(Label.of("mine", at(60), 1)));
        assertThat(foreign.waiting()).containsExactly("mine");
        assertThat(known("same")).isNull();
        assertThat(known("mine")).isNull();
        assertThat(log.labels().list(NOON, at(100)).rowCount()).isZero();
        assertThat(log.labels().add("file", List.of(Label.of("same", at(60), 0))).first())
            .isEqualTo(1);
        assertThat(known("same")).isEqualTo(0.0);
        assertThat(known("same", other.query())).isEqualTo(1.0);
        predict(other, "flights", "mine");
        assertThat(known("mine", other.query())).isEqualTo(1.0);
        assertThat(known("mine")).isNull();
      }
    }
  }

  @Nested
  class Many {
    @Test
    void labels_find_their_predictions() {
      String[] ids =
          IntStream.range(0, 2_500).mapToObj(i -> "r" + (10_000 + i)).toArray(String[]::new);
      predict(ids);
      List<Label> labels =
          IntStream.range(0, 2_500).mapToObj(i -> Label.of(ids[i], at(9_999), i)).toList();
      assertThat(log.labels().add(labels).waiting()).isEmpty();
      assertThat(log.query().labelledOnly().list().doubles("label").toArray())
          .isEqualTo(IntStream.range(0, 2_500).asDoubleStream().toArray());
    }

    @Test
    void writers_of_labels_and_predictions_miss_none() {
      List<Label> labels =
          IntStream.range(0, 500).mapToObj(i -> Label.of("x" + i, at(60), 1)).toList();
      Together.run(
          () -> IntStream.range(0, 500).forEach(i -> predict("x" + i)),
          () -> IntStream.range(0, 20).forEach(i -> log.flush()),
          () ->
              IntStream.range(0, 50)
                  .forEach(i -> log.labels().add(labels.subList(i * 10, i * 10 + 10))),
          () ->
              IntStream.range(0, 50)
                  .forEach(i -> log.labels().add(labels.subList(490 - i * 10, 500 - i * 10))));
      assertThat(log.query().labelledOnly().count()).isEqualTo(500);
    }
  }
}
