package dev.mlops.quality;

import java.util.Optional;
import java.util.function.LongFunction;

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

  Rule.Whole judge(long count, LongFunction<String> words) {
    return new Rule.Whole(contains(count), words.apply(count), Optional.of(count));
  }

  /** The range with what is counted, in the plural. */
  String of(String things) {
    return "between " + min + " and " + max + " " + things;
  }
}
