package dev.mlops.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.mlops.design.ProjectDesign;
import dev.mlops.environment.Environment;
import dev.mlops.error.InvalidInputException;
import dev.mlops.profile.Profile;
import dev.mlops.registry.ModelPackage;
import dev.mlops.registry.onnx.OnnxFormat;
import dev.mlops.rollout.Certificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files that somebody could have made to do harm, in the forms that strangers hand over: each is
 * refused as what it is, in words that name no class. The files stay for ever.
 */
class HostileFilesTest {
  private static final Path FILES = Path.of("src/test/resources/hostile");
  private static final Path PACKAGE =
      Path.of("../mlops-tracking/src/test/resources/dev/mlops/registry/package-version-1");

  /** How the names of the files begin: what they pretend to be. */
  private static final List<String> KINDS =
      List.of("certificate", "profile", "design", "environment", "signature", "MLmodel");

  @TempDir private Path place;

  private Object read(Path file) throws IOException {
    String kind = kind(file);
    return switch (kind) {
      case "certificate" -> Certificate.fromJson(Files.readString(file));
      case "profile" -> Profile.fromJson(Files.readString(file));
      case "design" -> ProjectDesign.read(file);
      case "environment" -> Environment.fromJson(Files.readString(file));
      default -> inPackage(kind.equals("MLmodel") ? kind : "signature.json", file);
    };
  }

  private static String kind(Path file) {
    String name = file.getFileName().toString();
    return KINDS.stream().filter(kind -> name.startsWith(kind + "-")).findFirst().orElseThrow();
  }

  /** Reads a package in which one file is another. */
  private ModelPackage inPackage(String name, Path hostile) throws IOException {
    Path copy = Files.createDirectory(place.resolve(hostile.getFileName()));
    try (Stream<Path> files = Files.list(PACKAGE)) {
      for (Path each : (Iterable<Path>) files::iterator) {
        boolean replaced = each.getFileName().toString().equals(name);
        Files.copy(replaced ? hostile : each, copy.resolve(each.getFileName()));
      }
    }
    return ModelPackage.read(copy, OnnxFormat.withoutEngine());
  }

  @Test
  void are_refused_in_words() throws IOException {
    Set<String> kinds = new HashSet<>();
    try (Stream<Path> files = Files.list(FILES)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        kinds.add(kind(file));
        Throwable refusal = catchThrowable(() -> read(file));
        assertThat(refusal).as("%s", file).isInstanceOf(InvalidInputException.class);
        assertThat(refusal.getMessage())
            .as("%s", file)
            .hasSizeLessThan(600)
            .doesNotContain("Exception", "com.fasterxml", "org.yaml", "java.");
      }
    }
    assertThat(kinds).containsExactlyInAnyOrderElementsOf(KINDS);
  }

  /** Nothing here is refused only because everything is. */
  @Test
  void are_made_of_files_that_are_read() {
    assertThat(ModelPackage.read(PACKAGE, OnnxFormat.withoutEngine()).environment()).isPresent();
  }
}
