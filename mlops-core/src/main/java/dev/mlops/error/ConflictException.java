package dev.mlops.error;

/**
 * Somebody else was first, or a newer state stands in the way; reading again and deciding anew may
 * help.
 */
public class ConflictException extends MlopsException {

  private static final long serialVersionUID = 1L;

  /**
   * Makes a failure.
   *
   * @param message what failed, and the way out
   */
  public ConflictException(String message) {
    super(message);
  }

  /**
   * Makes a failure that another one caused.
   *
   * @param message what failed, and the way out
   * @param cause the failure underneath
   */
  public ConflictException(String message, Throwable cause) {
    super(message, cause);
  }
}
