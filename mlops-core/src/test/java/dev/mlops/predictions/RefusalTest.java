package dev.mlops.predictions;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class RefusalTest {
  private static void says(String refusal, UnaryOperator<PredictionRecord.Builder> change) {
    PredictionRecord.Builder good =
        PredictionRecord.builder().id("a").model("m").version(1).time(Instant.EPOCH);
    assertThat(change.apply(good).build().refusal()).hasValue(refusal);
  }

  @Test
  void of_a_good_record_is_none() {
    PredictionRecord record =
        PredictionRecord.builder()
            .id("a")
            .model("m")
            .version(1)
            .time(Instant.EPOCH)
            .features(Collections.singletonMap("gate", null))
            .output(ModelOutput.classScores(Map.of("p", 0.5)))
            .latency(Duration.ofDays(-1))
            .build();
    assertThat(record.refusal()).isEmpty();
  }

  @Test
  void of_a_number_that_no_column_holds_says_what_to_do() {
    for (Number number : List.of(BigInteger.ONE.shiftLeft(63), new BigDecimal("1e400"))) {
      says(
          "features: value 'amount' is a number that neither INT64 nor FLOAT64 holds; give it as a text",
          record -> record.features(Map.of("amount", number)));
    }
    for (Number number : List.of(BigInteger.TEN, new BigDecimal("0.1"))) {
      assertThat(
              PredictionRecord.builder()
                  .id("a")
                  .model("m")
                  .version(1)
                  .time(Instant.EPOCH)
                  .features(Map.of("amount", number))
                  .build()
                  .refusal())
          .isEmpty();
    }
  }

  @Test
  void names_the_part_the_value_and_the_limit() {
    says(
        "id '" + "x".repeat(40) + "...' has 251 characters; at most 250 are allowed",
        record -> record.id("x".repeat(251)));
    says(
        "entity 'a?b' must not hold the NUL character, which PostgreSQL cannot keep",
        record -> record.entity("a\0b"));
    says(
        "features: the name '"
            + "x".repeat(40)
            + "...' has 50,001 characters; at most 1,000 are allowed",
        record -> record.features(Map.of("x".repeat(50_001), 1)));
    says("id must not be blank", record -> record.id(""));
    says("id must not be blank", record -> record.id(" \u00a0"));
    says("model must not be blank", record -> record.model(" "));
    says("version must not be blank", record -> record.version(""));
    says("features: a value has no name", record -> record.features(Map.of("", 1)));
    says(
        "output: the name '?' must not hold half a surrogate pair, which is no character",
        record -> record.output(ModelOutput.classScores(Map.of("\ud83d", 0.5))));
    says(
        "output 'a?b' must not hold the NUL character, which PostgreSQL cannot keep",
        record -> record.output(ModelOutput.text("a\0b")));
    says(
        "features: value 'when' is of java.time.Instant; known are numbers, strings and booleans",
        record -> record.features(Map.of("when", Instant.EPOCH)));
    says(
        "time +1000000000-12-31T23:59:59.999999999Z does not fit 64 bits of epoch microseconds; years -290307 to 294246 do",
        record -> record.time(Instant.MAX));
    says(
        "latency 366,000 days is longer than 106,751 days 23 hours 47 minutes 16.854775807 seconds",
        record -> record.latency(Duration.ofDays(366_000)));
  }

  @Test
  void counts_the_values_and_their_characters() {
    Map<String, Object> many = new LinkedHashMap<>();
    for (int i = 0; i < 10_001; i++) {
      many.put("f" + i, i);
    }
    says("features has 10,001 values; at most 10,000 are allowed", record -> record.features(many));
    says(
        "features has 1,200,002 characters; at most 1,048,576 are allowed",
        record -> record.features(Map.of("a", "x".repeat(600_000), "b", "x".repeat(600_000))));
    says(
        "output has 1,048,577 numbers; at most 1,048,576 are allowed",
        record -> record.output(ModelOutput.vector(new float[1_048_577])));
  }
}
