package dev.mlops.serving.onnx;

import static dev.mlops.journal.Reason.because;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.data.ArrowFile;
import dev.mlops.data.Batches;
import dev.mlops.data.Column;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Digest;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.journal.Event;
import dev.mlops.labels.Label;
import dev.mlops.models.ModelSource;
import dev.mlops.registry.Expect;
import dev.mlops.registry.ModelPackage;
import dev.mlops.registry.ModelRegistry;
import dev.mlops.registry.ModelSignature;
import dev.mlops.registry.RegisteredModel;
import dev.mlops.registry.onnx.OnnxFormat;
import dev.mlops.rollout.Certificate;
import dev.mlops.rollout.ExpectedTraffic;
import dev.mlops.rollout.RolloutForecast;
import dev.mlops.rollout.RolloutState;
import dev.mlops.rollout.Verdict;
import dev.mlops.scoring.BatchScoring;
import dev.mlops.scoring.ScoringReport;
import dev.mlops.scoring.ScoringRun;
import dev.mlops.scoring.ScoringRuns;
import dev.mlops.serving.AbTest;
import dev.mlops.serving.BatchPrediction;
import dev.mlops.serving.Canary;
import dev.mlops.serving.Candidate;
import dev.mlops.serving.DeploymentRouter;
import dev.mlops.serving.DryRun;
import dev.mlops.serving.Guard;
import dev.mlops.serving.Limits;
import dev.mlops.serving.Prediction;
import dev.mlops.serving.Preflight;
import dev.mlops.serving.Rollout;
import dev.mlops.stats.Interval;
import dev.mlops.stats.TwoSidedProcess;
import dev.mlops.testkit.GuidePage;
import dev.mlops.testkit.TestClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServingGuideTest {

  record Flight(String tail, float wind, float traffic) {

    float[] values() {
      return new float[] {traffic, wind};
    }

    Map<String, Object> asMap() {
      return Map.of("wind", wind, "traffic", traffic);
    }

    static Flight of(Map<String, Object> features) {
      return new Flight("", number(features, "wind"), number(features, "traffic"));
    }

    private static float number(Map<String, Object> features, String name) {
      return Float.parseFloat(String.valueOf(features.get(name)));
    }
  }

  // guide:begin
  static Candidate<Flight, Double> delayBy(ModelSource source) {
    return Candidate.open(source, OnnxPredictor::load)
        .compose(Flight::values)
        .andThen(probabilities -> (double) probabilities[1]);
  }

  // guide:end

  @Test
  void the_page_shows_code_that_runs() {
    Flight flight = new Flight("N101UA", 0.9f, 0.8f);
    Instant landed = Instant.parse("2026-11-23T12:00:00Z");
    try (Workspace workspace = Workspace.inMemory()) {
      registerEight(ModelRegistry.of(workspace).model("flight-delay"));
      // guide:begin
      ModelRegistry registry = ModelRegistry.of(workspace);
      DeploymentRouter<Flight, Double> router =
          DeploymentRouter.builder(workspace, "departures")
              .live(delayBy(registry.alias("flight-delay", "champion")))
              .models((name, version) -> delayBy(registry.get(name).get(Integer.parseInt(version))))
              .unitKey(Flight::tail)
              .features(Flight::asMap)
              .score(Double::doubleValue)
              .wrong((score, label) -> (score > 0.5) != (label > 0.5))
              .open();

      Rollout rollout =
          router
              .canary(delayBy(registry.get("flight-delay").get(8)))
              .steps(1, 5, 25, 50, 100)
              .minimum(500)
              .deadline(Duration.ofHours(6))
              .guard(Guard.errors())
              .guard(Guard.latencyOver(Duration.ofMillis(20)).ratio(1.25))
              .guard(Guard.labelErrors())
              .start();

      Prediction<Double> answer = router.answer(flight); // a tail always meets the same model
      router.feedback(List.of(Label.of(answer.id(), landed, 1))); // hours later, the truth

      Verdict verdict = rollout.verdict(); // each guard's evidence, in numbers and words
      Certificate certificate = Certificate.fromJson(rollout.certificate().toJson());
      Certificate.Check check = certificate.verify(); // replays every count, bit for bit
      // guide:end
      assertThat(answer.value()).isBetween(0.0, 1.0);
      assertThat(verdict.sentence()).startsWith("flight-delay:8 is RUNNING at 1 %");
      assertThat(check).isInstanceOf(Certificate.Check.Confirmed.class);
      Digest seven = registry.get("flight-delay").get(7).digest();
      Digest eight = registry.get("flight-delay").get(8).digest();
      assertThat(seven).isNotEqualTo(eight);
      assertThat(certificate.terms().live()).isEqualTo("flight-delay:7");
      assertThat(certificate.terms().digests().live()).isEqualTo(seven);
      assertThat(certificate.terms().digests().candidate()).isEqualTo(eight);
      router.close();
      Event started = workspace.journal().events().kind("rollout.started").list().get(0);
      assertThat(started.subjects()).isEqualTo(Map.of("live", seven, "candidate", eight));
    }
  }

  @Test
  void the_page_walks_from_a_replacement_to_a_rollback() {
    Flight flight = new Flight("N101UA", 0.9f, 0.8f);
    try (Workspace workspace = Workspace.inMemory()) {
      ModelRegistry registry = ModelRegistry.of(workspace);
      registerEight(registry.model("flight-delay"));
      DeploymentRouter<Flight, Double> router =
          DeploymentRouter.builder(workspace, "departures")
              .live(delayBy(registry.alias("flight-delay", "champion")))
              .models((name, version) -> delayBy(registry.get(name).get(Integer.parseInt(version))))
              .unitKey(Flight::tail)
              .open();
      // guide:begin
      router.replace(delayBy(registry.get("flight-delay").get(8)));
      // The next request meets version 8. Version 7 is still loaded; so it is back at once by:
      router.rollback(because("too many calls"));

      Rollout walk =
          router
              .canary(delayBy(registry.get("flight-delay").get(8)))
              .steps(0, 10, 100) // a shadow, then a tenth, then all
              .guard(Guard.errors())
              .start();
      Prediction<Double> beside = router.answer(flight); // version 7; version 8 is asked too
      walk.step(because("the shadow has seen enough")); // a tenth of the tails meet version 8
      walk.promote(because("a quiet night")); // version 8 is live, and the alias has moved to it
      // Version 7 is back with the next request, and the alias too:
      router.rollback(because("a customer has called"));
      List<RolloutState> states =
          walk.certificate().transitions().stream().map(Certificate.Transition::state).toList();
      // guide:end
      assertThat(beside.version()).isEqualTo("7");
      assertThat(states.toString()).isEqualTo("[RUNNING at 10 %, PROMOTED, ROLLED_BACK]");
      assertThat(router.answer(flight).version()).isEqualTo("7");
      assertThat(registry.alias("flight-delay", "champion").resolve().version()).isEqualTo(7);
      router.close();
    }
  }

  @Test
  void the_page_shows_a_dry_run() {
    Instant monday = Instant.parse("2026-11-23T00:00:00Z");
    TestClock clock = TestClock.at(monday);
    try (Workspace workspace = Workspace.builder().clock(clock).open()) {
      ModelRegistry registry = ModelRegistry.of(workspace);
      registerEight(registry.model("flight-delay"));
      DeploymentRouter<Flight, Double> router =
          DeploymentRouter.builder(workspace, "departures")
              .live(delayBy(registry.alias("flight-delay", "champion")))
              .features(Flight::asMap)
              .fromFeatures(Flight::of)
              .wrong((score, label) -> (score > 0.5) != (label > 0.5))
              .open();
      for (int i = 0; i < 100; i++) {
        clock.advance(Duration.ofHours(1));
        router.predict(new Flight("N101UA", i / 100f, 0.5f));
      }
      // guide:begin
      DryRun lastWeek =
          router
              .canary(delayBy(registry.get("flight-delay").get(8)))
              .guard(Guard.labelErrors())
              .guard(Guard.classFlips(0.5).atMost(0.02))
              .dryRun(monday, monday.plus(Duration.ofDays(7)));
      String finding = lastWeek.verdict().sentence();
      // guide:end
      assertThat(finding).startsWith("flight-delay:8 is");
      assertThat(lastWeek.compared()).isPositive();
      router.close();
    }
  }

  @Test
  void the_page_shows_a_shadow() {
    Flight flight = new Flight("N101UA", 0.9f, 0.8f);
    try (Workspace workspace = Workspace.inMemory()) {
      ModelRegistry registry = ModelRegistry.of(workspace);
      registerEight(registry.model("flight-delay"));
      DeploymentRouter<Flight, Double> router =
          DeploymentRouter.builder(workspace, "departures")
              .live(delayBy(registry.alias("flight-delay", "champion")))
              .unitKey(Flight::tail)
              .wrong((score, label) -> (score > 0.5) != (label > 0.5))
              .open();
      // guide:begin
      Rollout shadowed =
          router
              .canary(delayBy(registry.get("flight-delay").get(8)))
              .steps(0, 1, 5, 25, 50, 100)
              .mirror(20)
              .guard(Guard.classFlips(0.5).atMost(0.02))
              .guard(Guard.disagreement(0.1).atMost(0.05))
              .guard(Guard.labelErrors())
              .start();
      // guide:end
      assertThat(router.answer(flight).variant()).isEqualTo("live");
      assertThat(shadowed.state()).hasToString("RUNNING as a shadow");
      router.close();
    }
  }

  @Test
  void the_page_shows_a_preflight() {
    Flight flight = new Flight("N101UA", 0.9f, 0.8f);
    List<Flight> flights = List.of(flight, new Flight("N102UA", 0.1f, 0.2f));
    try (Workspace workspace = Workspace.inMemory()) {
      ModelRegistry registry = ModelRegistry.of(workspace);
      registerEight(registry.model("flight-delay"));
      DeploymentRouter<Flight, Double> router =
          DeploymentRouter.builder(workspace, "departures")
              .live(delayBy(registry.alias("flight-delay", "champion")))
              .open();
      double known = router.predict(flight);
      // guide:begin
      Preflight<Flight, Double> preflight =
          Preflight.<Flight, Double>samples(flights) // inputs as they will come
              .golden(flight, known, 1e-6) // what it answered where it was made
              .warmUp(100)
              .latency(0.95, Duration.ofSeconds(1))
              .check("range", model -> wrong(model.predict(flight)));

      Canary checked =
          router
              .canary(delayBy(registry.get("flight-delay").get(8)), preflight)
              .guard(Guard.errors());
      // guide:end
      assertThat(checked.start().state().isOver()).isFalse();
      router.close();
    }
  }

  @Test
  void the_page_shows_a_quantile_of_latency() {
    Flight flight = new Flight("N101UA", 0.9f, 0.8f);
    try (Workspace workspace = Workspace.inMemory()) {
      ModelRegistry registry = ModelRegistry.of(workspace);
      registerEight(registry.model("flight-delay"));
      DeploymentRouter<Flight, Double> router =
          DeploymentRouter.builder(workspace, "departures")
              .live(delayBy(registry.alias("flight-delay", "champion")))
              .open();
      // guide:begin
      Canary slower =
          router
              .canary(delayBy(registry.get("flight-delay").get(8)))
              .guard(Guard.errors())
              .guard(Guard.latencyQuantile(0.99).ratio(1.25));
      // guide:end
      assertThatThrownBy(slower::start)
          .hasMessageStartingWith("guard 'latency p99' takes its times from 1,000 answers of ");
      for (int i = 0; i < 1_500; i++) {
        router.predict(flight);
      }
      assertThat(slower.start().state().isOver()).isFalse();
      router.close();
    }
  }

  private static Optional<String> wrong(double answer) {
    return answer < 0 || answer > 1
        ? Optional.of("a chance of delay of " + answer)
        : Optional.empty();
  }

  @Test
  void the_page_shows_limits_and_fallbacks() {
    Flight asked = new Flight("N101UA", 0.9f, 0.8f);
    try (Workspace workspace = Workspace.inMemory()) {
      ModelRegistry registry = ModelRegistry.of(workspace);
      registerEight(registry.model("flight-delay"));
      // guide:begin
      DeploymentRouter<Flight, Double> guarded =
          DeploymentRouter.builder(workspace, "arrivals")
              .live(delayBy(registry.alias("flight-delay", "champion")))
              .limits(
                  Limits.inFlight(32)
                      .timeout(Duration.ofMillis(50))
                      .queue(64)
                      .breaker(0.5, 100, Duration.ofSeconds(10)))
              .otherwise("rules", flight -> flight.wind() > 0.8f ? 0.9 : 0.1)
              .otherwise("average", flight -> 0.2)
              .open();
      // guide:end
      assertThat(guarded.answer(asked).version()).isIn("7", "rules");
      guarded.close();
    }
  }

  @Test
  void the_page_shows_a_prediction_of_batches(@TempDir Path directory) throws IOException {
    Path onnx = Files.write(directory.resolve("late.onnx"), OnnxModels.trained());
    Path planned = directory.resolve("planned.arrow");
    Path scored = directory.resolve("scored.arrow");
    ArrowFile.write(FLIGHTS, planned);
    // guide:begin
    try (OnnxPredictor model = OnnxPredictor.load(onnx);
        Batches flights = ArrowFile.batches(planned)) {
      BatchPrediction late =
          BatchPrediction.of(model::predict)
              .features("traffic", "wind")
              .keep("flight")
              .output("late", 1);
      ArrowFile.write(late.predict(flights), scored); // the columns flight and late
    }
    // guide:end
    Dataset written = ArrowFile.open(scored);
    assertThat(written.schema())
        .isEqualTo(
            Schema.of(Field.of("flight", DataType.STRING), Field.of("late", DataType.FLOAT32)));
    assertThat(written.column("flight").value(1)).isEqualTo("UA 2");
    try (OnnxPredictor model = OnnxPredictor.load(onnx)) {
      assertThat(written.column("late").value(0))
          .isEqualTo(model.predict(new float[] {0.1f, 0.2f})[1]);
      assertThat(written.column("late").value(1))
          .isEqualTo(model.predict(new float[] {0.9f, 0.8f})[1]);
    }
    BatchPrediction rule =
        BatchPrediction.ofRows(row -> row.getDouble("wind") > 0.5 ? 1.0 : 0.0)
            .output(Field.of("late", DataType.FLOAT64));
    assertThat(rule.predict(Batches.of(FLIGHTS)).toDataset(2).doubles("late").toArray())
        .containsExactly(0, 1);
  }

  @Test
  void the_page_shows_a_scoring_with_a_log(@TempDir Path directory) throws IOException {
    Path onnx = Files.write(directory.resolve("late.onnx"), OnnxModels.trained());
    Path scored = directory.resolve("scored.arrow");
    Digest digest = Digest.of(OnnxModels.trained());
    Instant landed = Instant.parse("2026-11-28T12:00:00Z");
    List<Dataset> seen = new ArrayList<>();
    try (Workspace workspace = Workspace.inMemory();
        OnnxPredictor model = OnnxPredictor.load(onnx);
        Batches flights = Batches.of(FLIGHTS)) {
      // guide:begin
      Candidate<Dataset, Column> eighth =
          Candidate.<Dataset, Column>of("flight-delay", 8, model::predict).digest(digest);
      BatchScoring nightly =
          BatchScoring.of(workspace, "nightly", eighth)
              .features("traffic", "wind")
              .id("flight")
              .output("late", 1)
              .listener(batch -> seen.add(batch.features()));

      ScoringRun run = nightly.score("2026-11-27", flights); // the same call again goes on
      ScoringReport report = run.report();
      ArrowFile.write(run.results(), scored); // the columns flight and late

      String id = run.predictionId("UA 2"); // when the flight has landed
      workspace.labels().add(List.of(Label.of(id, landed, 1)));
      // guide:end
      assertThat(report.sentence()).isEqualTo("2 rows in 1 batch; 2 logged");
      assertThat(id).isEqualTo("nightly/2026-11-27/UA 2");
      assertThat(seen).hasSize(1);
      assertThat(seen.get(0).schema().names()).containsExactly("traffic", "wind");
      Dataset written = ArrowFile.open(scored);
      assertThat(written.schema().names()).containsExactly("flight", "late");
      assertThat(written.column("late").value(1))
          .isEqualTo(model.predict(new float[] {0.9f, 0.8f})[1]);
      Dataset logged = workspace.predictions().query().variant("batch").labelledOnly().list();
      assertThat(logged.strings("id").get(0)).isEqualTo(id);
      assertThat(ScoringRuns.of(workspace).get("nightly", "2026-11-27").report().rows())
          .isEqualTo(2);
    }
  }

  @Test
  void the_page_shows_an_a_b_test() throws IOException {
    try (Workspace workspace = Workspace.inMemory()) {
      registerEight(ModelRegistry.of(workspace).model("flight-delay"));
      ModelRegistry registry = ModelRegistry.of(workspace);
      DeploymentRouter<Flight, Double> router =
          DeploymentRouter.builder(workspace, "departures")
              .live(delayBy(registry.alias("flight-delay", "champion")))
              .unitKey(Flight::tail)
              .features(Flight::asMap)
              .score(Double::doubleValue)
              .wrong((score, label) -> (score > 0.5) != (label > 0.5))
              .open();
      // guide:begin
      AbTest plan =
          router
              .abTest(delayBy(registry.get("flight-delay").get(8)))
              .metric(Guard.labelErrors().margin(1.25))
              .guard(Guard.latencyOver(Duration.ofMillis(20)))
              .deadline(Duration.ofDays(14));
      String chances =
          plan.plan(
                  ExpectedTraffic.ofUnitsASecond(1)
                      .rate("label errors", 0.1)
                      .rate("latency over 20 milliseconds", 0.01))
              .table();

      Rollout test = plan.start();

      Verdict soFar = test.verdict(); // look as often as you like
      Optional<TwoSidedProcess.Outcome> outcome =
          soFar.outcome(); // better, worse, equivalent, undecided
      Optional<Interval> odds = soFar.odds(); // how many times the live model's odds
      // guide:end
      assertThat(test.state()).isEqualTo(new RolloutState.Running(0, 50));
      assertThat(outcome).get().isInstanceOf(TwoSidedProcess.Outcome.Undecided.class);
      assertThat(odds).contains(new Interval(0, 1, Double.POSITIVE_INFINITY, 0.95));
      assertThat(Files.readString(Path.of("../docs/guide/serving.md")))
          .contains(chances.lines().skip(1).collect(Collectors.joining("\n")));
      router.close();
    }
  }

  @Test
  void the_page_shows_a_forecast() throws IOException {
    try (Workspace workspace = Workspace.inMemory()) {
      registerEight(ModelRegistry.of(workspace).model("flight-delay"));
      ModelRegistry registry = ModelRegistry.of(workspace);
      DeploymentRouter<Flight, Double> router =
          DeploymentRouter.builder(workspace, "departures")
              .live(delayBy(registry.alias("flight-delay", "champion")))
              .features(Flight::asMap)
              .score(Double::doubleValue)
              .open();
      // guide:begin
      Canary canary =
          router
              .canary(delayBy(registry.get("flight-delay").get(8)))
              .guard(Guard.labelErrors((score, label) -> (score > 0.5) != (label > 0.5)));
      RolloutForecast forecast =
          canary.plan(
              ExpectedTraffic.ofUnitsASecond(50)
                  .rate("label errors", 0.1)
                  .labelsAfter(Duration.ofMinutes(30)));
      String table = forecast.table(); // read it, and then canary.start()
      // guide:end
      Rollout rollout = canary.start();
      assertThat(rollout.state()).isInstanceOf(RolloutState.Running.class);
      assertThat(Files.readString(Path.of("../docs/guide/serving.md")))
          .contains(table.lines().skip(1).collect(Collectors.joining("\n")));
      router.close();
    }
  }

  private static final Dataset FLIGHTS =
      Dataset.builder(
              Schema.of(
                  Field.of("flight", DataType.STRING),
                  Field.of("wind", DataType.FLOAT64),
                  Field.of("traffic", DataType.FLOAT64)))
          .row("UA 1", 0.2, 0.1)
          .row("UA 2", 0.8, 0.9)
          .build();

  private static void registerEight(RegisteredModel model) {
    Field wind = Field.of("wind", DataType.FLOAT32);
    Field traffic = Field.of("traffic", DataType.FLOAT32);
    ModelSignature signature =
        new ModelSignature(
            Schema.of(traffic, wind),
            Schema.of(Field.of("in time", DataType.FLOAT32), Field.of("late", DataType.FLOAT32)));
    for (int version = 1; version <= 8; version++) {
      model.register(
          ModelPackage.builder(OnnxFormat.withoutEngine(), OnnxModels.trained(), signature)
              .build());
    }
    model.alias("champion").moveTo(7, Expect.none(), because("the seventh is the best so far"));
  }

  @Test
  void the_page_and_this_class_agree() {
    GuidePage.assertSameCode(
        Path.of("../docs/guide/serving.md"),
        Path.of("src/test/java/dev/mlops/serving/onnx/ServingGuideTest.java"));
  }
}
