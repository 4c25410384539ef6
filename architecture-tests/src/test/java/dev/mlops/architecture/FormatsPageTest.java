package dev.mlops.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What docs/formats.md says of what is written once and must be read for ever. */
class FormatsPageTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern KEPT = Pattern.compile("`([\\w-]+): ([\\w./-]+)`");
  private static final Pattern READER = Pattern.compile("`(\\w+Test)`");
  private static final Pattern TABLE = Pattern.compile("CREATE TABLE IF NOT EXISTS (mlops_\\w+)");

  private static String page() throws IOException {
    return Files.readString(ROOT.resolve("docs/formats.md"));
  }

  private static List<Path> kept(String page) {
    return KEPT.matcher(page).results().map(FormatsPageTest::file).toList();
  }

  private static Path file(MatchResult kept) {
    return ROOT.resolve(kept.group(1)).resolve("src/test/resources/" + kept.group(2));
  }

  private static Set<String> readers(String text) {
    return READER.matcher(text).results().map(found -> found.group(1)).collect(Collectors.toSet());
  }

  /** Files of tests that no page names. */
  private static Set<Path> unnamed(List<Path> kept) throws IOException {
    Set<Path> unnamed = new TreeSet<>();
    for (Path resources : resources()) {
      try (Stream<Path> files = Files.walk(resources)) {
        files
            .filter(Files::isRegularFile)
            .filter(file -> kept.stream().noneMatch(file::startsWith))
            .forEach(unnamed::add);
      }
    }
    return unnamed;
  }

  private static List<Path> resources() throws IOException {
    try (Stream<Path> modules = Files.list(ROOT)) {
      return modules
          .map(module -> module.resolve("src/test/resources"))
          .filter(Files::isDirectory)
          .toList();
    }
  }

  /** The sources of a directory whose path is as wanted, by the name of the file. */
  private static Map<String, String> sources(Predicate<String> path) throws IOException {
    Map<String, String> sources = new HashMap<>();
    try (Stream<Path> files = Files.walk(ROOT)) {
      for (Path file : (Iterable<Path>) files.filter(f -> path.test(f.toString()))::iterator) {
        sources.put(file.getFileName().toString(), Files.readString(file));
      }
    }
    return sources;
  }

  private static Map<String, String> tests() throws IOException {
    return sources(path -> path.contains("src/test/java") && path.endsWith("Test.java"));
  }

  /** Kept files that no test of their row names. */
  private static Set<String> unread(String page, Map<String, String> tests) {
    Set<String> unread = new TreeSet<>();
    for (String row : page.lines().filter(line -> line.startsWith("|")).toList()) {
      for (Path kept : kept(row)) {
        String name = kept.getFileName().toString();
        if (readers(row).stream()
            .noneMatch(test -> tests.getOrDefault(test + ".java", "").contains(name))) {
          unread.add(kept.toString());
        }
      }
    }
    return unread;
  }

  private static Set<String> tablesBeside(String page) throws IOException {
    Set<String> tables = new TreeSet<>();
    for (String script :
        sources(
                path ->
                    path.contains("src/main/resources")
                        && path.endsWith(".sql")
                        && !path.contains("testkit"))
            .values()) {
      TABLE.matcher(script).results().map(found -> found.group(1)).forEach(tables::add);
    }
    assertThat(tables).hasSizeGreaterThan(30);
    tables.removeIf(table -> page.contains("`" + table + "`"));
    return tables;
  }

  @Test
  void names_files_that_are_there_and_leaves_out_none() throws IOException {
    List<Path> kept = kept(page());
    assertThat(kept).hasSizeGreaterThan(12).allMatch(Files::exists);
    assertThat(unnamed(kept)).isEmpty();
  }

  @Test
  void finds_a_file_that_it_does_not_name() throws IOException {
    List<Path> kept = kept(page());
    assertThat(unnamed(kept.subList(1, kept.size()))).isNotEmpty();
  }

  @Test
  void names_tests_that_are_there() throws IOException {
    Set<String> tests =
        tests().keySet().stream()
            .map(name -> name.substring(0, name.length() - ".java".length()))
            .collect(Collectors.toSet());
    assertThat(tests).containsAll(readers(page()));
  }

  @Test
  void names_a_test_that_reads_each_file() throws IOException {
    assertThat(unread(page(), tests())).isEmpty();
  }

  @Test
  void finds_a_file_that_no_test_of_its_row_reads() throws IOException {
    String row = "| x | 1 | `mlops-quality: profile-1.json` | `%s` |";
    assertThat(unread(row.formatted("ProfileTest"), tests())).isEmpty();
    assertThat(unread(row.formatted("DigestTest"), tests()))
        .containsExactly("../mlops-quality/src/test/resources/profile-1.json");
  }

  @Test
  void leaves_out_no_table() throws IOException {
    assertThat(tablesBeside(page())).isEmpty();
    assertThat(tablesBeside(page().replace("`mlops_watch`", ""))).containsExactly("mlops_watch");
  }
}
