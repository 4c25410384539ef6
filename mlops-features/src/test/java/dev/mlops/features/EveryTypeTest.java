package dev.mlops.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.error.InvalidInputException;
import dev.mlops.features.view.Entity;
import dev.mlops.features.view.EventSource;
import dev.mlops.features.view.FeatureService;
import dev.mlops.features.view.FeatureVector;
import dev.mlops.features.view.FeatureView;
import dev.mlops.predictions.PredictionRecord;
import dev.mlops.testkit.TestClock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EveryTypeTest {

  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final Field[] COLUMNS = {
    Field.of("vip", DataType.BOOLEAN).orNull(),
    Field.of("visits", DataType.INT64).orNull(),
    Field.of("score", DataType.FLOAT32).orNull(),
    Field.of("spend", DataType.FLOAT64).orNull(),
    Field.of("tier", DataType.STRING).orNull(),
    Field.of("since", DataType.INSTANT).orNull(),
    Field.of("taste", DataType.vector(2)).orNull()
  };
  private static final EventSource USERS = EventSource.of("users").eventTime("at").knownAt("at");
  private static final FeatureView PROFILE =
      FeatureView.of("user", Entity.of("user", "user"), USERS).features(COLUMNS).noTtl();
  private static final FeatureService SERVICE =
      FeatureService.of("shop", PROFILE)
          .request(Field.of("basket", DataType.FLOAT64), Field.of("coupon", DataType.STRING))
          .include("basket")
          .include("coupon")
          .derive(
              "rich", 1, c -> c.feature("user_spend") + c.feature("user_vip") + c.feature("basket"))
          .derive("columns", 1, c -> c.request().schema().names().size());
  private static final Dataset LABELS =
      Dataset.builder(
              Schema.of(
                  Field.of("bought", DataType.BOOLEAN),
                  Field.of("user", DataType.STRING).orNull(),
                  Field.of("basket", DataType.FLOAT64).orNull(),
                  Field.of("coupon", DataType.STRING).orNull(),
                  Field.of("at", DataType.INSTANT)))
          .row(true, "ann", 7.5, "MARCH", NOON)
          .row(false, "ann", null, null, NOON.minusSeconds(1))
          .row(true, "bob", 1.0, "MARCH", NOON)
          .row(true, null, 1.0, null, NOON)
          .row(true, "ann", 7.5, "MARCH", NOON)
          .build();

  private final Workspace workspace = Workspace.builder().clock(TestClock.at(NOON)).open();
  private final FeatureStore store = FeatureStore.open(workspace);

  @BeforeEach
  void ingest() {
    store.register(SERVICE);
    store.ingest(
        USERS,
        Dataset.builder(schema())
            .row("ann", NOON, true, Long.MAX_VALUE, -0.0f, Double.NaN, "gold", NOON, taste())
            .row("bob", NOON, null, null, null, null, null, null, null)
            .build());
  }

  @AfterEach
  void close() {
    workspace.close();
  }

  @Test
  void a_value_of_every_type_is_the_same_live_and_in_training() {
    FeatureVector live =
        store.online(SERVICE).get(Map.of("user", "ann", "basket", 7.5, "coupon", "MARCH"), NOON);
    Dataset training = store.trainingSet(SERVICE).labels(LABELS, "at").build().dataset();

    assertThat(live.value("user_visits")).isEqualTo(Long.MAX_VALUE);
    assertThat(live.value("user_score")).isEqualTo(-0.0f);
    assertThat(live.value("user_spend")).isEqualTo(Double.NaN);
    assertThat(live.value("user_tier")).isEqualTo("gold");
    assertThat(live.value("user_since")).isEqualTo(NOON);
    assertThat(live.value("user_taste")).isEqualTo(taste());
    assertThat(live.value("coupon")).isEqualTo("MARCH");
    for (String feature : SERVICE.features()) {
      assertThat(live.value(feature)).isEqualTo(training.row(0).value(feature));
      assertThat(live.value(feature)).isEqualTo(training.row(4).value(feature));
    }
    store.prove(SERVICE).over(LABELS, "at").assertSame();
  }

  @Test
  void a_value_of_every_type_is_logged_and_read_back_to_the_last_bit() {
    FeatureReader reader = store.online(SERVICE);
    List<FeatureVector> served =
        List.of(
            reader.get(Map.of("user", "ann", "basket", 7.5, "coupon", "MARCH"), NOON),
            reader.get(Map.of("user", "bob", "basket", -0.0, "coupon", ""), NOON));
    for (FeatureVector vector : served) {
      workspace
          .predictions()
          .log(
              PredictionRecord.builder()
                  .id(String.valueOf(vector.request().get("user")))
                  .model("shop")
                  .version(1)
                  .time(NOON)
                  .features(vector)
                  .build());
    }

    ServedReport report = store.prove(SERVICE).served(NOON, NOON.plusSeconds(1));
    report.assertSame();
    assertThat(report.values()).isEqualTo(2L * SERVICE.features().size());
    assertThat(report.present()).isEqualTo(SERVICE.features().size() + 2L);
  }

  @Test
  void a_nan_is_a_value_and_a_null_is_none() {
    Dataset training = store.trainingSet(SERVICE).labels(LABELS, "at").build().dataset();

    assertThat(training.row(0).isNull("user_spend")).isFalse();
    assertThat(training.row(2).isNull("user_spend")).isTrue();
    assertThat(training.row(2).isNull("user_taste")).isTrue();
    assertThat(training.column("user_tier").nullCount()).isEqualTo(3);
  }

  @Test
  void a_derivation_sees_keys_and_declared_columns_and_no_label() {
    Dataset training = store.trainingSet(SERVICE).labels(LABELS, "at").build().dataset();

    assertThat(training.row(0).getDouble("columns")).isEqualTo(3);
    FeatureService peeking =
        FeatureService.of("peeking", PROFILE)
            .derive("peek", 1, c -> c.request().getBoolean("bought") ? 1 : 0);
    assertThatThrownBy(() -> store.register(peeking))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(
            "the code of feature 'peek' of service 'peeking' asks for what is not")
        .hasMessageContaining("'bought'");
  }

  @Test
  void a_derivation_reads_features_before_it_only() {
    FeatureService early =
        FeatureService.of("early", PROFILE)
            .derive("first", 1, c -> c.feature("second"))
            .derive("second", 1, c -> 1);

    assertThatThrownBy(() -> store.register(early))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "the code of feature 'first' of service 'early' asks for what is not there: no feature"
                + " 'second' stands before it; found: [user_vip, user_visits, user_score,"
                + " user_spend, user_tier, user_since, user_taste]. Add it to the service first");
  }

  @Test
  void a_derivation_takes_no_text_for_a_number() {
    FeatureService gold =
        FeatureService.of("gold", PROFILE).derive("tier", 1, c -> c.feature("user_tier"));

    assertThatThrownBy(() -> store.register(gold))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "the code of feature 'tier' of service 'gold' asks for what is not there: feature"
                + " 'user_tier' is STRING, not a number; read it with value(...)");
  }

  @Test
  void a_text_is_no_input_for_a_model() {
    FeatureVector vector =
        store.online(SERVICE).get(Map.of("user", "ann", "basket", 1, "coupon", ""), NOON);

    assertThatThrownBy(vector::toFloats)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("feature 'user_tier' is STRING, not a number");
  }

  private static Schema schema() {
    List<Field> fields = new ArrayList<>();
    fields.add(Field.of("user", DataType.STRING));
    fields.add(Field.of("at", DataType.INSTANT));
    fields.addAll(List.of(COLUMNS));
    return Schema.of(fields);
  }

  private static float[] taste() {
    return new float[] {0.25f, -1};
  }
}
