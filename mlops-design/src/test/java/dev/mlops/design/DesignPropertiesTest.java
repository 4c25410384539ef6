package dev.mlops.design;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.error.InvalidInputException;
import dev.mlops.storage.Names;
import java.time.Duration;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.StringLength;

class DesignPropertiesTest {

  private static void comesBack(DesignBuilder builder) {
    ProjectDesign design = builder.build();
    ProjectDesign read = ProjectDesign.parse(design.toYaml());
    assertThat(read.toYaml()).isEqualTo(design.toYaml());
    assertThat(read.targets()).isEqualTo(design.targets());
    assertThat(read.question()).isEqualTo(design.question());
    assertThat(read.data()).isEqualTo(design.data());
  }

  @Property(tries = 500)
  void any_text_comes_back(@ForAll @StringLength(min = 1, max = 60) String text) {
    Assume.that(!text.isBlank() && Names.flaw(text, 250).isEmpty());
    comesBack(
        ProjectDesign.builder("x").question(text).require(new Requirement.Transparency(text)));
  }

  @Property(tries = 500)
  void any_number_and_time_comes_back(
      @ForAll double limit, @ForAll @LongRange(min = 1, max = 1_000_000_000_000L) long millis) {
    Assume.that(Double.isFinite(limit));
    comesBack(
        ProjectDesign.builder("x")
            .target(
                Target.of(Metric.named("own", Metric.Direction.NEITHER, "EUR"))
                    .atLeast(limit)
                    .within(Duration.ofMillis(millis)))
            .data(DataNeed.from("y").rows(millis)));
  }

  /** Whatever is cut out of a design: it is read or refused, and nothing else. */
  @Property(tries = 500)
  void a_damaged_design_is_read_or_refused(
      @ForAll @LongRange(min = 0, max = 3_000) long at, @ForAll @StringLength(max = 3) String put) {
    String yaml = Designs.full().toYaml();
    int from = (int) (at % yaml.length());
    int to = Math.min(yaml.length(), from + 2);
    try {
      ProjectDesign.parse(yaml.substring(0, from) + put + yaml.substring(to)).review();
    } catch (InvalidInputException e) {
      assertThat(e.getMessage()).startsWith("design");
    }
  }
}
