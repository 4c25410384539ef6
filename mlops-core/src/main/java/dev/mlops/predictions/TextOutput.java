package dev.mlops.predictions;

import java.util.Objects;

/**
 * An output that is a text.
 *
 * @param text such as the name of a class
 */
public record TextOutput(String text) implements ModelOutput {

  /**
   * Checks the text.
   *
   * @param text such as the name of a class
   */
  public TextOutput {
    Objects.requireNonNull(text, "text");
  }
}
