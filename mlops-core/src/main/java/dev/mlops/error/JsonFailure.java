package dev.mlops.error;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;

/** What is wrong with a text that should be JSON, without the names and options of a parser. */
public final class JsonFailure {

  private JsonFailure() {}

  /**
   * Says what is wrong with a text, without where the parser had it from.
   *
   * @param failure what the parser threw
   * @return such as {@code Unexpected close marker ']': expected '}'}
   */
  public static String reason(JsonProcessingException failure) {
    String said = String.valueOf(requireNonNull(failure, "failure").getOriginalMessage());
    int source = said.indexOf("[Source:");
    int bracket = source < 0 ? -1 : said.lastIndexOf(" (", source);
    return bracket < 0 ? said : said.substring(0, bracket);
  }
}
