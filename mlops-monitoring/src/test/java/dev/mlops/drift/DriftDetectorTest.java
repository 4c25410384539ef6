package dev.mlops.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mlops.data.Column;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.error.NotFoundException;
import dev.mlops.profile.Profile;
import dev.mlops.stats.SplitRandom;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
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
              assertThat(drifted.severity()).isEqualTo(DriftSize.SEVERE);
              assertThat(drifted.evidence().reference()).isEqualTo(1000);
              assertThat(drifted.evidence().current()).isEqualTo(500);
              assertThat(drifted.evidence().adjustedP())
                  .isGreaterThanOrEqualTo(drifted.evidence().p());
              assertThat(drifted.evidence().parts()).hasSize(3);
            });
    assertThat(report.get("still").sentence())
        .isEqualTo(
            "still is unchanged as far as can be seen: PSI 0.000 (0.000 to 0.054, drift from 0.05),"
                + " adjusted p 1.0, 1,000 against 500 rows; PSI from 0.083 and values never seen"
                + " before from 1.2 % of rows would have been found");
    assertThat(report.get("word").sentence())
        .isEqualTo(
            "word is unchanged as far as can be seen: PSI 0.000 (0.000 to 0.032, drift from 0.05),"
                + " adjusted p 1.0, 1,000 against 500 rows; PSI from 0.063 and values never seen"
                + " before from 1 % of rows would have been found");
    assertThat(report.sentence())
        .isEqualTo("drift: 1 drifted [moved], 2 unchanged as far as can be seen");
    assertThat(report.toString()).startsWith(report.sentence() + "\n  moved ");
  }

  @Test
  void too_few_rows_are_neither_yes_nor_no() {
    DriftReport report = reference().build().compare(rows(2, 29, 5));
    assertThat(report.drifted()).isFalse();
    assertThat(report.judged()).isEmpty();
    assertThat(report.driftedShare()).isEmpty();
    assertThat(report.toJson()).contains("\"drifted_share\":null");
    assertThat(report.sentence())
        .isEqualTo("nothing judged: 3 with too few rows [moved, still, word]");
    assertThat(report.get("moved").sentence())
        .isEqualTo("moved cannot be judged: 1,000 against 29 rows, but each needs at least 30");
    assertThat(reference().minimumRows(10).build().compare(rows(2, 29, 5)).drifted()).isTrue();
  }

  @Test
  void an_effect_that_is_small_is_no_drift_however_sure() {
    Dataset current = rows(2, 20_000, 0.15);
    DriftDetector detector = DriftDetector.reference(rows(1, 20_000, 0)).build();
    DriftReport report = detector.compare(current);
    assertThat(report.get("moved"))
        .isInstanceOfSatisfying(
            ColumnDrift.Small.class,
            small -> {
              assertThat(small.evidence().adjustedP()).isLessThan(1e-9);
              assertThat(small.evidence().effect().high()).isLessThan(0.05);
              assertThat(small.sentence()).startsWith("moved has changed a little: PSI 0.0");
            });
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
    assertThat(report.driftedShare()).hasValue(1 / 3.0);
    assertThat(report.drifted()).isFalse();
    assertThat(report.sentence())
        .isEqualTo("no drift of the whole: 1 drifted [moved], 2 unchanged as far as can be seen");
  }

  @Test
  void only_chosen_columns_are_compared() {
    DriftReport report = reference().columns("still").build().compare(rows(2, 500, 1));
    assertThat(report.columns()).hasSize(1);
    assertThat(report.sentence()).isEqualTo("no drift: 1 unchanged as far as can be seen");
    assertThatThrownBy(() -> report.get("moved"))
        .isInstanceOf(NotFoundException.class)
        .hasMessage("column 'moved' was not compared; found: [still]");
  }

  @Test
  void instants_are_skipped_and_said_to_be() {
    Dataset timed =
        rows(1, 100, 0)
            .withColumn(
                "at",
                Column.instants(Collections.nCopies(100, Instant.EPOCH).toArray(Instant[]::new)));
    DriftReport report = DriftDetector.reference(timed).build().compare(timed);
    assertThat(report.get("at").sentence()).isEqualTo("at is skipped: INSTANT is not compared");
    assertThat(report.drifted()).isFalse();
    assertThat(report.sentence())
        .isEqualTo("no drift: 3 unchanged as far as can be seen, 1 skipped [at]");
    DriftReport alone =
        DriftDetector.reference(timed.select("at")).build().compare(timed.select("at"));
    assertThat(alone.sentence()).isEqualTo("nothing judged: 1 skipped [at]");
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

  @Nested
  class A_column_that_is_not_as_it_was {
    private final Dataset window =
        rows(2, 500, 0)
            .without("moved")
            .without("word")
            .withColumn("word", Column.longs(LongStream.range(0, 500).toArray()))
            .withColumn("extra", Column.longs(LongStream.range(0, 500).toArray()));

    @Test
    void is_told_of_and_the_others_are_judged() {
      DriftReport report = reference().build().compare(window);
      assertThat(report.sentence())
          .isEqualTo(
              "drift: 1 missing [moved], 1 of another type [word],"
                  + " 1 unchanged as far as can be seen, 1 new [extra]");
      assertThat(report.columns())
          .extracting(ColumnDrift::sentence)
          .contains(
              "moved is missing: the reference has numbers, but 500 of 500 rows came without the"
                  + " column",
              "word is of another type: INT64, but the reference has categories",
              "extra is new: INT64, which the reference does not have");
      assertThat(report.driftedColumns()).containsExactly("moved", "word");
      assertThat(report.judged()).containsExactly("moved", "still", "word");
      assertThat(report.driftedShare()).hasValue(2 / 3.0);
    }

    @Test
    void is_confirmed_at_once() {
      DriftMonitor monitor = reference().build().confirming(2, 3);
      DriftMonitor.Confirmation belief = monitor.observe(window);
      assertThat(belief.confirmed()).containsExactly("moved", "word");
      assertThat(belief.drifted()).isTrue();
      assertThat(monitor.observe(rows(3, 300, 0)).confirmed()).isEmpty();
    }

    @Test
    void is_told_of_by_profiles_their_json_and_their_merge() {
      DriftDetector detector = reference().build();
      Profile part = detector.reference().profile(window);
      Profile whole =
          Profile.fromJson(part.toJson()).merge(detector.reference().profile(rows(2, 500, 0)));
      assertThat(detector.compare(whole).get("moved").sentence())
          .isEqualTo(
              "moved is missing: the reference has numbers, but 500 of 1,000 rows came without the"
                  + " column");
      assertThat(detector.compare(whole).sentence())
          .isEqualTo(
              "drift: 1 missing [moved], 1 of another type [word],"
                  + " 1 unchanged as far as can be seen, 1 new [extra]");
      assertThat(detector.compare(part).toJson()).isEqualTo(detector.compare(window).toJson());
    }

    @Test
    void is_told_of_when_it_was_skipped_before() {
      Column instants =
          Column.instants(Collections.nCopies(1000, Instant.EPOCH).toArray(Instant[]::new));
      DriftDetector detector =
          DriftDetector.reference(rows(1, 1000, 0).withColumn("at", instants)).build();
      assertThat(detector.compare(rows(2, 500, 0)).get("at"))
          .isEqualTo(new ColumnDrift.Missing("at", "INSTANT", 500, 500));
      Dataset numbers = rows(2, 500, 0).withColumn("at", Column.doubles(new double[500]));
      assertThat(detector.compare(numbers).get("at"))
          .isEqualTo(new ColumnDrift.Retyped("at", "INSTANT", "FLOAT64"));
    }
  }

  @Test
  void a_window_without_rows_says_so() {
    DriftReport report = reference().build().compare(rows(2, 0, 0));
    assertThat(report.drifted()).isFalse();
    assertThat(report.sentence())
        .isEqualTo(
            "nothing judged, the window has no rows: 3 with too few rows [moved, still, word]");
  }

  @Test
  void no_column_at_all_is_no_verdict() {
    Dataset nothing = Dataset.of(Schema.of(List.of()), List.of());
    assertThat(DriftDetector.reference(nothing).build().compare(nothing).sentence())
        .isEqualTo("nothing judged, the window has no rows: no column");
  }

  /**
   * The file is the form that readers in other languages hold on to; it changes with its version.
   */
  @Test
  void json_is_the_golden_file() throws IOException {
    double[] values = IntStream.range(0, 400).mapToDouble(i -> i % 40).toArray();
    Dataset before =
        Dataset.of(Schema.of(Field.of("n", DataType.FLOAT64)), List.of(Column.doubles(values)));
    Dataset reference =
        before
            .withColumn("gone", Column.doubles(values))
            .withColumn("turned", Column.doubles(values))
            .withColumn(
                "at",
                Column.instants(Collections.nCopies(400, Instant.EPOCH).toArray(Instant[]::new)));
    double[] high = values.clone();
    Arrays.fill(high, 0, 40, 1000);
    Dataset window =
        Dataset.of(Schema.of(Field.of("n", DataType.FLOAT64)), List.of(Column.doubles(high)))
            .withColumn("turned", Column.strings(Collections.nCopies(400, "x")))
            .withColumn(
                "at",
                Column.instants(Collections.nCopies(400, Instant.EPOCH).toArray(Instant[]::new)))
            .withColumn("added", Column.strings(Collections.nCopies(400, "x")));
    String json = DriftDetector.reference(reference).build().compare(window).toJson();
    assertThat(new ObjectMapper().readTree(json).toPrettyString() + "\n")
        .isEqualTo(Files.readString(Path.of("src/test/resources/drift-report-1.json")));
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
      double exact = ((ColumnDrift.Drifted) onData).evidence().statistic();
      double careful = ((ColumnDrift.Drifted) onProfile).evidence().statistic();
      assertThat(careful).isLessThanOrEqualTo(exact).isGreaterThan(exact - 0.02);
    }

    @Test
    void see_equal_samples_as_equal() {
      DriftDetector detector = reference().kolmogorovSmirnov(0).build();
      DriftReport report = detector.compare(detector.reference());
      assertThat(report.get("moved").sentence())
          .isEqualTo(
              "moved is unchanged as far as can be seen: D 0.000 (0.000 to 0.061, drift from 0),"
                  + " adjusted p 1.0, 1,000 against 1,000 rows; D from 0.103 and values never seen"
                  + " before from 0.9 % of rows would have been found");
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
      assertThat(monitor.observe(calm).sentence())
          .isEqualTo("no drift: 3 unchanged as far as can be seen");
      assertThat(monitor.observe(shifted).sentence())
          .isEqualTo(
              "drift suspected, not confirmed yet: [moved];"
                  + " drift: 1 drifted [moved], 2 unchanged as far as can be seen");
      assertThat(monitor.observe(few).confirmed()).isEmpty();
      assertThat(monitor.observe(few).sentence())
          .isEqualTo("nothing judged: 3 with too few rows [moved, still, word]");
      DriftMonitor.Confirmation confirmed = monitor.observe(shifted);
      assertThat(confirmed.sentence())
          .isEqualTo(
              "drift confirmed: [moved]; this window:"
                  + " drift: 1 drifted [moved], 2 unchanged as far as can be seen");
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
    void a_profile_in_other_bins() {
      Profile forty = Profile.of(ascending(40));
      assertThatThrownBy(
              () -> DriftDetector.reference(forty).build().compare(Profile.of(ascending(50))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "column 'x' was counted in other bins than the reference's; make the profile by"
                  + " reference.profile(rows)");
    }

    private static Dataset ascending(int rows) {
      double[] values = IntStream.range(0, rows).asDoubleStream().toArray();
      return Dataset.of(
          Schema.of(Field.of("x", DataType.FLOAT64)), List.of(Column.doubles(values)));
    }

    @Test
    void options_out_of_range() {
      assertThatThrownBy(() -> reference().alpha(0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("alpha must lie between 0 and 1, both excluded: 0");
      assertThatThrownBy(() -> reference().effect(-1))
          .hasMessage("effect must not be negative: -1");
      assertThatThrownBy(() -> reference().minimumRows(9))
          .hasMessage("minimumRows must be at least 10: 9");
      assertThatThrownBy(() -> reference().unseen(-0.1))
          .hasMessage("unseen must lie between 0 and 1: -0.1");
      assertThatThrownBy(() -> reference().share(2))
          .hasMessage("share must lie between 0 and 1: 2");
      assertThatThrownBy(() -> reference().kolmogorovSmirnov(2))
          .hasMessage("distance must lie between 0 and 1: 2");
      assertThatThrownBy(() -> reference().importance("still", -1))
          .hasMessage("importance of 'still' must be finite and not negative: -1");
    }

    @Test
    void options_twice() {
      assertThatThrownBy(() -> reference().alpha(0.01).alpha(0.02))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the option 'alpha' is set already, to 0.01");
      assertThatThrownBy(() -> reference().importance("still", 1).importance("still", 2))
          .hasMessage("the importance of 'still' is set already, to 1");
      assertThatThrownBy(() -> reference().columns("still").columns("moved"))
          .hasMessage("the option 'columns' is set already, to [still]");
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
