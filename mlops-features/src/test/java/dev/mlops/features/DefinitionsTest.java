package dev.mlops.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.data.DataType;
import dev.mlops.data.Field;
import dev.mlops.features.view.Entity;
import dev.mlops.features.view.EventSource;
import dev.mlops.features.view.EventView;
import dev.mlops.features.view.FeatureService;
import dev.mlops.features.view.FeatureView;
import dev.mlops.features.view.Window;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class DefinitionsTest {

  private static final EventSource FLIGHTS = EventSource.of("flights").eventTime("departure");
  private static final Entity AIRPORT = Entity.of("airport", "origin");

  @Test
  void equal_definitions_have_equal_digests_and_any_change_another() {
    assertThat(events().digest()).isEqualTo(events().digest());
    assertThat(events().strictlyBefore().digest()).isNotEqualTo(events().digest());
    assertThat(
            EventView.of("origin", AIRPORT, FLIGHTS.knownAt("landed"))
                .over(Window.hours(1))
                .count()
                .digest())
        .isNotEqualTo(events().digest());
    assertThat(latest().ttl(Duration.ofHours(1)).digest()).isNotEqualTo(latest().noTtl().digest());
    FeatureService one = FeatureService.of("s", events(), latest().noTtl());
    FeatureService turned = FeatureService.of("s", latest().noTtl(), events());
    assertThat(one.digest()).isNotEqualTo(turned.digest());
  }

  @Test
  void an_aggregate_may_have_windows_of_its_own() {
    EventView view = events().mean("delay", Window.minutes(30));

    assertThat(view.features())
        .extracting(Field::name)
        .containsExactly("origin_count_1h", "origin_delay_mean_30m");
  }

  @Test
  void a_request_needs_every_key_once_and_the_declared_columns() {
    EventView other =
        EventView.of("route", Entity.of("route", "origin", "destination"), FLIGHTS)
            .count(Window.days(7));
    FeatureService service =
        FeatureService.of("s", events(), other).request(Field.of("distance", DataType.INT64));

    assertThat(service.requestFields())
        .extracting(Field::name)
        .containsExactly("origin", "destination", "distance");
    assertThat(service.features()).containsExactly("origin_count_1h", "route_count_7d");
  }

  @Nested
  class Refuses {

    @Test
    void a_floating_key() {
      assertThatThrownBy(() -> Entity.of("cell", Field.of("lat", DataType.FLOAT64)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("key 'lat' of entity 'cell' is FLOAT64; a key is STRING or INT64");
    }

    @Test
    void an_entity_without_keys_or_with_one_twice() {
      assertThatThrownBy(() -> Entity.of("cell", new String[0]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("entity 'cell' has no key; name at least one column");
      assertThatThrownBy(() -> Entity.of("cell", "x", "x"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("key of entity 'cell' 'x' is there twice");
    }

    @Test
    void a_name_that_could_not_be_a_column_or_a_path() {
      assertThatThrownBy(() -> EventView.of("../x", AIRPORT, FLIGHTS))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "view name '../x' is not a letter followed by at most 99 letters, digits, '_' or"
                  + " '-'");
    }

    @Test
    void an_option_set_twice_showing_the_first() {
      assertThatThrownBy(() -> FLIGHTS.eventTime("landed"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the option 'eventTime' is set already, to departure");
      assertThatThrownBy(() -> FLIGHTS.knownAt("landed").knownAfter(Duration.ZERO))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the option 'known' is set already, to landed");
      assertThatThrownBy(() -> latest().noTtl().ttl(Duration.ofHours(1)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the option 'ttl' is set already, to noTtl");
    }

    @Test
    void a_view_that_leaves_something_open() {
      assertThatThrownBy(() -> EventView.of("v", AIRPORT, EventSource.of("s")))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("source 's' has no event time; name the column with eventTime(...)");
      assertThatThrownBy(() -> EventView.of("v", AIRPORT, FLIGHTS).features())
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("view 'v' has no aggregate; add count(), mean(column), ...");
      assertThatThrownBy(() -> EventView.of("v", AIRPORT, FLIGHTS).count().features())
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("view 'v' has no window for count; state the windows with over(...)");
      assertThatThrownBy(() -> latest().features())
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "view 'weather' does not say how old a row may be; add ttl(duration) or noTtl()");
      assertThatThrownBy(() -> FeatureView.of("v", AIRPORT, FLIGHTS).noTtl().features())
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("view 'v' has no feature; add columns with features(...)");
    }

    @Test
    void a_window_without_length() {
      for (long days : new long[] {100_001, Long.MAX_VALUE}) {
        assertThatThrownBy(() -> Window.days(days))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageStartingWith("window must be at most 100,000 days: ");
      }
      assertThatThrownBy(() -> Window.minutes(Long.MIN_VALUE))
          .hasMessageStartingWith("window must be positive: ");
      assertThatThrownBy(() -> Window.hours(0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("window must be positive: 0 seconds");
      assertThatThrownBy(() -> new Window(Duration.ofNanos(10), "short"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("window must be whole microseconds: 10 nanoseconds");
    }

    @Test
    void two_features_or_types_under_one_name() {
      assertThatThrownBy(() -> events().count().features())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("feature 'origin_count_1h' is there twice");
      FeatureService service = FeatureService.of("s", events());
      assertThatThrownBy(() -> service.derive("origin_count_1h", 1, c -> 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("feature 'origin_count_1h' is there twice");
      assertThatThrownBy(() -> service.request(Field.of("origin", DataType.INT64)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("request column 'origin' is STRING and also INT64");
      assertThatThrownBy(() -> service.include("distance"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "no request column 'distance'; found: [origin]. Declare it with request(...)");
    }
  }

  private static EventView events() {
    return EventView.of("origin", AIRPORT, FLIGHTS).over(Window.hours(1)).count();
  }

  private static FeatureView latest() {
    return FeatureView.of("weather", AIRPORT, EventSource.of("weather").eventTime("measured"))
        .features(Field.of("wind", DataType.FLOAT32));
  }
}
