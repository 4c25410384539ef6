package dev.mlops.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.mlops.data.Digest;
import dev.mlops.error.Elements;
import dev.mlops.error.NewerFormException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A text that says where a page of a listing ended, so that the next page begins behind it. It
 * holds the place and not a count, so it stays right while others write; it belongs to one query;
 * and a changed letter is told.
 *
 * <p>Layout, as Base64 for addresses: a version, the first 8 bytes of the SHA-256 of the query,
 * each text as its length in 4 bytes and its UTF-8, and the CRC-32C of all that.
 */
public final class PageToken {

  private static final byte VERSION = 1;
  private static final int QUERY_BYTES = 8;

  private PageToken() {}

  /**
   * Writes a token.
   *
   * @param query what is listed and in which order; equal texts for queries that may share a token
   * @param place what the last entry of the page is ordered by
   * @return letters, digits, hyphens and underscores
   */
  public static String of(String query, List<String> place) {
    byte[] listed = digest(requireNonNull(query, "query"));
    List<byte[]> texts =
        Elements.copy(place, "place").stream().map(text -> text.getBytes(UTF_8)).toList();
    int size = texts.stream().mapToInt(text -> Integer.BYTES + text.length).sum();
    ByteBuffer bytes = ByteBuffer.allocate(1 + QUERY_BYTES + size + Integer.BYTES);
    bytes.put(VERSION).put(listed);
    texts.forEach(text -> bytes.putInt(text.length).put(text));
    bytes.putInt(checksum(bytes.array(), bytes.position()));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
  }

  /**
   * Reads a token.
   *
   * @param query the query that is asked for its next page
   * @param token as {@link #of} has written it
   * @return the place; unmodifiable
   * @throws IllegalArgumentException if it is damaged, or of another query
   * @throws NewerFormException if a newer release wrote it
   */
  public static List<String> place(String query, String token) {
    byte[] listed = digest(requireNonNull(query, "query"));
    ByteBuffer bytes = checked(requireNonNull(token, "token"));
    byte[] of = new byte[QUERY_BYTES];
    bytes.get(of);
    if (!Arrays.equals(of, listed)) {
      throw new IllegalArgumentException(
          "the page token is of another query; ask the same query for its next page, or ask for the"
              + " first page without a token");
    }
    List<String> place = new ArrayList<>();
    try {
      while (bytes.hasRemaining()) {
        int length = bytes.getInt();
        if (length < 0 || length > bytes.remaining()) {
          throw damaged(null);
        }
        byte[] text = new byte[length];
        bytes.get(text);
        place.add(new String(text, UTF_8));
      }
    } catch (BufferUnderflowException e) {
      throw damaged(e);
    }
    return List.copyOf(place);
  }

  /** Returns what stands between the version and the checksum. */
  private static ByteBuffer checked(String token) {
    byte[] all;
    try {
      all = Base64.getUrlDecoder().decode(token);
    } catch (IllegalArgumentException e) {
      throw damaged(e);
    }
    int end = all.length - Integer.BYTES;
    if (end < 1 + QUERY_BYTES || ByteBuffer.wrap(all).getInt(end) != checksum(all, end)) {
      throw damaged(null);
    }
    NewerFormException.requireKnown("a page token", Byte.toUnsignedInt(all[0]), VERSION);
    return ByteBuffer.wrap(all, 1, end - 1);
  }

  private static IllegalArgumentException damaged(@Nullable Throwable cause) {
    return new IllegalArgumentException(
        "the page token is damaged; pass next() of a page as it is, or ask for the first page without"
            + " a token",
        cause);
  }

  private static int checksum(byte[] bytes, int end) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes, 0, end);
    return (int) checksum.getValue();
  }

  private static byte[] digest(String query) {
    String hex = Digest.of(query.getBytes(UTF_8)).hex();
    return HexFormat.of().parseHex(hex, 0, 2 * QUERY_BYTES);
  }
}
