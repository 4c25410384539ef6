package dev.mlops.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Pattern;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class LikePatternTest {

  private static boolean like(String text, String pattern) {
    return new LikePattern(pattern, false).fits(text);
  }

  @Property
  void finds_what_a_regular_expression_finds(
      @ForAll @StringLength(max = 12) @CharRange(from = 'a', to = 'c') String text,
      @ForAll @StringLength(max = 8) @Chars({'a', 'b', 'c', '%', '_'}) String pattern) {
    String expression = pattern.replace("%", ".*").replace('_', '.');
    assertThat(like(text, pattern)).isEqualTo(Pattern.matches(expression, text));
  }

  @Test
  void takes_a_character_of_two_halves_as_one() {
    assertThat(like("a🚀b", "a_b")).isTrue();
    assertThat(like("a🚀b", "a__b")).isFalse();
  }

  @Test
  void knows_no_escape() {
    assertThat(like("50\\%", "50\\%")).isTrue();
    assertThat(like("50\\ percent", "50\\%")).isTrue();
  }

  @Test
  void tells_upper_and_lower_case_apart_unless_told_not_to() {
    assertThat(like("Étage", "ét%")).isFalse();
    assertThat(new LikePattern("ét%", true).fits("ÉTAGE")).isTrue();
    assertThat(new LikePattern("STRASSE", true).fits("strasse")).isTrue();
  }

  @Test
  void ends_soon_whatever_is_asked() {
    assertThat(like("a".repeat(10_000), "%a".repeat(50) + "b")).isFalse();
  }
}
