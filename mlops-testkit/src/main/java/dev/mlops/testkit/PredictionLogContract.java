package dev.mlops.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.data.Batches;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Row;
import dev.mlops.error.InvalidInputException;
import dev.mlops.labels.Label;
import dev.mlops.predictions.LogCounts;
import dev.mlops.predictions.ModelOutput;
import dev.mlops.predictions.PredictionLog;
import dev.mlops.predictions.PredictionQuery;
import dev.mlops.predictions.PredictionRecord;
import dev.mlops.predictions.ServedFeatures;
import dev.mlops.stats.SplitRandom;
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
 * What every {@link PredictionLog} does alike, labels aside, which have {@link LabelsContract}. A
 * backend's test extends this class and opens its log.
 */
@SuppressWarnings("CheckReturnValue") // A contract calls a method for what it does to others.
public abstract class PredictionLogContract {
  private static final Instant NOON = Instant.parse("2001-03-04T12:00:00Z");

  private PredictionLog log;

  /** Makes the contract for one test; JUnit calls this. */
  protected PredictionLogContract() {}

  /**
   * Opens the log under test: empty at the first call of a test, and at later ones the same again
   * if it is durable, empty again if not.
   *
   * @param project whose log it is; those of all projects are in one place
   * @return the log; the contract closes it
   */
  protected abstract PredictionLog open(String project);

  private PredictionLog open() {
    return open("first");
  }

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
        .version(1)
        .time(NOON.plusSeconds(second));
  }

  private void log(PredictionRecord.Builder... records) {
    for (PredictionRecord.Builder record : records) {
      assertThat(log.log(record.build())).isTrue();
    }
    log.flush();
  }

  private void label(String id, int second, double value) {
    log.labels().add(List.of(Label.of(id, NOON.plusSeconds(second), value)));
  }

  private Dataset read() {
    return log.query().list();
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
                  + " latency_us INT64, outcome STRING, trace STRING?, label FLOAT64?, label_text STRING?, label_time INSTANT?");
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
              .trace("t-1")
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
          .containsEntry("trace", "t-1")
          .containsEntry("label", null)
          .containsEntry("label_text", null)
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
          record("c", 2).version(2),
          record("d", 3).variant("shadow"),
          record("e", 4));
      assertThat(ids(log.query().model("other").list())).containsExactly("b");
      assertThat(ids(log.query().version(2).list())).containsExactly("c");
      assertThat(ids(log.query().variant("shadow").list())).containsExactly("d");
      assertThat(ids(log.query().from(NOON.plusSeconds(1)).to(NOON.plusSeconds(4)).list()))
          .containsExactly("b", "c", "d");
      assertThat(ids(log.query().model("ghost").list())).isEmpty();
    }

    @Test
    void finds_the_first_and_counts_all() {
      assertThat(log.query().first()).isEmpty();
      assertThat(log.query().count()).isZero();
      log(record("b", 1), record("a", 0), record("c", 2).model("other").version(2));
      assertThat(log.query().first().orElseThrow().getString("id")).isEqualTo("a");
      assertThat(log.query().count()).isEqualTo(3);
      assertThat(log.query().model("flights").count()).isEqualTo(2);
      assertThat(log.query().version(2).count()).isEqualTo(1);
      assertThat(log.query().from(NOON.plusSeconds(1)).count()).isEqualTo(2);
    }
  }

  @Nested
  class Pages {
    private List<List<String>> pages(PredictionQuery query) {
      List<List<String>> pages = new ArrayList<>();
      query.pages().forEach(page -> pages.add(ids(page)));
      assertThat(query.stream().map(row -> row.getString("id")))
          .containsExactlyElementsOf(pages.stream().flatMap(List::stream).toList());
      return pages;
    }

    @Test
    void have_no_more_rows_than_asked_for() {
      log(record("a", 0), record("b", 0), record("c", 0), record("d", 1));
      assertThat(pages(log.query().pageSize(2)))
          .containsExactly(List.of("a", "b"), List.of("c", "d"));
      assertThat(pages(log.query().pageSize(2).after(NOON, "b")))
          .containsExactly(List.of("c", "d"));
    }

    @Test
    void of_nothing_are_none_and_have_columns() {
      assertThat(pages(log.query().model("ghost"))).isEmpty();
      assertThat(log.query().model("ghost").pages().schema().contains("label")).isTrue();
    }

    @Test
    void can_be_read_again() {
      Batches pages = log.query().pages();
      log(record("a", 0));
      assertThat(pages).hasSize(1).first().satisfies(page -> assertThat(ids(page)).hasSize(1));
      log(record("b", 1));
      assertThat(pages).flatExtracting(PredictionLogContract::ids).containsExactly("a", "b");
    }

    /** Times that go back and forth, as those of many threads do, in flushes of many sizes. */
    @Test
    void are_in_order_however_the_records_came() {
      SplitRandom random = SplitRandom.seeded(20_261_127);
      List<String> expected = new ArrayList<>();
      for (int i = 0; i < 2_000; i++) {
        int second = i / 10 + random.nextInt(300);
        String id = String.format("%05d-%d", second, i);
        expected.add(id);
        assertThat(log.log(record(id, second).features(Map.of("second", second)).build())).isTrue();
        if (random.nextInt(40) == 0) {
          log.flush();
        }
      }
      expected.sort(null);
      List<String> read = new ArrayList<>();
      for (Dataset page : log.query().features().pageSize(37).pages()) {
        assertThat(page.rowCount()).isBetween(1, 37);
        for (Row row : page) {
          assertThat(row.getString("id")).startsWith(String.format("%05d-", row.getLong("second")));
        }
        read.addAll(ids(page));
      }
      assertThat(read).isEqualTo(expected);
    }

    @Test
    void are_not_disturbed_by_what_is_logged_meanwhile() {
      IntStream.range(0, 50)
          .forEach(
              i -> {
                log.log(record("a" + (100 + i), i).build());
                log.flush();
              });
      List<String> read = new ArrayList<>();
      int more = 0;
      for (Dataset page : log.query().to(NOON.plusSeconds(1_000)).pageSize(3).pages()) {
        read.addAll(ids(page));
        log.log(record("b" + more, 2_000 + more++).build());
        log.flush();
      }
      assertThat(read).isEqualTo(IntStream.range(100, 150).mapToObj(i -> "a" + i).toList());
    }
  }

  @Nested
  class Features {
    private Dataset readFeatures() {
      return log.query().features().list();
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
      assertThat(read.schema().names().subList(13, 18))
          .containsExactly("distance", "delay", "carrier", "night", "gate");
      assertThat(read.doubles("distance").toArray()).containsExactly(940, 1.5, Double.NaN);
      assertThat(read.doubles("delay").get(0)).isEqualTo((double) 0.1f);
      assertThat(read.strings("carrier").get(0)).isEqualTo("UA");
      assertThat(read.strings("carrier").get(1)).isNull();
      assertThat(read.booleans("night").get(0)).isTrue();
      assertThat(read.booleans("night").isNull(1)).isTrue();
      assertThat(read.longs("gate").isNull(0)).isTrue();
      assertThat(read.longs("gate").get(1)).isEqualTo(7);
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
      assertThat(read.schema().get("gate").dataType()).isEqualTo(DataType.STRING);
      assertThat(read.strings("gate").get(0)).isEqualTo("7");
      assertThat(read.strings("gate").get(1)).isEqualTo("B7");
    }

    @Test
    void keep_their_types_and_all_digits_of_whole_numbers() {
      long whole = (1L << 53) + 1;
      log(record("a", 0).features(Map.of("whole", whole, "half", 0.5, "word", "1", "flag", false)));
      log(record("b", 1).features(Map.of("half", 2)));
      Dataset read = readFeatures();
      assertThat(read.longs("whole").get(0)).isEqualTo(whole);
      assertThat(read.schema().get("half").dataType()).isEqualTo(DataType.FLOAT64);
      assertThat(read.doubles("half").toArray()).containsExactly(0.5, 2);
      assertThat(read.schema().get("word").dataType()).isEqualTo(DataType.STRING);
      assertThat(read.schema().get("flag").dataType()).isEqualTo(DataType.BOOLEAN);
    }

    @Test
    void have_one_schema_on_all_pages() {
      log(record("a", 0).features(Map.of("x", 1)));
      log(record("b", 10).features(Map.of("x", 0.5, "y", "late")));
      List<String> schemas = new ArrayList<>();
      for (Dataset page : log.query().features().pageSize(1).pages()) {
        schemas.add(page.schema().toString());
      }
      assertThat(schemas).hasSize(2);
      assertThat(schemas.get(0)).isEqualTo(schemas.get(1)).contains("x FLOAT64?", "y STRING?");
    }

    @Test
    void with_the_name_of_another_column_need_a_prefix() {
      log(record("a", 0).score(0.5).features(Map.of("score", 1)));
      assertThatThrownBy(this::readFeatures).isInstanceOf(InvalidInputException.class);
      Dataset read = log.query().features().featurePrefix("feature.").list();
      assertThat(read.doubles("score").get(0)).isEqualTo(0.5);
      assertThat(read.doubles("feature.score").get(0)).isEqualTo(1);
    }
  }

  @Nested
  class Outputs {
    @Test
    void of_every_kind_are_read_back() {
      Map<String, Double> scores = new LinkedHashMap<>();
      scores.put("late", 0.9);
      scores.put("on time", 0.1);
      log(
          record("a", 0).score(0.9).output(ModelOutput.classScores(scores)),
          record("b", 1).output(ModelOutput.text("late")),
          record("c", 2).output(ModelOutput.vector(1.5f, -2)),
          record("d", 3).output(ModelOutput.vector(7)));
      assertThat(read().schema().names()).noneMatch(name -> name.startsWith("output"));
      Dataset read = log.query().outputs().list();
      assertThat(read.doubles("output.late").get(0)).isEqualTo(0.9);
      assertThat(read.doubles("output.on time").get(0)).isEqualTo(0.1);
      assertThat(read.doubles("output.late").isNull(1)).isTrue();
      assertThat(read.strings("output").get(1)).isEqualTo("late");
      assertThat(read.vectors("output[2]").get(2)).containsExactly(1.5f, -2);
      assertThat(read.vectors("output[2]").isNull(3)).isTrue();
      assertThat(read.vectors("output[1]").get(3)).containsExactly(7);
    }

    @Test
    void with_the_name_of_a_feature_need_a_prefix() {
      log(record("a", 0).output(ModelOutput.text("x")).features(Map.of("output", 1)));
      assertThat(log.query().features().list().longs("output").get(0)).isEqualTo(1);
      assertThatThrownBy(() -> log.query().features().outputs().list())
          .isInstanceOf(InvalidInputException.class);
      Dataset read = log.query().features().featurePrefix("f.").outputs().list();
      assertThat(read.longs("f.output").get(0)).isEqualTo(1);
      assertThat(read.strings("output").get(0)).isEqualTo("x");
    }
  }

  @Nested
  class Served_features {
    private ServedFeatures features(
        String service, Map<String, Object> request, Map<String, String> absent) {
      return new OwnFeatures(
          Map.of("delay", 7.5), absent, request, service, "sha256:1", NOON.plusNanos(1_999), 41);
    }

    private PredictionRecord.Builder served(String id, int second, ServedFeatures features) {
      return record(id, second).features(features);
    }

    private Dataset readServed() {
      return log.query().features().served().list();
    }

    @Test
    void have_columns_without_any() {
      assertThat(read().schema().names()).noneMatch(name -> name.startsWith("served"));
      assertThat(log.query().served().list().schema().toString())
          .contains(
              "served.service STRING?, served.definition STRING?, served.at INSTANT?, served.position INT64?");
    }

    @Test
    void say_where_they_come_from() {
      log(
          served("a", 0, features("delay", Map.of("from", "ORD", "miles", 940), Map.of())),
          record("b", 1).features(Map.of("delay", 1.5)));
      Dataset read = readServed();
      assertThat(read.doubles("delay").toArray()).containsExactly(7.5, 1.5);
      assertThat(read.row(0).toMap())
          .containsEntry("served.service", "delay")
          .containsEntry("served.definition", "sha256:1")
          .containsEntry("served.at", NOON.plusNanos(1_000))
          .containsEntry("served.position", 41L)
          .containsEntry("served.request.from", "ORD")
          .containsEntry("served.request.miles", 940L);
      assertThat(read.row(1).toMap())
          .containsEntry("served.service", null)
          .containsEntry("served.at", null)
          .containsEntry("served.position", null)
          .containsEntry("served.request.from", null);
      assertThat(log.query().features().list().schema().names())
          .noneMatch(name -> name.startsWith("served"));
    }

    @Test
    void keep_what_was_asked_and_why_a_value_is_absent() {
      Map<String, Object> unknown = new LinkedHashMap<>();
      unknown.put("miles", 0.5);
      unknown.put("gate", null);
      log(
          served("a", 0, features("delay", Map.of("miles", 940), Map.of("late", "EXPIRED"))),
          served("b", 1, features("delay", unknown, Map.of())));
      log(served("c", 2, features("other", Map.of("miles", 3), Map.of("wind", "NOT_FOUND"))));
      Dataset read = readServed();
      assertThat(read.doubles("served.request.miles").toArray()).containsExactly(940, 0.5, 3);
      assertThat(read.strings("served.absent.late").get(0)).isEqualTo("EXPIRED");
      assertThat(read.strings("served.absent.late").isNull(1)).isTrue();
      assertThat(read.strings("served.absent.wind").get(2)).isEqualTo("NOT_FOUND");
      assertThat(read.strings("served.service").get(2)).isEqualTo("other");
      assertThat(read.schema().contains("served.request.gate")).isFalse();
    }

    @Test
    void are_part_of_what_makes_a_record_the_same() {
      ServedFeatures features = features("delay", Map.of("from", "ORD"), Map.of("late", "NULL"));
      log(served("a", 0, features));
      log(served("a", 0, features));
      assertThat(log.counts().duplicates()).isEqualTo(1);
      log.log(served("a", 0, features("delay", Map.of("from", "LAX"), Map.of())).build());
      log.flush();
      assertThat(log.counts().conflicts()).isEqualTo(1);
    }

    @Test
    void are_refused_where_no_database_keeps_them() {
      List<ServedFeatures> bad =
          List.of(
              features("a\0b", Map.of(), Map.of()),
              features("x".repeat(251), Map.of(), Map.of()),
              features("delay", Map.of("from", "half \ud83d"), Map.of()),
              features("delay", Map.of("", 1), Map.of()),
              features("delay", Map.of(), Map.of("late", "a\0b")),
              new OwnFeatures(Map.of(), Map.of(), Map.of(), "delay", "sha256:1", Instant.MAX, 0));
      for (ServedFeatures features : bad) {
        assertThat(log.log(served("bad", 0, features).build())).isFalse();
      }
      assertThat(log.counts().refused()).isEqualTo(bad.size());
    }
  }

  private record OwnFeatures(
      Map<String, Object> logged,
      Map<String, String> absent,
      Map<String, Object> request,
      String service,
      String definition,
      Instant at,
      long position)
      implements ServedFeatures {}

  @Nested
  class Two_projects {
    @Test
    void see_their_own_predictions_only() {
      try (PredictionLog other = open("second")) {
        log(record("same", 0).score(1), record("mine", 1));
        assertThat(other.log(record("same", 0).score(2).build())).isTrue();
        other.flush();
        assertThat(other.counts()).isEqualTo(new LogCounts(1, 0, 0, 1, 0, 0, 0, 0));
        assertThat(ids(read())).containsExactly("same", "mine");
        assertThat(read().doubles("score").get(0)).isEqualTo(1);
        Dataset others = other.query().features().outputs().list();
        assertThat(ids(others)).containsExactly("same");
        assertThat(others.doubles("score").get(0)).isEqualTo(2);
        assertThat(other.query().count()).isEqualTo(1);
      }
    }
  }

  @Nested
  class A_record {
    @Test
    void logged_twice_is_kept_once_and_counted_as_a_duplicate() {
      PredictionRecord.Builder full =
          record("a", 0)
              .entity("UA 12")
              .score(1)
              .trace("t")
              .features(Map.of("x", 1, "y", 0.1f, "z", "word", "w", true))
              .output(ModelOutput.vector(1, 2));
      log(full);
      log(full, full, record("b", 3));
      log(record("b", 3));
      assertThat(ids(read())).containsExactly("a", "b");
      assertThat(log.counts()).isEqualTo(new LogCounts(5, 0, 0, 2, 3, 0, 0, 0));
    }

    @Test
    void with_the_id_of_another_is_a_conflict_and_not_kept() {
      log(record("a", 0).score(1).features(Map.of("x", 1)));
      log(
          record("a", 0).score(2).features(Map.of("x", 1)),
          record("a", 0).score(1).features(Map.of("x", 2)),
          record("a", 0).score(1).features(Map.of("x", 1)).model("other"),
          record("a", 5).score(1).features(Map.of("x", 1)),
          record("b", 6),
          record("b", 7));
      assertThat(ids(read())).containsExactly("a", "b");
      assertThat(read().doubles("score").get(0)).isEqualTo(1);
      assertThat(log.counts()).isEqualTo(new LogCounts(7, 0, 0, 2, 0, 5, 0, 0));
    }

    @Test
    void logged_again_long_after_is_a_duplicate_however_it_was_stored() {
      List<PredictionRecord> records = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        Object value = i % 3 == 0 ? (Object) i : i % 3 == 1 ? i + 0.5 : "word " + i;
        records.add(record("r" + i, i % 50).features(Map.of("mixed", value)).build());
      }
      for (int i = 0; i < 300; i++) {
        log.log(records.get(i));
        if (i % 7 == 0) {
          log.flush();
        }
      }
      log.flush();
      closeLog();
      log = open();
      if (durable()) {
        records.forEach(log::log);
        log.flush();
        assertThat(log.counts()).isEqualTo(new LogCounts(300, 0, 0, 0, 300, 0, 0, 0));
        assertThat(read().rowCount()).isEqualTo(300);
      }
    }

    @Test
    void may_have_odd_names() {
      String odd = "Ärger 🛫 ' \" ? % _ \\ " + "x".repeat(200);
      log(record(odd, 0).model(odd).version(odd).variant(odd).entity("").trace(odd).outcome(odd));
      label(odd, 1, 1);
      Dataset read = log.query().model(odd).version(odd).variant(odd).list();
      assertThat(ids(read)).containsExactly(odd);
      assertThat(read.strings("entity").get(0)).isEmpty();
      assertThat(read.column("label").value(0)).isEqualTo(1.0);
    }

    @Test
    void may_be_of_any_time() {
      Instant early = Instant.parse("-100000-01-01T00:00:00.000001Z");
      Instant late = Instant.parse("+100000-01-01T00:00:00.000001Z");
      log(record("late", 0).time(late), record("early", 0).time(early));
      log.labels().add(List.of(Label.of("late", late, 1), Label.of("early", early, 1)));
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
      assertThat(log.counts()).isEqualTo(new LogCounts(98, 0, 2, 98, 0, 0, 0, 0));
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
        bad.add(record -> record.output(ModelOutput.classScores(Map.of(text, 1.0))));
        bad.add(record -> record.output(ModelOutput.text(text)));
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
      assertThat(ids(log.query().features().list())).containsExactly("good");
      assertThat(log.counts()).isEqualTo(new LogCounts(1, 0, bad.size(), 1, 0, 0, 0, 0));
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
      Dataset read = log.query().model(name).features().list();
      assertThat(ids(read)).containsExactly(name);
      assertThat(read.strings(letters(1_000)).get(0)).hasSize(1_000_000);
      assertThat(log.query().features().list().schema().fields()).hasSize(13 + 10_001);
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
      assertThat(log.counts()).isEqualTo(new LogCounts(10_000, 0, 0, 10_000, 0, 0, 0, 0));
      double[] read = log.query().features().list().doubles("i").toArray();
      assertThat(read).isEqualTo(IntStream.range(0, 10_000).asDoubleStream().toArray());
    }

    @Test
    void labels_find_their_predictions() {
      IntStream.range(0, 2_500).forEach(i -> log.log(record("r" + i, i).build()));
      log.flush();
      log.labels()
          .add(
              IntStream.range(0, 2_500)
                  .mapToObj(i -> Label.of("r" + i, NOON.plusSeconds(9_999), i))
                  .toList());
      Dataset read = log.query().labelledOnly().list();
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
      assertThat(log.query().labelledOnly().list().rowCount()).isEqualTo(200);
      assertThat(log.counts()).isEqualTo(new LogCounts(2_000, 0, 0, 2_000, 0, 0, 0, 0));
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
          return; // it has been closed in between
        }
      }
    }

    @Test
    void ends_all_other_use() {
      log.close();
      for (Runnable use :
          List.<Runnable>of(
              () -> log.flush(), () -> log.labels().add(List.of()), () -> log.query().list())) {
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
