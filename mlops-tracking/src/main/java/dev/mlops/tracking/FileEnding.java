package dev.mlops.tracking;

import dev.mlops.error.InvalidInputException;
import java.util.Locale;

/** What a path says of the content: who opens an artifact goes by the end of its name. */
final class FileEnding {

  private FileEnding() {}

  static String checked(String path, String what, String ending) {
    if (!path.toLowerCase(Locale.ROOT).endsWith(ending)) {
      throw new InvalidInputException(
          "artifact '" + path + "' is " + what + "; end its path with " + ending);
    }
    return path;
  }
}
