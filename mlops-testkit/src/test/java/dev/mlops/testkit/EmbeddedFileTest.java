package dev.mlops.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.Workspace;
import dev.mlops.error.MlopsException;
import dev.mlops.error.StorageException;
import dev.mlops.journal.Entry;
import dev.mlops.storage.ArtifactPath;
import dev.mlops.storage.Database;
import dev.mlops.storage.FileAccess;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The file of an embedded database: its name, its permissions, and what damage does to its lock.
 */
class EmbeddedFileTest {
  private static final boolean POSIX =
      FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

  @TempDir Path directory;

  @Nested
  class Names {
    @Test
    void of_every_kind_hold_a_database_of_their_own() throws IOException {
      List<Database> open = new ArrayList<>();
      try {
        for (String name : names()) {
          Database database = Database.h2(directory.resolve(name).resolve("truth"));
          open.add(database);
          database.transaction(session -> session.update("CREATE TABLE thing (name VARCHAR)"));
          database.transaction(session -> session.update("INSERT INTO thing VALUES (?)", name));
          assertThat(directory.resolve(name).resolve("truth.mv.db")).isNotEmptyFile();
        }
      } finally {
        open.forEach(Database::close);
      }
      for (String name : names()) {
        try (Database again = Database.h2(directory.resolve(name).resolve("truth"))) {
          List<String> found =
              again.read(session -> session.list("SELECT * FROM thing", row -> row.text("name")));
          assertThat(found).containsExactly(name);
        }
      }
      try (Stream<Path> made = Files.list(directory)) {
        assertThat(made.map(path -> String.valueOf(path.getFileName())))
            .containsExactlyInAnyOrder(topLevel());
      }
    }

    private List<String> names() {
      List<String> names =
          new ArrayList<>(
              List.of(
                  "a b",
                  " a b",
                  "~",
                  "~a",
                  "%3b",
                  "%",
                  "a%20b",
                  "dollar$",
                  "'single'",
                  "a=b",
                  "a#b"));
      if (POSIX) {
        names.addAll(
            List.of(
                ";",
                "a;b",
                "a\\;b",
                "a;INIT=CREATE TABLE hacked(a int)",
                "back\\slash",
                "back/slash"));
        names.addAll(
            List.of("\\", "q?x=1", "col:on", "quote\"", "two\nlines", "*", "jdbc:h2:mem:x"));
      }
      Charset paths =
          Charset.forName(System.getProperty("sun.jnu.encoding", Charset.defaultCharset().name()));
      Stream.of("\u00e9", "e\u0301", "\u65e5\u672c", "\ud83d\ude80")
          .filter(name -> paths.newEncoder().canEncode(name))
          .forEach(names::add);
      return names;
    }

    private String[] topLevel() {
      return names().stream()
          .map(name -> name.replaceFirst("/.*", ""))
          .distinct()
          .toArray(String[]::new);
    }

    @Test
    void may_be_relative() throws IOException {
      Path relative = Path.of("").toAbsolutePath().relativize(directory.toRealPath());
      assertThat(relative).isRelative();
      try (Workspace workspace = Workspace.open(relative)) {
        workspace.journal().append(Entry.of("a"));
      }
      assertThat(directory.resolve("truth.mv.db")).isNotEmptyFile();
      try (Workspace workspace = Workspace.open(directory)) {
        assertThat(workspace.journal().find(1)).isPresent();
      }
    }
  }

  @Nested
  class Permissions {
    @Test
    void are_for_the_owner_alone() throws IOException {
      Path made = directory.resolve("made/for/me");
      fill(Workspace.builder().directory(made).open());
      if (POSIX) {
        assertThat(permissions(directory.resolve("made"))).isNotEmpty().allMatch(OWNERS::contains);
      }
    }

    private static final List<String> OWNERS = List.of("rw-------", "rwx------");

    @Test
    void are_those_of_the_umask_if_so_told() throws IOException {
      Path made = directory.resolve("made");
      fill(Workspace.builder().directory(made).fileAccess(FileAccess.UMASK).open());
      if (POSIX) {
        Path file = Files.createFile(directory.resolve("file"));
        Path folder = Files.createDirectory(directory.resolve("folder"));
        assertThat(permissions(made)).contains(permission(file), permission(folder));
        assertThat(permissions(made))
            .allMatch(List.of(permission(file), permission(folder))::contains);
      }
    }

    private static void fill(Workspace workspace) {
      try (workspace) {
        workspace
            .artifacts()
            .write("run", ArtifactPath.of("a"), new ByteArrayInputStream(new byte[3]));
      }
    }

    private static List<String> permissions(Path top) throws IOException {
      List<String> found = new ArrayList<>();
      try (Stream<Path> all = Files.walk(top)) {
        for (Path path : (Iterable<Path>) all::iterator) {
          found.add(permission(path));
        }
      }
      return found;
    }

    private static String permission(Path path) throws IOException {
      return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
  }

  @Nested
  class Damage {
    private static final int DAMAGES = 30;
    private static final long SEED = 20_261_127;

    private final Random random = new Random(SEED);

    @Test
    void leaves_no_lock_behind_and_blames_no_other_process() throws IOException {
      Path file = directory.resolve("database.mv.db");
      byte[] good = good();
      int refused = 0;
      for (int i = 0; i < DAMAGES; i++) {
        overwrite(file, damaged(good, i));
        refused += refuses() ? 1 : 0;
        overwrite(file, good);
        try (Database again = open()) {
          assertThat(rows(again)).as("damage %d of seed %d", i, SEED).isEqualTo(100);
        }
      }
      assertThat(refused).isGreaterThan(DAMAGES / 3);
    }

    private boolean refuses() {
      try (Database damaged = open()) {
        return rows(damaged) != 100;
      } catch (MlopsException e) {
        assertThat(e).isInstanceOf(StorageException.class).hasMessageNotContaining("process");
        return true;
      }
    }

    private Database open() {
      return Database.h2(directory.resolve("database"));
    }

    private static int rows(Database database) {
      return database
          .read(session -> session.list("SELECT a FROM thing", row -> row.text("a")))
          .size();
    }

    private byte[] good() throws IOException {
      try (Database database = open()) {
        database.transaction(session -> session.update("CREATE TABLE thing (a VARCHAR)"));
        for (int i = 0; i < 100; i++) {
          String text = "row " + i;
          database.transaction(session -> session.update("INSERT INTO thing VALUES (?)", text));
        }
      }
      return Files.readAllBytes(directory.resolve("database.mv.db"));
    }

    private byte[] damaged(byte[] good, int kind) {
      byte[] bad = good.clone();
      int block = 4096;
      List<Integer> classNames = placesOf("org.h2.mvstore", bad);
      int place = random.nextInt(good.length / block) * block;
      switch (kind % 6) {
        // H2 makes objects of the classes that the file names, and forgets the file if it cannot.
        case 5 -> bad[classNames.get(kind % classNames.size())] ^= 1;
        case 0 -> bad = Arrays.copyOf(bad, place);
        case 1 -> Arrays.fill(bad, place, bad.length, (byte) 0);
        case 2 -> Arrays.fill(bad, 2 * block, bad.length, (byte) random.nextInt());
        case 3 -> {
          for (int i = 0; i < 200; i++) {
            bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
          }
        }
        default -> Arrays.fill(bad, 0, 2 * block, (byte) kind);
      }
      return bad;
    }

    private static List<Integer> placesOf(String text, byte[] bytes) {
      String file = new String(bytes, StandardCharsets.ISO_8859_1);
      List<Integer> places = new ArrayList<>();
      for (int at = file.indexOf(text); at >= 0; at = file.indexOf(text, at + 1)) {
        places.add(at);
      }
      return places;
    }

    // As cp does: into the file that is there.
    private static void overwrite(Path file, byte[] bytes) throws IOException {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.truncate(0);
        channel.write(ByteBuffer.wrap(bytes));
      }
    }
  }
}
