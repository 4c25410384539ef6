package dev.mlops.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.error.InvalidInputException;
import dev.mlops.error.NewerFormException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvironmentTest {

  @Test
  void says_where_code_runs() {
    Environment here = Environment.capture();
    assertThat(here.java()).startsWith(Integer.toString(Runtime.version().feature()));
    assertThat(here.cpus()).isEqualTo(Runtime.getRuntime().availableProcessors());
    assertThat(here.os()).startsWith(System.getProperty("os.name"));
  }

  @Test
  void has_no_commit_outside_a_repository_but_takes_one(@TempDir Path outside) {
    assertThat(Environment.capture(outside).commit()).isNull();
    assertThat(Environment.capture(outside).withCommit("abc").commit()).isEqualTo("abc");
  }

  @Test
  void holds_a_closed_list_so_that_no_secret_slips_in() {
    System.setProperty("test.password", "open-sesame");
    try {
      String json = Environment.capture().toJson();
      assertThat(json).doesNotContain("open-sesame");
      System.getenv().values().stream()
          .filter(value -> value.length() > 24)
          .forEach(value -> assertThat(json).doesNotContain(value));
    } finally {
      System.clearProperty("test.password");
    }
  }

  @Test
  void survives_json_and_passes_over_what_it_does_not_know() {
    Environment here = Environment.capture();
    assertThat(Environment.fromJson(here.toJson())).isEqualTo(here);
    assertThat(Environment.fromJson(here.toJson().replaceFirst("\\{", "{\"later\":1,")))
        .isEqualTo(here);
    assertThatThrownBy(() -> Environment.fromJson("["))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("not the JSON of an environment: ");
    assertThat(here.toJson()).startsWith("{\"version\":1,\"java\":");
    assertThatThrownBy(() -> Environment.fromJson(here.toJson().replace("n\":1,", "n\":2,")))
        .isInstanceOf(NewerFormException.class)
        .hasMessage(
            "cannot read the JSON of an environment: form 2 is newer than form 1, the highest that this release knows; use the release that wrote it, or a later one");
    assertThatThrownBy(() -> Environment.fromJson("{}"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "cannot read the JSON of an environment: the number of its form must be 1 or more, and is none");
    assertThatThrownBy(
            () -> Environment.fromJson(here.toJson().replaceFirst("\"cpus\":\\d+", "\"cpus\":-1")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "not the JSON of an environment: 'cpus' must be a whole number from 0 to 2147483647,"
                + " and is -1");
    assertThatThrownBy(() -> Environment.fromJson("{\"version\":1,\"java\":[]}"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("not the JSON of an environment: 'java' must be a text, and is array");
  }
}
