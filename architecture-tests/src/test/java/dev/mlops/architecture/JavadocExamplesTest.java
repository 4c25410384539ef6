package dev.mlops.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaModifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** An example in Javadoc, which no compiler sees, calls no method that nobody has any more. */
class JavadocExamplesTest {
  private static final Pattern EXAMPLE =
      Pattern.compile("<pre>\\{@code(.*?)}</pre>", Pattern.DOTALL);
  private static final Pattern CALL = Pattern.compile("\\.([a-z]\\w*)\\(");
  private static final Set<String> OF_THE_JDK =
      Set.of("of", "ofDays", "ofHours", "ofSeconds", "ofMillis", "ifPresent");

  private static Set<String> ours() {
    return House.OURS.classes().stream()
        .flatMap(type -> type.getMethods().stream())
        .filter(method -> method.getModifiers().contains(JavaModifier.PUBLIC))
        .map(method -> method.getName())
        .collect(Collectors.toSet());
  }

  private static List<String> unknown(String source, Set<String> known) {
    return EXAMPLE
        .matcher(source)
        .results()
        .map(example -> example.group(1))
        .flatMap(example -> CALL.matcher(example).results())
        .map((MatchResult call) -> call.group(1))
        .filter(name -> !known.contains(name) && !OF_THE_JDK.contains(name))
        .toList();
  }

  @Test
  void call_only_what_is_there() throws IOException {
    Set<String> known = ours();
    TreeMap<String, List<String>> found = new TreeMap<>();
    int examples = 0;
    try (Stream<Path> files = Files.walk(Path.of(".."))) {
      for (Path file : (Iterable<Path>) files.filter(JavadocExamplesTest::isOurs)::iterator) {
        String source = Files.readString(file);
        examples += (int) EXAMPLE.matcher(source).results().count();
        List<String> unknown = unknown(source, known);
        if (!unknown.isEmpty()) {
          found.put(file.toString(), unknown);
        }
      }
    }
    assertThat(found).isEmpty();
    assertThat(examples).isGreaterThan(30);
  }

  private static boolean isOurs(Path file) {
    String path = file.toString();
    return path.endsWith(".java")
        && path.contains(Path.of("src/main/java").toString())
        && path.contains(Path.of("mlops-").toString());
  }

  @Test
  void are_found_when_they_call_what_is_not_there() {
    String source = "/** <pre>{@code tracker.runs().in(delays).list();}</pre> */";
    assertThat(unknown(source, ours())).containsExactly("in");
  }
}
