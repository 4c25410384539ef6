package dev.mlops.error;

import static java.util.Objects.requireNonNull;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** What an exception of a file means to a caller, in words and without the name of its class. */
public final class FileFailure {

  private FileFailure() {}

  /**
   * Makes the exception of a caller's own file, for the caller to throw.
   *
   * @param doing what could not be done, such as {@code cannot read /data/flights.csv}
   * @param failure why
   * @return a {@link NotFoundException} if there is no such file, else a {@link StorageException}
   */
  public static MlopsException of(String doing, IOException failure) {
    String text = requireNonNull(doing, "doing") + ": " + reason(failure);
    return isAbsent(failure)
        ? new NotFoundException(text, failure)
        : new StorageException(text, failure);
  }

  /**
   * Says why a file could not be used.
   *
   * @param failure the failure
   * @return such as {@code there is no such file} or {@code No space left on device}
   */
  public static String reason(IOException failure) {
    requireNonNull(failure, "failure");
    if (isAbsent(failure)) {
      return "there is no such file or directory";
    }
    if (failure instanceof AccessDeniedException) {
      return "this process is not allowed to";
    }
    if (failure instanceof FileAlreadyExistsException) {
      return "there is a file of this name already";
    }
    if (failure instanceof NotDirectoryException) {
      return "it is no directory";
    }
    if (failure instanceof ClosedByInterruptException) {
      return "the thread was interrupted meanwhile; try again";
    }
    if (failure instanceof ClosedChannelException) {
      return "the file was closed meanwhile";
    }
    if (failure instanceof FileSystemException system && system.getReason() != null) {
      return system.getReason();
    }
    return failure.getMessage() == null
        ? "the operating system gives no reason (" + failure.getClass().getSimpleName() + ")"
        : failure.getMessage();
  }

  private static boolean isAbsent(IOException failure) {
    return failure instanceof NoSuchFileException || failure instanceof FileNotFoundException;
  }
}
