package dev.mlops.error;

/** A database, a disk or a store failed; the same call may succeed later. */
public class StorageException extends MlopsException {

  private static final long serialVersionUID = 1L;

  /**
   * Makes a failure.
   *
   * @param message what failed, and the way out
   */
  public StorageException(String message) {
    super(message);
  }

  /**
   * Makes a failure that another one caused.
   *
   * @param message what failed, and the way out
   * @param cause the failure underneath
   */
  public StorageException(String message, Throwable cause) {
    super(message, cause);
  }
}
