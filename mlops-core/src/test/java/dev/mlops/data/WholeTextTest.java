package dev.mlops.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.error.InvalidInputException;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Half a character is refused where it comes in, for whatever is written would be another text. */
class WholeTextTest {

  private static final Schema TEXT = Schema.of(Field.of("a", DataType.STRING));

  record Note(String text) {}

  @Test
  void is_text_without_half_a_surrogate_pair() {
    for (String whole : List.of("", "a", "\0", "😀", "a😀b", "\uFFFF")) {
      assertThat(WholeText.is(whole)).isTrue();
    }
    for (String half : List.of("\uD83D", "\uDE00", "\uDE00\uD83D", "a\uD83D", "😀\uDE00b")) {
      assertThat(WholeText.is(half)).isFalse();
    }
  }

  @Test
  void is_asked_for_wherever_a_string_or_a_name_comes_in() {
    String half = "ab\uD83D";
    String reason =
        "half a surrogate pair is no character, and no file can keep it: U+D83D at 2 of 3 chars";
    assertThatThrownBy(() -> Column.strings("ab", half))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(reason);
    assertThatThrownBy(() -> Dataset.builder(TEXT).row("b").row(half))
        .hasMessage("row 1: field 'a': " + reason);
    assertThatThrownBy(() -> Dataset.of(List.of(new Note(half))))
        .hasMessage("component 'text': " + reason);
    assertThatThrownBy(() -> Field.of(half, DataType.STRING)).hasMessage(reason);
    assertThatThrownBy(() -> Schema.fromJson(TEXT.toJson().replace("\"a\"", "\"ab\\ud83d\"")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageEndingWith(reason);
  }

  @Test
  void is_told_of_in_json_lines() {
    String lines = "{\"a\":\"\\ud83d\"}\n{\"\":1}\n{\"\\ud83d\":1}\n{\"a\":\"\\u0000\"}\n";
    Imported read =
        JsonLines.read(new ByteArrayInputStream(lines.getBytes(StandardCharsets.UTF_8))).load();
    assertThat(read.dataset().strings("a").get(1)).isEqualTo("\0");
    assertThat(read.badCells().stream().map(BadCell::reason))
        .containsExactly(
            "has half a surrogate pair, which is no character",
            "has a value whose name is empty or half a character",
            "has a value whose name is empty or half a character");
    assertThat(read.rowsSetAside()).isEqualTo(2);
  }

  @Test
  void is_what_csv_of_any_encoding_has_or_it_is_refused() {
    byte[] half = {'a', 0, '\n', 0, 0x3D, (byte) 0xD8, '\n', 0};
    assertThatThrownBy(
            () ->
                Csv.read(new ByteArrayInputStream(half)).charset(StandardCharsets.UTF_16LE).load())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageMatching(Pattern.quote("cannot read a stream: it is not UTF-16LE; ") + ".*");
  }
}
