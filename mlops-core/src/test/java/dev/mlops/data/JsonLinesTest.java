package dev.mlops.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.error.InvalidInputException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class JsonLinesTest {

  private static final Schema SCHEMA =
      Schema.of(
          Field.of("carrier", DataType.STRING),
          Field.of("delay", DataType.INT64).orNull(),
          Field.of("embedding", DataType.vector(2)).orNull());

  private static JsonLines.Reader json(String... lines) {
    return JsonLines.read(
        new ByteArrayInputStream(String.join("\n", lines).getBytes(StandardCharsets.UTF_8)));
  }

  private static String written(Dataset dataset) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    JsonLines.write(dataset, out);
    return out.toString(StandardCharsets.UTF_8);
  }

  @Property(tries = 300)
  void gives_back_what_was_written(@ForAll long seed) {
    Dataset dataset = new RandomTables(seed).dataset();
    Dataset read = json(written(dataset)).schema(dataset.schema()).load().orThrow();
    assertThat(RandomTables.twin(read)).isEqualTo(RandomTables.twin(dataset));
    assertThat(read.digest()).isEqualTo(dataset.digest());
  }

  @Test
  void writes_an_object_on_each_line() {
    Dataset dataset =
        Dataset.builder(SCHEMA)
            .row("A\"A", 7, new float[] {0.5f, Float.NaN})
            .row("\n", null, null)
            .build();
    assertThat(written(dataset))
        .isEqualTo(
            """
            {"carrier":"A\\"A","delay":7,"embedding":[0.5,"NaN"]}
            {"carrier":"\\n","delay":null,"embedding":null}
            """);
  }

  @Test
  void reads_what_fits_and_accounts_for_what_does_not() {
    Imported read =
        json(
                "\uFEFF{\"delay\":7,\"carrier\":\"AA\",\"more\":{\"x\":[1]},\"embedding\":[1,2.5]}",
                "",
                "{\"carrier\":\"UA\",\"delay\":\"7\",\"embedding\":[1]}",
                "{\"carrier\":7}",
                "{\"delay\":1}",
                "{\"carrier\":\"DL\",\"delay\":1.5",
                "[1]",
                "{\"carrier\":\"DL\"} {}",
                "{\"carrier\":\"DL\",\"carrier\":\"DL\"}",
                "{\"carrier\":\"WN\",\"delay\":1.5,\"embedding\":[1,[2]]}")
            .schema(SCHEMA)
            .load();
    assertThat(RandomTables.twin(read.dataset()).toString())
        .isEqualTo("[[AA, 7, [1.0, 2.5]], [UA, null, null], [WN, null, null]]");
    assertThat(read.badCells().stream().filter(cell -> cell.column() != null))
        .containsExactly(
            new BadCell(1, 3, "delay", "7", "is not a whole number"),
            new BadCell(1, 3, "embedding", "[1]", "has 1 number where the vector has 2"),
            new BadCell(2, 4, "carrier", "7", "is not a string"),
            new BadCell(3, 5, "carrier", "", "is missing, but the field is not nullable"),
            new BadCell(4, 6, "delay", "1.5", "is not a whole number"),
            new BadCell(8, 10, "delay", "1.5", "is not a whole number"),
            new BadCell(8, 10, "embedding", "[1,[]", "has an element that is not a number"));
    assertThat(read.badCells().stream().filter(cell -> cell.column() == null).map(BadCell::line))
        .containsExactly(6L, 7L, 8L, 9L);
    assertThat(read.rowsSetAside()).isEqualTo(6);
  }

  @Test
  void finds_the_type_of_each_name() {
    Imported read =
        json(
                "{\"i\":1,\"d\":1,\"s\":\"7\",\"t\":\"2001-01-01T00:01:00Z\",\"v\":[1,2],\"m\":1}",
                "{\"i\":2,\"d\":\"NaN\",\"s\":null,\"t\":\"2001-01-01T00:02:00Z\",\"v\":[3,4],\"m\":\"x\",\"late\":true}",
                "{broken",
                "{\"i\":-3,\"d\":2.5,\"s\":\"8\"}")
            .load();
    assertThat(read.dataset().schema())
        .hasToString(
            "i INT64, d FLOAT64, s STRING?, t INSTANT?, v VECTOR(2)?, m STRING?, late BOOLEAN?");
    assertThat(RandomTables.twin(read.dataset()).get(0).toString())
        .isEqualTo("[1, 1.0, 7, 2001-01-01T00:01:00Z, [1.0, 2.0], 1, null]");
    assertThat(read.inferences().get(1).reason())
        .isEqualTo("not INT64: 'NaN' in row 1 is not a whole number");
    assertThat(read.badCellCount()).isEqualTo(1);
  }

  @Test
  void keeps_whole_numbers_as_text_that_a_floating_point_type_would_change() {
    Imported read =
        json(
                "{\"n\":9007199254740993,\"even\":9007199254740994,\"v\":[16777217,0.5],\"w\":[16777216,1]}",
                "{\"n\":12.5,\"even\":12.5,\"v\":[1,2],\"w\":[0.1,1]}")
            .load();
    assertThat(read.dataset().schema())
        .hasToString("n STRING, even FLOAT64, v STRING, w VECTOR(2)");
    assertThat(read.dataset().strings("n").get(0)).isEqualTo("9007199254740993");
    assertThat(read.dataset().doubles("even").get(0)).isEqualTo(9007199254740994.0);
    assertThat(read.dataset().strings("v").get(0)).isEqualTo("[16777217,0.5]");
    assertThat(read.inferences().get(0).reason())
        .isEqualTo(
            "not FLOAT64: '9007199254740993' in row 0 has digits that a FLOAT64 does not keep");
    assertThat(read.inferences().get(2).reason())
        .isEqualTo(
            "not VECTOR(2): '[16777217,0.5]' in row 0 has digits that a vector's FLOAT32 does not keep");
  }

  @Test
  void tells_an_element_that_is_too_large_for_a_vector() {
    Imported read = json("{\"carrier\":\"A\",\"embedding\":[1e39,0]}").schema(SCHEMA).load();
    assertThat(read.dataset().row(0).isNull("embedding")).isTrue();
    assertThat(read.badCells())
        .containsExactly(
            new BadCell(
                0, 1, "embedding", "[1e39,0]", "has an element that is too large for 32 bits"));
  }

  @Test
  void forgets_a_name_that_only_a_bad_line_has() {
    assertThat(json("{\"a\":1}", "{\"b\":1,", "{\"a\":2}").load().dataset().schema())
        .hasToString("a INT64");
    assertThat(json("{\"a\":{}}").load().badCells())
        .containsExactly(new BadCell(0, 1, "a", "{...}", "is an object; flatten it before"));
  }

  @Nested
  class Refuses {

    @Test
    void bytes_that_are_not_utf8() {
      assertThatThrownBy(
              () -> JsonLines.read(new ByteArrayInputStream(new byte[] {(byte) 0xff})).load())
          .isInstanceOf(InvalidInputException.class)
          .hasMessage("cannot read a stream: it is not UTF-8");
    }

    @Test
    void an_option_twice() {
      assertThatThrownBy(() -> json("").schema(SCHEMA).schema(SCHEMA))
          .hasMessage(
              "the option 'schema' is set already, to carrier STRING, delay INT64?, embedding VECTOR(2)?");
    }
  }
}
