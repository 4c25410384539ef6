package dev.mlops.examples.flights;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Types {@code docs/guide/jshell.md} into a shell that was started as {@code examples/jshell}
 * starts it.
 */
class JShellGuideTest {
  private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  @TempDir Path directory;

  @Test
  void every_line_of_the_walk_runs() throws IOException {
    System.setProperty("mlops.workspace", directory.resolve("workspace").toString());
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream before = System.out;
    try (JShell shell = shell();
        PrintStream captured = new PrintStream(printed, true, StandardCharsets.UTF_8)) {
      System.setOut(captured);
      type(shell, Files.readString(Path.of("src/main/jshell/start.jsh")));
      List<String> answers = type(shell, walk());
      assertThat(answers)
          .anyMatch(answer -> answer.contains("fare is between 0 and 200"))
          .contains("3.25");
      type(shell, "workspace.close()");
    } finally {
      System.setOut(before);
      System.clearProperty("mlops.workspace");
    }
    assertThat(printed.toString(StandardCharsets.UTF_8))
        .contains("workspace is open")
        .contains("1 quality.checked")
        .contains("run.finished");
  }

  private static JShell shell() {
    JShell shell = JShell.builder().executionEngine("local").build();
    shell.addToClasspath(System.getProperty("java.class.path"));
    return shell;
  }

  private static String walk() throws IOException {
    String page = Files.readString(Path.of("../docs/guide/jshell.md"));
    List<String> blocks = BLOCK.matcher(page).results().map(found -> found.group(1)).toList();
    assertThat(blocks).hasSizeGreaterThan(3);
    return String.join("", blocks);
  }

  /** Types a text and returns what the shell answered to its expressions. */
  private static List<String> type(JShell shell, String text) {
    List<String> answers = new ArrayList<>();
    SourceCodeAnalysis analysis = shell.sourceCodeAnalysis();
    String rest = text.strip();
    while (!rest.isEmpty()) {
      SourceCodeAnalysis.CompletionInfo next = analysis.analyzeCompletion(rest);
      for (SnippetEvent event : shell.eval(next.source())) {
        assertThat(event.status())
            .as(() -> next.source() + problems(shell, event))
            .isEqualTo(Snippet.Status.VALID);
        assertThat(event.exception()).as(next.source()).isNull();
        answers.add(String.valueOf(event.value()));
      }
      rest = next.remaining().strip();
    }
    return answers;
  }

  private static String problems(JShell shell, SnippetEvent event) {
    StringBuilder all = new StringBuilder();
    shell
        .diagnostics(event.snippet())
        .forEach(problem -> all.append('\n').append(problem.getMessage(null)));
    return all.toString();
  }
}
