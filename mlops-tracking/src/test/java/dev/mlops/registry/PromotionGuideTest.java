package dev.mlops.registry;

import static dev.mlops.journal.Reason.because;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.Workspace;
import dev.mlops.journal.Actor;
import dev.mlops.models.ModelRunner;
import dev.mlops.stats.Interval;
import dev.mlops.testkit.GuidePage;
import dev.mlops.tracking.ExperimentTracker;
import dev.mlops.tracking.RunView;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class PromotionGuideTest {

  @Test
  void thePageWorks() {
    ModelFormat onnx = TinyOnnx.FORMAT;
    ModelPackage.Builder candidate = TinyOnnx.candidate().golden(TinyOnnx.golden());
    try (Workspace workspace = Workspace.inMemory()) {
      ExperimentTracker tracker = ExperimentTracker.of(workspace);
      ModelRegistry registry = ModelRegistry.of(workspace);
      // guide:begin
      RunView run =
          tracker
              .experiment("flight-delay")
              .run(
                  "gbm-7",
                  open -> {
                    open.metric("auc", Interval.share(810, 1_000, 0.95)); // with its interval
                    open.metric("log_loss", 0.41);
                  });
      registry.model("flights").register(candidate.run(run.id()).build());

      Promotion rules =
          Promotion.requires()
              .metricAtMost("log_loss", 0.5) // the run's latest value
              .provenAtLeast("auc", 0.75, 0.95) // the lower end of its interval
              .sealedRun() // the run is what it was when it ended
              .goldenPredictions(onnx) // the model is asked again, now
              .smokeTest("answers a calm flight", version -> answersCalmFlight(version))
              .approval("risk owner");

      Alias champion = registry.alias("flights", "champion");
      PromotionCheck check = rules.check(registry.get("flights").get(1)); // only looks
      List<PromotionFinding> missing = check.missing(); // approval by risk owner

      registry
          .get("flights")
          .get(1)
          .approve(because("slices looked at").by(Actor.human("ada", "risk owner")));
      champion.promote(1, Expect.none(), rules, because("first model"));
      // guide:end
      assertThat(missing)
          .extracting(PromotionFinding::gate)
          .containsExactly("approval by risk owner");
      assertThat(champion.get().number()).isOne();
    }
  }

  private static void answersCalmFlight(ModelVersion version) {
    try (ModelRunner model = version.run(TinyOnnx.FORMAT)) {
      assertThat(model.answer(TinyOnnx.ROWS).rowCount()).isEqualTo(TinyOnnx.ROWS.rowCount());
    }
  }

  @Test
  void thePageShowsThisCode() {
    GuidePage.assertSameCode(
        Path.of("../docs/guide/promotion.md"),
        Path.of("src/test/java/dev/mlops/registry/PromotionGuideTest.java"));
  }
}
