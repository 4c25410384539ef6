package dev.mlops.journal;

import dev.mlops.storage.Names;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * Names one thing of a project: what sort of thing it is, and its name.
 *
 * @param kind such as {@code model}, {@code alias}, {@code run}: lower-case words joined by hyphens
 * @param name of the thing, such as {@code flights}
 */
public record ObjectKey(String kind, String name) {
  private static final Pattern KIND = Pattern.compile("[a-z0-9_-]{1,50}");
  private static final int LONGEST = 500;

  /**
   * Checks the parts.
   *
   * @param kind such as {@code model}, {@code alias}, {@code run}: lower-case words joined by
   *     hyphens
   * @param name of the thing, such as {@code flights}
   * @throws IllegalArgumentException if the kind is of another form or has more than 50 characters,
   *     or the name is blank, has more than 500 characters, or one that no database keeps
   */
  public ObjectKey {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(kind, "kind");
    if (!KIND.matcher(kind).matches()) {
      throw new IllegalArgumentException(
          "the kind of an object is 1 to 50 lower-case letters, digits, hyphens and underscores, such as model: '"
              + Names.shown(kind)
              + "'");
    }
    Names.checked(kind, name, LONGEST);
  }

  /**
   * Names a thing.
   *
   * @param kind such as {@code model}
   * @param name such as {@code flights}
   * @return the key
   * @throws IllegalArgumentException if kind or name is of a form that is not allowed
   */
  public static ObjectKey of(String kind, String name) {
    Objects.requireNonNull(name, "name");
    return new ObjectKey(kind, name);
  }

  /** Returns kind and name, such as {@code model 'flights'}. */
  @Override
  public String toString() {
    return kind + " '" + name + "'";
  }
}
