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

/** Every event that the library appends names the thing it is about, so that a query finds it. */
class EventWordingTest {
  private static final Pattern ENTRY = Pattern.compile("(?<!\\w)Entry\\.of\\([^;]*;");
  private static final Pattern COMMENT = Pattern.compile("(?s)/\\*.*?\\*/|//[^\\n]*");

  /** The seal is about the journal itself. */
  private static final String SEAL = "Entry.of(SEALED)";

  private static List<String> nameless(String source) {
    return ENTRY
        .matcher(COMMENT.matcher(source).replaceAll(""))
        .results()
        .map(MatchResult::group)
        .filter(entry -> !entry.contains(".about(") && !entry.startsWith(SEAL))
        .toList();
  }

  @Test
  void is_about_a_thing_everywhere() throws IOException {
    TreeMap<String, List<String>> found = new TreeMap<>();
    int events = 0;
    try (Stream<Path> files = Files.walk(Path.of(".."))) {
      for (Path file : (Iterable<Path>) files.filter(EventWordingTest::isOurs)::iterator) {
        String source = Files.readString(file);
        events += (int) ENTRY.matcher(source).results().count();
        List<String> nameless = nameless(source);
        if (!nameless.isEmpty()) {
          found.put(file.toString(), nameless);
        }
      }
    }
    assertThat(events).isGreaterThan(10);
    assertThat(found).isEmpty();
  }

  private static boolean isOurs(Path file) {
    String path = file.toString();
    return path.endsWith(".java")
        && path.contains(Path.of("src/main/java").toString())
        && path.contains(Path.of("mlops-").toString());
  }

  @Test
  void is_missed_where_it_is_not() {
    assertThat(nameless("append(Entry.of(\"model.registered\").detail(\"name\", name));"))
        .hasSize(1);
    assertThat(nameless("return Entry.of(kind)\n  .actor(actor)\n  .about(\"model\", name);"))
        .isEmpty();
    assertThat(nameless("/* Entry.of(\"a\"); */ return event;")).isEmpty();
  }
}
