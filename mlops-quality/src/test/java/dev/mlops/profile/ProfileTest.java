package dev.mlops.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mlops.data.Batches;
import dev.mlops.data.Column;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.NewerFormException;
import dev.mlops.error.NotFoundException;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ProfileTest {
  private static Dataset numbers(double... values) {
    return Dataset.of(Schema.of(Field.of("x", DataType.FLOAT64)), List.of(Column.doubles(values)));
  }

  private static Dataset mixed(List<Double> values) {
    List<@Nullable Double> numbers = new ArrayList<>();
    List<@Nullable String> words = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      numbers.add(i % 7 == 3 ? null : values.get(i));
      words.add(i % 5 == 2 ? null : "w" + i % 11);
    }
    return Dataset.of(
        Schema.of(
            Field.of("number", DataType.FLOAT64).orNull(),
            Field.of("word", DataType.STRING).orNull(),
            Field.of("flag", DataType.BOOLEAN)),
        List.of(
            Column.of(DataType.FLOAT64, numbers),
            Column.of(DataType.STRING, words),
            Column.of(DataType.BOOLEAN, values.stream().map(value -> value > 0).toList())));
  }

  private static final Column INSTANTS =
      Column.instants(Collections.nCopies(7, Instant.EPOCH).toArray(Instant[]::new));

  private static NumberProfile number(Profile profile) {
    return (NumberProfile) profile.get("x");
  }

  @Property(tries = 200)
  void merged_parts_equal_the_whole_in_any_order(
      @ForAll @Size(min = 1, max = 60) List<@DoubleRange(min = -1e9, max = 1e9) Double> values,
      @ForAll Random random) {
    Dataset whole = mixed(values);
    Profile reference = Profile.of(whole);
    List<Integer> order = new ArrayList<>(IntStream.range(0, whole.rowCount()).boxed().toList());
    Collections.shuffle(order, random);
    int[] shuffled = order.stream().mapToInt(Integer::intValue).toArray();
    int cut = random.nextInt(shuffled.length + 1);
    Profile first = reference.profile(whole.take(Arrays.copyOf(shuffled, cut)));
    Profile second =
        reference.profile(whole.take(Arrays.copyOfRange(shuffled, cut, shuffled.length)));
    assertThat(first.merge(second)).isEqualTo(reference).isEqualTo(second.merge(first));
    assertThat(first.merge(second).toJson()).isEqualTo(reference.toJson());
  }

  @Property(tries = 200)
  void batches_equal_the_whole_in_any_split(
      @ForAll @Size(min = 1, max = 60) List<@DoubleRange(min = -1e9, max = 1e9) Double> values,
      @ForAll Random random) {
    Dataset whole = mixed(values);
    Profile reference = Profile.of(whole.head(1 + random.nextInt(whole.rowCount())));
    Dataset other = random.nextBoolean() ? whole : whole.rename("number", "other");
    List<Dataset> parts = new ArrayList<>();
    for (int from = 0; from < other.rowCount(); ) {
      int to = Math.min(other.rowCount(), from + random.nextInt(20));
      parts.add(other.slice(from, to));
      from = to;
    }
    Profile batches = reference.profile(Batches.of(other.schema(), parts));
    assertThat(batches).isEqualTo(reference.profile(other));
    assertThat(batches.toJson()).isEqualTo(reference.profile(other).toJson());
    assertThat(reference.profile(Batches.of(other.schema(), List.of())))
        .isEqualTo(reference.profile(other.head(0)));
  }

  /** Written by version 1, and never changed since. */
  @Test
  void the_first_form_is_read_and_written_as_it_was() throws IOException {
    Dataset rows =
        Dataset.builder(
                Schema.of(
                    Field.of("delay", DataType.FLOAT64).orNull(),
                    Field.of("carrier", DataType.STRING).orNull(),
                    Field.of("flights", DataType.INT64),
                    Field.of("late", DataType.BOOLEAN)))
            .row(12.5, "UA", 3L, true)
            .row(-4.0, "AA", 1L, false)
            .row(null, null, 9_007_199_254_740_993L, false)
            .row(1e300, "UA", -7L, true)
            .build();
    String written = Files.readString(Path.of("src/test/resources/profile-1.json"));
    assertThat(Profile.fromJson(written)).isEqualTo(Profile.of(rows));
    assertThat(Profile.of(rows).toJson()).isEqualTo(written);
  }

  @Test
  void numbers_that_the_mean_leaves_out_are_told() {
    NumberProfile numbers = (NumberProfile) Profile.of(numbers(1, 3, 1e300)).get("x");
    assertThat(numbers.leftOut()).isEqualTo(1);
    assertThat(numbers)
        .asString()
        .startsWith(
            "x: mean 2, standard deviation 1.41421 (without 1 value beyond 1e150), 3 values");
  }

  @Property(tries = 200)
  void json_brings_back_an_equal_profile(
      @ForAll @Size(max = 40) List<@DoubleRange(min = -1e300, max = 1e300) Double> values) {
    Profile profile = Profile.of(mixed(values));
    assertThat(Profile.fromJson(profile.toJson())).isEqualTo(profile);
  }

  /** One character changed, or one value taken out: a clear refusal, or a profile. */
  @Property(tries = 2000)
  void damaged_json_by_no_other_exception(@ForAll Random random) {
    Dataset rows = mixed(List.of(1.0, 2.0, 3.0, -7.5, 1e9, 4.0, 5.0)).withColumn("at", INSTANTS);
    String json =
        Profile.of(rows).profile(rows.without("flag").withColumn("extra", INSTANTS)).toJson();
    StringBuilder damaged = new StringBuilder(json);
    int at = random.nextInt(damaged.length());
    switch (random.nextInt(3)) {
      case 0 -> damaged.setCharAt(at, (char) (32 + random.nextInt(95)));
      case 1 -> damaged.deleteCharAt(at);
      default -> {
        List<String> words = List.of("null", "-1", "\"x\"", "[]", "{}", "1e999", "0.5", "NaN");
        Matcher value = Pattern.compile("(?<=:)(\"[^\"]*\"|-?[0-9.E]+|true|false)").matcher(json);
        List<int[]> places = new ArrayList<>();
        while (value.find()) {
          places.add(new int[] {value.start(), value.end()});
        }
        int[] place = places.get(random.nextInt(places.size()));
        damaged.replace(place[0], place[1], words.get(random.nextInt(words.size())));
      }
    }
    try {
      Profile read = Profile.fromJson(damaged.toString());
      assertThat(Profile.fromJson(read.toJson())).isEqualTo(read);
    } catch (InvalidInputException | NewerFormException e) {
      assertThat(e.getMessage()).matches("(?s)(th|cannot read the (profile|histogram): ).*");
    }
  }

  /** A message is one line, whatever stands in a damaged file. */
  @Test
  void a_damaged_number_is_told_in_one_line() {
    String json = Profile.of(mixed(List.of(1.0, 2.0))).toJson();
    String sum = json.replaceFirst("\"sum\":\"[^\"]*\"", "\"sum\":\"tc14\\\\n\"");
    assertThatThrownBy(() -> Profile.fromJson(sum))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "this is no profile: 'sum' is no whole number of the digits 0 to z: \"tc14\\n\"");
  }

  @Property(tries = 300)
  void bins_count_as_a_slow_twin_does(
      @ForAll @Size(min = 1, max = 80) List<@DoubleRange(min = -4, max = 4) Double> values) {
    double[] rounded = values.stream().mapToDouble(value -> Math.rint(value * 2) / 2).toArray();
    NumberProfile profile = number(Profile.of(numbers(rounded)));
    double[] edges = profile.bins().edges();
    long[] twin = new long[edges.length + 1];
    for (double value : rounded) {
      int bin = (int) Arrays.stream(edges).filter(edge -> edge < value).count();
      twin[bin]++;
    }
    assertThat(profile.counts()).isEqualTo(twin);
    assertThat(edges).isSorted().doesNotHaveDuplicates();
  }

  @Property(tries = 300)
  void moments_are_those_of_exact_arithmetic(
      @ForAll @Size(min = 2, max = 50) List<@DoubleRange(min = -1e12, max = 1e12) Double> values) {
    double[] shifted = values.stream().mapToDouble(value -> value + 1e9).toArray();
    NumberProfile profile = number(Profile.of(numbers(shifted)));
    BigDecimal sum = BigDecimal.ZERO;
    BigDecimal squares = BigDecimal.ZERO;
    for (double value : shifted) {
      sum = sum.add(new BigDecimal(value));
      squares = squares.add(new BigDecimal(value).pow(2));
    }
    BigDecimal n = BigDecimal.valueOf(shifted.length);
    BigDecimal spread = n.multiply(squares).subtract(sum.pow(2));
    double variance =
        spread
            .divide(n.multiply(n.subtract(BigDecimal.ONE)), java.math.MathContext.DECIMAL128)
            .doubleValue();
    assertThat(profile.mean())
        .isEqualTo(sum.divide(n, java.math.MathContext.DECIMAL128).doubleValue());
    assertThat(profile.standardDeviation())
        .isCloseTo(Math.sqrt(variance), within(1e-9 * Math.sqrt(variance) + 1e-300));
  }

  @Nested
  class Bin {
    @Test
    void equal_shares_of_the_reference() {
      NumberProfile profile =
          number(Profile.of(numbers(IntStream.rangeClosed(1, 100).asDoubleStream().toArray())));
      assertThat(profile.counts()).hasSize(10).containsOnly(10);
      assertThat(profile.bins().edges()).containsExactly(10, 20, 30, 40, 50, 60, 70, 80, 90);
    }

    @Test
    void a_heavy_value_alone() {
      double[] values =
          DoubleStream.concat(
                  DoubleStream.generate(() -> 0).limit(60),
                  IntStream.rangeClosed(1, 40).asDoubleStream())
              .toArray();
      NumberProfile profile = number(Profile.of(numbers(values)));
      assertThat(profile.bins().label(0, 0)).isEqualTo("< 0");
      assertThat(profile.bins().label(1, 1)).isEqualTo("= 0");
      assertThat(profile.bins().label(2, 2)).isEqualTo("(0, 10]");
      assertThat(profile.bins().label(4, 4)).isEqualTo("(20, 30]");
      assertThat(profile.bins().label(5, 5)).isEqualTo("> 30");
      assertThat(profile.bins().label(0, 5)).isEqualTo("all");
      assertThat(profile.bins().label(1, 3)).isEqualTo("[0, 20]");
      assertThat(profile.bins().label(0, 2)).isEqualTo("<= 10");
      assertThat(profile.counts()).containsExactly(0, 60, 10, 10, 10, 10);
    }

    @Test
    void minus_zero_as_zero_and_infinities_at_the_ends() {
      Profile reference = Profile.of(numbers(0, 0, 1, 2, 3));
      NumberProfile counted =
          number(
              reference.profile(numbers(-0.0, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY)));
      assertThat(counted.counts()[0]).isEqualTo(1);
      assertThat(counted.counts()[1]).isEqualTo(1);
      assertThat(counted.counts()[counted.counts().length - 1]).isEqualTo(1);
    }

    @Test
    void nothing_at_all() {
      NumberProfile empty = number(Profile.of(numbers()));
      assertThat(empty.counts()).containsExactly(0);
      assertThat(empty.mean()).isNaN();
      assertThat(empty.standardDeviation()).isNaN();
    }
  }

  @Test
  void missing_values_are_nulls_and_nan() {
    BitSet present = new BitSet();
    present.set(0, 3);
    Dataset rows =
        Dataset.of(
            Schema.of(Field.of("x", DataType.FLOAT64).orNull()),
            List.of(Column.doubles(new double[] {1, Double.NaN, 3, 0}, present)));
    NumberProfile profile = number(Profile.of(rows));
    assertThat(profile.missing()).isEqualTo(2);
    assertThat(profile.rows()).isEqualTo(4);
    assertThat(profile.mean()).isEqualTo(2);
  }

  @Test
  void too_many_categories_are_hashed_and_still_merge() {
    List<@Nullable String> many =
        IntStream.range(0, 5000).<@Nullable String>mapToObj(i -> "id" + i).toList();
    Schema schema = Schema.of(Field.of("id", DataType.STRING));
    Dataset whole = Dataset.of(schema, List.of(Column.strings(many)));
    CategoryProfile profile = (CategoryProfile) Profile.of(whole).get("id");
    assertThat(profile.isHashed()).isTrue();
    assertThat(profile.rows()).isEqualTo(5000);
    assertThat(profile.counts()).hasSizeLessThanOrEqualTo(1024);
    Profile reference = Profile.of(whole.head(2000));
    Profile rest = reference.profile(whole.slice(2000, 5000));
    assertThat(((CategoryProfile) reference.get("id")).isHashed()).isFalse();
    assertThat(((CategoryProfile) rest.get("id")).isHashed()).isFalse();
    assertThat(reference.merge(rest).get("id")).isEqualTo(profile);
    assertThat(Profile.fromJson(Profile.of(whole).toJson()).get("id")).isEqualTo(profile);
  }

  @Test
  void the_most_frequent_categories_come_first() {
    Dataset rows =
        Dataset.of(
            Schema.of(Field.of("x", DataType.STRING)),
            List.of(Column.strings("b", "a", "c", "b", "a", "d")));
    CategoryProfile profile = (CategoryProfile) Profile.of(rows).get("x");
    assertThat(profile.top(3)).hasToString("{a=2, b=2, c=1}");
    assertThat(profile).hasToString("x: 4 categories, {a=2, b=2, c=1, d=1}");
  }

  @Test
  void instants_are_skipped_and_whole_numbers_are_numbers() {
    Dataset rows =
        Dataset.builder(Schema.of(Field.of("at", DataType.INSTANT), Field.of("n", DataType.INT64)))
            .row(Instant.EPOCH, 5L)
            .build();
    Profile profile = Profile.of(rows);
    assertThat(profile.skipped()).hasToString("{at=INSTANT}");
    assertThat(profile.get("n"))
        .hasToString("n: mean 5, standard deviation NaN, 1 value, 0 nulls, 0 NaN, from 5 to 5");
    assertThat(profile.rows()).isEqualTo(1);
  }

  @Test
  void columns_unlike_the_reference_are_told_with_their_rows() {
    Dataset rows = mixed(List.of(1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0));
    Profile reference = Profile.of(rows);
    Dataset other = rows.rename("number", "flag2").without("flag").withColumn("word", INSTANTS);
    Profile once = reference.profile(other);
    assertThat(once.columns()).isEmpty();
    assertThat(once.merge(reference.profile(rows.head(2))).differences().values())
        .extracting(ColumnDifference::toString)
        .containsExactlyInAnyOrder(
            "number is missing in 7 rows; expected: numbers",
            "word is of type INSTANT in 7 rows; expected: categories",
            "flag is missing in 7 rows; expected: categories",
            "flag2 is new in 7 rows, of type FLOAT64");
    assertThat(once.find("word")).isEmpty();
    assertThat(reference.find("word")).contains(reference.get("word"));
  }

  @Nested
  class Refuses {
    private final Profile profile = Profile.of(numbers(1, 2, 3));

    @Test
    void a_column_it_does_not_have() {
      assertThatThrownBy(() -> profile.get("y"))
          .isInstanceOf(NotFoundException.class)
          .hasMessage("no profile of column 'y'; found: [x]");
    }

    @Test
    void a_column_of_another_kind() {
      Dataset words =
          Dataset.of(Schema.of(Field.of("x", DataType.STRING)), List.of(Column.strings("a")));
      assertThatThrownBy(() -> profile.merge(Profile.of(words)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("column 'x' is of numbers here and of categories there");
    }

    @Test
    void other_bins() {
      assertThatThrownBy(() -> profile.merge(Profile.of(numbers(5, 6))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "column 'x' was counted in other bins; count each part by profile(part) of one"
                  + " reference");
    }

    @Test
    void other_columns() {
      assertThatThrownBy(() -> profile.merge(Profile.of(numbers(1).rename("x", "y"))))
          .hasMessage("the columns differ: [x] and [y]");
    }

    @Test
    void json_that_is_no_profile() {
      assertThatThrownBy(() -> Profile.fromJson("{}"))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage("this is no profile: it has no 'profile'");
      assertThatThrownBy(() -> Profile.fromJson("[{]"))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage("this is no profile: Unexpected close marker ']': expected '}'");
      assertThatThrownBy(() -> Profile.fromJson("nonsense"))
          .isInstanceOf(InvalidInputException.class);
      assertThatThrownBy(
              () -> Profile.fromJson(profile.toJson().replace("\"profile\":1", "\"profile\":2")))
          .isInstanceOf(NewerFormException.class)
          .hasMessage(
              "cannot read the profile: form 2 is newer than form 1, the highest that this release knows; use the release that wrote it, or a later one");
    }
  }
}
