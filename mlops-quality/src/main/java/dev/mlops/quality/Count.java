package dev.mlops.quality;

import java.util.Optional;

/** A closed range of counts. */
record Count(long min, long max) {
  static Count of(long min, long max) {
    if (min < 0 || min > max) {
      throw new IllegalArgumentException("no range of counts from " + min + " to " + max);
    }
    return new Count(min, max);
  }

  boolean contains(long count) {
    return count >= min && count <= max;
  }

  Rule.Whole judge(long count, String unit) {
    return new Rule.Whole(contains(count), count + unit, Optional.of(count));
  }

  @Override
  public String toString() {
    return "between " + min + " and " + max;
  }
}
