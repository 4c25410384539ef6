package dev.mlops.error;

/** A failure of the world outside the program; its kinds say what the caller can do about it. */
public class MlopsException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * Makes a failure.
   *
   * @param message what failed, and the way out
   */
  public MlopsException(String message) {
    super(message);
  }

  /**
   * Makes a failure that another one caused.
   *
   * @param message what failed, and the way out
   * @param cause the failure underneath
   */
  public MlopsException(String message, Throwable cause) {
    super(message, cause);
  }
}
