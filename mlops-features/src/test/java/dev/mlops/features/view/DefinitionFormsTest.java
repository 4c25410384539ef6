package dev.mlops.features.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.data.DataType;
import dev.mlops.data.Field;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.NewerFormException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Definitions are kept as JSON of form 1; the files in {@code golden} are read for ever. */
class DefinitionFormsTest {

  private static final Path GOLDEN = Path.of("src/test/resources/golden/definitions");
  private static final Entity ROUTE =
      Entity.of("route", Field.of("from", DataType.STRING), Field.of("number", DataType.INT64));
  private static final EventSource FLIGHTS =
      EventSource.of("flights").eventTime("departure").knownAt("landed");
  private static final EventSource WEATHER =
      EventSource.of("weather")
          .eventTime("measured")
          .knownAfter(Duration.ofMinutes(10))
          .columns(
              Field.of("from", DataType.STRING).orNull(),
              Field.of("number", DataType.INT64),
              Field.of("wind", DataType.FLOAT32).orNull());
  private static final EventSource PAYMENTS =
      EventSource.of("payments").eventTime("paid").knownAt("booked").eventId("payment");
  private static final EventView EVENTS =
      EventView.of("recent", ROUTE, FLIGHTS)
          .strictlyBefore()
          .over(Window.hours(1), Window.days(7))
          .integers("cents")
          .count()
          .mean("delay", Window.minutes(30))
          .max("cents")
          .share("late");
  private static final FeatureView LATEST =
      FeatureView.of("wind", ROUTE, WEATHER)
          .features(Field.of("wind", DataType.FLOAT32).orNull())
          .ttl(Duration.ofHours(2));
  private static final FeatureView LASTING =
      FeatureView.of("seats", ROUTE, FLIGHTS)
          .features(Field.of("plan", DataType.vector(3)))
          .noTtl();
  private static final FeatureService SERVICE =
      FeatureService.of("delay", EVENTS, LATEST, LASTING)
          .request(Field.of("distance", DataType.INT64))
          .include("distance")
          .derive("far", 2, c -> c.feature("distance") > 1000 ? 1 : 0);

  private static final List<Definition> ALL =
      List.of(
          Definition.of(FLIGHTS),
          Definition.of(WEATHER),
          Definition.of(PAYMENTS),
          Definition.of(EVENTS),
          Definition.of(LATEST),
          Definition.of(LASTING),
          Definition.of(SERVICE));

  @Test
  void a_definition_is_the_same_after_a_journey_as_json() {
    for (Definition definition : ALL) {
      assertThat(Definition.parse(definition.kind(), definition.json())).isEqualTo(definition);
    }
    assertThat(Definition.of(EVENTS).view().features()).isEqualTo(EVENTS.features());
    assertThat(Definition.of(EVENTS).view().layout()).isEqualTo(EVENTS.layout());
  }

  @Test
  void what_form_1_has_written_is_read_and_means_the_same() throws IOException {
    for (Definition definition : ALL) {
      Path file = GOLDEN.resolve("1-" + definition.kind() + "-" + definition.name() + ".json");
      Definition kept = Definition.parse(definition.kind(), Files.readString(file).strip());

      assertThat(kept.digest()).as("%s", file).isEqualTo(definition.digest());
      assertThat(kept.text()).isEqualTo(definition.text());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hostile-no-json",
        "hostile-other-form",
        "hostile-no-form",
        "hostile-no-source",
        "hostile-unknown-type",
        "hostile-unknown-aggregate",
        "hostile-endless-window",
        "hostile-name-with-path",
        "hostile-no-measures",
        "hostile-key-of-doubles"
      })
  void what_is_no_definition_is_refused(String name) throws IOException {
    String text = Files.readString(GOLDEN.resolve(name + ".json"));

    assertThatThrownBy(() -> Definition.parse("view", text))
        .isInstanceOfAny(InvalidInputException.class, NewerFormException.class);
  }

  @Test
  void a_later_form_says_who_can_read_it() {
    assertThatThrownBy(() -> Definition.parse("view", "{\"form\":2}"))
        .isInstanceOf(NewerFormException.class)
        .hasMessage(
            "cannot read a feature view: form 2 is newer than form 1, the highest that this release knows; use the release that wrote it, or a later one");
  }
}
