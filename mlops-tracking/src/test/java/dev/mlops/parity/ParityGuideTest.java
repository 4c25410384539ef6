package dev.mlops.parity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.data.Row;
import dev.mlops.error.InvalidInputException;
import dev.mlops.models.ModelRunner;
import dev.mlops.registry.ModelFormat;
import dev.mlops.registry.ModelPackage;
import dev.mlops.registry.ModelRegistry;
import dev.mlops.registry.ModelVersion;
import dev.mlops.registry.onnx.OnnxFormat;
import dev.mlops.testkit.GuidePage;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ParityGuideTest {

  @Test
  void the_page_works() {
    Path directory = ParityTest.DIRECTORY;
    ModelRunner model = Flights::answers;
    InUtc flights = new InUtc(new Flights(Parity.read(directory).raw()));
    List<String> said = new ArrayList<>();
    Consumer<String> log = said::add;
    assertThatThrownBy(
            () -> {
              // guide:begin
              Parity parity = Parity.read(directory); // what Python wrote
              ParityCheck check = parity.replay(flights::features, model::answer);

              for (ColumnParity column : check.diverging()) {
                log.accept(column + "; " + column.first().orElseThrow());
              }
              check.requirePassed(); // or it names row, column and both values
              // guide:end
            })
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(
            "the pipeline here does not compute what was recorded in Python: 1 column of 27 diverges;"
                + " first feature 'hour' of row 0: recorded 18, computed 23 (allowed: the same value),"
                + " raw row {departure=2004-01-01T23:10:00Z, ");
    assertThat(said).hasSize(1);
    assertThat(said.get(0))
        .startsWith(
            "feature 'hour': 48 compared, 0 missing on both sides, 48 diverging, worst 0 ulps;"
                + " feature 'hour' of row 0: recorded 18, computed 23");
  }

  @Test
  void the_registry_replays() {
    Path directory = ParityTest.DIRECTORY;
    Flights flights = new Flights(Parity.read(directory).raw());
    ModelFormat onnx = OnnxFormat.runBy(Flights.ENGINE);
    try (Workspace workspace = Workspace.inMemory()) {
      ModelRegistry registry = ModelRegistry.of(workspace);
      // guide:begin
      ModelPackage candidate = ModelPackage.read(directory, onnx).preparedBy(flights::features);
      ModelVersion version = registry.model("delays").register(candidate); // or it is refused
      version.replay(onnx, flights::features).requirePassed(); // again, wherever it is loaded
      // guide:end
    }
  }

  @Test
  void what_is_served_is_judged() {
    Parity parity = Parity.read(ParityTest.DIRECTORY);
    Flights flights = new Flights(parity.raw());
    Row flight = parity.raw().row(0);
    Map<String, @Nullable Object> served = flights.features(flight);
    // guide:begin
    LiveParity live = parity.live(flights::features, 0.01, 7); // a hundredth of the rows; seed 7

    live.observe(flight, served); // where a request is answered

    LiveParityReport report = live.report(); // passed: 12,000 rows served, 120 judged, ...
    // guide:end
    assertThat(report.seen()).isEqualTo(1);
  }

  /** The mistake of the page: hours in UTC. */
  private record InUtc(Flights right) {
    Map<String, @Nullable Object> features(Row flight) {
      Map<String, @Nullable Object> features = new HashMap<>(right.features(flight));
      features.put("hour", flight.getInstant("departure").atZone(ZoneOffset.UTC).getHour());
      return features;
    }
  }

  @Test
  void the_page_shows_this_code() {
    GuidePage.assertSameCode(
        Path.of("../docs/guide/parity.md"),
        Path.of("src/test/java/dev/mlops/parity/ParityGuideTest.java"));
  }
}
