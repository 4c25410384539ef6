package dev.mlops.features;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.Workspace;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.features.view.Entity;
import dev.mlops.features.view.EventSource;
import dev.mlops.features.view.EventView;
import dev.mlops.features.view.FeatureService;
import dev.mlops.features.view.Window;
import dev.mlops.testkit.TestClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Events of one time have no order, so their features must not depend on how they arrived. */
class TiesTest {

  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final EventSource SOURCE =
      EventSource.of("visits").eventTime("at").knownAfter(Duration.ZERO);

  private static Map<String, Object> features(DataType type, List<? extends Number> values) {
    EventView view =
        EventView.of("v", Entity.of("user", "user"), SOURCE)
            .over(Window.hours(1))
            .sum("x")
            .mean("x")
            .std("x")
            .min("x")
            .max("x");
    if (type.equals(DataType.INT64)) {
      view = view.integers("x");
    }
    FeatureService service = FeatureService.of("s", view);
    Schema schema =
        Schema.of(
            Field.of("user", DataType.STRING),
            Field.of("at", DataType.INSTANT),
            Field.of("x", type));
    Dataset.Builder rows = Dataset.builder(schema);
    values.forEach(value -> rows.row("ann", NOON, value));
    try (Workspace workspace = Workspace.builder().clock(TestClock.at(NOON)).open()) {
      FeatureStore store = FeatureStore.open(workspace);
      store.register(service);
      store.ingest(SOURCE, rows.build());
      return store.online(service).get(Map.of("user", "ann"), NOON).toMap();
    }
  }

  private static void assertSame(DataType type, List<? extends Number> values, Random random) {
    Map<String, Object> before = features(type, values);
    for (int round = 0; round < 5; round++) {
      List<? extends Number> other = new ArrayList<>(values);
      Collections.shuffle(other, random);

      assertThat(features(type, other)).as("seed 5, round %d", round).isEqualTo(before);
    }
  }

  @Test
  void have_the_same_features_to_the_last_bit_in_every_order_of_arrival() {
    Random random = new Random(5);
    List<Double> values = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      values.add(random.nextGaussian() * 1e3 + 0.1);
    }

    assertSame(DataType.FLOAT64, values, random);
  }

  @Test
  void have_them_as_whole_numbers_beyond_a_double_too() {
    Random random = new Random(6);
    List<Long> values = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      values.add(random.nextLong() >> 1);
    }

    assertSame(DataType.INT64, values, random);
  }
}
