package dev.mlops.error;

import static java.util.Objects.requireNonNull;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** What was asked for does not exist; the message says what does. */
public final class NotFoundException extends MlopsException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the failure.
   *
   * @param message names the thing, the value and the way out
   */
  public NotFoundException(String message) {
    super(message);
  }

  /**
   * Creates the failure with what there is instead: {@code no model 'x'; found: [a, b]}, or {@code
   * no model 'x'; there is none yet}.
   *
   * @param missing names the thing and the value
   * @param found what could have been meant; may be empty
   * @return the failure
   */
  public static NotFoundException among(String missing, Collection<?> found) {
    requireNonNull(missing, "missing");
    requireNonNull(found, "found");
    return new NotFoundException(
        missing + (found.isEmpty() ? "; there is none yet" : "; found: " + found));
  }

  /**
   * Creates the failure with its cause.
   *
   * @param message names the thing, the value and the way out
   * @param cause the failure below, or null
   */
  public NotFoundException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
