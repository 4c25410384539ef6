package dev.mlops.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Period;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

/** No sentence says PT168H or 1.0E300: {@code dev.mlops.error.Exactly} alone writes values. */
class ExactWordingTest {

  /** What is stored and read back, or compared, is written as the JDK reads it. */
  private static final Set<String> STORED =
      Set.of(
          "coordination.Approvals.entry",
          "design.Durations.text",
          "error.Exactly.number",
          "error.Exactly.typed",
          "error.Exactly.value",
          "features.view.Definition.of",
          "features.view.DefinitionJson.put",
          "features.view.FeatureView.write",
          "features.view.Logged.lambda$encoded$0",
          "features.view.Logged.narrow",
          "features.view.Measure.text",
          "predictions.Novelty.isSame",
          "profile.ProfileJson.numbers",
          "retraining.RetrainingPolicy.append",
          "rollout.CertificateText.plan",
          "serving.RolloutEvents.started",
          "watch.ModelWatch.kindOf");

  private static Set<String> raw(JavaClass type) throws IOException {
    try (InputStream code = type.getSource().orElseThrow().getUri().toURL().openStream()) {
      return RawValues.in(code.readAllBytes());
    }
  }

  private static String place(String finding) {
    return finding.substring("dev.mlops.".length(), finding.indexOf('('));
  }

  @Test
  void is_kept_everywhere_but_where_values_are_stored() throws IOException {
    Set<String> found = new TreeSet<>();
    for (JavaClass type : House.OURS.classes()) {
      found.addAll(raw(type));
    }
    assertThat(found.stream().filter(each -> !STORED.contains(place(each)))).isEmpty();
    assertThat(found.stream().map(ExactWordingTest::place).collect(Collectors.toSet()))
        .containsAll(STORED);
  }

  @Test
  void is_missed_where_it_is_not() throws IOException {
    JavaClass planted =
        new ClassFileImporter().importClasses(Offences.class).get(Offences.class.getName());
    assertThat(raw(planted).stream().map(each -> each.replaceAll(".*\\.(\\w+)\\(.*: ", "$1: ")))
        .containsExactlyInAnyOrder(
            "joined: a text is made of a Duration",
            "joinedNumber: a text is joined with a double",
            "joinedPeriod: a text is made of a Period",
            "formatted: a format has a Duration",
            "formattedNumber: a format has a Double",
            "formattedInTheMiddle: a format has a Double",
            "logged: a log line has a Duration",
            "loggedWithOthers: a log line has a Duration",
            "mapped: a reference to toString takes a Duration",
            "shown: a text is made of a Double",
            "toString: the record's toString has a Duration",
            "toString: the record's toString has a Period");
  }

  /** Each method but the last five says a value as the JDK writes it. */
  @SuppressWarnings({"UnusedMethod", "unused"})
  private record Offences(Duration time, Period period, double number, Logger log) {
    String joined() {
      return "after " + time + " it ends";
    }

    String joinedNumber() {
      return "above " + number;
    }

    String joinedPeriod() {
      return "every " + period;
    }

    String formatted() {
      return "%s within %s".formatted("it ends", number > 1 ? time : Duration.ZERO);
    }

    String formattedNumber() {
      return String.format("above %s", number);
    }

    String formattedInTheMiddle() {
      return "%.2f, %% and %s of %d".formatted(number, number, 1);
    }

    void logged() {
      log.warn("again in {}", time);
    }

    void loggedWithOthers() {
      log.warn("{} and {} and {}", "one", time, "three");
    }

    Optional<String> mapped() {
      return Optional.of(time).map(Duration::toString);
    }

    String shown() {
      Double found = number;
      return Objects.toString(found);
    }

    String statesDigits() {
      return "%.2f %% in %d".formatted(number, 1);
    }

    String wordsIt() {
      return "after " + time.toDays() + " days";
    }

    int hashes() {
      return Objects.hash(time, number);
    }

    List<Object> keeps() {
      return List.of(time, number);
    }

    void logsAnother() {
      log.warn("again in {}", period.toTotalMonths());
    }
  }
}
