package dev.mlops.features.timeline;

import static java.util.Objects.requireNonNull;

import dev.mlops.error.Elements;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which columns of ingested rows make timelines.
 *
 * @param eventTime the INSTANT column with the time at which a row happened
 * @param knownAt the INSTANT column with the time from which it was known, or null
 * @param knownAfter how long after it happened a row was known, or null; where both are null it is
 *     known from its arrival
 * @param eventId the column whose equal values are versions of one event, or null
 * @param keys the columns that identify the entity
 * @param inputs the columns that features are made of
 * @param numeric whether the inputs are kept as numbers, or else as the values that they came as
 * @param integers the places of those inputs whose numbers are whole
 * @param reach how far before its time a read needs rows, in microseconds: the widest window, or
 *     the time to live
 */
public record TimelineLayout(
    String eventTime,
    @Nullable String knownAt,
    @Nullable Duration knownAfter,
    @Nullable String eventId,
    List<String> keys,
    List<String> inputs,
    boolean numeric,
    BitSet integers,
    long reach) {

  /**
   * Copies the lists.
   *
   * @param eventTime the column with the time at which a row happened
   * @param knownAt the column with the time from which it was known, or null
   * @param knownAfter how long after it happened a row was known, or null
   * @param eventId the column whose equal values are versions of one event, or null
   * @param keys the columns that identify the entity
   * @param inputs the columns that features are made of
   * @param numeric whether the inputs are kept as numbers
   * @param integers the places of those inputs whose numbers are whole
   * @param reach how far before its time a read needs rows
   */
  public TimelineLayout {
    requireNonNull(integers, "integers");
    keys = Elements.copy(keys, "keys");
    inputs = Elements.copy(inputs, "inputs");
    integers = (BitSet) integers.clone();
  }

  boolean hasVersions() {
    return eventId != null;
  }

  boolean integer(int input) {
    return integers.get(input);
  }

  @Override
  public String toString() {
    return "timelines of " + inputs + " by " + keys;
  }
}
