package dev.mlops.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class NamesTest {
  private static void refuses(String name, String message) {
    assertThatThrownBy(() -> Names.checked("project", name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void gives_back_what_is_a_name() {
    for (String name :
        List.of(
            "a", "größer 机器", "x".repeat(250), "'; DROP TABLE mlops_event; --", "\ud83d\ude00")) {
      assertThat(Names.checked("project", name)).isEqualTo(name);
    }
  }

  @Test
  void refuses_what_is_none_and_says_why() {
    refuses("", "project name must not be blank");
    refuses(" \u2003", "project name must not be blank");
    refuses("\u00a0", "project name must not be blank");
    refuses("a\nb", "project name must not hold control characters: 'a?b'");
    refuses("a\0b", "project name must not hold control characters: 'a?b'");
    refuses(
        "x".repeat(2_000_000),
        "project name has 2,000,000 characters; at most 250 are allowed: '"
            + "x".repeat(40)
            + "...'");
    refuses(
        "ab\ud83dc",
        "project name must not hold half a surrogate pair, which is no character: 'ab?c'");
    refuses(
        "\udeeb", "project name must not hold half a surrogate pair, which is no character: '?'");
  }

  @Test
  void texts_may_be_empty_and_hold_control_characters() {
    for (String text : List.of("", "a\nb\t", "x".repeat(1_048_576))) {
      assertThat(Names.checkedText("note", text)).isEqualTo(text);
    }
  }

  @Test
  void refuses_texts_that_no_database_keeps() {
    assertThatThrownBy(() -> Names.checkedText("note", "x".repeat(1_048_577)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("note has 1,048,577 characters; at most 1,048,576 are allowed");
    assertThatThrownBy(() -> Names.checkedText("note", "a\0"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("note must not hold the NUL character, which PostgreSQL cannot keep");
  }

  @Test
  void shows_any_text_in_a_message() {
    assertThat(Names.shown("a\0\n\ud83d")).isEqualTo("a???");
    assertThat(Names.shown("\ud83d\ude00")).isEqualTo("\ud83d\ude00");
    assertThat(Names.shown("x".repeat(39) + "\ud83d\ude00 tail"))
        .isEqualTo("x".repeat(39) + "?...");
  }
}
