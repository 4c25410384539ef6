package dev.mlops.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** An option that is set twice is refused in one wording, by {@code dev.mlops.error.Once} alone. */
class OptionWordingTest {

  private static final Pattern OTHER_WORDING =
      Pattern.compile("\"[^\"\\n]*(already set|set already|is already )[^\"\\n]*\"");

  private static List<String> wordings(String source) {
    return OTHER_WORDING.matcher(source).results().map(MatchResult::group).toList();
  }

  @Test
  void is_the_same_in_every_module() throws IOException {
    TreeMap<String, List<String>> found = new TreeMap<>();
    int scanned = 0;
    try (Stream<Path> files = Files.walk(Path.of(".."))) {
      for (Path file : (Iterable<Path>) files.filter(OptionWordingTest::isOurs)::iterator) {
        scanned++;
        List<String> wordings = wordings(Files.readString(file));
        if (!wordings.isEmpty()) {
          found.put(file.toString(), wordings);
        }
      }
    }
    assertThat(scanned).isGreaterThan(400);
    assertThat(found).hasSize(1).hasEntrySatisfying(ONCE, texts -> assertThat(texts).hasSize(1));
  }

  private static final String ONCE =
      Path.of("../mlops-core/src/main/java/dev/mlops/error/Once.java").toString();

  private static boolean isOurs(Path file) {
    String path = file.toString();
    return path.endsWith(".java")
        && path.contains(Path.of("src/main/java").toString())
        && path.contains(Path.of("mlops-").toString());
  }

  @Test
  void is_found_where_it_is_another() {
    assertThat(wordings("throw new X(option + \" is already set to \" + before);")).hasSize(1);
    assertThat(wordings("throw new X(\"clock is set already: \" + clock);")).hasSize(1);
    assertThat(wordings("throw new X(option + \" is already \" + before);")).hasSize(1);
    assertThat(wordings("// is already set\nString a = \"closed already\";")).isEmpty();
  }
}
