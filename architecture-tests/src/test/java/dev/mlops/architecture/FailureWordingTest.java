package dev.mlops.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * No message of ours ends in an exception with the name of its class; {@code
 * dev.mlops.error.FileFailure} says in words why a file could not be used.
 */
class FailureWordingTest {
  private static final Pattern RAW = Pattern.compile("\"\\s*\\+\\s*(\\w+),\\s*\\1\\)");

  private static List<String> raw(String source) {
    return RAW.matcher(source).results().map(found -> found.group()).toList();
  }

  @Test
  void is_found_nowhere() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of(".."))) {
      List<Path> ours =
          files
              .filter(file -> file.toString().endsWith(".java"))
              .filter(file -> file.toString().contains(Path.of("src/main/java").toString()))
              .filter(file -> file.toString().contains("mlops-"))
              .filter(file -> !file.toString().contains("testkit"))
              .toList();
      assertThat(ours).hasSizeGreaterThan(400);
      for (Path file : ours) {
        assertThat(raw(Files.readString(file))).as(file.toString()).isEmpty();
      }
    }
  }

  @Test
  void is_found_where_it_is() {
    assertThat(raw("new StorageException(\"cannot read \" + file + \": \" + e, e)")).hasSize(1);
    assertThat(raw("new StorageException(text + \": \" + FileFailure.reason(e), e)")).isEmpty();
  }
}
