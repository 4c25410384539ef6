package dev.mlops.error;

/** Data that came from outside is not what it should be; the same data will fail again. */
public class InvalidInputException extends MlopsException {

  private static final long serialVersionUID = 1L;

  /**
   * Makes a failure.
   *
   * @param message what failed, and the way out
   */
  public InvalidInputException(String message) {
    super(message);
  }

  /**
   * Makes a failure that another one caused.
   *
   * @param message what failed, and the way out
   * @param cause the failure underneath
   */
  public InvalidInputException(String message, Throwable cause) {
    super(message, cause);
  }
}
