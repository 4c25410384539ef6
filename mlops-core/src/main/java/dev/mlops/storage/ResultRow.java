package dev.mlops.storage;

import dev.mlops.data.Digest;
import dev.mlops.data.Micros;
import dev.mlops.error.NewerFormException;
import dev.mlops.error.StorageException;
import java.time.Instant;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The present row of a query, valid only inside the reader that was given it.
 *
 * <p>Columns are found by name, whatever the case. A column that does not exist, or whose value is
 * of another type, is a {@link StorageException}; a null where a value was asked for is an {@link
 * IllegalStateException} naming the column.
 */
public interface ResultRow {

  /**
   * Reads a text.
   *
   * @param column its name
   * @return the text, or null
   */
  @Nullable String textOrNull(String column);

  /**
   * Reads a whole number without boxing it.
   *
   * @param column its name
   * @return the number
   * @throws IllegalStateException if it is null
   */
  long number(String column);

  /**
   * Reads a whole number that may be null.
   *
   * @param column its name
   * @return the number, or null
   */
  @Nullable Long numberOrNull(String column);

  /**
   * Reads a real number without boxing it.
   *
   * @param column its name
   * @return the number
   * @throws IllegalStateException if it is null
   */
  double real(String column);

  /**
   * Reads a real number that may be null.
   *
   * @param column its name
   * @return the number, or null
   */
  @Nullable Double realOrNull(String column);

  /**
   * Reads a truth value.
   *
   * @param column its name
   * @return the value
   * @throws IllegalStateException if it is null
   */
  boolean flag(String column);

  /**
   * Reads a truth value that may be null.
   *
   * @param column its name
   * @return the value, or null
   */
  @Nullable Boolean flagOrNull(String column);

  /**
   * Reads bytes.
   *
   * @param column its name
   * @return the bytes, the caller's own copy
   * @throws IllegalStateException if it is null
   */
  byte[] bytes(String column);

  /**
   * Reads a text.
   *
   * @param column its name
   * @return the text
   * @throws IllegalStateException if it is null
   */
  default String text(String column) {
    return present(column, textOrNull(column));
  }

  /**
   * Reads a time, kept as epoch microseconds.
   *
   * @param column its name
   * @return the time, in UTC
   * @throws IllegalStateException if it is null
   */
  default Instant instant(String column) {
    return Micros.instant(number(column));
  }

  /**
   * Reads a time that may be null.
   *
   * @param column its name
   * @return the time, in UTC, or null
   */
  default @Nullable Instant instantOrNull(String column) {
    Long micros = numberOrNull(column);
    return micros == null ? null : Micros.instant(micros);
  }

  /**
   * Reads a digest, kept as text.
   *
   * @param column its name
   * @return the digest
   * @throws IllegalStateException if it is null
   */
  default Digest digest(String column) {
    return parsed(column, Digest::parse);
  }

  /**
   * Reads a digest that may be null.
   *
   * @param column its name
   * @return the digest, or null
   */
  default @Nullable Digest digestOrNull(String column) {
    String text = textOrNull(column);
    return text == null ? null : parsed(column, Digest::parse);
  }

  /**
   * Reads a text that stands for a value, such as the name of a constant or JSON.
   *
   * @param column the column's label
   * @param parser makes the value; may throw if the text is none
   * @param <T> the type of the value
   * @return the value
   * @throws StorageException if the parser throws: what was stored is not there any more
   * @throws NewerFormException if the parser throws it
   * @throws IllegalStateException if it is null
   */
  default <T> T parsed(String column, Function<String, T> parser) {
    String text = text(column);
    try {
      return parser.apply(text);
    } catch (NewerFormException e) {
      throw e; // Nothing is damaged.
    } catch (RuntimeException e) {
      throw new StorageException(
          "cannot read column '"
              + column
              + "': '"
              + (text.length() > 80 ? text.substring(0, 80) + "..." : text)
              + "' is not what was stored; the database is damaged, or was changed by others",
          e);
    }
  }

  private static <T> T present(String column, @Nullable T value) {
    if (value == null) {
      throw new IllegalStateException(
          "column '" + column + "' is null; read it by its ...OrNull method");
    }
    return value;
  }
}
