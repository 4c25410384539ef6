package dev.mlops.mlflow;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.mlops.error.FileFailure;
import dev.mlops.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The scalars of a YAML file as the texts that stand in it. MLflow writes an id without quotes, and
 * one such as {@code 123e4567...} of digits alone is a number to YAML, which would come out as
 * another text.
 */
final class YamlTexts {

  private static final int LARGEST = 32 << 20;
  private static final YAMLFactory YAML = new YAMLFactory();

  private YamlTexts() {}

  /** Reads the scalars by their names; those of an inner map by {@code outer/inner}. */
  static Map<String, String> read(Path file) {
    try {
      if (Files.size(file) > LARGEST) {
        throw new InvalidInputException(
            "'" + file + "' is larger than 32 MiB, so it is no meta.yaml");
      }
      try (JsonParser parser = YAML.createParser(Files.readAllBytes(file))) {
        Map<String, String> texts = new LinkedHashMap<>();
        if (parser.nextToken() != JsonToken.START_OBJECT) {
          throw new InvalidInputException("'" + file + "' is no YAML map");
        }
        object(parser, "", texts);
        return texts;
      }
    } catch (com.fasterxml.jackson.core.JacksonException e) {
      throw new InvalidInputException("'" + file + "' is no YAML: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw FileFailure.of("cannot read '" + file + "'", e);
    }
  }

  private static void object(JsonParser parser, String prefix, Map<String, String> texts)
      throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = prefix + parser.currentName();
      JsonToken value = parser.nextToken();
      if (value == JsonToken.START_OBJECT) {
        object(parser, name + "/", texts);
      } else if (value == JsonToken.START_ARRAY) {
        parser.skipChildren();
      } else if (value != JsonToken.VALUE_NULL) {
        texts.put(name, parser.getText());
      }
    }
  }
}
