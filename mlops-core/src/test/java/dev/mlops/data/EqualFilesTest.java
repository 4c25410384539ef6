package dev.mlops.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are equal but for a type are changed together, or this fails. */
class EqualFilesTest {

  private static final Path MAIN = Path.of("src/main/java/dev/mlops/data");

  /** The words of a file in which every primitive is one type, whatever the line ends. */
  private static String[] words(String type) throws IOException {
    String text = Files.readString(MAIN.resolve(type + "Values.java"));
    return text.replaceAll("import [^;]*;", "")
        .replaceAll(type + "(Values|Buffer)", "$1")
        .replaceAll("\\bas" + type, "as")
        .replaceAll("\\b(double|float|int|long)\\b", "primitive")
        .split("\\s+");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Float", "Int", "Long"})
  void values_of_each_type_are_kept_as_doubles_are(String type) throws IOException {
    assertThat(words(type)).containsExactly(words("Double"));
  }
}
