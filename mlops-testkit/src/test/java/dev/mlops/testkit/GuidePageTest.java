package dev.mlops.testkit;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuidePageTest {
  @TempDir Path directory;

  private void compare(String page, String source) throws IOException {
    GuidePage.assertSameCode(
        Files.writeString(directory.resolve("page.md"), page),
        Files.writeString(directory.resolve("Test.java"), source));
  }

  @Test
  void takes_a_page_whose_code_is_a_region_in_other_lines() {
    assertThatCode(
            () ->
                compare(
                    "text\n```java\na(b)\n    .c();\n\nd();\n```\n",
                    "x();\n  // guide:begin\n  a(b).c();\n  d();\n  // guide:end\n"))
        .doesNotThrowAnyException();
  }

  @Test
  void refuses_a_page_whose_code_is_another() {
    assertThatThrownBy(
            () -> compare("```java\na();\n```\n", "// guide:begin\nb();\n// guide:end\n"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("has a block that is no guide region of")
        .hasMessageContaining("a();")
        .hasMessageContaining("b();");
  }

  @Test
  void refuses_a_page_without_code() {
    assertThatThrownBy(() -> compare("text", "// guide:begin\nb();\n// guide:end\n"))
        .isInstanceOf(AssertionError.class)
        .hasMessageEndingWith("page.md has no ```java block");
  }

  @Test
  void refuses_a_region_that_does_not_end() {
    assertThatThrownBy(() -> compare("```java\na();\n```\n", "// guide:begin\na();\n"))
        .isInstanceOf(AssertionError.class)
        .hasMessageEndingWith("Test.java opens a region that it does not end");
  }
}
