package dev.mlops.features.view;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/** The rules for names that become column names and artifact paths, and for options. */
final class Names {

  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,99}");

  private Names() {}

  @CanIgnoreReturnValue
  static String check(String what, String name) {
    Objects.requireNonNull(name, "name");
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          what
              + " name '"
              + dev.mlops.storage.Names.shown(name)
              + "' is not a letter followed by at most 99 letters, digits, '_' or '-'");
    }
    return name;
  }

  static void checkColumn(String column) {
    Objects.requireNonNull(column, "column");
    if (column.isBlank()) {
      throw new IllegalArgumentException("a column's name must not be blank: '" + column + "'");
    }
  }

  static void checkDistinct(String what, List<String> names) {
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (!seen.add(name)) {
        throw new IllegalArgumentException(what + " '" + name + "' is there twice");
      }
    }
  }
}
