package dev.mlops.quality;

/** A closed range of counts. */
record Count(long min, long max) {
  static Count of(long min, long max) {
    if (min < 0 || min > max) {
      throw new IllegalArgumentException("no range of counts from " + min + " to " + max);
    }
    return new Count(min, max);
  }

  Rule.Whole judge(long count, String unit) {
    return new Rule.Whole(count >= min && count <= max, count + unit);
  }

  @Override
  public String toString() {
    return "between " + min + " and " + max;
  }
}
