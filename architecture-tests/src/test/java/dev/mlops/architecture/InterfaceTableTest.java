package dev.mlops.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
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

/**
 * The table of docs/architecture.md that says what is opened, where it is explained, what holds it.
 */
class InterfaceTableTest {
  private static final Path DOCS = Path.of("../docs");
  private static final String HEAD = "| Type | Opened by | Guide page | Held by |";
  private static final Pattern NAME = Pattern.compile("`([A-Z]\\w*)`");
  private static final Pattern PAGE = Pattern.compile("\\(guide/([\\w-]+)\\.md\\)");

  private static List<String> rows() throws IOException {
    return Files.readString(DOCS.resolve("architecture.md"))
        .lines()
        .dropWhile(line -> !line.equals(HEAD))
        .skip(2)
        .takeWhile(line -> line.startsWith("|"))
        .toList();
  }

  private static Set<String> names(List<String> rows, int cell, Pattern pattern) {
    return rows.stream()
        .map(row -> Pattern.compile("\\|").splitAsStream(row).toList().get(cell))
        .flatMap(text -> pattern.matcher(text).results())
        .map(found -> found.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> files(Path root, String ending) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(ending))
          .map(name -> name.substring(0, name.length() - ending.length()))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static Set<String> publicTypes() {
    return House.OURS.classes().stream()
        .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
        .map(JavaClass::getSimpleName)
        .collect(Collectors.toSet());
  }

  /** What has a public static method {@code of} or {@code open} that takes a workspace alone. */
  private static Set<String> opened() {
    return House.OURS.classes().stream()
        .flatMap(type -> type.getMethods().stream())
        .filter(method -> method.getModifiers().contains(JavaModifier.PUBLIC))
        .filter(method -> Set.of("of", "open").contains(method.getName()))
        .filter(
            method ->
                method.getRawParameterTypes().size() == 1
                    && method.getRawParameterTypes().get(0).getSimpleName().equals("Workspace"))
        .map(method -> method.getOwner().getSimpleName())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void names_types_pages_and_tests_that_are_there() throws IOException {
    List<String> rows = rows();
    assertThat(rows).hasSizeGreaterThan(20);
    assertThat(publicTypes()).containsAll(names(rows, 1, NAME));
    assertThat(files(Path.of(".."), ".java")).containsAll(names(rows, 4, NAME));
    assertThat(rows).allMatch(row -> row.contains("Test`") || row.contains("Contract`"));
  }

  @Test
  void leaves_out_no_page_and_nothing_that_opens_on_a_workspace() throws IOException {
    List<String> rows = rows();
    assertThat(names(rows, 3, PAGE)).isEqualTo(files(DOCS.resolve("guide"), ".md"));
    assertThat(opened()).hasSizeGreaterThan(8);
    assertThat(names(rows, 1, NAME)).containsAll(opened());
  }
}
