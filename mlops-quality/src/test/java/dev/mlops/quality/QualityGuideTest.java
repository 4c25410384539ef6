package dev.mlops.quality;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.testkit.GuidePage;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class QualityGuideTest {

  @Test
  void the_page_shows_what_is_tested() {
    GuidePage.assertSameCode(
        Path.of("../docs/guide/quality.md"),
        Path.of("src/test/java/dev/mlops/quality/QualityGuideTest.java"));
  }

  @Test
  void the_page_is_true() {
    Dataset batch =
        Dataset.builder(
                Schema.of(
                    Field.of("date", DataType.INSTANT),
                    Field.of("delay", DataType.INT64).orNull(),
                    Field.of("distance", DataType.INT64),
                    Field.of("origin", DataType.STRING)))
            .row(Instant.parse("2001-05-01T06:00:00Z"), 4L, 500L, "ABQ")
            .row(Instant.parse("2001-05-01T06:05:00Z"), 11L, 1200L, "DTW")
            .row(Instant.parse("2001-05-01T07:10:00Z"), -3L, 300L, "LAX")
            .row(Instant.parse("2001-05-01T08:00:00Z"), -1116L, 900L, "ORD")
            .build();
    // guide:begin
    DataQuality flights =
        DataQuality.suite("flights")
            .table(t -> t.rowCount(3, 2_000_000).columns("date", "delay", "distance", "origin"))
            .table(t -> t.unique("date", "origin").warn())
            .column("date", c -> c.notNull().notFuture().freshWithin(Duration.ofDays(2)).warn())
            .column("delay", c -> c.notNull().between(-120, 1_800).mostly(0.999))
            .column("distance", c -> c.between(30, 5_000).meanBetween(500, 1_000).warn())
            .column("origin", c -> c.notNull().matches("^[A-Z]{3}$"))
            .build();

    QualityReport report = flights.check(batch, Instant.parse("2001-05-02T00:00:00Z"));

    assertThat(report.verdict()).isEqualTo(QualityVerdict.BLOCKED);
    assertThat(report.sentence())
        .isEqualTo(
            "flights is blocked: 1 of 12 expectations failed; first: delay is between -120 and"
                + " 1800 for at least 99.9 % of values: 1 of 4 failed,"
                + " e.g. row 3: delay -1116 is below -120; 1 of 4 rows set aside");
    assertThat(report.score(Dimension.TIMELINESS)).hasValue(1.0);

    Quarantine quarantine = report.quarantine();
    assertThat(quarantine.accepted().rowCount()).isEqualTo(3);
    assertThat(quarantine.quarantined()).hasToString("[row 3: delay -1116 is below -120]");
    // guide:end
  }
}
