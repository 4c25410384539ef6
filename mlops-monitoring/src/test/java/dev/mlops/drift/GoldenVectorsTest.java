package dev.mlops.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mlops.data.Column;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.profile.CategoryProfile;
import dev.mlops.profile.NumberProfile;
import dev.mlops.profile.Profile;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Numbers computed once by SciPy 1.10.1 (ks_2samp, chi2_contingency) and, for PSI, by its formula
 * in NumPy, on samples that are written down here.
 */
class GoldenVectorsTest {
  private static final double[] REFERENCE =
      IntStream.range(0, 500).mapToDouble(i -> 7919 * i % 1000 / 100.0).toArray();
  private static final double[] CURRENT =
      IntStream.range(0, 400).mapToDouble(i -> 104729L * i % 1000 / 100.0 * 1.1 + 0.3).toArray();

  private static Dataset numbers(double... values) {
    return Dataset.of(Schema.of(Field.of("x", DataType.FLOAT64)), List.of(Column.doubles(values)));
  }

  private static Dataset categories(Map<String, Integer> counts) {
    List<String> values = new ArrayList<>();
    counts.forEach((value, count) -> values.addAll(Collections.nCopies(count, value)));
    return Dataset.of(Schema.of(Field.of("x", DataType.STRING)), List.of(Column.strings(values)));
  }

  private static ColumnDrift.Evidence evidence(DriftReport report) {
    return report.get("x") instanceof ColumnDrift.Drifted drifted
        ? drifted.evidence()
        : ((ColumnDrift.Small) report.get("x")).evidence();
  }

  /**
   * The bins' order differs from NumPy's by one neighbour, as our edges are values of the sample
   * and not interpolated.
   */
  @Test
  void psi_in_reference_deciles() {
    Profile reference = Profile.of(numbers(REFERENCE));
    Profile current = reference.profile(numbers(CURRENT));
    assertThat(((NumberProfile) reference.get("x")).counts()).containsOnly(50);
    assertThat(((NumberProfile) current.get("x")).counts())
        .containsExactlyInAnyOrder(26, 37, 37, 36, 37, 36, 36, 35, 37, 83);
    DriftReport report = DriftDetector.reference(reference).build().compare(current);
    ColumnDrift.Evidence evidence = evidence(report);
    assertThat(evidence.effect().value())
        .isCloseTo(0.0984713015 - 9 * (1 / 500.0 + 1 / 400.0), within(1e-10));
    assertThat(evidence.statistic()).isCloseTo(0.0984713015 * 500 * 400 / 900, within(1e-7));
    assertThat(evidence.method()).isEqualTo("PSI as chi-square, 9 degrees of freedom");
  }

  @Test
  void kolmogorov_smirnov() {
    DriftDetector detector =
        DriftDetector.reference(numbers(REFERENCE)).kolmogorovSmirnov(0.05).build();
    ColumnDrift.Evidence evidence = evidence(detector.compare(numbers(CURRENT)));
    assertThat(evidence.statistic()).isCloseTo(0.122, within(1e-12));
    double bias = Math.PI * Math.PI / 12 * (1 / 500.0 + 1 / 400.0);
    assertThat(evidence.effect().value()).isCloseTo(Math.sqrt(0.122 * 0.122 - bias), within(1e-12));
    assertThat(evidence.p()).isCloseTo(0.0024515626, within(1e-10));
  }

  @Test
  void kolmogorov_smirnov_on_profiles_is_close_and_careful() {
    DriftDetector detector =
        DriftDetector.reference(Profile.of(numbers(REFERENCE))).kolmogorovSmirnov(0.05).build();
    ColumnDrift.Evidence evidence = evidence(detector.compare(numbers(CURRENT)));
    assertThat(evidence.statistic()).isBetween(0.115, 0.122 + 1e-12);
    assertThat(evidence.p()).isBetween(0.00244, 0.006);
  }

  @Test
  void homogeneity_with_an_unseen_category() {
    Profile reference = Profile.of(categories(Map.of("a", 500, "b", 300, "c", 190, "d", 10)));
    Profile current = Profile.of(categories(Map.of("a", 210, "b", 130, "c", 50, "e", 10)));
    Cells unpooled =
        new Cells(
            List.of(
                new Cells.Cell("a", 500, 210),
                new Cells.Cell("b", 300, 130),
                new Cells.Cell("c", 190, 50),
                new Cells.Cell("d", 10, 0),
                new Cells.Cell("e", 0, 10)),
            1000,
            400);
    assertThat(unpooled.homogeneity().statistic()).isCloseTo(36.9751746916, within(1e-9));
    assertThat(unpooled.homogeneity().p()).isCloseTo(1.82264004e-7, within(1e-14));
    assertThat(unpooled.homogeneity().method())
        .isEqualTo("chi-square of homogeneity, 4 degrees of freedom");

    Cells pooled =
        Cells.of((CategoryProfile) reference.get("x"), (CategoryProfile) current.get("x"));
    assertThat(pooled.cells()).extracting(Cells.Cell::total).containsExactly(20L, 240L, 430L, 710L);
  }

  @Test
  void homogeneity_without_it() {
    Cells cells =
        new Cells(
            List.of(
                new Cells.Cell("a", 500, 210),
                new Cells.Cell("b", 300, 130),
                new Cells.Cell("c", 190, 50),
                new Cells.Cell("d", 10, 0)),
            1000,
            390);
    assertThat(cells.homogeneity().statistic()).isCloseTo(11.9255546947, within(1e-9));
    assertThat(cells.homogeneity().p()).isCloseTo(0.0076425784, within(1e-10));
  }

  @Test
  void homogeneity_of_two_by_two() {
    Cells cells =
        new Cells(
            List.of(new Cells.Cell("yes", 500, 230), new Cells.Cell("no", 500, 170)), 1000, 400);
    assertThat(cells.homogeneity().p()).isCloseTo(0.0111553478, within(1e-10));
  }
}
