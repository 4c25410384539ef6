package dev.mlops.scoring;

import dev.mlops.error.ConflictException;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.MlopsException;
import dev.mlops.error.NotFoundException;
import dev.mlops.error.StorageException;

/** Says where something failed, and keeps what kind of failure it is. */
final class ScoringFailure {

  private ScoringFailure() {}

  static MlopsException of(String message, RuntimeException cause) {
    if (cause instanceof InvalidInputException) {
      return new InvalidInputException(message, cause);
    }
    if (cause instanceof StorageException) {
      return new StorageException(message, cause);
    }
    if (cause instanceof ConflictException) {
      return new ConflictException(message, cause);
    }
    return cause instanceof NotFoundException
        ? new NotFoundException(message, cause)
        : new MlopsException(message, cause);
  }

  static String reason(Throwable failure) {
    return failure.getMessage() == null ? failure.toString() : failure.getMessage();
  }
}
