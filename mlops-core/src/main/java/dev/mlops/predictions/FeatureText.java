package dev.mlops.predictions;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import dev.mlops.error.InvalidInputException;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Named values as one line of JSON, in which NaN and the infinities are bare words. */
final class FeatureText {
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          // What is in the table is read, whoever wrote it; a text there is at most a megabyte.
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNameLength(Integer.MAX_VALUE)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private FeatureText() {}

  static String write(Map<String, ? extends @Nullable Object> values) {
    StringWriter text = new StringWriter(values.size() * 24 + 2);
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      for (var value : values.entrySet()) {
        json.writeFieldName(value.getKey());
        write(json, value.getKey(), value.getValue());
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new InvalidInputException(
          "cannot write the values " + values.keySet() + " as JSON: " + e.getMessage(), e);
    }
    return text.toString();
  }

  private static void write(JsonGenerator json, String name, @Nullable Object value)
      throws IOException {
    if (value == null) {
      json.writeNull();
    } else if (value instanceof String text) {
      json.writeString(text);
    } else if (value instanceof Boolean flag) {
      json.writeBoolean(flag);
    } else if (value instanceof Long
        || value instanceof Integer
        || value instanceof Short
        || value instanceof Byte) {
      json.writeNumber(((Number) value).longValue());
    } else if (value instanceof Number number) {
      // A float as the double that equals it, so that a column of floats and the log agree.
      json.writeNumber(number.doubleValue());
    } else {
      throw new InvalidInputException(
          "value '"
              + name
              + "' is of "
              + value.getClass().getName()
              + "; known are numbers, strings and booleans");
    }
  }

  /** Hands each value of a text to a reader; numbers as doubles, everything else as text. */
  static void read(String text, Reader reader) {
    try (JsonParser json = JSON.createParser(text)) {
      json.nextToken();
      for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
        JsonToken token = json.nextToken();
        if (token == JsonToken.VALUE_NULL) {
          reader.absent(name);
        } else if (token.isNumeric()) {
          reader.number(name, json.getDoubleValue());
        } else {
          reader.text(name, json.getText());
        }
      }
    } catch (IOException e) {
      throw new InvalidInputException("not the values of a prediction: " + e.getMessage(), e);
    }
  }

  /** Takes the values one by one. */
  interface Reader {
    void absent(String name);

    void number(String name, double value);

    void text(String name, String value);
  }
}
