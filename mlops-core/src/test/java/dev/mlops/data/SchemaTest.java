package dev.mlops.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.error.InvalidInputException;
import org.junit.jupiter.api.Test;

class SchemaTest {

  private static final Schema SCHEMA =
      Schema.of(
          Field.of("date", DataType.INSTANT),
          Field.of("delay", DataType.INT64).orNull(),
          Field.of("embedding", DataType.vector(3)));

  @Test
  void reads_in_one_line() {
    assertThat(SCHEMA).hasToString("date INSTANT, delay INT64?, embedding VECTOR(3)");
  }

  @Test
  void survives_json() {
    assertThat(Schema.fromJson(SCHEMA.toJson())).isEqualTo(SCHEMA);
    assertThat(Schema.fromJson(Schema.of().toJson())).isEqualTo(Schema.of());
  }

  @Test
  void refuses_a_name_twice() {
    assertThatThrownBy(
            () -> Schema.of(Field.of("a", DataType.INT64), Field.of("a", DataType.STRING)))
        .hasMessage("field 'a' occurs twice in [a, a]");
  }

  @Test
  void refuses_json_that_is_no_schema() {
    assertThatThrownBy(() -> Schema.fromJson("{}"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("a schema in JSON needs a list 'fields'");
    assertThatThrownBy(() -> Schema.fromJson("{\"fields\":[{\"name\":\"a\",\"type\":\"INT\"}]}"))
        .isInstanceOf(InvalidInputException.class);
  }
}
