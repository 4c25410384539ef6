package dev.mlops.profile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.testkit.GuidePage;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ProfileGuideTest {
  @Test
  void the_page_shows_what_is_tested() {
    GuidePage.assertSameCode(
        Path.of("../docs/guide/profiles.md"),
        Path.of("src/test/java/dev/mlops/profile/ProfileGuideTest.java"));
  }

  @Test
  void the_page_is_true() {
    Dataset.Builder rows =
        Dataset.builder(
            Schema.of(
                Field.of("delay", DataType.INT64).orNull(), Field.of("origin", DataType.STRING)));
    for (long delay = 1; delay <= 10; delay++) {
      rows.row(delay, delay % 3 == 0 ? "LAX" : "ORD");
    }
    Dataset training = rows.row(null, "LAX").build();
    Dataset whole = training;
    Dataset firstHalf = whole.head(5);
    Dataset secondHalf = whole.slice(5, 11);
    // guide:begin
    Profile reference = Profile.of(training); // fixes the bins and keeps no rows
    Profile restored = Profile.fromJson(reference.toJson());
    assertThat(restored).isEqualTo(reference);

    NumberProfile delay = (NumberProfile) reference.get("delay");
    assertThat(delay.mean()).isEqualTo(5.5);
    assertThat(delay.missing()).isEqualTo(1);
    assertThat(delay.bins().label(0, 0)).isEqualTo("<= 1");
    assertThat(delay.histogram().max()).isEqualTo(10);

    CategoryProfile origin = (CategoryProfile) reference.get("origin");
    assertThat(origin.top(2)).hasToString("{ORD=7, LAX=4}");

    Profile begin = reference.profile(firstHalf); // counted in the bins of the reference
    Profile may = begin.merge(reference.profile(secondHalf));
    assertThat(may).isEqualTo(reference.profile(whole)); // the same to the last bit

    Profile june = reference.profile(whole.without("origin"));
    assertThat(june.differences().values())
        .hasToString("[origin is missing in 11 rows; expected: categories]");
    // guide:end
  }
}
