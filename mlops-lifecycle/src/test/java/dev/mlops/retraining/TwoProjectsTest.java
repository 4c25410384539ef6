package dev.mlops.retraining;

import static dev.mlops.journal.Reason.because;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Digest;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.design.Metric;
import dev.mlops.design.Task;
import dev.mlops.error.NotFoundException;
import dev.mlops.features.FeatureStore;
import dev.mlops.features.view.Entity;
import dev.mlops.features.view.EventSource;
import dev.mlops.features.view.FeatureService;
import dev.mlops.features.view.FeatureView;
import dev.mlops.journal.Event;
import dev.mlops.labels.Label;
import dev.mlops.monitoring.ModelMonitor;
import dev.mlops.monitoring.TimeWindow;
import dev.mlops.predictions.PredictionRecord;
import dev.mlops.quality.DataQuality;
import dev.mlops.quality.QualityVerdict;
import dev.mlops.registry.Expect;
import dev.mlops.registry.ModelPackage;
import dev.mlops.registry.ModelRegistry;
import dev.mlops.registry.ModelSignature;
import dev.mlops.rollout.Certificates;
import dev.mlops.serving.Candidate;
import dev.mlops.serving.DeploymentRouter;
import dev.mlops.serving.Guard;
import dev.mlops.serving.Rollout;
import dev.mlops.stats.Interval;
import dev.mlops.storage.ArtifactStore;
import dev.mlops.storage.Database;
import dev.mlops.testkit.TestClock;
import dev.mlops.testkit.TestDatabases;
import dev.mlops.tracking.ExperimentTracker;
import dev.mlops.tracking.RunView;
import dev.mlops.watch.Alert;
import dev.mlops.watch.ModelWatch;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Two projects of one database and one store use the same names for everything, and neither sees or
 * changes what is the other's. In each of them, what happened to a thing is found by its kind and
 * name.
 */
class TwoProjectsTest {
  private static final Instant NOON = Instant.parse("2001-05-03T12:00:00Z");
  private static final TimeWindow MAY = TimeWindow.month(2001, 5);
  private static final Entity AIRPORT = Entity.of("airport", "from");
  private static final EventSource FLIGHTS =
      EventSource.of("flights").eventTime("at").knownAfter(Duration.ofSeconds(20));
  private static final FeatureView LAST =
      FeatureView.of("last", AIRPORT, FLIGHTS)
          .features(Field.of("delay", DataType.FLOAT64).orNull())
          .ttl(Duration.ofMinutes(5));
  private static final FeatureService SERVICE = FeatureService.of("delay", LAST);
  private static final Dataset ROWS =
      Dataset.builder(
              Schema.of(
                  Field.of("from", DataType.STRING),
                  Field.of("at", DataType.INSTANT),
                  Field.of("delay", DataType.FLOAT64).orNull()))
          .row("ORD", NOON.minusSeconds(60), 7.5)
          .build();

  @TestFactory
  Stream<DynamicTest> stay_apart_on_h2() {
    return cases(TestDatabases.h2InMemory());
  }

  @TestFactory
  Stream<DynamicTest> stay_apart_on_postgresql() {
    return cases(TestDatabases.postgres());
  }

  private static Stream<DynamicTest> cases(Database database) {
    Map<String, BiConsumer<Workspace, Workspace>> cases = new LinkedHashMap<>();
    cases.put("runs", TwoProjectsTest::runs);
    cases.put("models", TwoProjectsTest::models);
    cases.put("features", TwoProjectsTest::features);
    cases.put("rollouts", TwoProjectsTest::rollouts);
    cases.put("watches", TwoProjectsTest::watches);
    cases.put("policies", TwoProjectsTest::policies);
    cases.put("suites", TwoProjectsTest::suites);
    ArtifactStore artifacts = ArtifactStore.inMemory();
    return cases.entrySet().stream()
        .map(
            each ->
                DynamicTest.dynamicTest(
                    each.getKey(),
                    () -> {
                      try (Workspace churn = open(database, artifacts, "churn " + each.getKey());
                          Workspace fraud = open(database, artifacts, "fraud " + each.getKey())) {
                        each.getValue().accept(churn, fraud);
                      }
                    }))
        .onClose(artifacts::close)
        .onClose(database::close);
  }

  private static Workspace open(Database database, ArtifactStore artifacts, String project) {
    return Workspace.builder()
        .database(database)
        .artifactStore(artifacts)
        .project(project)
        .clock(TestClock.at(NOON))
        .open();
  }

  private static List<String> about(Workspace workspace, String kind, String name) {
    List<Event> events = workspace.journal().events().about(kind, name).list();
    assertThat(events).extracting(Event::project).containsOnly(workspace.project());
    return events.stream().map(Event::kind).toList();
  }

  private static void assertNothingAbout(Workspace workspace, String kind, String name) {
    assertThat(workspace.journal().events().about(kind, name).list()).isEmpty();
  }

  private static void runs(Workspace churn, Workspace fraud) {
    ExperimentTracker ours = ExperimentTracker.of(churn);
    ExperimentTracker theirs = ExperimentTracker.of(fraud);
    String one = ours.experiment("delays").run("gbm", run -> run.metric("auc", 0.7)).id();
    assertThat(theirs.experiments()).isEmpty();
    String other = theirs.experiment("delays").run("gbm", run -> run.metric("auc", 0.9)).id();
    assertThat(ours.runs().list()).extracting(RunView::id).containsExactly(one);
    assertThat(theirs.runs().list()).extracting(RunView::id).containsExactly(other);
    assertThat(theirs.find(one)).isEmpty();
    assertThatThrownBy(() -> theirs.resume(one))
        .isInstanceOf(NotFoundException.class)
        .hasMessageStartingWith("no run '" + one + "' in project '" + fraud.project() + "'");
    assertThatThrownBy(() -> theirs.history(one, "auc"))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("'" + fraud.project() + "'");
    assertThat(ours.history(one, "auc").doubles("value").get(0)).isEqualTo(0.7);
    assertThat(about(churn, "run", one)).containsExactly("run.started", "run.finished");
    assertNothingAbout(fraud, "run", one);
  }

  private static void models(Workspace churn, Workspace fraud) {
    ModelRegistry ours = ModelRegistry.of(churn);
    ModelRegistry theirs = ModelRegistry.of(fraud);
    Digest first = ours.model("delay").register(linear(3)).digest();
    ours.alias("delay", "champion").moveTo(1, Expect.none(), because("the first"));
    assertThatThrownBy(() -> theirs.get("delay"))
        .isInstanceOf(NotFoundException.class)
        .hasMessage("no model 'delay' in project '" + fraud.project() + "'; there is none yet");
    assertNothingAbout(fraud, "model", "delay");
    Digest second = theirs.model("delay").register(linear(4)).digest();
    theirs.alias("delay", "champion").moveTo(1, Expect.none(), because("the first"));
    assertThat(ours.alias("delay", "champion").get().digest()).isEqualTo(first);
    assertThat(theirs.alias("delay", "champion").get().digest())
        .isEqualTo(second)
        .isNotEqualTo(first);
    theirs.get("delay").get(1).deleteWithAliases(because("of no use"));
    assertThat(ours.alias("delay", "champion").get().digest()).isEqualTo(first);
    assertThat(about(churn, "model", "delay")).containsExactly("model.registered", "alias.moved");
    assertThat(about(fraud, "model", "delay"))
        .containsExactly("model.registered", "alias.moved", "alias.moved", "model.deleted");
  }

  private static ModelPackage linear(double bias) {
    byte[] text = ("distance 0.5\n= " + bias + "\n").getBytes(UTF_8);
    return ModelPackage.builder(
            new LinearFormat(),
            text,
            new ModelSignature(
                Schema.of(Field.of("distance", DataType.FLOAT64)),
                Schema.of(Field.of("delay", DataType.FLOAT64))))
        .build();
  }

  private static void features(Workspace churn, Workspace fraud) {
    try (FeatureStore ours = FeatureStore.open(churn);
        FeatureStore theirs = FeatureStore.open(fraud)) {
      ours.register(SERVICE);
      ours.ingest(FLIGHTS, ROWS, "first");
      assertThatThrownBy(() -> theirs.trainingSet(SERVICE).labels(ROWS, "at").build())
          .isInstanceOf(NotFoundException.class)
          .hasMessageContaining("in project '" + fraud.project() + "'");
      theirs.register(SERVICE);
      theirs.ingest(FLIGHTS, ROWS, "first");
      assertThat(ours.sequence()).isEqualTo(1);
      assertThat(theirs.sequence()).isEqualTo(1);
      ours.save("may", ours.trainingSet(SERVICE).labels(ROWS, "at").build());
      assertThatThrownBy(() -> theirs.saved("may"))
          .isInstanceOf(NotFoundException.class)
          .hasMessageContaining("no snapshot 'may' in project '" + fraud.project() + "'");
    }
    assertThat(about(churn, "source", "flights"))
        .containsExactly("features.registered", "features.ingested");
    assertThat(about(fraud, "source", "flights")).isEqualTo(about(churn, "source", "flights"));
    assertThat(about(churn, "view", "last")).containsExactly("features.registered");
    assertThat(about(churn, "service", "delay")).containsExactly("features.registered");
    assertThat(about(churn, "training-set", "may")).containsExactly("features.snapshot");
    assertNothingAbout(fraud, "training-set", "may");
  }

  private static void rollouts(Workspace churn, Workspace fraud) {
    try (DeploymentRouter<Integer, Double> ours = router(churn);
        DeploymentRouter<Integer, Double> theirs = router(fraud)) {
      Rollout rollout = canary(ours);
      Rollout other = canary(theirs);
      rollout.promote(because("seen enough"));
      assertThat(ours.live()).hasToString("delay:2");
      assertThat(theirs.live()).hasToString("delay:1");
      assertThat(other.state()).isNotEqualTo(rollout.state());
    }
    assertThat(about(churn, "router", "departures"))
        .containsExactly("rollout.started", "rollout.promoted");
    assertThat(about(fraud, "router", "departures"))
        .startsWith("rollout.started")
        .doesNotContain("rollout.promoted");
    Digest certificate = Certificates.of(churn).list().get(0);
    assertThat(Certificates.of(fraud).find(certificate)).isEmpty();
    assertThatThrownBy(() -> Certificates.of(fraud).get(certificate))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("in project '" + fraud.project() + "'");
  }

  private static DeploymentRouter<Integer, Double> router(Workspace workspace) {
    return DeploymentRouter.builder(workspace, "departures")
        .live(Candidate.of("delay", 1, (Integer i) -> 0.2))
        .score(Double::doubleValue)
        .open();
  }

  private static Rollout canary(DeploymentRouter<Integer, Double> router) {
    return router
        .canary(Candidate.of("delay", 2, i -> 0.3))
        .share(50)
        .guard(Guard.errors())
        .start();
  }

  private static void watches(Workspace churn, Workspace fraud) {
    log(churn, 0.1);
    log(fraud, 0.9);
    ModelWatch ours = watch(churn);
    ModelWatch theirs = watch(fraud);
    assertThat(ours.evaluate(MAY)).extracting(Alert::kind).containsExactly(Alert.Kind.BROKEN);
    assertThat(theirs.evaluate(MAY)).isEmpty();
    assertThat(watch(churn).firing(MAY)).containsExactly("accuracy below 0.7");
    assertThat(watch(fraud).firing(MAY)).isEmpty();
    assertThat(about(churn, "model", "delay")).containsExactly("alert.firing");
    assertNothingAbout(fraud, "model", "delay");
  }

  private static void log(Workspace workspace, double score) {
    for (int i = 0; i < 200; i++) {
      workspace
          .predictions()
          .log(
              PredictionRecord.builder()
                  .id("p" + i)
                  .model("delay")
                  .version(1)
                  .time(NOON.minusSeconds(i))
                  .score(score)
                  .build());
      workspace.labels().add("label " + i, List.of(Label.of("p" + i, NOON, 1)));
    }
  }

  private static ModelWatch watch(Workspace workspace) {
    return ModelWatch.of(ModelMonitor.of(workspace).task(Task.binary()).model("delay"))
        .metricBelow(Metric.ACCURACY, 0.7)
        .build();
  }

  private static void policies(Workspace churn, Workspace fraud) {
    RetrainingPolicy policy =
        RetrainingPolicy.builder("delay")
            .triggeredBy(Trigger.performanceBelow(Metric.ROC_AUC, 0.7, 0.95))
            .cooldown(Duration.ofDays(7))
            .newLabels(500)
            .build();
    Evidence loss =
        Evidence.builder()
            .performance(Metric.ROC_AUC, new Interval(0.64, 0.66, 0.68, 0.95))
            .data(Digest.of("may".getBytes(UTF_8)), 800)
            .build();
    assertThat(policy.decide(churn, loss)).isInstanceOf(Decision.Retrain.class);
    assertThat(policy.decide(churn, loss)).isNotInstanceOf(Decision.Retrain.class);
    assertThat(policy.decide(fraud, loss)).isInstanceOf(Decision.Retrain.class);
    assertThat(about(churn, "policy", "delay")).hasSize(2).containsOnly("retraining.decided");
    assertThat(about(fraud, "policy", "delay")).containsExactly("retraining.decided");
  }

  private static void suites(Workspace churn, Workspace fraud) {
    DataQuality suite = DataQuality.suite("flights").column("delay", c -> c.notNull()).build();
    assertThat(suite.gate(churn, ROWS).verdict()).isEqualTo(QualityVerdict.PASSED);
    assertThat(about(churn, "suite", "flights")).containsExactly("quality.checked");
    assertNothingAbout(fraud, "suite", "flights");
  }
}
