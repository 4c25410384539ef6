package dev.mlops.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.predictions.PredictionRecord;
import dev.mlops.predictions.ServedFeatures;
import dev.mlops.testkit.TestClock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a router logs of features, and where they come from. */
class ServedFeaturesTest {

  private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

  private final KeptLog log = new KeptLog();
  private final Workspace workspace =
      Workspace.builder().clock(TestClock.at(NOON)).predictionLog(log).open();

  @AfterEach
  void close() {
    workspace.close();
  }

  private RouterBuilder<String, Double> router() {
    return DeploymentRouter.builder(workspace, "departures")
        .live(Candidate.of("delay", 7, (String key) -> 0.7));
  }

  /** Features that say where they come from, as the feature store's do. */
  private record Vector(double wind) implements ServedFeatures {
    @Override
    public Map<String, Object> logged() {
      return Map.of("wind", wind);
    }

    @Override
    public Map<String, String> absent() {
      return Map.of("gate", "NULL");
    }

    @Override
    public Map<String, Object> request() {
      return Map.of("tail", "N101UA");
    }

    @Override
    public String service() {
      return "delay";
    }

    @Override
    public String definition() {
      return "sha256:1";
    }

    @Override
    public Instant at() {
      return NOON.minusSeconds(1);
    }

    @Override
    public long position() {
      if (wind < 0) {
        throw new IllegalStateException("no wind");
      }
      return 41;
    }
  }

  private void assertServed(PredictionRecord record) {
    ServedFeatures served = Objects.requireNonNull(record.served());
    assertThat(record.features()).isEqualTo(Map.of("wind", 12.5));
    assertThat(served.service()).isEqualTo("delay");
    assertThat(served.definition()).isEqualTo("sha256:1");
    assertThat(served.at()).isEqualTo(NOON.minusSeconds(1));
    assertThat(served.position()).isEqualTo(41);
    assertThat(served.request()).isEqualTo(Map.of("tail", "N101UA"));
    assertThat(served.absent()).isEqualTo(Map.of("gate", "NULL"));
  }

  @Test
  void keeps_where_features_come_from_if_the_input_says_so() {
    Candidate<Vector, Double> model = Candidate.of("delay", 7, Vector::wind);
    try (DeploymentRouter<Vector, Double> router =
        DeploymentRouter.builder(workspace, "vectors").live(model).open()) {
      router.answer(new Vector(12.5));
      assertServed(log.records.get(0));
      assertThat(router.counts().withoutFeatures()).isZero();
    }
  }

  @Test
  void keeps_where_features_come_from_that_an_input_has() {
    try (DeploymentRouter<String, Double> router =
        router().servedFeatures(key -> key.isEmpty() ? null : new Vector(12.5)).open()) {
      router.answer("N101UA");
      assertServed(log.records.get(0));
      router.answer("");
      assertThat(log.records.get(1).served()).isNull();
      assertThat(router.counts().withoutFeatures()).isEqualTo(1);
    }
  }

  @Test
  void keeps_the_answer_of_features_that_fail() {
    Candidate<Vector, Double> model = Candidate.of("delay", 7, Vector::wind);
    try (DeploymentRouter<Vector, Double> router =
        DeploymentRouter.builder(workspace, "vectors").live(model).open()) {
      router.answer(new Vector(-1));
      assertThat(log.records).hasSize(1);
      assertThat(log.records.get(0).score()).isEqualTo(-1);
      assertThat(router.counts().bookkeepingFailures()).isEqualTo(1);
    }
  }

  @Test
  void has_one_reader_of_features() {
    assertThatThrownBy(() -> router().features(k -> Map.of()).servedFeatures(k -> new Vector(1)))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> router().servedFeatures(k -> new Vector(1)).features(k -> Map.of()))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void says_what_it_will_be_when_the_router_opens() {
    assertThat(setup(null, null, null).logging())
        .isEqualTo(
            "router 'departures' logs the features of inputs that are ServedFeatures, such as FeatureVector, and of"
                + " others none (add .features(...)); the score of answers that are a number or an array of one, and"
                + " of others none (add .score(...))");
    assertThat(setup(key -> Map.of(), null, Double::doubleValue).logging())
        .isEqualTo(
            "router 'departures' logs the values of features, not where they come from; the score of each answer");
    assertThat(setup(null, key -> new Vector(1), Double::doubleValue).logging())
        .isEqualTo(
            "router 'departures' logs features with where they come from; the score of each answer");
  }

  private static RouterSetup<String, Double> setup(
      @Nullable Function<String, Map<String, ?>> features,
      @Nullable Function<String, ServedFeatures> served,
      @Nullable ToDoubleFunction<Double> score) {
    return new RouterSetup<>(
        "departures",
        "salt",
        null,
        null,
        features,
        served,
        null,
        null,
        score,
        null,
        null,
        Map.of(),
        null,
        null,
        List.of());
  }
}
