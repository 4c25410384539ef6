package dev.mlops.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.error.InvalidInputException;
import dev.mlops.error.NotFoundException;
import dev.mlops.error.StorageException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvTest {

  private static final Schema SCHEMA =
      Schema.of(
          Field.of("carrier", DataType.STRING),
          Field.of("delay", DataType.INT64).orNull(),
          Field.of("distance", DataType.FLOAT64));

  private static Csv.Reader csv(String text) {
    return Csv.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static String written(Dataset dataset) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Csv.write(dataset, out);
    return out.toString(StandardCharsets.UTF_8);
  }

  @Property(tries = 300)
  void gives_back_what_was_written(@ForAll long seed) {
    Dataset dataset = new RandomTables(seed).dataset();
    Dataset read = csv(written(dataset)).schema(dataset.schema()).load().orThrow();
    assertThat(RandomTables.twin(read)).isEqualTo(RandomTables.twin(dataset));
    assertThat(read.digest()).isEqualTo(dataset.digest());
  }

  @Test
  void writes_nulls_empty_strings_and_quotes_so_that_they_can_be_told_apart() {
    Dataset dataset =
        Dataset.builder(
                Schema.of(
                    Field.of("text", DataType.STRING).orNull(), Field.of("v", DataType.vector(2))))
            .row(null, new float[] {1, 0.5f})
            .row("", new float[] {0, Float.NaN})
            .row("a \"b\", c", new float[] {0, 0})
            .build();
    assertThat(written(dataset))
        .isEqualTo(
            "text,v\n,\"[1.0,0.5]\"\n\"\",\"[0.0,NaN]\"\n\"a \"\"b\"\", c\",\"[0.0,0.0]\"\n");
  }

  @Nested
  class WithASchema {

    @Test
    void reads_the_columns_wanted_in_the_order_wanted() {
      Imported read = csv("distance,x,delay,carrier\n1.5,,7,AA\n2,y,,UA\n").schema(SCHEMA).load();
      assertThat(read.orThrow().toString())
          .isEqualTo(
              """
              2 rows x 3 columns
              carrier  delay  distance
              AA       7      1.5
              UA       null   2.0""");
      assertThat(read.inferences()).isEmpty();
    }

    @Test
    void makes_a_bad_cell_null_where_it_may_be_and_sets_the_row_aside_where_not() {
      Imported read =
          csv("carrier,delay,distance\nAA,late,1\nUA,2,far\nDL,3,3\nWN,4,\n").schema(SCHEMA).load();
      assertThat(read.dataset().strings("carrier").toString()).isEqualTo("column of 2 STRING");
      assertThat(read.dataset().row(0).isNull("delay")).isTrue();
      assertThat(read.dataset().row(1).getString("carrier")).isEqualTo("DL");
      assertThat(read.badCells())
          .containsExactly(
              new BadCell(0, 2, "delay", "late", "is not a whole number"),
              new BadCell(1, 3, "distance", "far", "is not a number"),
              new BadCell(3, 5, "distance", "", "is missing, but the field is not nullable"));
      assertThat(read.rowsSetAside()).isEqualTo(2);
      assertThatThrownBy(read::orThrow)
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(
              "3 bad cells, 2 rows set aside: line 2, column 'delay': 'late' is not a whole number;"
                  + " line 3, column 'distance': 'far' is not a number; line 5, column 'distance': ''"
                  + " is missing, but the field is not nullable");
    }

    @Test
    void names_ragged_rows_by_their_line() {
      Imported read =
          csv("carrier,delay,distance\n\"A\nA\",1,1\nUA,2\n\n\"D\"\"L\",3,3,3\nWN,4,4\n")
              .schema(SCHEMA)
              .load();
      assertThat(read.badCells())
          .containsExactly(
              new BadCell(1, 4, null, "UA,2", "has 2 cells where the header has 3"),
              new BadCell(2, 6, null, "\"D\"\"L\",3,3,3", "has 4 cells where the header has 3"));
      assertThat(read.dataset().longs("delay").toArray()).containsExactly(1, 4);
      assertThat(read.badCells().get(0))
          .hasToString("line 4: 'UA,2' has 2 cells where the header has 3");
    }

    @Test
    void names_the_line_of_a_quote_that_never_ends() {
      Imported read =
          csv("a,b\n1,2\n\"3,4\n5,6\n").schema(Schema.of(Field.of("a", DataType.INT64))).load();
      assertThat(read.dataset().longs("a").toArray()).containsExactly(1, 5);
      assertThat(read.badCells())
          .containsExactly(new BadCell(1, 3, null, "\"3,4", "has a quote that is never closed"));
      assertThat(read.rowsSetAside()).isEqualTo(1);
    }

    @Test
    void keeps_so_many_bad_cells_and_counts_all() {
      Imported read =
          csv("a\nx\ny\nz\n")
              .schema(Schema.of(Field.of("a", DataType.INT64).orNull()))
              .badCells(2)
              .load();
      assertThat(read.badCells()).hasSize(2);
      assertThat(read.badCellCount()).isEqualTo(3);
      assertThat(read).hasToString("3 rows of 'a INT64?', 3 bad cells, 0 rows set aside");
    }

    @Test
    void reads_other_delimiters_null_texts_marks_and_encodings() {
      Schema schema =
          Schema.of(
              Field.of("stadt", DataType.STRING).orNull(), Field.of("n", DataType.INT64).orNull());
      byte[] latin = "stadt;n\nKöln;NA\n\"NA\";1\n;-\n".getBytes(StandardCharsets.ISO_8859_1);
      Dataset read =
          Csv.read(new ByteArrayInputStream(latin))
              .schema(schema)
              .delimiter(';')
              .nullText("NA", "-")
              .charset(StandardCharsets.ISO_8859_1)
              .load()
              .orThrow();
      assertThat(RandomTables.twin(read).toString())
          .isEqualTo("[[Köln, null], [NA, 1], [null, null]]");
      assertThat(csv("\uFEFFa\n1\n").load().orThrow().schema()).hasToString("a INT64");
    }
  }

  @Nested
  class WithoutASchema {

    private String found(String... values) {
      return csv("a,b\n" + String.join(",\n", values) + ",\n")
          .load()
          .inferences()
          .get(0)
          .toString();
    }

    @Test
    void finds_the_narrowest_type_and_says_why_it_is_no_narrower() {
      assertThat(found("1", "", "-3"))
          .isEqualTo(
              "Inference[column=a, dataType=INT64, nulls=1, reason=not BOOLEAN: '1' in row 0 is neither true nor false]");
      assertThat(found("1", "2", "12.5"))
          .isEqualTo(
              "Inference[column=a, dataType=FLOAT64, nulls=0, reason=not INT64: '12.5' in row 2 is not a whole number]");
      assertThat(found("1", "NA"))
          .isEqualTo(
              "Inference[column=a, dataType=STRING, nulls=0, reason=not FLOAT64: 'NA' in row 1 is not a number]");
      assertThat(found("AA"))
          .isEqualTo(
              "Inference[column=a, dataType=STRING, nulls=0, reason='AA' in row 0 is no boolean, number or instant]");
      assertThat(found("true", "False")).contains("dataType=BOOLEAN", "reason=every value fits");
      assertThat(found("", "")).contains("dataType=STRING, nulls=2, reason=no value to judge by");
    }

    @Test
    void takes_digits_that_would_be_lost_for_an_identifier() {
      assertThat(found("1", "007"))
          .contains("dataType=STRING", "'007' in row 1 has a leading zero, as an identifier does");
      assertThat(found("9223372036854775807")).contains("dataType=INT64");
      assertThat(found("9223372036854775808")).contains("dataType=STRING", "does not fit 64 bits");
      assertThat(found("0", "-0.5", "1e3")).contains("dataType=FLOAT64");
      assertThat(found("9007199254740993", "12.5"))
          .isEqualTo(
              "Inference[column=a, dataType=STRING, nulls=0, reason=not FLOAT64: '9007199254740993' in"
                  + " row 0 has digits that a FLOAT64 does not keep]");
      assertThat(found("-9223372036854775807", "12.5")).contains("dataType=STRING");
      assertThat(found("-9007199254740992", "9007199254740994", "12.5"))
          .contains("dataType=FLOAT64");
    }

    @Test
    void never_guesses_a_zone() {
      assertThat(found("2001-01-01T00:01:00Z", "2001-01-01T00:01+01:00"))
          .contains("dataType=INSTANT");
      assertThat(found("2001-01-01 00:01"))
          .contains("dataType=STRING", "has no time zone; say which with zone(ZoneId)");
      assertThat(
              csv("a\n2001-01-01 00:01\n")
                  .zone(ZoneOffset.UTC)
                  .load()
                  .dataset()
                  .row(0)
                  .getInstant("a"))
          .isEqualTo(Instant.parse("2001-01-01T00:01:00Z"));
    }
  }

  @Nested
  class Times {

    private @Nullable Object time(String text, ZoneId zone) {
      Imported read =
          csv("a,b\n\"" + text + "\",\n")
              .schema(Schema.of(Field.of("a", DataType.INSTANT).orNull()))
              .zone(zone)
              .load();
      return read.badCellCount() == 0
          ? read.dataset().row(0).getInstant("a")
          : read.badCells().get(0).reason();
    }

    @Test
    void are_read_in_every_iso_form() {
      Instant expected = Instant.parse("2001-06-30T23:59:58.123456Z");
      ZoneId utc = ZoneOffset.UTC;
      assertThat(time("2001-06-30T23:59:58.123456Z", utc)).isEqualTo(expected);
      assertThat(time("2001-06-30 23:59:58.123456000", utc)).isEqualTo(expected);
      assertThat(time("2001-07-01T01:59:58.123456+02:00", utc)).isEqualTo(expected);
      assertThat(time("2001-06-30T18:29:58,123456-0530", utc)).isEqualTo(expected);
      assertThat(time("2001-06-30T18:59:58.123456-05", utc)).isEqualTo(expected);
      assertThat(time("2000-02-29", utc)).isEqualTo(Instant.parse("2000-02-29T00:00:00Z"));
      assertThat(time("+12345-01-01T00:00:00Z", utc))
          .isEqualTo(Instant.parse("+12345-01-01T00:00:00Z"));
    }

    @Test
    void follow_the_clocks_of_their_zone() {
      ZoneId newYork = ZoneId.of("America/New_York");
      assertThat(time("2001-01-01 00:01", newYork))
          .isEqualTo(Instant.parse("2001-01-01T05:01:00Z"));
      assertThat(time("2001-10-28 01:30-04:00", newYork))
          .isEqualTo(Instant.parse("2001-10-28T05:30:00Z"));
      assertThat(time("2001-10-28 01:30", newYork))
          .isEqualTo(
              "is there twice in America/New_York, where clocks go back; say which is meant with"
                  + " earlierInOverlap() or laterInOverlap()");
      assertThat(overlap().earlierInOverlap().load().orThrow().row(0).getInstant("a"))
          .isEqualTo(Instant.parse("2001-10-28T05:30:00Z"));
      assertThat(overlap().laterInOverlap().load().orThrow().row(0).getInstant("a"))
          .isEqualTo(Instant.parse("2001-10-28T06:30:00Z"));
      assertThat(time("2001-04-01 02:30", newYork))
          .isEqualTo("does not exist in America/New_York, where clocks skip it");
    }

    private Csv.Reader overlap() {
      return csv("a\n2001-10-28 01:30\n").zone(ZoneId.of("America/New_York"));
    }

    @Test
    void are_refused_when_they_are_none() {
      for (String text :
          new String[] {
            "2001-02-29",
            "2001-13-01",
            "2001-01-01T24:00",
            "2001-01-01T00:60",
            "2001-01-01T00:00:60",
            "2001-1-1",
            "2001-01-01T",
            "2001-01-01T00:01:00Zx",
            "2001-01-01x",
            "2001-01-01T00:01+",
            "2001-01-01T00:01+19:00",
            "20010101",
            "now",
            "2001-01-01T00:00:00."
          }) {
        assertThat(time(text, ZoneOffset.UTC))
            .as(text)
            .isEqualTo("is no ISO-8601 time such as 2001-01-01T00:01:00Z");
      }
      assertThat(time("2001-01-01T00:00:00.0000001Z", ZoneOffset.UTC))
          .isEqualTo("is finer than a microsecond");
    }

    @Test
    void have_any_pattern_one_names() {
      Schema schema = Schema.of(Field.of("a", DataType.INSTANT).orNull());
      Csv.Reader reader =
          csv("a\n31/12/2001 23:59\n2001\n")
              .schema(schema)
              .pattern("dd/MM/yyyy HH:mm")
              .zone(ZoneOffset.UTC);
      Imported read = reader.load();
      assertThat(read.dataset().row(0).getInstant("a"))
          .isEqualTo(Instant.parse("2001-12-31T23:59:00Z"));
      assertThat(read.badCells().get(0).reason()).isEqualTo("does not have the pattern given");
    }
  }

  @Nested
  class Refuses {

    @TempDir Path directory;

    @Test
    void a_file_without_a_header() {
      assertThatThrownBy(() -> csv("\n\n").load())
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(
              "cannot read a stream: the file is empty; a CSV file begins with a header, unless"
                  + " header(...) names the columns");
    }

    @Test
    void a_header_that_lacks_a_column_or_has_it_twice() {
      assertThatThrownBy(() -> csv("carrier,delay\n").schema(SCHEMA).load())
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(
              "cannot read a stream: no column 'distance' in the header; found: [carrier, delay]");
      assertThatThrownBy(
              () -> csv("a,b,a\n").schema(Schema.of(Field.of("a", DataType.INT64))).load())
          .hasMessage(
              "cannot read a stream: column 'a' occurs twice in the header [a, b, a.1]; name the"
                  + " columns with header(...) and leave this line out with skipLines");
    }

    @Test
    void bytes_of_another_encoding() {
      assertThatThrownBy(
              () -> Csv.read(new ByteArrayInputStream(new byte[] {'a', '\n', (byte) 0xff})).load())
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(
              "cannot read a stream: it is not UTF-8; say what it is with charset(Charset)");
    }

    @Test
    void an_option_twice() {
      assertThatThrownBy(() -> csv("").delimiter(';').delimiter(','))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the option 'delimiter' is set already, to ;");
    }

    @Test
    void a_dataset_without_columns_and_leaves_no_file() {
      assertThatThrownBy(() -> Csv.write(Dataset.empty(Schema.of()), directory.resolve("x.csv")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("a dataset without columns has no header to write");
      assertThat(directory).isEmptyDirectory();
    }

    @Test
    void a_missing_file_by_its_name() {
      Path file = directory.resolve("none.csv");
      assertThatThrownBy(() -> Csv.read(file).load())
          .isInstanceOf(NotFoundException.class)
          .hasMessage("cannot read " + file + ": there is no such file or directory");
      assertThatThrownBy(() -> Csv.read(directory).load())
          .isInstanceOf(StorageException.class)
          .hasMessage("cannot read " + directory + ": Is a directory");
    }
  }
}
