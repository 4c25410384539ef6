package dev.mlops.error;

import org.jspecify.annotations.Nullable;

/**
 * Something else is there already, or another writer was first; read the present state and decide
 * again.
 */
public final class ConflictException extends MlopsException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the failure.
   *
   * @param message names the thing, the value and the way out
   */
  public ConflictException(String message) {
    super(message);
  }

  /**
   * Creates the failure with its cause.
   *
   * @param message names the thing, the value and the way out
   * @param cause the failure below, or null
   */
  public ConflictException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
