package dev.mlops.examples.first;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.Workspace;
import dev.mlops.data.Dataset;
import dev.mlops.journal.Verification;
import dev.mlops.storage.ArtifactStore;
import dev.mlops.storage.Database;
import dev.mlops.testkit.GuidePage;
import dev.mlops.testkit.TestDatabases;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's code, as a reader would type it. */
class ReadmeTest {
  @TempDir Path directory;

  @Test
  void the_first_program_leaves_a_prediction_with_its_features_and_its_truth() {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream before = System.out;
    System.setOut(new PrintStream(printed, true, UTF_8));
    try {
      FirstSteps.main(new String[] {directory.toString()});
    } finally {
      System.setOut(before);
    }
    assertThat(printed.toString(UTF_8).lines().toList())
        .satisfiesExactly(
            answer -> assertThat(answer).startsWith("ann: {").contains("spending_count_7d=2"),
            guard ->
                assertThat(guard)
                    .startsWith("churn:2 is RUNNING at 10 %")
                    .contains("label errors: "),
            proof ->
                assertThat(proof)
                    .isEqualTo(
                        "churn: 2 logged values of 1 served row are those that a training set has,"
                            + " 2 of them present"),
            journal -> assertThat(journal).startsWith("Intact[events="));

    try (Workspace again = Workspace.open(directory)) {
      assertThat(again.journal().verify()).isInstanceOf(Verification.Intact.class);
      Dataset logged = again.predictions().query().model("churn").features().list();
      assertThat(logged.rowCount()).isEqualTo(1);
      boolean isCanary = logged.row(0).getString("version").equals("2");
      assertThat(logged.row(0).getDouble("score")).isEqualTo(isCanary ? 0.9 : 0.8);
      assertThat(logged.row(0).getDouble("label")).isEqualTo(1);
      assertThat(logged.row(0).getDouble("spending_count_7d")).isEqualTo(2);
      assertThat(logged.row(0).getDouble("spending_amount_sum_7d")).isEqualTo(20);
    }
  }

  @Test
  void storage_is_swapped_by_passing_instances() {
    Database postgres = TestDatabases.postgres();
    Path artifacts = directory.resolve("artifacts");
    // guide:begin
    Workspace workspace =
        Workspace.builder()
            .database(postgres) // Database.over(dataSource)
            .artifactStore(ArtifactStore.files(artifacts))
            .project("churn")
            .open();
    // guide:end
    try (postgres;
        workspace) {
      assertThat(workspace.journal().verify()).isInstanceOf(Verification.Intact.class);
    }
  }

  @Test
  void the_page_shows_this_code() {
    GuidePage.assertSameCode(
        Path.of("../README.md"),
        Path.of("src/main/java/dev/mlops/examples/first/FirstSteps.java"),
        Path.of("src/test/java/dev/mlops/examples/first/ReadmeTest.java"));
  }
}
