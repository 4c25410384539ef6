package dev.mlops.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What docs/formats.md says of files that were written once and must be read for ever. */
class FormatsPageTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern KEPT = Pattern.compile("`(mlops-[\\w-]+): ([\\w./-]+)`");
  private static final Pattern READER = Pattern.compile("`(\\w+Test)`");

  private static String page() throws IOException {
    return Files.readString(ROOT.resolve("docs/formats.md"));
  }

  private static List<Path> kept(String page) {
    return KEPT.matcher(page)
        .results()
        .map(found -> ROOT.resolve(found.group(1)).resolve("src/test/resources/" + found.group(2)))
        .toList();
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
          .filter(module -> module.getFileName().toString().startsWith("mlops-"))
          .map(module -> module.resolve("src/test/resources"))
          .filter(Files::isDirectory)
          .toList();
    }
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
    Set<String> named =
        READER.matcher(page()).results().map(found -> found.group(1)).collect(Collectors.toSet());
    try (Stream<Path> files = Files.walk(ROOT)) {
      Set<String> tests =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.endsWith("Test.java"))
              .map(name -> name.substring(0, name.length() - ".java".length()))
              .collect(Collectors.toSet());
      assertThat(tests).containsAll(named);
    }
  }
}
