package dev.mlops.examples.flights;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Types {@code docs/guide/jshell.md} into the shell that {@code examples/jshell} opens. */
class JShellGuideTest {
  private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  private static final Pattern LIBRARY =
      Pattern.compile("\\.\\./mlops-(\\w+)/src/main/java/(dev/mlops.*)/package-info\\.java");

  @TempDir Path directory;

  @Test
  void every_line_of_the_walk_runs() throws Exception {
    String said = type(walk() + "workspace.close()\n/exit\n");
    assertThat(said)
        .as("what the shell said")
        .doesNotContain("Error:", "Exception")
        .contains("workspace is open; Intact[events=0")
        .contains("trips is blocked: 1 of 1 expectation failed")
        .contains("==> 3.25")
        .contains("1 quality.checked", "run.finished")
        .contains("==> Intact[events=3");
  }

  @Test
  void every_package_of_the_library_is_imported() throws IOException {
    String start = Files.readString(Path.of("src/main/jshell/start.jsh"));
    assertThat(packages())
        .hasSizeGreaterThan(10)
        .allSatisfy(name -> assertThat(start).contains("import " + name + "."));
  }

  private static List<String> packages() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of(".."))) {
      return files
          .map(file -> file.normalize().toString().replace('\\', '/'))
          .map(LIBRARY::matcher)
          .filter(Matcher::matches)
          .filter(found -> !found.group(1).equals("testkit"))
          .map(found -> found.group(2).replace('/', '.'))
          .toList();
    }
  }

  private static String walk() throws IOException {
    String page = Files.readString(Path.of("../docs/guide/jshell.md"));
    List<String> blocks = BLOCK.matcher(page).results().map(found -> found.group(1)).toList();
    assertThat(blocks).hasSizeGreaterThan(3);
    return blocks.stream().collect(Collectors.joining());
  }

  private String type(String text) throws IOException, InterruptedException {
    Path typed = Files.writeString(directory.resolve("typed"), text);
    Process shell =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jshell").toString(),
                "--class-path",
                System.getProperty("java.class.path"),
                "-R-Dmlops.workspace=" + directory.resolve("workspace"),
                "--startup",
                "DEFAULT",
                "--startup",
                "src/main/jshell/start.jsh",
                "-J-Djava.util.prefs.userRoot=" + directory)
            .redirectInput(typed.toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(shell.waitFor()).as("exit status; output: %s", said).isZero();
    return said;
  }
}
