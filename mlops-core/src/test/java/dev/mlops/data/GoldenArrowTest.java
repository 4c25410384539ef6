package dev.mlops.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Reads files that others wrote once; {@code interop/run} makes such files anew. */
class GoldenArrowTest {

  private static Map<String, String> problems(String directory) throws IOException {
    return new ArrowInterop(Path.of("src/test/resources/dev/mlops/data", directory)).problems();
  }

  @Test
  void files_of_pyarrow_and_pandas_are_read_or_refused_with_the_way_out() throws IOException {
    Map<String, String> problems = problems("pyarrow-26");
    assertThat(problems).hasSizeGreaterThan(80);
    assertThat(problems.values()).allMatch(String::isEmpty, problems.toString());
  }

  @Test
  void files_of_earlier_releases_are_read() throws IOException {
    Map<String, String> problems = problems("release-0.1");
    assertThat(problems).hasSize(17);
    assertThat(problems.values()).allMatch(String::isEmpty, problems.toString());
  }
}
