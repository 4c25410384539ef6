package dev.mlops.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.data.Column;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.NotFoundException;
import dev.mlops.stats.SplitRandom;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class DriftDetectorTest {
  private static Dataset rows(int seed, int rows, double shift) {
    SplitRandom random = SplitRandom.seeded(seed);
    double[] moved =
        DoubleStream.generate(() -> random.nextGaussian() + shift).limit(rows).toArray();
    double[] still = DoubleStream.generate(random::nextGaussian).limit(rows).toArray();
    String[] words = IntStream.range(0, rows).mapToObj(i -> "w" + i % 4).toArray(String[]::new);
    return Dataset.of(
        Schema.of(
            Field.of("moved", DataType.FLOAT64),
            Field.of("still", DataType.FLOAT64),
            Field.of("word", DataType.STRING)),
        List.of(Column.doubles(moved), Column.doubles(still), Column.strings(words)));
  }

  private static DriftDetector.Builder reference() {
    return DriftDetector.reference(rows(1, 1000, 0));
  }

  @Test
  void says_of_each_column_what_it_is() {
    DriftReport report = reference().build().compare(rows(2, 500, 0.6));
    assertThat(report.driftedColumns()).containsExactly("moved");
    assertThat(report.get("moved"))
        .isInstanceOfSatisfying(
            ColumnDrift.Drifted.class,
            drifted -> {
              assertThat(drifted.severity()).isEqualTo(Severity.SEVERE);
              assertThat(drifted.evidence().reference()).isEqualTo(1000);
              assertThat(drifted.evidence().current()).isEqualTo(500);
              assertThat(drifted.evidence().adjustedP())
                  .isGreaterThanOrEqualTo(drifted.evidence().p());
              assertThat(drifted.evidence().parts()).hasSize(3);
            });
    assertThat(report.get("still").sentence())
        .isEqualTo(
            "still is stable: PSI 0.025 (drift from 0.1), adjusted p 0.74, 1000 against 500 rows");
    assertThat(report.get("word").sentence())
        .isEqualTo(
            "word is stable: PSI 0.000 (drift from 0.1), adjusted p 1.0, 1000 against 500 rows");
    assertThat(report.sentence()).isEqualTo("drift: 1 of 3 columns drifted, [moved]");
    assertThat(report.toString()).startsWith("drift: 1 of 3 columns drifted, [moved]\n  moved ");
  }

  @Test
  void too_few_rows_are_neither_yes_nor_no() {
    DriftReport report = reference().build().compare(rows(2, 29, 5));
    assertThat(report.drifted()).isFalse();
    assertThat(report.tooFewSamples()).isTrue();
    assertThat(report.driftedShare()).isZero();
    assertThat(report.sentence()).isEqualTo("too few rows to judge any of 3 columns");
    assertThat(report.get("moved").sentence())
        .isEqualTo("moved cannot be judged: 1000 against 29 rows, but each needs at least 30");
    assertThat(reference().minimumRows(10).build().compare(rows(2, 29, 5)).drifted()).isTrue();
  }

  @Test
  void an_effect_that_is_small_is_no_drift_however_sure() {
    Dataset current = rows(2, 20_000, 0.15);
    DriftDetector detector = DriftDetector.reference(rows(1, 20_000, 0)).build();
    DriftReport report = detector.compare(current);
    assertThat(report.get("moved"))
        .isInstanceOfSatisfying(
            ColumnDrift.Stable.class,
            stable -> assertThat(stable.evidence().adjustedP()).isLessThan(1e-9));
    assertThat(
            DriftDetector.reference(rows(1, 20_000, 0))
                .effect(0.01)
                .build()
                .compare(current)
                .drifted())
        .isTrue();
  }

  @Test
  void the_share_of_drifted_columns_is_weighted_by_importance() {
    DriftReport report =
        reference()
            .importance("moved", 0.5)
            .importance("word", 0)
            .share(0.5)
            .build()
            .compare(rows(2, 500, 1));
    assertThat(report.driftedShare()).isEqualTo(1 / 3.0);
    assertThat(report.drifted()).isFalse();
    assertThat(report.sentence())
        .isEqualTo("no drift of the whole: 1 of 3 columns drifted, [moved]");
  }

  @Test
  void only_chosen_columns_are_compared() {
    DriftReport report = reference().columns("still").build().compare(rows(2, 500, 1));
    assertThat(report.columns()).hasSize(1);
    assertThat(report.sentence()).isEqualTo("no drift in 1 columns");
    assertThatThrownBy(() -> report.get("moved"))
        .isInstanceOf(NotFoundException.class)
        .hasMessage("column 'moved' was not compared; found: [still]");
  }

  @Test
  void instants_are_skipped_and_said_to_be() {
    Dataset timed =
        rows(1, 100, 0)
            .with(
                "at",
                Column.instants(Collections.nCopies(100, Instant.EPOCH).toArray(Instant[]::new)));
    DriftReport report = DriftDetector.reference(timed).build().compare(timed);
    assertThat(report.skipped()).containsExactly("at");
    assertThat(report.drifted()).isFalse();
  }

  @Test
  void profiles_compare_as_their_data_does() {
    Dataset current = rows(2, 500, 0.6);
    DriftDetector detector = reference().build();
    assertThat(detector.compare(detector.reference().profile(current)).toJson())
        .isEqualTo(detector.compare(current).toJson());
  }

  @Property(tries = 30)
  void the_order_of_rows_does_not_matter(@ForAll @IntRange(max = 1000) int seed) {
    Dataset current = rows(seed, 200, 0.3);
    int[] reversed = IntStream.range(0, 200).map(row -> 199 - row).toArray();
    DriftDetector detector = reference().build();
    assertThat(detector.compare(current.take(reversed)).toJson())
        .isEqualTo(detector.compare(current).toJson());
  }

  @Test
  void json_has_all_the_evidence() {
    String json = reference().columns("word").build().compare(rows(2, 500, 0)).toJson();
    assertThat(json)
        .isEqualTo(
            "{\"drifted\":false,\"sentence\":\"no drift in 1 columns\",\"drifted_share\":0.0,"
                + "\"columns\":[{\"column\":\"word\",\"outcome\":\"STABLE\","
                + "\"method\":\"chi-square of homogeneity, 3 degrees of freedom\","
                + "\"statistic\":0.0,\"p\":1.0,\"adjusted_p\":1.0,\"effect_name\":\"PSI\","
                + "\"effect\":0.0,\"least_effect\":0.1,\"reference_rows\":1000,"
                + "\"current_rows\":500,\"parts\":["
                + "{\"values\":\"'w1'\",\"before\":0.25,\"now\":0.25},"
                + "{\"values\":\"'w2'\",\"before\":0.25,\"now\":0.25},"
                + "{\"values\":\"'w0'\",\"before\":0.25,\"now\":0.25}],"
                + "\"sentence\":\"word is stable: PSI 0.000 (drift from 0.1), adjusted p 1.0,"
                + " 1000 against 500 rows\"}],\"skipped\":[]}");
  }

  @Nested
  class Kolmogorov_and_Smirnov {
    @Test
    void find_a_shift_on_data_and_on_profiles() {
      DriftDetector detector = reference().kolmogorovSmirnov(0.05).build();
      Dataset current = rows(2, 500, 0.6);
      ColumnDrift onData = detector.compare(current).get("moved");
      ColumnDrift onProfile = detector.compare(detector.reference().profile(current)).get("moved");
      assertThat(onData.sentence()).startsWith("moved drifted severely: D 0.2");
      assertThat(onProfile.sentence()).startsWith("moved drifted severely: D 0.2");
      double exact = ((ColumnDrift.Drifted) onData).evidence().effect();
      double careful = ((ColumnDrift.Drifted) onProfile).evidence().effect();
      assertThat(careful).isLessThanOrEqualTo(exact).isGreaterThan(exact - 0.02);
    }

    @Test
    void see_equal_samples_as_equal() {
      DriftDetector detector = reference().kolmogorovSmirnov(0).build();
      DriftReport report = detector.compare(detector.reference());
      assertThat(report.get("moved").sentence())
          .isEqualTo(
              "moved is stable: D 0.000 (drift from 0), adjusted p 1.0, 1000 against 1000 rows");
    }
  }

  @Nested
  class Monitors {
    private final Dataset calm = rows(3, 300, 0);
    private final Dataset shifted = rows(4, 300, 1);
    private final Dataset few = rows(5, 10, 1);

    @Test
    void believe_two_windows_of_three() {
      DriftMonitor monitor = reference().build().confirming(2, 3);
      assertThat(monitor.observe(calm).sentence()).isEqualTo("no drift");
      assertThat(monitor.observe(shifted).sentence())
          .isEqualTo("drift suspected, not confirmed yet: [moved]");
      assertThat(monitor.observe(few).confirmed()).isEmpty();
      DriftMonitor.Confirmation confirmed = monitor.observe(shifted);
      assertThat(confirmed.sentence()).isEqualTo("drift confirmed: [moved]");
      assertThat(confirmed.drifted()).isTrue();
      assertThat(monitor.observe(calm).confirmed()).containsExactly("moved");
      assertThat(monitor.observe(calm).confirmed()).isEmpty();
    }

    @Test
    void relearn_from_reports() {
      DriftDetector detector = reference().build();
      DriftMonitor monitor = detector.confirming(2, 3);
      monitor.observe(detector.compare(shifted));
      assertThat(monitor.observe(detector.reference().profile(shifted)).drifted()).isTrue();
    }

    @Test
    void ask_for_a_share_as_their_detector_does() {
      DriftMonitor monitor = reference().share(0.5).build().confirming(1, 1);
      DriftMonitor.Confirmation belief = monitor.observe(shifted);
      assertThat(belief.confirmed()).containsExactly("moved");
      assertThat(belief.drifted()).isFalse();
    }

    @Test
    void refuse_more_windows_than_they_look_at() {
      assertThatThrownBy(() -> reference().build().confirming(4, 3))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("cannot confirm by 4 of 3 windows; ask for 1 to 3");
    }
  }

  @Nested
  class Refuses {
    @Test
    void windows_that_lack_a_column() {
      assertThatThrownBy(() -> reference().build().compare(rows(2, 500, 0).without("word")))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage("no column 'word'; found: [moved, still]");
    }

    @Test
    void options_out_of_range() {
      assertThatThrownBy(() -> reference().alpha(0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("alpha must lie between 0 and 1, both excluded: 0.0");
      assertThatThrownBy(() -> reference().effect(-1))
          .hasMessage("effect must not be negative: -1.0");
      assertThatThrownBy(() -> reference().minimumRows(9))
          .hasMessage("minimumRows must be at least 10: 9");
      assertThatThrownBy(() -> reference().share(2))
          .hasMessage("share must lie between 0 and 1: 2.0");
      assertThatThrownBy(() -> reference().kolmogorovSmirnov(2))
          .hasMessage("distance must lie between 0 and 1: 2.0");
      assertThatThrownBy(() -> reference().importance("still", -1))
          .hasMessage("importance of 'still' must be finite and not negative: -1.0");
    }

    @Test
    void options_twice() {
      assertThatThrownBy(() -> reference().alpha(0.01).alpha(0.02))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("alpha is already set: 0.01");
      assertThatThrownBy(() -> reference().importance("still", 1).importance("still", 2))
          .hasMessage("importance of 'still' is already set: 1.0");
      assertThatThrownBy(() -> reference().columns("still").columns("moved"))
          .hasMessage("columns is already set: [still]");
    }

    @Test
    void columns_that_the_reference_does_not_have() {
      assertThatThrownBy(() -> reference().columns("ghost").build())
          .isInstanceOf(NotFoundException.class)
          .hasMessage("no profile of column 'ghost'; found: [moved, still, word]");
      assertThatThrownBy(() -> reference().importance("ghost", 1))
          .isInstanceOf(NotFoundException.class);
    }
  }
}
