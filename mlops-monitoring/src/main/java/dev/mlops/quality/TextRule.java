package dev.mlops.quality;

import java.util.regex.Pattern;

/** Rules about strings. */
final class TextRule {
  private TextRule() {}

  static Rule matches(String column, String regex, boolean wanted) {
    Pattern pattern = Pattern.compile(regex);
    String complaint = wanted ? " does not match " + regex : " matches " + regex;
    return ColumnRule.values(
        column,
        "a STRING",
        (values, asOf) ->
            ColumnRule.strings(values, text -> pattern.matcher(text).find() == wanted),
        (value, asOf) -> Wording.value(value) + complaint);
  }

  static Rule length(String column, int min, int max) {
    Count count = Count.of(min, max);
    return ColumnRule.values(
        column,
        "a STRING",
        (values, asOf) ->
            ColumnRule.strings(values, text -> count.judge(characters(text), "").met()),
        (value, asOf) ->
            Wording.value(value) + " has " + characters(String.valueOf(value)) + " characters");
  }

  private static int characters(String text) {
    return text.codePointCount(0, text.length());
  }
}
