package dev.mlops.error;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.CharConversionException;

/**
 * What is wrong with a text that should be JSON or YAML, without the names and options of a parser.
 */
public final class JsonFailure {

  private JsonFailure() {}

  /**
   * Says what is wrong with a text, without where the parser had it from.
   *
   * @param failure what the parser threw
   * @return such as {@code Unexpected close marker ']': expected '}'}
   */
  public static String reason(JsonProcessingException failure) {
    requireNonNull(failure, "failure");
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof CharConversionException) {
        return "its bytes are no text: " + cause.getMessage();
      }
    }
    String said = String.valueOf(failure.getOriginalMessage());
    int source = said.indexOf("[Source:");
    int bracket = source < 0 ? -1 : said.lastIndexOf(" (", source);
    return bracket < 0 ? said : said.substring(0, bracket);
  }
}
