package dev.mlops.error;

import org.jspecify.annotations.Nullable;

/** A disk, a database or a network failed; the cause is the failure below. */
public final class StorageException extends MlopsException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the failure.
   *
   * @param message names the thing, the value and the way out
   */
  public StorageException(String message) {
    super(message);
  }

  /**
   * Creates the failure with its cause.
   *
   * @param message names the thing, the value and the way out
   * @param cause the failure below, or null
   */
  public StorageException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
