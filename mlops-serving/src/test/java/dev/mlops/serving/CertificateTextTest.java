package dev.mlops.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.data.Digest;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.NewerFormException;
import dev.mlops.rollout.Certificate;
import dev.mlops.rollout.Certificate.Check;
import dev.mlops.rollout.Forged;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a certificate's text holds, and what becomes of a text that somebody changed. */
class CertificateTextTest {

  private static final String GOLDEN = golden();

  /** Made by {@link CertificateInterop}, and kept: whoever reads it in years gets this answer. */
  private static String golden() {
    try (InputStream bytes =
        Objects.requireNonNull(
            CertificateTextTest.class.getResourceAsStream("certificate-1.json"))) {
      return new String(bytes.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void of_the_golden_file_is_read_verified_and_written_again() {
    Certificate certificate = Certificate.fromJson(GOLDEN);
    assertThat(certificate.verify()).isInstanceOf(Check.Confirmed.class);
    assertThat(certificate.toJson()).isEqualTo(GOLDEN);
  }

  @Test
  void ends_with_the_digest_of_what_comes_before() {
    String content = GOLDEN.substring(0, GOLDEN.lastIndexOf(",\"digest\"")) + "}";
    Digest digest = Digest.of(content.getBytes(StandardCharsets.UTF_8));
    assertThat(GOLDEN).endsWith(",\"digest\":\"" + digest + "\"}");
    assertThat(Certificate.fromJson(GOLDEN).digest()).isEqualTo(digest);
  }

  @Test
  void is_confirmed_for_every_outcome() {
    Map<String, String> states =
        CertificateInterop.all().entrySet().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, entry -> state(entry.getValue())));
    assertThat(states)
        .isEqualTo(
            Map.ofEntries(
                Map.entry("promoted", "PROMOTED"),
                Map.entry("rolled-back", "ROLLED_BACK"),
                Map.entry("outage", "ROLLED_BACK"),
                Map.entry("held", "HELD at 50 %"),
                Map.entry("paused", "ROLLED_BACK"),
                Map.entry("shadowed", "PROMOTED"),
                Map.entry("found-by-shadow", "ROLLED_BACK"),
                Map.entry("slower", "ROLLED_BACK"),
                Map.entry("by-hand", "PROMOTED"),
                Map.entry("ab-better", "HELD at 40 %"),
                Map.entry("ab-promoted", "PROMOTED"),
                Map.entry("ab-equal", "HELD at 40 %"),
                Map.entry("ab-worse", "ROLLED_BACK"),
                Map.entry("ab-undecided", "HELD at 40 %")));
  }

  private static String state(Certificate certificate) {
    Check check = Certificate.fromJson(certificate.toJson()).verify();
    assertThat(check).isInstanceOf(Check.Confirmed.class);
    return ((Check.Confirmed) check).state().toString();
  }

  @Test
  void names_both_models_bytes_the_salt_and_the_unit() {
    Digest live = Digest.of(new byte[] {7});
    Digest candidate = Digest.of(new byte[] {8});
    try (Workspace workspace = Workspace.inMemory();
        DeploymentRouter<Integer, Double> router =
            DeploymentRouter.builder(workspace, "departures")
                .live(Candidate.<Integer, Double>of("delay", "7", number -> 0.5).digest(live))
                .open()) {
      Certificate certificate =
          router
              .canary(Candidate.<Integer, Double>of("delay", "8", number -> 0.5).digest(candidate))
              .guard(Guard.errors())
              .start()
              .certificate();
      assertThat(certificate.toJson())
          .contains(
              "\"live\":\"delay:7\",\"liveDigest\":\"" + live + "\"",
              "\"candidate\":\"delay:8\",\"candidateDigest\":\"" + candidate + "\"",
              "\"unit\":\"request\"")
          .containsPattern("\"salt\":\"[0-9a-f]{16}\"");
      assertThat(Certificate.fromJson(certificate.toJson()).verify())
          .isInstanceOf(Check.Confirmed.class);
    }
  }

  /** Both times of a latency quantile are there, and only together. */
  @Test
  void has_the_times_of_a_latency_quantile() {
    String genuine = Objects.requireNonNull(CertificateInterop.all().get("slower")).toJson();
    String times =
        "\"quantile\":\\{\"share\":0.99,\"tolerance\":1.25,\"liveNanos\":(\\d+),\"candidateNanos\":(\\d+)}";
    Matcher found = Pattern.compile(times).matcher(genuine);
    assertThat(found.find()).isTrue();
    long live = Long.parseLong(found.group(1));
    assertThat(Long.parseLong(found.group(2))).isEqualTo(Math.round(1.25 * live));
    String both = found.group();
    assertThatThrownBy(
            () ->
                Certificate.fromJson(
                    genuine.replace(both, both.replace(":" + live, ":" + (live + 1_000)))))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "'plan.guards[0].quantile.candidateNanos' of the certificate must be liveNanos times the tolerance, %d: %s"
                .formatted(Math.round(1.25 * (live + 1_000)), found.group(2)));
    String retimed =
        both.replace(":" + live, ":" + 2 * live)
            .replace(found.group(2), Long.toString(Math.round(2.5 * live)));
    assertThat(Certificate.fromJson(genuine.replace(both, retimed)).verify())
        .isInstanceOf(Check.Refuted.class);
    for (String other : List.of("\"ratio\":2.0", "\"atMost\":0.5")) {
      String changed = genuine.replaceFirst("\"ratio\":1.0", other);
      assertThatThrownBy(() -> Certificate.fromJson(changed))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageStartingWith(
              "'plan.guards[0]' of the certificate must have the ratio 1, as its tolerance is one of times: ");
    }
    String kinds = genuine.replace("LATENCY_QUANTILE", "ERRORS");
    assertThatThrownBy(() -> Certificate.fromJson(kinds))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(
            "'plan.guards[0]' of the certificate must have a quantile if its kind is LATENCY_QUANTILE, and only then");
  }

  /** Layout is no content: a text that was only set in other lines is the same certificate. */
  @Test
  void may_be_laid_out_in_lines() {
    assertThat(Certificate.fromJson(GOLDEN.replace(",\"", ",\n  \"")).verify())
        .isInstanceOf(Check.Confirmed.class);
  }

  @Nested
  class Changed {

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "\"candidate\":\"delay:8\" | \"candidate\":\"delay:9\"",
          "\"router\":\"simulation\" | \"router\":\"other\"",
          "\"candidateDigest\":null | \"candidateDigest\":\"sha256:%s\"",
          "\"unit\":\"key\" | \"unit\":\"request\"",
          "\"tick\":{\"events\":100 | \"tick\":{\"events\":200",
          "\"warmUp\":500 | \"warmUp\":0",
          "\"minimum\":200 | \"minimum\":199",
          "\"id\":\"mlops\" | \"id\":\"somebody\"",
          "\"beta\":0.05 | \"beta\":0.04",
          "\"margin\":2.0 | \"margin\":2.1",
          "\"ratio\":1.0 | \"ratio\":1.1",
          "\"atMost\":0.1 | \"atMost\":0.11",
          "\"negligible\":0.001 | \"negligible\":0.002",
          "\"alpha\":0.01 | \"alpha\":0.02",
          "\"deadline\":\"PT1H\" | \"deadline\":\"PT2H\"",
          "\"answerWithin\":\"PT2.5S\" | \"answerWithin\":\"PT2S\"",
          "\"name\":\"PROMOTED\" | \"name\":\"ROLLED_BACK\"",
          "\"salt\":\" | \"salt\":\"!",
        })
    void is_refuted(String from, String to) {
      String changed =
          GOLDEN.replace(from, to.replace("%s", "0".repeat(64))).replaceFirst("\"!.", "\"f");
      assertThat(changed).isNotEqualTo(GOLDEN);
      assertThat(Certificate.fromJson(changed).verify()).isInstanceOf(Check.Refuted.class);
    }

    @Test
    void name_is_refuted_by_the_digest() {
      Certificate renamed = Certificate.fromJson(GOLDEN.replace("\"delay:8\"", "\"delay:9\""));
      assertThat(renamed.verify())
          .isEqualTo(
              new Check.Refuted(
                  renamed.ticks().size(),
                  "digest: recorded %s, but the content has %s"
                      .formatted(Certificate.fromJson(GOLDEN).digest(), renamed.digest())));
    }

    /**
     * Each text either is a certificate that can be verified or is refused by name: whatever its
     * bytes, and soon.
     */
    @Test
    void in_any_place_is_refused_or_verified() {
      SplittableRandom chance = new SplittableRandom(20_261_127);
      int refused = 0;
      int refuted = 0;
      int confirmed = 0;
      List<String> genuine =
          List.of(small(), Objects.requireNonNull(CertificateInterop.all().get("outage")).toJson());
      for (int i = 0; i < 4_000; i++) {
        String mutant = mutated(genuine.get(i % 2), chance);
        try {
          if (Certificate.fromJson(mutant).verify() instanceof Check.Refuted) {
            refuted++;
          } else {
            confirmed++;
            assertThat(Certificate.fromJson(mutant).toJson()).isEqualTo(genuine.get(i % 2));
          }
        } catch (InvalidInputException | NewerFormException e) {
          refused++;
        }
      }
      assertThat(refused).isGreaterThan(1_000);
      assertThat(refuted).isGreaterThan(200);
      assertThat(confirmed).isLessThan(400);
    }

    private String small() {
      Certificate golden = Certificate.fromJson(GOLDEN);
      List<Certificate.Tick> ticks = golden.ticks().subList(0, 12);
      return Forged.certificate(golden.terms(), ticks, List.of()).toJson();
    }

    private static final List<String> PIECES =
        List.of(
            "0",
            "1",
            "-",
            "9",
            "e",
            ".",
            "\"",
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "null",
            "true",
            "NaN",
            "1e999",
            "99999999999999",
            "-1",
            "\\u0000",
            "\uD800",
            " ",
            "\u00e9",
            "\"\"",
            "{}",
            "[]",
            "1000000000000",
            "0.5",
            "\"PT-1H\"",
            "\"1970-01-01T00:00:00Z\"",
            "\"+1000000-01-01T00:00:00Z\"");

    private static String mutated(String text, SplittableRandom chance) {
      StringBuilder changed = new StringBuilder(text);
      for (int changes = 1 + chance.nextInt(2); changes > 0; changes--) {
        int from = chance.nextInt(changed.length());
        int to = Math.min(changed.length(), from + chance.nextInt(chance.nextInt(8) == 0 ? 40 : 4));
        switch (chance.nextInt(4)) {
          case 0 -> changed.delete(from, to);
          case 1 -> changed.insert(from, changed.substring(from, to));
          case 2 -> changed.replace(from, to, piece(chance));
          default -> replaceValue(changed, from, piece(chance));
        }
      }
      return changed.toString();
    }

    private static String piece(SplittableRandom chance) {
      return PIECES.get(chance.nextInt(PIECES.size()));
    }

    /** Puts a piece in the place of a whole value, so that the text stays JSON. */
    private static void replaceValue(StringBuilder text, int near, String piece) {
      int from = near;
      while (from > 0 && ",:[".indexOf(text.charAt(from - 1)) < 0) {
        from--;
      }
      int to = from;
      while (to < text.length() && ",]}".indexOf(text.charAt(to)) < 0) {
        to++;
      }
      text.replace(from, to, piece);
    }
  }

  @Nested
  class Refuses {

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        quoteCharacter = '`',
        value = {
          "\"alpha\":0.01 | \"alpha\":999999999990.01 | 'plan.guards[0].alpha' of the certificate must lie between 0 and 1, both excluded: 9.9999999999001E11",
          "\"beta\":0.05 | \"beta\":0 | 'plan.guards[0].beta' of the certificate must lie between 0 and 1, both excluded: 0",
          "\"ratio\":1.0 | \"ratio\":-1.0 | 'plan.guards[0]' of the certificate: ratio must lie within 0.001 and 1,000, such as 1 or 1.25: -1",
          "\"margin\":2.0 | \"margin\":1e9 | 'plan.guards[0]' of the certificate: margin must lie within 0.001 and 1,000, such as 1 or 1.25: 1,000,000,000",
          "\"atMost\":0.1 | \"atMost\":\"NaN\" | 'plan.guards[1].atMost' of the certificate must be a finite number: \"NaN\"",
          "\"atMost\":0.1 | \"atMost\":1e999 | 'plan.guards[1].atMost' of the certificate must be a finite number: \"Infinity\"",
          "\"name\":\"errors\" | \"name\":\" \" | 'plan.guards[0].name' of the certificate must not be blank: \" \"",
          "\"name\":\"errors\" | \"name\":\"errors at most 10 %\" | 'plan.guards' of the certificate must not have two guards 'errors at most 10 %': a list or object of 4",
          "\"router\":\"simulation\" | \"router\":\"\" | 'plan.router' of the certificate must not be blank: \"\"",
          "\"router\":\"simulation\", | `` | the certificate has no 'plan.router'",
          "\"weights\":\"equal\" | \"weights\":\"mine\" | 'evidence.weights' of the certificate must be 'equal' for this version: \"mine\"",
          "\"oddsAbove\":[1.25 | \"oddsAbove\":[1.3 | 'evidence.oddsAbove' of the certificate must be [1.25, 1.5, 2.0, 3.0, 5.0, 10.0] for this version: a list or object of 6",
          "\"answerWithin\":\"PT2.5S\" | \"answerWithin\":\"PT0S\" | 'plan.answerWithin' of the certificate must be above zero: \"PT0S\"",
          "\"answerWithin\":\"PT2.5S\", | `` | the certificate has no 'plan.answerWithin'",
          "\"minimumTime\":\"PT1M30.5S\" | \"minimumTime\":\"PT-5S\" | 'plan.minimumTime' of the certificate must be a duration of zero to 36,500 days: \"PT-5S\"",
          "\"started\":\"2026 | \"started\":\"-2026 | 'plan.started' of the certificate must be a time from 1970 to 9999: \"-2026-11-23T12:00:00Z\"",
          "\"shares\":[10.0,50.0 | \"shares\":[50.0,10.0 | 'plan.shares' of the certificate must grow within 0 and 100 percent: a list or object of 3",
          "\"kind\":\"LATENCY\" | \"kind\":\"LUCK\" | 'plan.guards[2].kind' of the certificate must be one of [",
          "\"plan\":{ | \"plan\":{\"luck\":1, | the certificate has a field 'plan.luck' that its format does not know",
          "\"plan\":{ | \"plan\":{\"live\":\"x\", | the text is no rollout certificate: Duplicate field 'live'",
          "\"step\":1 | \"step\":7 | 'transitions[0].state.step' of the certificate must be a whole number within 0 and 2: 7",
          "\"afterTicks\": | \"afterTicks\":1000000 | 'transitions[0].afterTicks' of the certificate must be a whole number within 0 and ",
        })
    void what_is_out_of_range(String from, String to, String message) {
      String changed = GOLDEN.replace(from, to);
      assertThat(changed).isNotEqualTo(GOLDEN);
      assertThatThrownBy(() -> Certificate.fromJson(changed))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageStartingWith(message);
    }

    /** The sum over a tick's splits would not end in a lifetime. */
    @Test
    void counts_beyond_what_a_tick_can_hold_at_once() {
      String changed = GOLDEN.replaceFirst("Z\",0,\\d+,\\d+,", "Z\",0,1000000000000,500000000000,");
      assertThat(changed).isNotEqualTo(GOLDEN);
      org.junit.jupiter.api.Assertions.assertTimeout(
          Duration.ofSeconds(5),
          () ->
              assertThatThrownBy(() -> Certificate.fromJson(changed))
                  .isInstanceOf(InvalidInputException.class)
                  .hasMessage(
                      "'ticks[0][3]' of the certificate must be a whole number within 0 and 32768:"
                          + " 1000000000000"));
    }

    @Test
    void what_is_nested_or_followed_by_more() {
      assertThatThrownBy(() -> Certificate.fromJson("[".repeat(100_000)))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageStartingWith("the text is no rollout certificate: Document nesting depth");
      assertThatThrownBy(() -> Certificate.fromJson(GOLDEN + "{}"))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageStartingWith("the text is no rollout certificate: Trailing token");
      assertThatThrownBy(() -> Certificate.fromJson(""))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage("the text is no rollout certificate: it is no JSON object with a 'format'");
    }
  }
}
