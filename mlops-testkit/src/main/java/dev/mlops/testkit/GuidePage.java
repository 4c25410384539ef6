package dev.mlops.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Keeps the Java code of a guide page the same as code that a test runs. */
public final class GuidePage {
  private GuidePage() {}

  /**
   * Asserts that every {@code ```java} block of a page is a region of a source that a test runs,
   * between lines {@code // guide:begin} and {@code // guide:end}. Indentation and blank lines do
   * not count.
   *
   * @param page a Markdown file
   * @param sources Java files
   * @throws AssertionError if a block is no region, or the page has no block
   */
  public static void assertSameCode(Path page, Path... sources) {
    List<String> blocks = regions(page, line -> line.equals("```java"), line -> line.equals("```"));
    List<String> regions = new ArrayList<>();
    for (Path source : sources) {
      regions.addAll(
          regions(
              source, line -> line.equals("// guide:begin"), line -> line.equals("// guide:end")));
    }
    if (blocks.isEmpty()) {
      throw new AssertionError(page + " has no ```java block");
    }
    for (String block : blocks) {
      if (regions.stream().map(GuidePage::dense).noneMatch(dense(block)::equals)) {
        throw new AssertionError(
            page
                + " has a block that is no guide region of "
                + Arrays.toString(sources)
                + ":\n"
                + block
                + "\n\nthe regions are:\n"
                + String.join("\n--\n", regions));
      }
    }
  }

  private static String dense(String code) {
    return code.replaceAll("\\s", "");
  }

  private static List<String> regions(Path file, Predicate<String> begin, Predicate<String> end) {
    List<String> regions = new ArrayList<>();
    List<String> open = null;
    for (String line : lines(file)) {
      if (begin.test(line)) {
        open = new ArrayList<>();
      } else if (open != null && end.test(line)) {
        regions.add(
            open.stream().filter(code -> !code.isEmpty()).collect(Collectors.joining("\n")));
        open = null;
      } else if (open != null) {
        open.add(line);
      }
    }
    if (open != null) {
      throw new AssertionError(file + " opens a region that it does not end");
    }
    return regions;
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file).stream().map(String::strip).toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }
}
