package dev.mlops.design;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.testkit.GuidePage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DesignGuideTest {
  private static final Path PAGE = Path.of("../docs/guide/design.md");

  @Test
  void the_page_shows_what_is_tested() {
    GuidePage.assertSameCode(PAGE, Path.of("src/test/java/dev/mlops/design/DesignGuideTest.java"));
  }

  /** The file is the one that the page shows. */
  private static String yaml() throws IOException {
    String page = Files.readString(PAGE);
    int start = page.indexOf("```yaml\n") + "```yaml\n".length();
    return page.substring(start, page.indexOf("```", start));
  }

  @Test
  void the_page_is_true(@TempDir Path directory) throws IOException {
    Files.writeString(directory.resolve("churn.yaml"), yaml());
    // guide:begin
    ProjectDesign design = ProjectDesign.read(directory.resolve("churn.yaml"));
    DesignReview review = design.review();

    assertThat(review.contradictions())
        .extracting(DesignFinding::sentence)
        .containsExactly(
            "targets.roc_auc and value.decisions_per_month contradict each other: 'roc_auc at"
                + " least 0.8 at 95 % within 90 days' takes 1,017 labelled rows if it is 0.85, but"
                + " 500 decisions a month give 739 in the 45 days in which labels come",
            "requirements.latency and requirements.explanation.within contradict each other: 99 %"
                + " of predictions must take at most 30 milliseconds, but the explanation that comes with"
                + " each of them may take 200 milliseconds; make explanations on request, or faster");
    assertThat(review.gaps())
        .extracting(DesignFinding.Gap::field)
        .contains("requirements.fairness", "rollout", "retraining", "data");

    ValueEstimate value =
        design.value().orElseThrow().estimate(42); // the same seed, the same range
    assertThat(value.sentence())
        .isEqualTo(
            "340 EUR a month (-497.7 to 1,024 at 90 %); it pays from a precision of 0.1622 on; its"
                + " building is paid after 88.24 months");
    // guide:end
  }

  @Test
  void the_builder_says_the_same() {
    // guide:begin
    ProjectDesign flights =
        ProjectDesign.builder("flights")
            .task(Task.binary())
            .question("Will this flight be more than 15 minutes late?")
            .member(Role.DATA_SCIENTIST, "Bo", Phase.DESIGN, Phase.DEVELOPMENT)
            .target(
                Target.of(Metric.ROC_AUC).atLeast(0.7).confidence(0.99).role(Role.DATA_SCIENTIST))
            .require(new Requirement.Latency(0.99, Duration.ofMillis(20)))
            .require(new Requirement.NotNeeded("fairness", "flights are no people"))
            .data(DataNeed.from("on-time table").withLabels().rows(10_000).accuracy(0.99))
            .build();

    assertThat(ProjectDesign.parse(flights.toYaml())).isEqualTo(flights);
    // guide:end
  }
}
