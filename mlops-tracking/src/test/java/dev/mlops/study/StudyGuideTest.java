package dev.mlops.study;

import static dev.mlops.study.Param.choice;
import static dev.mlops.study.Param.real;
import static dev.mlops.study.Param.whole;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.Workspace;
import dev.mlops.data.Dataset;
import dev.mlops.testkit.GuidePage;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class StudyGuideTest {

  @Test
  void the_page_works() throws InterruptedException {
    try (Workspace workspace = Workspace.inMemory()) {
      // guide:begin
      Study study =
          Study.builder(workspace, "delay-search")
              .experiment("flight-delay")
              .space(
                  Space.of(
                      real("rate", 1e-4, 1e-1).log(),
                      choice("kind", "gbm", "forest"),
                      whole("depth", 2, 12).onlyWhen("kind", "gbm"),
                      real("share", 0.5, 1).step(0.1)))
              .maximise("auc")
              .atMost("latency_ms", 20)
              .sampler(Sampler.tpe())
              .seed(7)
              .trials(40)
              .workers(2)
              .build();

      StudyProgress progress =
          study.run(
              trial -> {
                double rate = trial.real("rate");
                boolean boosted = trial.text("kind").equals("gbm");
                long depth = boosted ? trial.whole("depth") : 1; // there with gbm only
                trial.run().metric("auc", 0.8 - Math.abs(Math.log10(rate) + 2) / 10);
                trial.run().metric("latency_ms", 3.0 * depth);
              });

      BestTrial best = study.best();
      Dataset table = study.table(); // a row for each attempt
      // guide:end
      assertThat(progress.trials()).isEqualTo(40);
      assertThat(progress.feasible()).isBetween(20L, 39L);
      assertThat(best.trial().metrics().get("latency_ms")).isLessThanOrEqualTo(20);
      assertThat(table.rowCount()).isEqualTo(40);
    }
  }

  @Test
  void the_page_shows_this_code() {
    GuidePage.assertSameCode(
        Path.of("../docs/guide/study.md"),
        Path.of("src/test/java/dev/mlops/study/StudyGuideTest.java"));
  }
}
