package dev.mlops.error;

import org.jspecify.annotations.Nullable;

/**
 * A failure of the world outside the program: storage, data, or another writer.
 *
 * <p>Misuse of the library throws {@link IllegalArgumentException}, {@link IllegalStateException}
 * or {@link NullPointerException} instead. Each subclass says what the caller can do about it.
 */
public class MlopsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates a failure.
   *
   * @param message names the thing, the value and the way out
   */
  public MlopsException(String message) {
    super(message);
  }

  /**
   * Creates a failure that another one caused.
   *
   * @param message names the thing, the value and the way out
   * @param cause the failure below, or null
   */
  public MlopsException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
