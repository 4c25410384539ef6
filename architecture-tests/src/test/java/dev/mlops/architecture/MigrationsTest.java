package dev.mlops.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.h2.tools.RunScript;
import org.junit.jupiter.api.Test;

/** H2 commits each statement of a script, so one that died half-way is run from its beginning. */
class MigrationsTest {

  @Test
  void every_statement_of_every_module_may_run_twice() throws IOException, SQLException {
    List<Path> scripts = scripts();
    assertThat(scripts).hasSizeGreaterThanOrEqualTo(7);
    for (Path script : scripts) {
      try (Connection fresh = DriverManager.getConnection("jdbc:h2:mem:;DATABASE_TO_LOWER=TRUE")) {
        run(script, fresh);
        run(script, fresh);
      }
    }
  }

  private static void run(Path script, Connection connection) throws IOException, SQLException {
    // As the storage does for H2; for PostgreSQL it is a collation.
    String statements = Files.readString(script).replace("${bytewise}", "");
    RunScript.execute(connection, new StringReader(statements));
  }

  /** Else PostgreSQL would order texts by its locale, and take longer ones than H2. */
  @Test
  void every_text_of_every_module_has_a_length_and_is_ordered_by_its_characters()
      throws IOException {
    for (Path script : scripts()) {
      assertThat(unruled(Files.readString(script))).as("%s", script).isEmpty();
    }
    assertThat(unruled("a VARCHAR, b VARCHAR(250) NOT NULL, c TEXT, d VARCHAR(3)${bytewise}"))
        .containsExactly("VARCHAR,", "VARCHAR(250) ", "TEXT,");
  }

  private static List<String> unruled(String script) {
    return Pattern.compile("(VARCHAR(\\(\\d+\\))?|TEXT)\\b?(\\$\\{bytewise})?.?")
        .matcher(script)
        .results()
        .filter(text -> text.group(3) == null || text.group().startsWith("VARCHAR$"))
        .map(MatchResult::group)
        .toList();
  }

  private static List<Path> scripts() throws IOException {
    try (Stream<Path> modules = Files.list(Path.of(".."))) {
      return modules
          .map(module -> module.resolve("src/main/resources/dev/mlops"))
          .filter(Files::isDirectory)
          .flatMap(MigrationsTest::scriptsBelow)
          .sorted()
          .toList();
    }
  }

  private static Stream<Path> scriptsBelow(Path resources) {
    try (Stream<Path> files = Files.walk(resources)) {
      return files.filter(file -> file.toString().endsWith(".sql")).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
