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

/** No sentence says "1 rows": {@code dev.mlops.error.Plural} alone puts a noun behind a count. */
class PluralWordingTest {

  /** What is counted; words such as "has" and "is" end in an s too, and so do verbs. */
  private static final String NOUNS =
      "(?:(?:more|other|missing|null|distinct|bad|labelled|validity) )?"
          + "(?:approval|artifact|attempt|batche|bin|byte|call|categorie|cell|change|character|"
          + "column|component|content|day|difference|element|entitie|entrie|event|expectation|"
          + "failure|feature|field|file|float|hour|input|label|level|look|metric|minute|model|month|"
          + "negative|null|number|output|pair|part|point|positive|prediction|record|request|row|run|"
          + "score|second|step|tag|tensor|tick|time|truth|unit|value|vector|version|weight|window)s";

  /** A count that is worked out: a constant is never 1, and its name is in capitals. */
  private static final Pattern JOINED =
      Pattern.compile(
          "(?<![\\w.])((?:\\w+\\.)*\\w*[a-z]\\w*(?:\\([^\"\\n]*?\\))?\\)*)\\s*\\+\\s*\"( "
              + NOUNS
              + "\\b[^\"\\n]*)\"");

  private static final Pattern FORMATTED =
      Pattern.compile("\"[^\"\\n]*%[,\\d]*d " + NOUNS + "\\b[^\"\\n]*\"");

  private static final Pattern CHOSEN =
      Pattern.compile("== 1\\s*\\?\\s*\"([^\"\\n]*?),? ?\"\\s*:\\s*\"\\1s\\b[^\"\\n]*\"");

  private static List<String> wordings(String source) {
    return Stream.of(JOINED, FORMATTED, CHOSEN)
        .flatMap(pattern -> pattern.matcher(source).results())
        .map(MatchResult::group)
        .filter(found -> !found.contains("\" times the "))
        .toList();
  }

  @Test
  void is_found_nowhere() throws IOException {
    TreeMap<String, List<String>> found = new TreeMap<>();
    int scanned = 0;
    try (Stream<Path> files = Files.walk(Path.of(".."))) {
      for (Path file : (Iterable<Path>) files.filter(PluralWordingTest::isOurs)::iterator) {
        scanned++;
        List<String> wordings = wordings(Files.readString(file));
        if (!wordings.isEmpty()) {
          found.put(file.toString(), wordings);
        }
      }
    }
    assertThat(scanned).isGreaterThan(400);
    assertThat(found).isEmpty();
  }

  /** Tests of the kit's contracts may count what they have made themselves. */
  private static boolean isOurs(Path file) {
    String path = file.toString();
    return path.endsWith(".java")
        && path.contains(Path.of("src/main/java").toString())
        && path.contains(Path.of("mlops-").toString())
        && !path.contains("testkit");
  }

  @Test
  void is_found_where_it_is() {
    assertThat(wordings("return count + \" rows, \";")).hasSize(1);
    assertThat(wordings("return rows.size()\n        + \" bad cells\";")).hasSize(1);
    assertThat(wordings("return \"all \" + of(a, b) + \" labels are \" + what;")).hasSize(1);
    assertThat(wordings("\"after %d ticks\".formatted(ticks)")).hasSize(1);
    assertThat(wordings("\"%,d predictions are lost\".formatted(lost)")).hasSize(1);
    assertThat(wordings("n == 1 ? \" row, \" : \" rows, \"")).hasSize(1);
    assertThat(wordings("\"at most \" + MOST_ROWS + \" rows\"")).isEmpty();
    assertThat(wordings("\"at most \" + Names.LONGEST + \" characters\"")).isEmpty();
    assertThat(wordings("Plural.of(count, \"row\") + \" of \" + name")).isEmpty();
    assertThat(wordings("name + \" has \" + more")).isEmpty();
  }
}
