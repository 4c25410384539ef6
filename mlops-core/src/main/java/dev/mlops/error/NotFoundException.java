package dev.mlops.error;

/** Something was asked for by a name or an id that nothing has; the message says what exists. */
public class NotFoundException extends MlopsException {

  private static final long serialVersionUID = 1L;

  /**
   * Makes a failure.
   *
   * @param message what failed, and the way out
   */
  public NotFoundException(String message) {
    super(message);
  }

  /**
   * Makes a failure that another one caused.
   *
   * @param message what failed, and the way out
   * @param cause the failure underneath
   */
  public NotFoundException(String message, Throwable cause) {
    super(message, cause);
  }
}
