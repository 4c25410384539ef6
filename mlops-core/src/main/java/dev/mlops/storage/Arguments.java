package dev.mlops.storage;

import dev.mlops.data.Digest;
import dev.mlops.data.Micros;
import dev.mlops.error.InvalidInputException;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Puts values into the places of a statement. */
final class Arguments {
  private Arguments() {}

  static void bind(PreparedStatement statement, @Nullable Object... arguments) throws SQLException {
    for (int i = 0; i < arguments.length; i++) {
      bind(statement, i + 1, arguments[i]);
    }
  }

  private static void bind(PreparedStatement statement, int place, @Nullable Object value)
      throws SQLException {
    if (value == null) {
      statement.setNull(place, Types.NULL);
    } else if (value instanceof String text) {
      statement.setString(place, checked(text));
    } else if (value instanceof Long number) {
      statement.setLong(place, number);
    } else if (value instanceof Double number) {
      // H2 knows no negative zero; so that databases agree, none is given one.
      statement.setDouble(place, number + 0.0);
    } else if (value instanceof Integer number) {
      statement.setInt(place, number);
    } else if (value instanceof Boolean flag) {
      statement.setBoolean(place, flag);
    } else if (value instanceof Instant time) {
      statement.setLong(place, Micros.floor(time));
    } else if (value instanceof byte[] bytes) {
      statement.setBytes(place, bytes);
    } else if (value instanceof Digest digest) {
      statement.setString(place, digest.toString());
    } else if (value instanceof Enum<?> constant) {
      statement.setString(place, constant.name());
    } else {
      throw new IllegalArgumentException(
          "argument "
              + place
              + " is of "
              + value.getClass().getName()
              + "; known are String, Long, Integer, Double, Boolean, Instant, byte[], Digest, enums and null");
    }
  }

  private static String checked(String text) {
    Names.unkeepable(text)
        .ifPresent(
            flaw -> {
              throw new InvalidInputException("the text '" + Names.shown(text) + "' " + flaw);
            });
    return text;
  }
}
