package dev.mlops.tracking;

/** Says where a filter is wrong. */
final class FilterErrors {

  private static final int SHOWN = 40;

  private FilterErrors() {}

  /**
   * Returns the refusal of a filter.
   *
   * @param at the character that is wrong, 0 for the first
   */
  static IllegalArgumentException at(String filter, int at, String why) {
    return new IllegalArgumentException(
        "filter, character " + (at + 1) + " " + place(filter, at) + ": " + why);
  }

  private static String place(String filter, int at) {
    if (at >= filter.length()) {
      return "(at the end)";
    }
    String rest = filter.substring(at).strip();
    return "(at '" + (rest.length() > SHOWN ? rest.substring(0, SHOWN) + "..." : rest) + "')";
  }
}
