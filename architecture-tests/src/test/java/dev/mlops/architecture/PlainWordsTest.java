package dev.mlops.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What users read is plain English: the README, the guide, public documentation and messages hold
 * none of the words that readers have stumbled over.
 */
class PlainWordsTest {

  private static final Path ROOT = Path.of("..");

  /** The word, and what to write instead. */
  private static final Map<Pattern, String> BANNED =
      Map.ofEntries(
          word(
              "one an? (bin|row|day|run|label|feature|column|view|class|model|thread)",
              "one per ..."),
          word("rows in a row", "consecutive rows"),
          word("none of it", "say what it refuses, or no part of it"),
          word("part(ed|s) by", "separated by"),
          word("whoever", "anyone who, or name who"),
          word("whomever", "name who"),
          word("may be none", "may be empty"),
          word("shall", "will, or must"),
          word("for ever", "without end, or name how long"),
          word("the house", "the library"),
          word("but for", "except for"),
          word("under every law", "whatever the distribution"),
          word("no normal law", "no normal distribution"),
          word("workshop", "training"),
          word("ought to", "should, or must"));

  private static final Pattern DOCUMENTATION = Pattern.compile("/\\*\\*.*?\\*/", Pattern.DOTALL);
  private static final Pattern MESSAGE = Pattern.compile("\"(?:[^\"\\\\\n]|\\\\.)*\"");

  private static Map.Entry<Pattern, String> word(String regex, String instead) {
    String spaced = "\\b" + regex.replace(" ", "[\\s*]+") + "\\b";
    return Map.entry(Pattern.compile(spaced, Pattern.CASE_INSENSITIVE), instead);
  }

  @Test
  void are_all_that_users_read() throws IOException {
    List<Path> files = new ArrayList<>(List.of(ROOT.resolve("README.md")));
    files.addAll(files(ROOT.resolve("docs/guide"), ".md"));
    for (Path module : modules()) {
      files.addAll(files(module.resolve("src/main/java"), ".java"));
    }
    assertThat(files).hasSizeGreaterThan(400);
    List<String> found = new ArrayList<>();
    for (Path file : files) {
      found.addAll(found(file.toString(), Files.readString(file)));
    }
    assertThat(found).isEmpty();
  }

  @Test
  void do_not_hold_a_planted_offence() {
    assertThat(found("Guide.md", "Whoever reads\nthis shall know."))
        .containsExactly(
            "Guide.md: 'Whoever'; write: anyone who, or name who",
            "Guide.md: 'shall'; write: will, or must");
    assertThat(found("A.java", "/** Some rows in a\n   * row. */ int shall; // whoever"))
        .containsExactly("A.java: 'rows in a\n   * row'; write: consecutive rows");
    assertThat(found("A.java", "throw new IllegalStateException(\"may be none\");")).hasSize(1);
  }

  private static List<String> found(String file, String content) {
    String text = file.endsWith(".java") ? readByUsers(content) : content;
    return BANNED.entrySet().stream()
        .flatMap(
            banned ->
                banned
                    .getKey()
                    .matcher(text)
                    .results()
                    .map(
                        hit ->
                            "%s: '%s'; write: %s".formatted(file, hit.group(), banned.getValue())))
        .sorted()
        .toList();
  }

  /** Documentation and messages; the rest of a source is for those who maintain it. */
  private static String readByUsers(String source) {
    StringBuilder text = new StringBuilder();
    for (Pattern part : List.of(DOCUMENTATION, MESSAGE)) {
      Matcher matcher = part.matcher(source);
      while (matcher.find()) {
        text.append(matcher.group()).append('\n');
      }
    }
    return text.toString();
  }

  private static List<Path> modules() throws IOException {
    try (Stream<Path> all = Files.list(ROOT)) {
      return all.filter(path -> path.getFileName().toString().startsWith("mlops-"))
          .filter(path -> Files.isDirectory(path.resolve("src/main/java")))
          .sorted()
          .toList();
    }
  }

  private static List<Path> files(Path directory, String ending) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(path -> path.toString().endsWith(ending)).sorted().toList();
    }
  }
}
