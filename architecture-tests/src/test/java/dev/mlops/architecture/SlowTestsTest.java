package dev.mlops.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A test that a plain build leaves out is tagged {@code slow}, and has a twin in its class. */
class SlowTestsTest {

  private static final Pattern TAG = Pattern.compile("@Tag\\(([^)]*)\\)");
  private static final Pattern SLOW_METHOD =
      Pattern.compile("@(Parameterized)?Test\\s+(@\\w+(\\([^)]*\\))?\\s+)*?@Tag\\(\"slow\"\\)");
  private static final Pattern METHOD = Pattern.compile("@(Parameterized)?Test\\b");

  /** Says what is wrong with a class of tests; empty if nothing is. */
  private static String fault(String source) {
    long tags = TAG.matcher(source).results().count();
    long slow = SLOW_METHOD.matcher(source).results().count();
    if (tags != slow) {
      return "has a tag that is not \"slow\" below a @Test: no build leaves it out, or all do";
    }
    return slow > 0 && METHOD.matcher(source).results().count() == slow
        ? "has only slow tests, so that a plain build tests nothing of it"
        : "";
  }

  @Test
  void have_a_twin_that_every_build_runs() throws IOException {
    TreeMap<String, String> faults = new TreeMap<>();
    int slow = 0;
    try (Stream<Path> files = Files.walk(Path.of(".."))) {
      for (Path file : (Iterable<Path>) files.filter(SlowTestsTest::isTest)::iterator) {
        String source = Files.readString(file);
        slow += source.contains("@Tag(\"slow\")") ? 1 : 0;
        String fault = fault(source);
        if (!fault.isEmpty()) {
          faults.put(file.toString(), fault);
        }
      }
    }
    assertThat(slow).isGreaterThan(2);
    assertThat(faults).isEmpty();
  }

  private static boolean isTest(Path file) {
    String path = file.toString();
    return path.endsWith("Test.java")
        && path.contains(Path.of("src/test/java").toString())
        && !path.endsWith("SlowTestsTest.java");
  }

  @Test
  void are_found_where_they_are_alone() {
    String light = "@Test\nvoid quick() {}\n";
    String slow = "@Test\n@Tag(\"slow\")\nvoid slow() {}\n";
    assertThat(fault(light + slow)).isEmpty();
    assertThat(fault(light)).isEmpty();
    assertThat(fault(slow)).contains("only slow tests");
    assertThat(fault(light + "@Test\n@Tag(\"Slow\")\nvoid slow() {}")).contains("no build");
    assertThat(fault("@Tag(\"slow\")\nclass ATest {\n" + light + "}")).contains("all do");
  }
}
