package dev.mlops.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Percentage.withPercentage;

import dev.mlops.Workspace;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.error.InvalidInputException;
import dev.mlops.features.view.Entity;
import dev.mlops.features.view.EventSource;
import dev.mlops.features.view.EventView;
import dev.mlops.features.view.FeatureService;
import dev.mlops.features.view.FeatureVector;
import dev.mlops.features.view.Window;
import dev.mlops.testkit.TestClock;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * Whole numbers with more digits than a double: 2^53 + 1 is the first that a double cannot hold.
 */
class IntegersTest {

  private static final long BIG = 9_007_199_254_740_993L;
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final Entity CARD = Entity.of("card", Field.of("card", DataType.INT64));
  private static final EventSource PAYMENTS = EventSource.of("payments").eventTime("at");
  private static final Schema ROWS =
      Schema.of(
          Field.of("card", DataType.INT64),
          Field.of("at", DataType.INSTANT),
          Field.of("cents", DataType.INT64).orNull());

  private final Workspace workspace = Workspace.builder().clock(TestClock.at(NOON)).open();
  private final FeatureStore store = FeatureStore.open(workspace);

  @AfterEach
  void close() {
    workspace.close();
  }

  private static EventView view() {
    return EventView.of("paid", CARD, PAYMENTS)
        .over(Window.hours(1))
        .sum("cents")
        .mean("cents")
        .min("cents")
        .max("cents")
        .last("cents")
        .std("cents");
  }

  private FeatureVector read(EventView view, @Nullable Long... cents) {
    FeatureService service = FeatureService.of("money", view);
    store.register(service);
    Dataset.Builder rows = Dataset.builder(ROWS);
    for (int i = 0; i < cents.length; i++) {
      rows.row(1L, NOON.minusSeconds(cents.length - i), cents[i]);
    }
    store.ingest(PAYMENTS, rows.build());
    FeatureReader reader = store.online(service);
    Dataset request = Dataset.builder(ROWS).row(1L, NOON, null).build();
    store.prove(service).over(request, "at").assertSame();
    return reader.get(Map.of("card", 1), NOON);
  }

  @Test
  void declared_whole_numbers_keep_every_digit() {
    FeatureVector vector = read(view().integers("cents"), BIG, null, 1 - BIG, BIG + 2);

    assertThat(vector.value("paid_cents_sum_1h")).isEqualTo((double) (BIG + 3));
    assertThat(vector.value("paid_cents_min_1h")).isEqualTo(1 - BIG);
    assertThat(vector.value("paid_cents_max_1h")).isEqualTo(BIG + 2);
    assertThat(vector.value("paid_cents_last_1h")).isEqualTo(BIG + 2);
  }

  @Test
  void a_sum_of_great_numbers_that_cancel_is_what_is_left() {
    FeatureVector vector = read(view().integers("cents"), BIG, 1 - BIG);

    assertThat(vector.value("paid_cents_sum_1h")).isEqualTo(1.0);
    assertThat(vector.value("paid_cents_mean_1h")).isEqualTo(0.5);
  }

  @Test
  void great_numbers_that_lie_close_together_spread_as_little_as_they_do() {
    FeatureVector vector = read(view().integers("cents"), BIG, BIG + 2);

    assertThat(vector.value("paid_cents_std_1h")).isEqualTo(Math.sqrt(2));
  }

  @Test
  void the_ends_of_the_range_do_not_overflow() {
    FeatureVector vector =
        read(view().integers("cents"), Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE);

    assertThat(vector.value("paid_cents_sum_1h")).isEqualTo(0x1p63);
    assertThat(vector.value("paid_cents_min_1h")).isEqualTo(Long.MIN_VALUE);
    // Distances from the mean of -4/3, 2/3 and 2/3 times 2^63.
    assertThat(vector.number("paid_cents_std_1h"))
        .isCloseTo(Math.sqrt(4.0 / 3) * 0x1p63, withPercentage(1e-10));
  }

  @Test
  void a_training_set_has_them_as_whole_numbers_too() {
    EventView view = view().integers("cents");
    read(view, BIG, BIG + 2);
    Dataset labels = Dataset.builder(ROWS).row(1L, NOON, 5L).build();
    Dataset training =
        store.trainingSet(FeatureService.of("money", view)).labels(labels, "at").build().dataset();

    assertThat(training.row(0).getLong("paid_cents_max_1h")).isEqualTo(BIG + 2);
  }

  @Test
  void up_to_the_limit_of_a_double_they_need_no_declaration() {
    FeatureVector vector = read(view(), BIG - 1, 1 - BIG);

    assertThat(vector.value("paid_cents_sum_1h")).isEqualTo(0.0);
    assertThat(vector.value("paid_cents_max_1h")).isEqualTo((double) (BIG - 1));
  }

  @Nested
  class Refuses {

    @Test
    void digits_that_a_double_cannot_hold() {
      assertThatThrownBy(() -> read(view(), 5L, BIG))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(
              "rows do not fit source 'payments': view 'paid': column 'cents' has 9007199254740993"
                  + " in row 1, which a FLOAT64 feature cannot hold; declare the column with"
                  + " integers(\"cents\")");
    }

    @Test
    void a_declaration_that_nothing_takes() {
      EventView view = view().integers("cent");
      assertThatThrownBy(view::features)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("view 'paid' declares column 'cent' as INT64, but no aggregate takes it");
    }

    @Test
    void a_request_value_that_a_double_cannot_hold() {
      FeatureService service =
          FeatureService.of("ratio")
              .request(Field.of("amount", DataType.FLOAT64))
              .include("amount");
      store.register(service);
      FeatureReader reader = store.online(service);

      assertThat(reader.get(Map.of("amount", BIG - 1), NOON).number("amount"))
          .isEqualTo((double) (BIG - 1));
      assertThatThrownBy(() -> reader.get(Map.of("amount", Long.MAX_VALUE), NOON))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage("request column 'amount' is FLOAT64, not Long '9223372036854775807'");
    }
  }
}
