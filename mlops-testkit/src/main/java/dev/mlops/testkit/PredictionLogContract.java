package dev.mlops.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.error.InvalidInputException;
import dev.mlops.predictions.Label;
import dev.mlops.predictions.LogCounts;
import dev.mlops.predictions.PredictionLog;
import dev.mlops.predictions.PredictionQuery;
import dev.mlops.predictions.PredictionRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * What every {@link PredictionLog} does alike. A backend's test extends this class and opens its
 * log.
 */
public abstract class PredictionLogContract {
  private static final Instant NOON = Instant.parse("2001-03-04T12:00:00Z");

  private PredictionLog log;

  /** Makes the contract for one test; JUnit calls this. */
  protected PredictionLogContract() {}

  /**
   * Opens the log under test: empty at the first call of a test, and at later ones the same again
   * if it is durable, empty again if not.
   *
   * @return the log; the contract closes it
   */
  protected abstract PredictionLog open();

  /**
   * Tells whether the log outlives its closing.
   *
   * @return true by default
   */
  protected boolean durable() {
    return true;
  }

  @BeforeEach
  void openLog() {
    log = open();
  }

  @AfterEach
  void closeLog() {
    log.close();
  }

  private static PredictionRecord.Builder record(String id, int second) {
    return PredictionRecord.builder()
        .id(id)
        .model("flights")
        .version("1")
        .time(NOON.plusSeconds(second));
  }

  private void log(PredictionRecord.Builder... records) {
    for (PredictionRecord.Builder record : records) {
      assertThat(log.log(record.build())).isTrue();
    }
    log.flush();
  }

  private void label(String id, int second, double value) {
    log.label(List.of(new Label(id, NOON.plusSeconds(second), value)));
  }

  private Dataset read() {
    return log.read(PredictionQuery.builder().build());
  }

  private static List<String> ids(Dataset read) {
    return IntStream.range(0, read.rowCount())
        .mapToObj(row -> read.row(row).getString("id"))
        .toList();
  }

  @Nested
  class Reading {
    @Test
    void an_empty_log_has_the_columns_and_no_rows() {
      Dataset read = read();
      assertThat(read.rowCount()).isZero();
      assertThat(read.schema())
          .hasToString(
              "id STRING, model STRING, version STRING, variant STRING, time INSTANT, entity STRING?, score FLOAT64,"
                  + " latency_us INT64, outcome STRING, label FLOAT64?, label_time INSTANT?");
    }

    @Test
    void gives_back_what_was_logged() {
      log(
          record("a", 0)
              .variant("canary")
              .entity("UA 12")
              .score(0.31)
              .latency(Duration.ofNanos(1_234_999))
              .outcome("fallback")
              .time(NOON.plusNanos(1_999)));
      Dataset read = read();
      assertThat(read.row(0).toMap())
          .containsEntry("id", "a")
          .containsEntry("model", "flights")
          .containsEntry("version", "1")
          .containsEntry("variant", "canary")
          .containsEntry("time", NOON.plusNanos(1_000))
          .containsEntry("entity", "UA 12")
          .containsEntry("score", 0.31)
          .containsEntry("latency_us", 1_234L)
          .containsEntry("outcome", "fallback")
          .containsEntry("label", null)
          .containsEntry("label_time", null);
    }

    @Test
    void fills_in_what_was_left_out() {
      log(record("a", 0));
      assertThat(read().row(0).toMap())
          .containsEntry("variant", "live")
          .containsEntry("entity", null)
          .containsEntry("score", Double.NaN)
          .containsEntry("latency_us", 0L)
          .containsEntry("outcome", "ok");
    }

    @Test
    void is_ordered_by_time_and_then_id() {
      log(record("c", 1), record("b", 1), record("z", 0), record("a", 2));
      assertThat(ids(read())).containsExactly("z", "b", "c", "a");
    }

    @Test
    void narrows_by_everything_that_a_query_names() {
      log(
          record("a", 0),
          record("b", 1).model("other"),
          record("c", 2).version("2"),
          record("d", 3).variant("shadow"),
          record("e", 4));
      assertThat(ids(log.read(PredictionQuery.builder().model("other").build())))
          .containsExactly("b");
      assertThat(ids(log.read(PredictionQuery.builder().version("2").build())))
          .containsExactly("c");
      assertThat(ids(log.read(PredictionQuery.builder().variant("shadow").build())))
          .containsExactly("d");
      assertThat(
              ids(
                  log.read(
                      PredictionQuery.builder()
                          .from(NOON.plusSeconds(1))
                          .to(NOON.plusSeconds(4))
                          .build())))
          .containsExactly("b", "c", "d");
      assertThat(ids(log.read(PredictionQuery.builder().model("ghost").build()))).isEmpty();
    }

    @Test
    void goes_on_behind_a_page() {
      log(record("a", 0), record("b", 0), record("c", 0), record("d", 1));
      Dataset first = log.read(PredictionQuery.builder().limit(2).build());
      assertThat(ids(first)).containsExactly("a", "b");
      assertThat(ids(log.read(PredictionQuery.builder().limit(2).after(NOON, "b").build())))
          .containsExactly("c", "d");
    }
  }

  @Nested
  class Features {
    private Dataset readFeatures() {
      return log.read(PredictionQuery.builder().features().build());
    }

    @Test
    void become_columns() {
      Map<String, @Nullable Object> features = new LinkedHashMap<>();
      features.put("distance", 940);
      features.put("delay", 0.1f);
      features.put("carrier", "UA");
      features.put("night", true);
      features.put("gate", null);
      log(
          record("a", 0).features(features),
          record("b", 1).features(Map.of("distance", 1.5, "gate", 7L)),
          record("c", 2));
      Dataset read = readFeatures();
      assertThat(read.schema().names().subList(11, 16))
          .containsExactly("distance", "delay", "carrier", "night", "gate");
      assertThat(read.doubles("distance").toArray()).containsExactly(940, 1.5, Double.NaN);
      assertThat(read.doubles("delay").get(0)).isEqualTo((double) 0.1f);
      assertThat(read.strings("carrier").get(0)).isEqualTo("UA");
      assertThat(read.strings("carrier").get(1)).isNull();
      assertThat(read.strings("night").get(0)).isEqualTo("true");
      assertThat(read.doubles("gate").isNull(0)).isTrue();
      assertThat(read.doubles("gate").get(1)).isEqualTo(7);
    }

    @Test
    void are_nullable_columns_even_where_all_have_values() {
      log(record("a", 0).features(Map.of("distance", 940)));
      assertThat(readFeatures().schema().get("distance").nullable()).isTrue();
    }

    @Test
    void keep_their_odd_names_and_values() {
      Map<String, Object> odd =
          Map.of(
              "Flug, \"weit\" 🛫",
              Double.POSITIVE_INFINITY,
              " ",
              "NaN",
              "x".repeat(500),
              Double.NaN);
      log(record("a", 0).features(odd));
      Dataset read = readFeatures();
      assertThat(read.doubles("Flug, \"weit\" 🛫").get(0)).isEqualTo(Double.POSITIVE_INFINITY);
      assertThat(read.strings(" ").get(0)).isEqualTo("NaN");
      assertThat(read.column("x".repeat(500)).value(0)).isEqualTo(Double.NaN);
    }

    @Test
    void that_are_words_once_are_words_always() {
      log(
          record("a", 0).features(Map.of("gate", 7)),
          record("b", 1).features(Map.of("gate", "B7")));
      Dataset read = readFeatures();
      assertThat(read.schema().get("gate").type()).isEqualTo(DataType.STRING);
      assertThat(read.strings("gate").get(0)).isEqualTo("7.0");
      assertThat(read.strings("gate").get(1)).isEqualTo("B7");
    }

    @Test
    void with_the_name_of_another_column_need_a_prefix() {
      log(record("a", 0).score(0.5).features(Map.of("score", 1)));
      assertThatThrownBy(this::readFeatures).isInstanceOf(InvalidInputException.class);
      Dataset read =
          log.read(PredictionQuery.builder().features().featurePrefix("feature.").build());
      assertThat(read.doubles("score").get(0)).isEqualTo(0.5);
      assertThat(read.doubles("feature.score").get(0)).isEqualTo(1);
    }
  }

  @Nested
  class A_label {
    private @Nullable Object label(String id, PredictionQuery.Builder query) {
      Dataset read = log.read(query.build());
      return read.where(row -> id.equals(row.getString("id"))).column("label").value(0);
    }

    @Test
    void joins_its_prediction() {
      log(record("a", 0), record("b", 1));
      PredictionLogContract.this.label("b", 60, 1);
      Dataset read = read();
      assertThat(read.column("label").value(0)).isNull();
      assertThat(read.column("label").value(1)).isEqualTo(1.0);
      assertThat(read.column("label_time").value(1)).isEqualTo(NOON.plusSeconds(60));
      assertThat(ids(log.read(PredictionQuery.builder().labelledOnly().build())))
          .containsExactly("b");
    }

    @Test
    void waits_for_a_prediction_that_comes_later() {
      PredictionLogContract.this.label("late", 60, 1);
      assertThat(read().rowCount()).isZero();
      log(record("late", 0));
      assertThat(label("late", PredictionQuery.builder())).isEqualTo(1.0);
    }

    @Test
    void given_again_changes_nothing() {
      log(record("a", 0));
      PredictionLogContract.this.label("a", 60, 1);
      PredictionLogContract.this.label("a", 60, 1);
      PredictionLogContract.this.label("a", 90, 1);
      assertThat(read().column("label_time").value(0)).isEqualTo(NOON.plusSeconds(60));
      assertThat(log.counts().revised()).isZero();
    }

    @Test
    void that_contradicts_an_earlier_one_revises_it() {
      log(record("a", 0));
      PredictionLogContract.this.label("a", 60, 1);
      PredictionLogContract.this.label("a", 90, 0);
      assertThat(label("a", PredictionQuery.builder())).isEqualTo(0.0);
      assertThat(read().rowCount()).isEqualTo(1);
      assertThat(log.counts().revised()).isEqualTo(1);
    }

    @Test
    void that_comes_late_does_not_revise_a_newer_one() {
      log(record("a", 0));
      PredictionLogContract.this.label("a", 90, 0);
      PredictionLogContract.this.label("a", 60, 1);
      assertThat(label("a", PredictionQuery.builder())).isEqualTo(0.0);
      assertThat(log.counts().revised()).isEqualTo(1);
    }

    @Test
    void of_the_same_time_holds_if_it_was_given_last() {
      log(record("a", 0));
      PredictionLogContract.this.label("a", 60, 1);
      PredictionLogContract.this.label("a", 60, 0);
      assertThat(label("a", PredictionQuery.builder())).isEqualTo(0.0);
      assertThat(log.counts().revised()).isEqualTo(1);
    }

    @Test
    void is_seen_as_it_was_known_before_a_time() {
      log(record("a", 0));
      log.label(
          List.of(
              new Label("a", NOON.plusSeconds(90), 3),
              new Label("a", NOON.plusSeconds(30), 1),
              new Label("a", NOON.plusSeconds(60), 2)));
      Object[] known =
          IntStream.of(30, 31, 60, 61, 90, 91)
              .mapToObj(
                  second ->
                      label(
                          "a", PredictionQuery.builder().labelledBefore(NOON.plusSeconds(second))))
              .toArray();
      assertThat(known).containsExactly(null, 1.0, 1.0, 2.0, 2.0, 3.0);
      assertThat(
              ids(
                  log.read(
                      PredictionQuery.builder()
                          .labelledBefore(NOON.plusSeconds(30))
                          .labelledOnly()
                          .build())))
          .isEmpty();
    }

    @Test
    void of_an_id_that_no_prediction_can_have_is_refused_with_all_that_came_with_it() {
      log(record("a", 0));
      for (String id : List.of("x".repeat(251), "a\0b", "half \ud83d")) {
        List<Label> labels = List.of(new Label("a", NOON, 1), new Label(id, NOON, 1));
        assertThatThrownBy(() -> log.label(labels)).isInstanceOf(InvalidInputException.class);
      }
      List<Label> never = List.of(new Label("a", NOON, 1), new Label("a", Instant.MAX, 1));
      assertThatThrownBy(() -> log.label(never)).isInstanceOf(InvalidInputException.class);
      assertThat(read().column("label").value(0)).isNull();
    }

    @Test
    void in_a_list_of_none_is_fine() {
      log.label(List.of());
      assertThat(log.counts().revised()).isZero();
    }
  }

  @Nested
  class A_record {
    @Test
    void logged_twice_stays_as_it_was_first() {
      log(record("a", 0).score(1));
      log(record("a", 5).score(2), record("b", 6), record("b", 7));
      assertThat(ids(read())).containsExactly("a", "b");
      assertThat(read().doubles("score").get(0)).isEqualTo(1);
      LogCounts counts = log.counts();
      assertThat(counts.written()).isEqualTo(4);
      assertThat(counts.failed()).isZero();
    }

    @Test
    void may_have_odd_names() {
      String odd = "Ärger 🛫 ' \" ? % _ \\ " + "x".repeat(200);
      log(record(odd, 0).model(odd).version(odd).variant(odd).entity("").trace(odd).outcome(odd));
      label(odd, 1, 1);
      Dataset read =
          log.read(PredictionQuery.builder().model(odd).version(odd).variant(odd).build());
      assertThat(ids(read)).containsExactly(odd);
      assertThat(read.strings("entity").get(0)).isEmpty();
      assertThat(read.column("label").value(0)).isEqualTo(1.0);
    }

    @Test
    void may_be_of_any_time() {
      Instant early = Instant.parse("-100000-01-01T00:00:00.000001Z");
      Instant late = Instant.parse("+100000-01-01T00:00:00.000001Z");
      log(record("late", 0).time(late), record("early", 0).time(early));
      log.label(List.of(new Label("late", late, 1), new Label("early", early, 1)));
      assertThat(Stream.of(0, 1).map(row -> read().instants("time").get(row)))
          .containsExactly(early, late);
      assertThat(Stream.of(0, 1).map(row -> read().instants("label_time").get(row)))
          .containsExactly(early, late);
    }

    @Test
    void that_no_log_keeps_is_refused_alone_and_counted() {
      List<PredictionRecord> records = new ArrayList<>();
      IntStream.range(0, 100).forEach(i -> records.add(record("r" + i, i).build()));
      records.set(41, record("r41", 41).features(Map.of("bad", new Object())).build());
      records.set(73, record("r73", 73).entity("nul \0 byte").build());
      assertThat(records.stream().filter(log::log)).hasSize(98);
      log.flush();
      assertThat(read().rowCount()).isEqualTo(98);
      assertThat(log.counts()).isEqualTo(new LogCounts(98, 0, 2, 98, 0, 0, 0));
    }

    @Test
    void is_refused_for_every_text_that_is_too_long_or_that_no_database_keeps() {
      List<UnaryOperator<PredictionRecord.Builder>> bad = new ArrayList<>();
      for (String text : List.of("x".repeat(2_000_000), "a\0b", "half \ud83d", "\udeeb half")) {
        bad.add(record -> record.id(text));
        bad.add(record -> record.model(text));
        bad.add(record -> record.version(text));
        bad.add(record -> record.variant(text));
        bad.add(record -> record.outcome(text));
        bad.add(record -> record.trace(text));
        bad.add(record -> record.entity(text));
        bad.add(record -> record.features(Map.of("word", text)));
        bad.add(record -> record.features(Map.of(text, 1)));
        bad.add(record -> record.output(Map.of(text, 1)));
      }
      bad.add(record -> record.id("x".repeat(251)));
      bad.add(record -> record.entity("x".repeat(1_001)));
      bad.add(record -> record.features(Map.of("x".repeat(1_001), 1)));
      bad.add(record -> record.features(Map.of("", 1)));
      bad.add(record -> record.features(numbered(10_001)));
      bad.add(record -> record.time(Instant.MAX));
      bad.forEach(
          change -> {
            PredictionRecord record = change.apply(record("bad", 0)).build();
            assertThat(record.refusal()).isPresent();
            assertThat(log.log(record)).as("%s", record.refusal()).isFalse();
          });
      log(record("good", 0));
      assertThat(ids(log.read(PredictionQuery.builder().features().build())))
          .containsExactly("good");
      assertThat(log.counts()).isEqualTo(new LogCounts(1, 0, bad.size(), 1, 0, 0, 0));
    }

    @Test
    void may_be_as_long_as_is_allowed() {
      // Of three bytes each, and in no order that a database could compress.
      String name = letters(250);
      Map<String, Object> features = new LinkedHashMap<>();
      features.put(letters(1_000), "x".repeat(1_000_000));
      log(
          record(name, 0)
              .model(name)
              .version(name)
              .variant(name)
              .outcome(name)
              .trace(name)
              .entity(letters(1_000))
              .features(features));
      log(record("many", 1).features(numbered(10_000)));
      label(name, 1, 1);
      Dataset read = log.read(PredictionQuery.builder().model(name).features().build());
      assertThat(ids(read)).containsExactly(name);
      assertThat(read.strings(letters(1_000)).get(0)).hasSize(1_000_000);
      assertThat(log.read(PredictionQuery.builder().features().build()).schema().fields())
          .hasSize(11 + 10_001);
      assertThat(log.counts().failed()).isZero();
    }

    private static String letters(int count) {
      StringBuilder letters = new StringBuilder(count);
      for (int i = 0; i < count; i++) {
        letters.append((char) (0x4E00 + (i * 7_919) % 20_000));
      }
      return letters.toString();
    }

    private static Map<String, Object> numbered(int count) {
      Map<String, Object> features = new LinkedHashMap<>();
      IntStream.range(0, count).forEach(i -> features.put("f" + i, i));
      return features;
    }
  }

  @Nested
  class Many {
    @Test
    void records_are_durable_once_flushed() {
      IntStream.range(0, 10_000)
          .forEach(i -> log.log(record("r" + i, i).features(Map.of("i", i)).build()));
      log.flush();
      assertThat(log.counts()).isEqualTo(new LogCounts(10_000, 0, 0, 10_000, 0, 0, 0));
      double[] read = log.read(PredictionQuery.builder().features().build()).doubles("i").toArray();
      assertThat(read).isEqualTo(IntStream.range(0, 10_000).asDoubleStream().toArray());
    }

    @Test
    void labels_find_their_predictions() {
      IntStream.range(0, 2_500).forEach(i -> log.log(record("r" + i, i).build()));
      log.flush();
      log.label(
          IntStream.range(0, 2_500)
              .mapToObj(i -> new Label("r" + i, NOON.plusSeconds(9_999), i))
              .toList());
      Dataset read = log.read(PredictionQuery.builder().labelledOnly().build());
      assertThat(read.doubles("label").toArray())
          .isEqualTo(IntStream.range(0, 2_500).asDoubleStream().toArray());
    }

    @Test
    void writers_lose_nothing() {
      Together.run(
          () -> IntStream.range(0, 1_000).forEach(i -> log.log(record("x" + i, i).build())),
          () -> IntStream.range(0, 1_000).forEach(i -> log.log(record("y" + i, i).build())),
          () -> IntStream.range(0, 20).forEach(i -> log.flush()),
          () -> IntStream.range(0, 200).forEach(i -> label("x" + i, 2_000, 1)),
          () -> IntStream.range(0, 200).forEach(i -> label("x" + (199 - i), 2_000, 1)));
      log.flush();
      assertThat(read().rowCount()).isEqualTo(2_000);
      assertThat(log.read(PredictionQuery.builder().labelledOnly().build()).rowCount())
          .isEqualTo(200);
      assertThat(log.counts()).isEqualTo(new LogCounts(2_000, 0, 0, 2_000, 0, 0, 0));
    }
  }

  @Nested
  class Closing {
    @Test
    void twice_is_fine() {
      log.close();
      log.close();
    }

    @Test
    void drops_and_counts_what_is_logged_later() {
      log.close();
      assertThat(log.log(record("late", 0).build())).isFalse();
      assertThat(log.counts().dropped()).isEqualTo(1);
    }

    @Test
    void answers_whoever_is_flushing() {
      for (int round = 0; round < 30; round++) {
        log(record("r" + round, round));
        AtomicBoolean closed = new AtomicBoolean();
        Together.run(
            () -> {
              log.close();
              closed.set(true);
            },
            () -> flushUntil(closed),
            () -> flushUntil(closed),
            () -> flushUntil(closed));
        log = open();
      }
    }

    private void flushUntil(AtomicBoolean closed) {
      while (!closed.get()) {
        try {
          log.flush();
        } catch (IllegalStateException tooLate) {
          assertThat(tooLate).hasMessageContaining("closed");
        }
      }
    }

    @Test
    void ends_all_other_use() {
      log.close();
      for (Runnable use :
          List.<Runnable>of(
              () -> log.flush(),
              () -> log.label(List.of()),
              () -> log.read(PredictionQuery.builder().build()))) {
        assertThatThrownBy(use::run).isInstanceOf(IllegalStateException.class);
      }
    }

    @Test
    void writes_what_is_waiting_if_the_log_is_durable() {
      keepsWhatIsWaiting(() -> log.close());
    }

    @Test
    void does_so_on_an_interrupted_thread_too() {
      keepsWhatIsWaiting(
          () -> {
            Thread.currentThread().interrupt();
            log.flush();
            log.close();
            assertThat(Thread.interrupted()).isTrue();
          });
    }

    private void keepsWhatIsWaiting(Runnable closing) {
      IntStream.range(0, 3_000).forEach(i -> log.log(record("r" + i, i).build()));
      label("r7", 60, 1);
      closing.run();
      log = open();
      assertThat(read().rowCount()).isEqualTo(durable() ? 3_000 : 0);
      if (durable()) {
        assertThat(read().column("label").value(7)).isEqualTo(1.0);
      }
    }
  }
}
