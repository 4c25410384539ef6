package dev.mlops.parity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.data.Row;
import dev.mlops.error.InvalidInputException;
import dev.mlops.testkit.Together;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LiveParityTest {

  private static final Parity PARITY = Parity.read(ParityTest.DIRECTORY);
  private static final Flights FLIGHTS = new Flights(PARITY.raw());

  private static Map<String, @Nullable Object> inMiles(Row flight) {
    Map<String, @Nullable Object> features = FLIGHTS.features(flight);
    features.put("km", flight.getDouble("distance"));
    return features;
  }

  @Test
  void judges_what_is_served() {
    LiveParity live = PARITY.live(FLIGHTS::features, 1, 7);
    PARITY.raw().forEach(row -> live.observe(row, FLIGHTS.features(row)));
    assertThat(live).hasToString("passed: 48 rows served, 48 judged, 0 diverging, 0 failed");
    assertThat(live.report().notJudged()).isZero();
    Row last = PARITY.raw().row(47);
    live.observe(last, inMiles(last));
    assertThat(live)
        .hasToString(
            "not passed: 49 rows served, 49 judged, 1 diverging, 0 failed; first feature 'km' of row"
                + " 48: recorded 3006.2545920000002, computed 1868 (2,898,872,504,546,214 ulps"
                + " apart; allowed: 4 ulps), raw row "
                + last.toMap());
    assertThat(live.report().check().diverging())
        .extracting(ColumnParity::column)
        .containsExactly("km");
  }

  @Test
  void judges_the_share_of_rows_and_counts_the_others() {
    long[] judged = new long[2];
    for (int i = 0; i < 2; i++) {
      LiveParity live = PARITY.live(FLIGHTS::features, 0.1, 7);
      Row row = PARITY.raw().row(0);
      Map<String, @Nullable Object> served = FLIGHTS.features(row);
      for (int n = 0; n < 5_000; n++) {
        live.observe(row, served);
      }
      LiveParityReport report = live.report();
      assertThat(report.seen()).isEqualTo(5_000);
      assertThat(report.notJudged()).isEqualTo(5_000 - report.judged());
      judged[i] = report.judged();
    }
    assertThat(judged[0]).isEqualTo(judged[1]).isBetween(400L, 600L);
  }

  @Test
  void has_shown_nothing_before_it_judged() {
    LiveParity live = PARITY.live(FLIGHTS::features, 1e-12, 7);
    assertThat(live.report().passed()).isFalse();
    live.observe(PARITY.raw().row(0), Map.of());
    assertThat(live).hasToString("not passed: 1 row served, 0 judged, 0 diverging, 0 failed");
  }

  @Test
  void counts_what_cannot_be_judged_and_never_throws() {
    LiveParity live = PARITY.live(FLIGHTS::features, 1, 7);
    Row bad = Row.of(PARITY.raw().schema(), new @Nullable Object[10]);
    live.observe(bad, Map.of());
    LiveParityReport report = live.report();
    assertThat(report.failed()).isEqualTo(1);
    assertThat(report.notJudged()).isEqualTo(1);
    assertThat(report.passed()).isFalse();
    assertThat(report.firstFailure().orElseThrow())
        .isEqualTo(
            "java.lang.IllegalStateException: column 'departure' is null in row 0; ask"
                + " isNull(\"departure\") first");
  }

  @Test
  void counts_an_error_of_the_preparation_and_never_throws() {
    AtomicBoolean broken = new AtomicBoolean();
    LiveParity live =
        PARITY.live(
            row -> {
              if (broken.get()) {
                throw new NoClassDefFoundError("dev/mlops/Gone");
              }
              return FLIGHTS.features(row);
            },
            1,
            7);
    broken.set(true);
    live.observe(PARITY.raw().row(0), Map.of());
    assertThat(live.report().failed()).isEqualTo(1);
    assertThat(live.report().firstFailure())
        .hasValue("java.lang.NoClassDefFoundError: dev/mlops/Gone");
  }

  @Test
  void keeps_few_of_the_names_that_nobody_recorded() {
    LiveParity live = PARITY.live(FLIGHTS::features, 1, 7);
    Row row = PARITY.raw().row(0);
    for (int i = 0; i < 1_000; i++) {
      Map<String, Object> served = new HashMap<>(Map.of("session_" + i, i));
      live.observe(row, served);
    }
    assertThat(live.report().check().columns()).hasSize(26 + 101);
    assertThat(live.report().diverging()).isEqualTo(1_000);
  }

  @Test
  void counts_every_row_of_many_threads() throws Exception {
    LiveParity live = PARITY.live(FLIGHTS::features, 0.5, 7);
    Row row = PARITY.raw().row(0);
    Map<String, @Nullable Object> served = FLIGHTS.features(row);
    Together.run(
        4,
        thread -> {
          for (int n = 0; n < 500; n++) {
            live.observe(row, served);
          }
        });
    LiveParityReport report = live.report();
    assertThat(report.seen()).isEqualTo(2_000);
    assertThat(report.check().columns().get(0).compared()).isEqualTo(report.judged());
    assertThat(report.judged()).isBetween(900L, 1_100L);
  }

  @Test
  void refuses_to_judge_by_code_that_did_not_pass() {
    assertThatThrownBy(() -> PARITY.live(LiveParityTest::inMiles, 0.1, 7))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("first feature 'km' of row 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PARITY.live(FLIGHTS::features, 0, 7))
        .withMessage("share must be above 0 and at most 1: 0");
  }
}
