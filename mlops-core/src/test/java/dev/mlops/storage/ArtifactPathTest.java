package dev.mlops.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.error.InvalidInputException;
import java.nio.file.Path;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArtifactPathTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "model.onnx",
        "a/b/c",
        "é",
        "a%25b",
        "...",
        "机器/学习 🛫",
        "run:7",
        "-",
        " ",
        "a;b",
        ".hidden"
      })
  void takes_any_plain_name(String path) {
    assertThat(ArtifactPath.of(path)).hasToString(path);
  }

  // The vectors that artifact servers have been broken with, decoded once as a server would.
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "/../.., is absolute",
        "//etc, is absolute",
        "/etc, is absolute",
        ".., has the segment '..'",
        "../, has the segment '..'",
        "a/../b, has the segment '..'",
        "./x, has the segment '.'",
        "a/./b, has the segment '.'",
        "a//b, has an empty segment",
        "a/, has an empty segment",
        "%2e%2e/x, \"holds a percent-encoded dot, slash or backslash\"",
        "%2E%2e%2F, \"holds a percent-encoded dot, slash or backslash\"",
        "..%5c..%5cx, \"holds a percent-encoded dot, slash or backslash\"",
        "C:\\x, begins with a drive letter",
        "c:/x, begins with a drive letter",
        "..\\..\\x, holds one of \\ ? #",
        "a#b, holds one of \\ ? #",
        "a?b, holds one of \\ ? #",
        "file:///etc, has an empty segment",
      })
  void refuses_what_another_tool_could_follow_out(String path, String reason) {
    assertThatThrownBy(() -> ArtifactPath.of(path))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("artifact path '" + path + "' " + reason);
  }

  @Test
  void refuses_an_empty_path() {
    assertThatThrownBy(() -> ArtifactPath.of(""))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("artifact path '' is empty");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\0b", "a\nb", "\u007f", "\u0085"})
  void refuses_control_characters_and_does_not_repeat_them(String path) {
    assertThatThrownBy(() -> ArtifactPath.of(path))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageEndingWith("holds a control character")
        .hasMessageNotContaining(path);
  }

  @Test
  void measures_a_segment_in_bytes() {
    assertThat(ArtifactPath.of("x".repeat(255) + "/" + "x".repeat(255)).value()).hasSize(511);
    assertThatThrownBy(() -> ArtifactPath.of("é".repeat(128)))
        .hasMessage(
            "artifact path '" + "é".repeat(80) + "...' has a segment longer than 255 bytes");
  }

  @Test
  void measures_the_path_in_bytes() {
    assertThatThrownBy(() -> ArtifactPath.of("é/".repeat(342) + "é"))
        .hasMessageEndingWith("is longer than 1024 bytes");
  }

  @Test
  void refuses_half_a_character() {
    assertThatThrownBy(() -> ArtifactPath.of("a\ud83d"))
        .hasMessageEndingWith("is not valid Unicode");
  }

  @Property
  void never_leads_out_of_its_root(
      @ForAll
          @CharRange(from = '.', to = '/')
          @CharRange(from = '\\', to = 'a')
          @StringLength(max = 12)
          String path) {
    Path root = Path.of("/root/of/all");
    try {
      Path resolved = root.resolve(ArtifactPath.of(path).value());
      assertThat(resolved.normalize().toString()).isEqualTo("/root/of/all/" + path);
    } catch (InvalidInputException refused) {
      assertThat(path)
          .satisfiesAnyOf(
              p -> assertThat(p).isEmpty(), p -> assertThat(p).containsAnyOf(".", "/", "\\"));
    }
  }
}
