package dev.mlops.data;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Holds what is read from JSON lines against a tree of Jackson's for each line. */
class JsonOracleTest {

  private static final int GENERATED_FILES = 20_000;

  private static final Schema SCHEMA =
      Schema.of(
          Field.of("s", DataType.STRING).orNull(),
          Field.of("n", DataType.INT64).orNull(),
          Field.of("b", DataType.BOOLEAN).orNull());

  private static final ObjectMapper TREES =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final List<String> FILES =
      List.of(
          "{\"s\":\"a\",\"n\":1,\"b\":true}\n{\"n\":null}\n",
          "\uFEFF{\"s\":\"\\u00e9\\ud83d\\ude00\\\"\"}\r\n\r\n{\"b\":false,\"x\":[1,{}]}",
          "{\"s\":\"\\ud800\",\"n\":-12}\n{}\n[1]\n{\"n\":1}{\"n\":2}\n");

  private static final List<String> PIECES =
      List.of(
          "{",
          "}",
          "\n",
          "\r",
          "\r\n",
          "{\"s\":\"",
          "\"}",
          "\"",
          "\\",
          "\\n",
          "\\u0000",
          "\\udc00",
          "\0",
          "\u2028",
          "\u0085",
          "\u001C",
          "\uFEFF",
          " ",
          "\t",
          ",",
          ":",
          "\"n\":",
          "1",
          "-7",
          "1.0",
          "1e2",
          "9223372036854775808",
          "\"b\":",
          "true",
          "false",
          "null",
          "{\"n\":5,\"b\":true}\n",
          "é",
          "😀",
          "[",
          "]");

  /** What a line is: nothing at all, a row, or set aside. */
  private record Read(List<List<@Nullable Object>> rows, long told, long setAside) {}

  private static Read tree(String text) {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    long told = 0;
    long setAside = 0;
    String unmarked = text.startsWith("\uFEFF") ? text.substring(1) : text;
    for (String line : unmarked.split("\n", -1)) {
      if (!line.replaceAll("[ \t\r]", "").isEmpty()) {
        JsonNode tree = object(line);
        if (tree == null) {
          told++;
          setAside++;
        } else {
          List<@Nullable Object> row = row(tree);
          rows.add(row);
          for (int i = 0; i < row.size(); i++) {
            JsonNode node = tree.path(SCHEMA.names().get(i));
            told += row.get(i) == null && !node.isNull() && !node.isMissingNode() ? 1 : 0;
          }
        }
      }
    }
    return new Read(rows, told, setAside);
  }

  private static @Nullable JsonNode object(String line) {
    try {
      JsonNode tree = TREES.readTree(line);
      return tree.isObject() ? tree : null;
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  private static List<@Nullable Object> row(JsonNode tree) {
    JsonNode s = tree.path("s");
    JsonNode n = tree.path("n");
    JsonNode b = tree.path("b");
    boolean whole = s.isTextual() && StandardCharsets.UTF_8.newEncoder().canEncode(s.textValue());
    return Arrays.asList(
        whole ? s.textValue() : null,
        n.isIntegralNumber() && n.canConvertToLong() ? n.longValue() : null,
        b.isBoolean() ? b.booleanValue() : null);
  }

  /** How much was told, of a line that is set aside once. */
  private static long told(List<BadCell> cells) {
    Set<Long> setAside =
        cells.stream()
            .filter(cell -> cell.column() == null)
            .map(BadCell::line)
            .collect(Collectors.toSet());
    return setAside.size() + cells.stream().filter(cell -> !setAside.contains(cell.line())).count();
  }

  private static void check(String text) {
    Imported read =
        JsonLines.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)))
            .schema(SCHEMA)
            .load();
    Read expected = tree(text);
    assertThat(
            new Read(RandomTables.twin(read.dataset()), told(read.badCells()), read.rowsSetAside()))
        .as(text)
        .isEqualTo(expected);
  }

  @Test
  void every_character_in_every_place_is_read_as_in_a_tree() {
    List<String> characters =
        IntStream.concat(
                IntStream.rangeClosed(0, 0x22),
                IntStream.of(',', '\\', '{', '}', 0x85, 0x2028, 0xFEFF))
            .mapToObj(Character::toString)
            .toList();
    for (String file : FILES) {
      for (int place = 0; place <= file.length(); place++) {
        for (String character : characters) {
          check(file.substring(0, place) + character + file.substring(place));
        }
      }
    }
  }

  @Test
  void generated_files_are_read_as_in_a_tree() {
    for (int seed = 0; seed < GENERATED_FILES; seed++) {
      Random random = new Random(seed);
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < random.nextInt(25); i++) {
        text.append(PIECES.get(random.nextInt(PIECES.size())));
      }
      check(text.toString());
    }
  }

  @Test
  void texts_of_every_character_are_written_as_a_tree_reads_them() throws JsonProcessingException {
    for (int seed = 0; seed < 2_000; seed++) {
      String text = CsvOracle.text(new Random(seed), 5);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      JsonLines.write(Dataset.builder(SCHEMA).row(text, seed, null).build(), out);
      JsonNode tree = TREES.readTree(out.toString(StandardCharsets.UTF_8));
      assertThat(tree.path("s").textValue()).isEqualTo(text);
      assertThat(tree.path("n").longValue()).isEqualTo(seed);
      check(out.toString(StandardCharsets.UTF_8));
    }
  }
}
