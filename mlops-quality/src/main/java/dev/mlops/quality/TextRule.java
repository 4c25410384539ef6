package dev.mlops.quality;

import dev.mlops.data.Column;
import dev.mlops.error.Plural;
import java.util.ArrayList;
import java.util.List;

/** Rules about strings. */
final class TextRule {
  private static final String NEEDS = "a STRING";

  private TextRule() {}

  static Rule matches(String column, String regex, boolean wanted) {
    BoundedPattern pattern = new BoundedPattern(regex);
    return ColumnRule.whole(
        column,
        values ->
            values instanceof Column.OfString strings
                ? matches(column, strings, pattern, wanted)
                : ColumnRule.wrongType(column, values, NEEDS));
  }

  /** Searches each distinct string once. */
  private static Rule.Rows matches(
      String column, Column.OfString values, BoundedPattern pattern, boolean wanted) {
    List<BoundedPattern.Search> found = new ArrayList<>();
    values.dictionary().forEach(text -> found.add(pattern.search(text)));
    BoundedPattern.Search good =
        wanted ? BoundedPattern.Search.FOUND : BoundedPattern.Search.ABSENT;
    return ColumnRule.rows(
        values,
        row -> found.get(values.code(row)) == good,
        row ->
            column
                + " "
                + Wording.value(values.get(row))
                + complaint(found.get(values.code(row)), pattern));
  }

  private static String complaint(BoundedPattern.Search found, BoundedPattern pattern) {
    return switch (found) {
      case FOUND -> " matches " + pattern;
      case ABSENT -> " does not match " + pattern;
      case TOO_LONG, TOO_DEEP -> " cannot be matched with " + pattern + ": " + found.complaint();
    };
  }

  static Rule length(String column, int min, int max) {
    Count count = Count.of(min, max);
    return ColumnRule.values(
        column,
        NEEDS,
        (values, asOf) -> ColumnRule.strings(values, text -> count.contains(characters(text))),
        (value, asOf) ->
            Wording.value(value)
                + " has "
                + Plural.of(characters(String.valueOf(value)), "character"));
  }

  private static int characters(String text) {
    return text.codePointCount(0, text.length());
  }
}
