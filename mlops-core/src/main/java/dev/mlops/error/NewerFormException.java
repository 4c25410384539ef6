package dev.mlops.error;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Something was written by a newer release, in a form that this one does not know. Nothing is wrong
 * with it: read it with the release that wrote it, or a later one.
 *
 * <p>Everything that is written for others to read says the number of its form, counted from 1.
 * Code that reads it asks here first, so that it is refused in one way.
 */
public final class NewerFormException extends MlopsException {
  private static final long serialVersionUID = 1L;

  private NewerFormException(String message) {
    super(message);
  }

  /**
   * Refuses a form that this release does not know.
   *
   * @param what what is read, such as {@code the profile}
   * @param form the number of its form
   * @param highest the highest number that this release knows, at least 1
   * @throws NewerFormException if the number is higher
   * @throws InvalidInputException if the number is not positive: no release writes such
   */
  public static void requireKnown(String what, long form, long highest) {
    requireNonNull(what, "what");
    if (form < 1) {
      throw unknown(what, Long.toString(form));
    }
    if (form > highest) {
      throw new NewerFormException(
          "cannot read "
              + what
              + ": form "
              + form
              + " is newer than form "
              + highest
              + ", the highest that this release knows; use the release that wrote it, or a later one");
    }
  }

  /**
   * Refuses a form that this release does not know, or that is not said.
   *
   * @param what what is read, such as {@code the profile}
   * @param form what is said of its form; may be missing
   * @param highest the highest number that this release knows, at least 1
   * @throws NewerFormException if the number is higher
   * @throws InvalidInputException if there is no positive whole number: no release writes such
   */
  public static void requireKnown(String what, JsonNode form, long highest) {
    requireNonNull(what, "what");
    if (form.isMissingNode()) {
      throw unknown(what, "none");
    }
    if (!form.isIntegralNumber() || !form.canConvertToLong()) {
      throw unknown(what, form.toString());
    }
    requireKnown(what, form.longValue(), highest);
  }

  private static InvalidInputException unknown(String what, String form) {
    return new InvalidInputException(
        "cannot read " + what + ": the number of its form must be 1 or more, and is " + form);
  }
}
