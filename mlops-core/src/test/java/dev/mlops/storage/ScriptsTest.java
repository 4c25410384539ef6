package dev.mlops.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.error.NewerFormException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Releases of a module that differ in their migration scripts. */
class ScriptsTest {
  private static final String V1 =
      "CREATE TABLE mlops_thing (name VARCHAR);\nINSERT INTO mlops_thing VALUES ('old');\n";
  private static final String V2 =
      "ALTER TABLE mlops_thing ADD COLUMN size BIGINT DEFAULT 7 NOT NULL;\r\n";
  private static final String FOLDER = "dev/mlops/thing/migrations/";

  @TempDir Path directory;

  /** A class that each release has of its own, so that it has a class loader of its own. */
  static final class Anchor {}

  private Class<?> release(String name, String... scripts)
      throws IOException, ClassNotFoundException {
    Path root = directory.resolve(name);
    Files.createDirectories(root.resolve(FOLDER));
    for (int i = 0; i < scripts.length; i++) {
      Files.writeString(root.resolve(FOLDER).resolve("V" + (i + 1) + "__step.sql"), scripts[i]);
    }
    String anchor = Anchor.class.getName().replace('.', '/') + ".class";
    Files.createDirectories(root.resolve(anchor).getParent());
    Files.write(root.resolve(anchor), bytes(anchor));
    return anchor(root.toUri().toURL());
  }

  private Class<?> jar(String name, String script) throws IOException, ClassNotFoundException {
    Path file = directory.resolve(name);
    String anchor = Anchor.class.getName().replace('.', '/') + ".class";
    try (OutputStream out = Files.newOutputStream(file);
        JarOutputStream jar = new JarOutputStream(out)) {
      jar.putNextEntry(new ZipEntry(anchor));
      jar.write(bytes(anchor));
      // As Maven does it; a folder without an entry of its own is not found by its name.
      jar.putNextEntry(new ZipEntry(FOLDER));
      jar.putNextEntry(new ZipEntry(FOLDER + "V1__step.sql"));
      jar.write(script.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
    return anchor(file.toUri().toURL());
  }

  @SuppressWarnings("resource") // as long as the class
  private static Class<?> anchor(URL place) throws ClassNotFoundException {
    return Class.forName(Anchor.class.getName(), true, new URLClassLoader(new URL[] {place}, null));
  }

  private static byte[] bytes(String resource) throws IOException {
    try (InputStream bytes = Anchor.class.getClassLoader().getResourceAsStream(resource)) {
      assertThat(bytes).isNotNull();
      return bytes.readAllBytes();
    }
  }

  private Database open() {
    return Database.h2(directory.resolve("database"));
  }

  @Test
  void of_a_newer_release_migrate_what_an_older_one_left() throws Exception {
    try (Database database = open()) {
      database.migrate("thing", release("old", V1));
    }
    try (Database database = open()) {
      database.migrate("thing", release("new", V1, V2));
      assertThat(database.query("SELECT name, size FROM mlops_thing").row(0).toMap())
          .containsEntry("name", "old")
          .containsEntry("size", 7L);
    }
  }

  @Test
  void of_an_older_release_refuse_what_a_newer_one_left() throws Exception {
    try (Database database = open()) {
      database.migrate("thing", release("new", V1, V2));
    }
    try (Database database = open()) {
      Class<?> old = release("old", V1);
      assertThatThrownBy(() -> database.migrate("thing", old))
          .isInstanceOf(NewerFormException.class)
          .hasMessage(
              "cannot read the tables of 'thing': form 2 is newer than form 1, the highest that this release knows; use the release that wrote it, or a later one");
    }
  }

  @Test
  void are_found_in_a_jar() throws Exception {
    try (Database database = open()) {
      database.migrate("thing", jar("thing.jar", V1));
      assertThat(database.query("SELECT name FROM mlops_thing").rowCount()).isEqualTo(1);
    }
  }

  @Test
  void have_the_checksums_that_flyway_gives_them() throws Exception {
    Class<?> anchor = release("new", V1, V2);
    try (Database database = open()) {
      database.migrate("thing", anchor);
      String history =
          "SELECT \"checksum\" AS sum FROM \"mlops_thing_history\" WHERE \"type\" = 'SQL'";
      List<Integer> flyways =
          database.read(session -> session.list(history, row -> (int) row.number("sum")));
      assertThat(Scripts.checksums(anchor.getClassLoader(), "dev/mlops/thing/migrations").values())
          .containsExactlyInAnyOrderElementsOf(flyways);
    }
  }
}
