package dev.mlops.parity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.data.DataType;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.NewerFormException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Distances against a twin that steps from number to number, and files that were damaged. */
class ParityPropertiesTest {

  @Property
  void a_double_is_as_far_as_there_are_steps(
      @ForAll double start, @ForAll @IntRange(max = 40) int steps, @ForAll boolean isUp) {
    double end = start;
    for (int i = 0; i < steps; i++) {
      end = isUp ? Math.nextUp(end) : Math.nextDown(end);
    }
    if (Double.isFinite(start) && Double.isFinite(end)) {
      Distance distance = Distance.between(DataType.FLOAT64, start, end, new Limit(20, 0));
      assertThat(distance).isEqualTo(new Distance(steps <= 20, steps));
    }
  }

  @Property
  void a_float_is_as_far_as_there_are_steps(
      @ForAll float start, @ForAll @IntRange(max = 40) int steps) {
    float end = start;
    for (int i = 0; i < steps; i++) {
      end = Math.nextUp(end);
    }
    if (Float.isFinite(start) && Float.isFinite(end)) {
      Distance distance = Distance.between(DataType.FLOAT32, start, end, new Limit(20, 0));
      assertThat(distance).isEqualTo(new Distance(steps <= 20, steps));
      assertThat(Distance.between(DataType.FLOAT32, end, start, new Limit(20, 0)))
          .isEqualTo(distance);
    }
  }

  @Property
  void a_value_is_no_distance_from_itself(@ForAll double value) {
    for (DataType type : List.of(DataType.FLOAT32, DataType.FLOAT64)) {
      assertThat(Distance.between(type, value, value, Limit.EXACT))
          .isEqualTo(new Distance(true, 0));
    }
  }

  /** Whatever a byte is changed to, the file is read, or refused as what it is. */
  @Property(tries = 400)
  void a_damaged_file_is_read_or_refused(@ForAll @IntRange(max = 16_000) int at, @ForAll byte other)
      throws IOException {
    byte[] json =
        Files.readAllBytes(Path.of("src/test/resources/dev/mlops/parity/flights/parity.json"));
    json[at] = other;
    try {
      ParityCheck check = Parity.parse(json).replayFeatures(row -> Map.of());
      assertThat(check.passed()).isFalse();
    } catch (InvalidInputException | NewerFormException e) {
      assertThat(e.getMessage()).contains("'parity.json'").hasSizeLessThan(2_000);
    }
  }
}
