package dev.mlops.storage;

import dev.mlops.error.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * The name of an artifact within its owner: segments separated by {@code /}, the one gate that
 * every such name passes.
 *
 * <p>Refused are names that another tool could read as a way out of the owner: absolute names and
 * drive letters, empty segments, {@code .} and {@code ..}, control characters, backslashes, {@code
 * ?} and {@code #}, and what still holds a percent-encoded dot, slash or backslash. A segment has
 * at most 255 bytes of UTF-8, a path 1,024. Any other letter of Unicode is fine.
 *
 * @param value the checked path
 */
public record ArtifactPath(String value) implements Comparable<ArtifactPath> {
  private static final int SEGMENT_BYTES = 255;
  private static final int PATH_BYTES = 1_024;
  private static final Pattern DRIVE = Pattern.compile("^[A-Za-z]:.*", Pattern.DOTALL);
  private static final Pattern ENCODED = Pattern.compile("%(2e|2f|5c)");

  /**
   * Checks the path.
   *
   * @param value the checked path
   * @throws InvalidInputException if it is refused, saying why
   */
  public ArtifactPath {
    Objects.requireNonNull(value, "value");
    refuse(value.isEmpty(), value, "is empty");
    refuse(value.startsWith("/"), value, "is absolute");
    refuse(DRIVE.matcher(value).matches(), value, "begins with a drive letter");
    refuse(value.chars().anyMatch(Character::isISOControl), value, "holds a control character");
    refuse(value.chars().anyMatch(c -> "\\?#".indexOf(c) >= 0), value, "holds one of \\ ? #");
    refuse(
        ENCODED.matcher(value.toLowerCase(Locale.ROOT)).find(),
        value,
        "holds a percent-encoded dot, slash or backslash");
    refuse(!StandardCharsets.UTF_8.newEncoder().canEncode(value), value, "is not valid Unicode");
    refuse(bytes(value) > PATH_BYTES, value, "is longer than " + PATH_BYTES + " bytes");
    for (String segment : value.split("/", -1)) {
      check(segment, value);
    }
  }

  /**
   * Checks a path.
   *
   * @param value segments separated by {@code /}
   * @return the checked path
   * @throws InvalidInputException if it is refused, saying why
   */
  public static ArtifactPath of(String value) {
    return new ArtifactPath(value);
  }

  private static void check(String segment, String path) {
    refuse(segment.isEmpty(), path, "has an empty segment");
    refuse(segment.equals(".") || segment.equals(".."), path, "has the segment '" + segment + "'");
    refuse(
        bytes(segment) > SEGMENT_BYTES,
        path,
        "has a segment longer than " + SEGMENT_BYTES + " bytes");
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  private static void refuse(boolean bad, String path, String reason) {
    if (bad) {
      throw new InvalidInputException("artifact path '" + shown(path) + "' " + reason);
    }
  }

  private static String shown(String path) {
    String visible = path.replaceAll("\\p{IsControl}", "\uFFFD");
    return visible.length() <= 80 ? visible : visible.substring(0, 80) + "...";
  }

  /** Orders paths as their texts. */
  @Override
  public int compareTo(ArtifactPath other) {
    Objects.requireNonNull(other, "other");
    return value.compareTo(other.value);
  }

  /** Returns the path itself. */
  @Override
  public String toString() {
    return value;
  }
}
