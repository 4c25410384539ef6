package dev.mlops.drift;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.data.Column;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.profile.Profile;
import dev.mlops.stats.SplitRandom;
import dev.mlops.testkit.GuidePage;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class DriftGuideTest {
  private static Dataset flights(String month, int rows, double meanDelay) {
    SplitRandom random = SplitRandom.seeded(2001).split(month);
    double[] delays =
        DoubleStream.generate(() -> meanDelay + 20 * random.nextGaussian()).limit(rows).toArray();
    double[] distances =
        DoubleStream.generate(() -> 600 * Math.exp(random.nextGaussian())).limit(rows).toArray();
    return Dataset.of(
        Schema.of(Field.of("delay", DataType.FLOAT64), Field.of("distance", DataType.FLOAT64)),
        List.of(Column.doubles(delays), Column.doubles(distances)));
  }

  private static Dataset withSentinels(Dataset rows, String column, double sentinel, int count) {
    double[] values = rows.doubles(column).toArray();
    Arrays.fill(values, 0, count, sentinel);
    return rows.without(column).withColumn(column, Column.doubles(values));
  }

  @Test
  void the_page_shows_what_is_tested() {
    GuidePage.assertSameCode(
        Path.of("../docs/guide/drift.md"),
        Path.of("src/test/java/dev/mlops/drift/DriftGuideTest.java"));
  }

  @Test
  void the_page_is_true() {
    Dataset training = flights("training", 5000, 5);
    Dataset may = flights("may", 2000, 20);
    Dataset june = flights("june", 2000, 25);
    // guide:begin
    Profile reference = Profile.of(training); // keeps no rows
    Profile restored = Profile.fromJson(reference.toJson());

    DriftDetector detector =
        DriftDetector.reference(restored).alpha(0.01).importance("distance", 3).build();

    DriftReport report = detector.compare(may);

    assertThat(report.drifted()).isTrue();
    assertThat(report.sentence())
        .isEqualTo("drift: 1 drifted [delay], 1 unchanged as far as can be seen");
    assertThat(report.get("delay").sentence())
        .isEqualTo(
            "delay drifted severely: PSI 0.560 (0.486 to 0.646, drift from 0.05),"
                + " adjusted p < 1e-99, 5,000 against 2,000 rows;"
                + " most of it at > 30.2072: 10.0 % before, 31.8 % now");
    assertThat(report.get("distance").sentence())
        .isEqualTo(
            "distance is unchanged as far as can be seen: PSI 0.000 (0.000 to 0.010, drift from"
                + " 0.05), adjusted p 1.0, 5,000 against 2,000 rows; PSI from 0.022 and values never"
                + " seen before from 0.3 % of rows would have been found");
    assertThat(report.driftedShare()).hasValue(0.25); // one of two columns, with weight 1 of 4

    Dataset sentinels = withSentinels(june, "distance", -1, 10); // 10 of 2000 rows
    assertThat(detector.compare(sentinels).get("distance").sentence())
        .startsWith(
            "distance drifted: never seen before: below 11.8323 in 10 rows"
                + " (0.5 %, drift from 0.05 %, adjusted p 2.1e-05); PSI 0.003");

    DriftMonitor monitor = detector.confirming(2, 3); // two of the last three windows must agree
    assertThat(monitor.observe(may).confirmed()).isEmpty();
    assertThat(monitor.observe(june).confirmed()).containsExactly("delay");
    // guide:end
  }
}
