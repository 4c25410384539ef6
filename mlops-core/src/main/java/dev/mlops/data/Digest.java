package dev.mlops.data;

import dev.mlops.error.FileFailure;
import dev.mlops.error.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * The SHA-256 of some bytes: the name of that content.
 *
 * @param hex 64 hexadecimal digits, lower case
 */
public record Digest(String hex) {

  private static final String PREFIX = "sha256:";
  private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

  /**
   * Checks the digits.
   *
   * @param hex 64 hexadecimal digits, lower case
   * @throws IllegalArgumentException if these are not 64 hexadecimal digits in lower case
   */
  public Digest {
    Objects.requireNonNull(hex, "hex");
    if (!HEX.matcher(hex).matches()) {
      throw new IllegalArgumentException(
          "a SHA-256 digest has 64 hexadecimal digits in lower case: '" + hex + "'");
    }
  }

  /**
   * Computes the digest of some bytes.
   *
   * @param bytes the content
   * @return its digest
   */
  public static Digest of(byte[] bytes) {
    Objects.requireNonNull(bytes, "bytes");
    MessageDigest digest = sha256();
    digest.update(bytes);
    return finish(digest);
  }

  /**
   * Computes the digest of a stream, read to its end and left open.
   *
   * @param bytes the content
   * @return its digest
   * @throws StorageException if the stream cannot be read
   */
  public static Digest of(InputStream bytes) {
    Objects.requireNonNull(bytes, "bytes");
    MessageDigest digest = sha256();
    byte[] buffer = new byte[1 << 16];
    try {
      for (int n = bytes.read(buffer); n >= 0; n = bytes.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    } catch (IOException e) {
      throw new StorageException("cannot read the bytes to digest: " + FileFailure.reason(e), e);
    }
    return finish(digest);
  }

  /**
   * Reads a digest from text.
   *
   * @param text {@code sha256:} and 64 hexadecimal digits, or the digits alone
   * @return the digest
   * @throws IllegalArgumentException if the text is neither
   */
  public static Digest parse(String text) {
    Objects.requireNonNull(text, "text");
    return new Digest(text.startsWith(PREFIX) ? text.substring(PREFIX.length()) : text);
  }

  static Digest finish(MessageDigest digest) {
    return new Digest(HexFormat.of().formatHex(digest.digest()));
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform must have SHA-256", e);
    }
  }

  /**
   * Returns the first digits, enough for a person to tell digests apart.
   *
   * @return the first 12 hexadecimal digits
   */
  public String brief() {
    return hex.substring(0, 12);
  }

  /** Returns {@code sha256:} and the digits. */
  @Override
  public String toString() {
    return PREFIX + hex;
  }
}
