package dev.mlops.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.error.InvalidInputException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The forms in which programs and people write CSV. */
class CsvFormsTest {

  private static Csv.Reader csv(String text) {
    return csv(text, StandardCharsets.UTF_8);
  }

  private static Csv.Reader csv(String text, Charset charset) {
    return Csv.read(new ByteArrayInputStream(text.getBytes(charset)));
  }

  private static void assertRead(Csv.Reader reader, String schema, String rows) {
    Dataset dataset = reader.load().orThrow();
    assertThat(dataset.schema()).hasToString(schema);
    assertThat(RandomTables.twin(dataset)).hasToString(rows);
  }

  @Nested
  class Names {

    @Test
    void are_made_where_the_header_has_none() {
      assertRead(
          csv(",a,b\n0,1,x\n1,2,y\n"),
          "column0 INT64, a INT64, b STRING",
          "[[0, 1, x], [1, 2, y]]");
      assertRead(csv("\"\",\"a\"\n\"1\",5\n"), "column0 INT64, a INT64", "[[1, 5]]");
      assertRead(csv(",column0\n1,2\n"), "column0.1 INT64, column0 INT64", "[[1, 2]]");
    }

    @Test
    void get_a_number_where_they_are_there_again() {
      assertRead(
          csv("x,x,x.1,x\n1,2,3,4\n"),
          "x INT64, x.2 INT64, x.1 INT64, x.3 INT64",
          "[[1, 2, 3, 4]]");
    }

    @Test
    void are_given_or_counted_where_there_is_no_header() {
      assertRead(csv("1,a\n2,b\n").header("n", "s"), "n INT64, s STRING", "[[1, a], [2, b]]");
      assertRead(csv("1,a\n2,b\n").noHeader(), "column0 INT64, column1 STRING", "[[1, a], [2, b]]");
      assertRead(csv("x,y\n1,2\n").skipLines(1).header("a", "b"), "a INT64, b INT64", "[[1, 2]]");
      assertThat(csv("").header("a").load().dataset().rowCount()).isZero();
      assertThat(csv("1,2\n").header("a").load().badCells())
          .hasToString("[line 1: '1,2' has 2 cells where the header has 1]");
    }

    @Test
    void are_refused_when_they_are_none() {
      assertThatThrownBy(() -> csv("").header("a", "a"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "a header needs at least one name, none of them empty or there twice: [a, a]");
      assertThatThrownBy(() -> csv("").header("a").noHeader())
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the option 'header' is set already, to [a]");
    }

    @Test
    void of_a_hundred_thousand_columns_take_no_longer_than_reading_them() {
      int width = 100_000;
      String names =
          IntStream.range(0, width).mapToObj(i -> "c" + i / 2).collect(Collectors.joining(","));
      Imported read = csv(names + "\n" + "1,".repeat(width - 1) + "1\n").load();
      assertThat(read.dataset().schema().names()).hasSize(width).contains("c49999.1");
      Schema last = Schema.of(Field.of("c" + (width + 1), DataType.INT64));
      assertThatThrownBy(() -> csv(names + "\n").schema(last).load())
          .hasMessageStartingWith(
              "cannot read a stream: no column 'c100001' in the header; found: [c0, ")
          .hasMessageEndingWith("c9, c9.1, ... of 100,000 columns]");
    }
  }

  @Nested
  class Lines {

    @Test
    void before_the_header_are_skipped_and_comments_anywhere() {
      assertRead(csv("Report \"2024\n\na,b\n1,2\n").skipLines(2), "a INT64, b INT64", "[[1, 2]]");
      assertRead(
          csv("# made by X\na,b\n#1,2\n\"#\",2\n").comment('#'), "a STRING, b INT64", "[[#, 2]]");
    }

    @Test
    void may_end_with_a_delimiter() {
      assertRead(csv("a,b,\n1,2,\n3,4,\n"), "a INT64, b INT64", "[[1, 2], [3, 4]]");
      assertRead(csv("a,b,\n1,2\n3,4,\n"), "a INT64, b INT64", "[[1, 2], [3, 4]]");
      assertRead(csv("a,b\n1,2,\n3,4\n"), "a INT64, b INT64", "[[1, 2], [3, 4]]");
      assertRead(
          csv("a,b,\n1,2,\n3,4,5\n"),
          "a INT64, b INT64, column2 INT64?",
          "[[1, 2, null], [3, 4, 5]]");
      assertThat(csv("a,b\n1,2,\"\"\n").load().badCells())
          .hasToString("[line 2: '1,2,\"\"' has 3 cells where the header has 2]");
    }

    @Test
    void say_what_stands_between_cells() {
      assertRead(csv("sep=;\na;b\n1;2\n"), "a INT64, b INT64", "[[1, 2]]");
      assertRead(csv("\uFEFFsep=\t\r\na\tb\r\n1\t2\r\n"), "a INT64, b INT64", "[[1, 2]]");
      assertRead(csv("sep=;\na,b\n1,2\n").delimiter(','), "a INT64, b INT64", "[[1, 2]]");
      assertRead(
          csv("sep=;\na;b\n1;2\n").skipLines(1).delimiter(';'), "a INT64, b INT64", "[[1, 2]]");
    }

    @Test
    void with_another_delimiter_are_told() {
      Imported read = csv("a;b\n1,5;x\n2,5;y\n").load();
      assertThat(read.dataset().rowCount()).isZero();
      assertThat(read.badCells().get(0))
          .hasToString(
              "line 1: 'a;b' is one cell; say delimiter(';') if that stands between cells, or"
                  + " delimiter(',') if not");
      assertThatThrownBy(() -> csv("a\tb\n1\t2\n").load().orThrow())
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("say delimiter('\\t') if that stands between cells");
      assertThatThrownBy(() -> csv("a;b\n").schema(Schema.of(Field.of("a", DataType.INT64))).load())
          .hasMessage(
              "cannot read a stream: no column 'a' in the header; found: [a;b]; the header is one cell;"
                  + " say delimiter(';') if that stands between cells, or delimiter(',') if not");
      assertRead(csv("a;b\n1;2\n").delimiter(','), "a;b STRING", "[[1;2]]");
    }
  }

  @Nested
  class Cells {

    @Test
    void may_stand_between_blanks() {
      assertRead(
          csv("a, \"b\" \n 1,\t\"x, y\"\n3 ,  \n \n").trim(),
          "a INT64, b STRING?",
          "[[1, x, y], [3, null]]");
    }

    @Test
    void with_blanks_around_a_number_are_numbers_and_texts_keep_their_blanks() {
      assertRead(
          csv("a,b,c,d\n 1, 1.5,\t2001-01-01T00:00:00Z , x\n2 ,-2 ,2001-01-01T00:00:00Z,y \n"),
          "a INT64, b FLOAT64, c INSTANT, d STRING",
          "[[1, 1.5, 2001-01-01T00:00:00Z,  x], [2, -2.0, 2001-01-01T00:00:00Z, y ]]");
      assertRead(csv("a,b\n 007,1\n1,2\n"), "a STRING, b INT64", "[[ 007, 1], [1, 2]]");
    }

    @Test
    void may_have_decimal_commas() {
      assertRead(
          csv("a;b;c\n1,5;-0,25e2;1\n2;12345678901234567890,5;1.5\n").delimiter(';').decimalComma(),
          "a FLOAT64, b FLOAT64, c STRING",
          "[[1.5, -25.0, 1], [2.0, 1.2345678901234567E19, 1.5]]");
    }

    @Test
    void in_utf_16_are_read_by_their_mark() {
      String text = "\uFEFFa,b\n1,é\n";
      for (Charset charset : List.of(StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE)) {
        assertRead(csv(text, charset), "a INT64, b STRING", "[[1, é]]");
        assertRead(csv(text, charset).charset(charset), "a INT64, b STRING", "[[1, é]]");
        assertRead(
            csv(text, charset).charset(StandardCharsets.UTF_16), "a INT64, b STRING", "[[1, é]]");
        assertThatThrownBy(() -> csv("a,b\n1,2\n", charset).load())
            .isInstanceOf(InvalidInputException.class)
            .hasMessageContaining(
                "line 1, the header, has NUL characters, as UTF-16 without a mark");
      }
    }
  }

  @Nested
  class BrokenQuotes {

    private static final String OPEN = "has a quote that is never closed";
    private static final String BEHIND = "has text behind a closing quote";

    private void assertTold(String text, String rows, BadCell... bad) {
      Imported read = csv(text).load();
      assertThat(RandomTables.twin(read.dataset())).hasToString(rows);
      assertThat(read.badCells()).containsExactly(bad);
      assertThat(read.rowsSetAside()).isEqualTo(bad.length);
    }

    @Test
    void take_no_other_line_with_them() {
      assertTold(
          "a,b\n1,\"open\n3,4\n5,6\n",
          "[[3, 4], [5, 6]]",
          new BadCell(0, 2, null, "1,\"open", OPEN));
      assertTold("a,b\n1,\"\"x\n2,y\n", "[[2, y]]", new BadCell(0, 2, null, "1,\"\"x", BEHIND));
      assertTold(
          "a,b\n1,\"open\n3,\"x\"\n5,\"two\nlines\"\n",
          "[[3, x], [5, two\nlines]]",
          new BadCell(0, 2, null, "1,\"open", BEHIND));
    }

    @Test
    void in_every_line_are_looked_at_a_few_times_only() {
      int lines = 100_000;
      Imported read = csv("a,b,c\n" + "x\",\"\n".repeat(lines)).load();
      assertThat(read.rowsSetAside()).isEqualTo(lines);
    }

    @Test
    void in_the_header_refuse_the_file() {
      assertThatThrownBy(() -> csv("a,\"b\"c\n1,2\n").load())
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(
              "cannot read a stream: line 1, the header: 'a,\"b\"c' has text behind a closing quote");
    }

    @Test
    void make_no_record_longer_than_the_limit() throws IOException {
      for (String text : List.of("1,\"open\n2,y\n3,z\n", "12345678901234\n2,y\n3,z\n")) {
        CsvParser parser = new CsvParser(new StringReader(text), CsvDialect.PLAIN, 4, 8);
        assertThat(parser.next()).isTrue();
        assertThat(parser.broken()).isEqualTo("is longer than 8 characters");
        assertThat(parser.written()).startsWith(text.substring(0, 4));
        assertThat(parser.next()).isTrue();
        assertThat(parser.text(1)).isEqualTo("y");
        assertThat(parser.line()).isEqualTo(2);
      }
    }
  }
}
