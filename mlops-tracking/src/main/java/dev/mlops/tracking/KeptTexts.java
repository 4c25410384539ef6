package dev.mlops.tracking;

import dev.mlops.error.Plural;
import dev.mlops.storage.Names;

/** The texts that a run keeps: params, tags and the note. */
final class KeptTexts {

  private KeptTexts() {}

  /** Checks a text that a recorder gives; a longer one has another place in the run. */
  static String checked(String what, String text) {
    if (text.length() > Names.LONGEST_TEXT) {
      throw new IllegalArgumentException(
          "%s has %s; at most %s are allowed. Keep a longer text with artifact(path, text)"
              .formatted(
                  what, Plural.of(text.length(), "character"), Plural.grouped(Names.LONGEST_TEXT)));
    }
    return Names.checkedText(what, text);
  }
}
