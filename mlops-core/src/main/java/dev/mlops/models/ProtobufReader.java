package dev.mlops.models;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.Plural;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the wire format of <a href="https://protobuf.dev/programming-guides/encoding/">Protocol
 * Buffers</a> from a stream that nobody vouches for, such as an ONNX file: a tag (field number and
 * wire type) before each value, a length before each text and nested message.
 *
 * <p>A claimed length allocates nothing. What nobody asks for is passed over, so weights of
 * gigabytes cost time and no memory. For use by one thread. Each method throws {@link
 * InvalidInputException} for bytes that are no such message, naming the place.
 */
public final class ProtobufReader {

  /** The wire type of a number of variable length. */
  public static final int VARINT = 0;

  /** The wire type of texts, nested messages and packed numbers. */
  public static final int LENGTH = 2;

  private static final int FIXED64 = 1;
  private static final int FIXED32 = 5;
  private static final int DEEPEST = 64;

  private final InputStream in;
  private final String subject;
  private final byte[] buffer = new byte[1 << 13];
  private int next;
  private int filled;
  private long position;
  private long end = Long.MAX_VALUE;
  private int depth;
  private int type;

  /**
   * Starts at the beginning of a message.
   *
   * @param in the message; the caller closes it
   * @param subject what the message is, for errors, such as {@code ONNX model}
   */
  public ProtobufReader(InputStream in, String subject) {
    this.in = requireNonNull(in, "in");
    this.subject = requireNonNull(subject, "subject");
  }

  /** Takes the fields of a message, one by one. */
  @FunctionalInterface
  public interface Fields {
    /**
     * Takes the field that comes, by one of the reader's methods.
     *
     * @param tag eight times its number, and its wire type
     * @throws IOException if the stream cannot be read
     */
    void take(int tag) throws IOException;
  }

  /**
   * Reads a whole stream as one message.
   *
   * @param fields takes each field
   * @throws IOException if the stream cannot be read
   */
  public void all(Fields fields) throws IOException {
    requireNonNull(fields, "fields");
    while (fill()) {
      field(fields);
    }
  }

  /**
   * Reads the nested message that comes.
   *
   * @param fields takes each of its fields
   * @throws IOException if the stream cannot be read
   */
  public void message(Fields fields) throws IOException {
    requireNonNull(fields, "fields");
    if (++depth > DEEPEST) {
      throw bad("nests messages deeper than " + DEEPEST);
    }
    within(() -> field(fields));
    depth--;
  }

  /**
   * Reads the packed numbers that come, one after the other without tags.
   *
   * @param numbers takes each number
   * @throws IOException if the stream cannot be read
   */
  public void packed(LongConsumer numbers) throws IOException {
    requireNonNull(numbers, "numbers");
    within(() -> numbers.accept(varint()));
  }

  private interface Step {
    void take() throws IOException;
  }

  /** Takes step by step what lies within the length that comes. */
  private void within(Step step) throws IOException {
    long outer = end;
    long length = length();
    end = position + length;
    while (position < end) {
      step.take();
    }
    end = outer;
  }

  private void field(Fields fields) throws IOException {
    long tag = varint();
    type = (int) (tag & 7);
    if (tag >>> 3 == 0 || tag >>> 3 >= 1 << 29) {
      throw bad("has a field of the number " + (tag >>> 3));
    }
    fields.take((int) tag);
  }

  /**
   * Reads the number that comes.
   *
   * @return its 64 bits
   * @throws IOException if the stream cannot be read
   */
  @CanIgnoreReturnValue
  public long varint() throws IOException {
    long number = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int one = one();
      number |= (one & 0x7FL) << shift;
      if (one < 0x80) {
        return number;
      }
    }
    throw bad("has a number longer than 10 bytes");
  }

  /**
   * Reads the text that comes.
   *
   * @param longest the most bytes that it may have
   * @return the text; null for a longer one, which is passed over
   * @throws IOException if the stream cannot be read
   */
  public @Nullable String text(int longest) throws IOException {
    long length = length();
    if (length > longest) {
      pass(length);
      return null;
    }
    byte[] bytes = new byte[(int) length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) one();
    }
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw bad("has a text that is not UTF-8");
    }
  }

  /**
   * Passes over the value that comes.
   *
   * @throws IOException if the stream cannot be read
   */
  public void skip() throws IOException {
    switch (type) {
      case VARINT -> varint();
      case FIXED64 -> pass(Long.BYTES);
      case LENGTH -> pass(length());
      case FIXED32 -> pass(Integer.BYTES);
      default -> throw bad("has a value of the wire type " + type);
    }
  }

  private long length() throws IOException {
    long length = varint();
    if (length < 0 || length > end - position) {
      throw bad(
          "claims "
              + Long.toUnsignedString(length)
              + Plural.words(length, " byte", " bytes")
              + " where fewer are left");
    }
    return length;
  }

  private void pass(long bytes) throws IOException {
    if (bytes > end - position) {
      throw bad("ends in the middle of a value");
    }
    for (long left = bytes; left > 0; ) {
      if (!fill()) {
        throw bad("ends in the middle of a value");
      }
      int step = (int) Math.min(left, filled - next);
      next += step;
      position += step;
      left -= step;
    }
  }

  private int one() throws IOException {
    if (position >= end || !fill()) {
      throw bad("ends in the middle of a value");
    }
    position++;
    return buffer[next++] & 0xFF;
  }

  private boolean fill() throws IOException {
    if (next == filled) {
      next = 0;
      filled = Math.max(0, in.read(buffer));
    }
    return next < filled;
  }

  private InvalidInputException bad(String what) {
    return new InvalidInputException(
        "this is no " + subject + ": at byte " + position + " it " + what);
  }
}
