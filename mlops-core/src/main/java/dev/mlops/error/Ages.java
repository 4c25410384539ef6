package dev.mlops.error;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.time.Duration;

/** How old something must be to be removed. */
public final class Ages {

  /** A moment so long ago is still one that a clock can tell. */
  private static final Duration LONGEST = Duration.ofDays(36_500);

  private Ages() {}

  /**
   * Checks an age that an option {@code olderThan} gives.
   *
   * @param olderThan from 0 to 36,500 days
   * @return the same
   * @throws IllegalArgumentException if it is out of range
   */
  @CanIgnoreReturnValue
  public static Duration checked(Duration olderThan) {
    requireNonNull(olderThan, "olderThan");
    if (olderThan.isNegative()) {
      throw new IllegalArgumentException(
          "olderThan must not be negative: " + Exactly.duration(olderThan));
    }
    if (olderThan.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "olderThan must be at most "
              + Exactly.duration(LONGEST)
              + ": "
              + Exactly.duration(olderThan));
    }
    return olderThan;
  }
}
