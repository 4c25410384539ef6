package dev.mlops.error;

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
   * Creates the failure with its cause.
   *
   * @param message names the thing, the value and the way out
   * @param cause the failure below, or null
   */
  public NotFoundException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
