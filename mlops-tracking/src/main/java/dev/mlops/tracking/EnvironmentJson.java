package dev.mlops.tracking;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mlops.error.StorageException;

/** An environment as JSON: an object with the record's components. */
final class EnvironmentJson {

  private static final ObjectMapper MAPPER =
      new ObjectMapper().configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);

  private EnvironmentJson() {}

  static String write(Environment environment) {
    try {
      return MAPPER.writeValueAsString(environment);
    } catch (JsonProcessingException e) {
      throw new StorageException("cannot write an environment as JSON", e);
    }
  }

  static Environment read(String json) {
    try {
      return MAPPER.readValue(json, Environment.class);
    } catch (JsonProcessingException e) {
      throw new StorageException("the environment of a run is damaged", e);
    }
  }
}
