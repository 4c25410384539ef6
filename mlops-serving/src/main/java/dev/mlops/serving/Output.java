package dev.mlops.serving;

import java.util.List;
import java.util.Map;

/**
 * What a router reads from an answer.
 *
 * @param score the number for the prediction log and the label guards, NaN if there is none
 * @param isScored whether the answer was read: a NaN is then the model's own
 * @param invalid whether the answer is none that a sound model gives
 */
record Output(double score, boolean isScored, boolean invalid) {

  /** Of a request that nobody answered. */
  static final Output NONE = new Output(Double.NaN, false, false);

  /** Another, to hand out: the compiler then makes none of this one where nobody is handed one. */
  Output copy() {
    return new Output(score, isScored, invalid);
  }

  /** Tells numbers that are not finite, alone or in arrays, lists and maps of any depth. */
  static boolean hasNonFinite(Object value) {
    if (value instanceof Number number) {
      return !Double.isFinite(number.doubleValue());
    }
    if (value instanceof float[] numbers) {
      for (float number : numbers) {
        if (!Float.isFinite(number)) {
          return true;
        }
      }
      return false;
    }
    if (value instanceof double[] numbers) {
      for (double number : numbers) {
        if (!Double.isFinite(number)) {
          return true;
        }
      }
      return false;
    }
    return hasNonFiniteMember(value);
  }

  /** Apart, so that the way of the plain numbers stays short. */
  private static boolean hasNonFiniteMember(Object value) {
    List<?> members = Likeness.members(value);
    return members != null
        && members.stream().anyMatch(member -> member != null && hasNonFinite(member));
  }

  /**
   * Returns the class of an answer: the place of the largest of several numbers, else whether the
   * score is above a threshold.
   *
   * @return the class, -1 if the answer has neither
   */
  static int classOf(Object value, Output output, double threshold) {
    double[] numbers = numbers(value);
    if (numbers.length > 1) {
      return largest(numbers);
    }
    if (!output.isScored) {
      return -1;
    }
    return output.score > threshold ? 1 : 0;
  }

  private static int largest(double[] numbers) {
    int largest = 0;
    for (int i = 1; i < numbers.length; i++) {
      largest = numbers[i] > numbers[largest] ? i : largest;
    }
    return largest;
  }

  /** Tells numbers, or arrays of them, whose members are near to each other; NaN only to NaN. */
  static boolean isNear(Object one, Object other, double tolerance) {
    return isNumeric(one)
        && isNumeric(other)
        && Likeness.isAlike(members(one), members(other), tolerance);
  }

  private static List<?> members(Object value) {
    List<?> members = Likeness.members(value);
    return members == null ? List.of(value) : members;
  }

  /** Returns the numbers of an array or a list, also if it is the only one of another. */
  private static double[] numbers(Object value) {
    List<?> members = members(value);
    Object first = members.isEmpty() ? null : members.get(0);
    if (members.size() == 1 && first != null && first != value && Likeness.members(first) != null) {
      return numbers(first);
    }
    return !(value instanceof Map) && members.stream().allMatch(Number.class::isInstance)
        ? members.stream().mapToDouble(member -> ((Number) member).doubleValue()).toArray()
        : new double[0];
  }

  static boolean isNumeric(Object value) {
    return value instanceof Number || value instanceof float[] || value instanceof double[];
  }
}
