package dev.mlops.error;

import org.jspecify.annotations.Nullable;

/** Data from outside is not what it should be; correct the data and try again. */
public final class InvalidInputException extends MlopsException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the failure.
   *
   * @param message names the thing, the value and the way out
   */
  public InvalidInputException(String message) {
    super(message);
  }

  /**
   * Creates the failure with its cause.
   *
   * @param message names the thing, the value and the way out
   * @param cause the failure below, or null
   */
  public InvalidInputException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
