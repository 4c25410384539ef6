package dev.mlops.environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mlops.error.InvalidInputException;
import dev.mlops.error.NewerFormException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvironmentTest {

  @Test
  void says_where_code_runs() {
    Environment here = Environment.capture();
    assertThat(here.part("java")).hasValue(Runtime.version().toString());
    assertThat(here.part("cpus"))
        .hasValue(Integer.toString(Runtime.getRuntime().availableProcessors()));
    assertThat(here.parts()).containsKeys("os", "vm", "arch", "heap", "locale", "zone", "charset");
    assertThat(here.libraries()).containsKey("jackson-core");
  }

  @Test
  void names_its_parts() {
    Environment here = Environment.capture();
    assertThatThrownBy(() -> here.part("cpu"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "an environment has no part 'cpu'; it has arch, branch, changes, charset, commit, cpus, heap, host, java, locale, main, os, processor, vm, zone");
    assertThatThrownBy(() -> Environment.of(Map.of("cpu", "4"), Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("an environment has no part 'cpu'; it has arch, ");
  }

  @Test
  void tells_what_differs_and_takes_nothing_for_the_same() {
    Environment one =
        Environment.of(Map.of("java", "17", "os", "Linux"), Map.of("core", "1.0", "old", "3"));
    Environment other =
        Environment.of(Map.of("java", "21", "os", "Linux", "zone", "UTC"), Map.of("core", "1.1"));
    assertThat(Environment.diff(one, other))
        .extracting(Environment.Difference::toString)
        .containsExactly(
            "changes: nothing and nothing",
            "commit: nothing and nothing",
            "java: 17 and 21",
            "zone: nothing and UTC",
            "library core: 1.0 and 1.1",
            "library old: 3 and nothing");
    assertThat(Environment.diff(one, one))
        .extracting(Environment.Difference::part)
        .containsExactly("changes", "commit");
    Map<String, String> code = Map.of("java", "17", "commit", "abc", "changes", "none");
    Environment known = Environment.of(code, Map.of("core", "1.0"));
    assertThat(Environment.diff(known, known)).isEmpty();
  }

  @Test
  void knows_what_has_been_changed_since_the_commit(@TempDir Path place) throws Exception {
    assumeTrue(git(place, "init", "--quiet"), "git is not installed; what changed is unknown then");
    Files.writeString(place.resolve("a.txt"), "one\n");
    assertThat(git(place, "add", "a.txt")).isTrue();
    assertThat(
            git(place, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "-m", "a"))
        .isTrue();
    assertThat(WorkingTree.changes(place)).hasValue("none");
    assertThat(Environment.capture(place).part("changes")).hasValue("none");
    Files.writeString(place.resolve("a.txt"), "two\n");
    String two = WorkingTree.changes(place).orElseThrow();
    assertThat(two).startsWith("sha256:");
    Files.writeString(place.resolve("a.txt"), "three\n");
    assertThat(WorkingTree.changes(place).orElseThrow()).startsWith("sha256:").isNotEqualTo(two);
    Files.writeString(place.resolve("a.txt"), "one\n");
    Files.writeString(place.resolve("new.txt"), "");
    assertThat(WorkingTree.changes(place).orElseThrow()).startsWith("sha256:");
    // The code that runs is what was there when it was started.
    assertThat(Environment.capture(place).part("changes")).hasValue("none");
  }

  private static boolean git(Path place, String... command) throws Exception {
    List<String> whole = new ArrayList<>(List.of("git"));
    whole.addAll(List.of(command));
    try {
      return new ProcessBuilder(whole).directory(place.toFile()).inheritIO().start().waitFor() == 0;
    } catch (IOException notThere) {
      return false;
    }
  }

  @Test
  void knows_libraries_by_their_files() {
    assertThat(
            Libraries.named(
                List.of(
                    "/m2/jackson-core-2.22.1.jar",
                    "file:/x/h2-2.4.240.jar",
                    "tools.jar",
                    "classes/")))
        .containsExactly(
            Map.entry("h2", "2.4.240"),
            Map.entry("jackson-core", "2.22.1"),
            Map.entry("tools", "without a version"));
  }

  @Test
  void keeps_the_main_class_and_no_argument() {
    assertThat(Surroundings.main("com.acme.Train --password=x")).hasValue("com.acme.Train");
    assertThat(Surroundings.main("/opt/app/train.jar secret")).hasValue("train.jar");
    assertThat(Surroundings.main("")).isEmpty();
  }

  @Test
  void has_no_commit_outside_a_repository_but_takes_one(@TempDir Path outside) {
    Environment there = Environment.capture(outside);
    assertThat(there.part("commit")).isEmpty();
    assertThat(there.part("changes")).isEmpty();
    assertThat(there.withCommit("abc").part("commit")).hasValue("abc");
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
    assertThat(here.toJson()).startsWith("{\"version\":1,\"arch\":");
    assertThatThrownBy(() -> Environment.fromJson(here.toJson().replace("n\":1,", "n\":2,")))
        .isInstanceOf(NewerFormException.class)
        .hasMessage(
            "cannot read the JSON of an environment: form 2 is newer than form 1, the highest that this release knows; use the release that wrote it, or a later one");
    assertThatThrownBy(() -> Environment.fromJson("{}"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "cannot read the JSON of an environment: the number of its form must be 1 or more, and is none");
    assertThatThrownBy(() -> Environment.fromJson("{\"version\":1,\"java\":[]}"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("not the JSON of an environment: 'java' must be a text, and is array");
  }
}
