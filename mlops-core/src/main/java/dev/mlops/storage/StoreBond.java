package dev.mlops.storage;

import dev.mlops.data.Digest;
import dev.mlops.error.ConflictException;
import dev.mlops.error.FileFailure;
import dev.mlops.error.NotFoundException;
import dev.mlops.error.StorageException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What holds a database and an artifact store together: an identity, drawn once, that the database
 * has in a row and the store has as a content of its own.
 *
 * <p>The row is there before the content. So a store with contents beside a database without a row
 * is never a crash at the first opening: the database was lost, or the store is another's. A store
 * has the identity of one database at a time, and only a database whose identity is there may
 * collect garbage in it.
 */
final class StoreBond {
  private static final String HEADER = "mlops artifact store of the database\n";
  private static final Pattern DOCUMENT =
      Pattern.compile(Pattern.quote(HEADER) + "[0-9a-f-]{36}\n");
  private static final int LENGTH = HEADER.length() + 37;

  // Later than any content, and within what every kind of clock can hold.
  private static final Instant EVER = Instant.parse("9999-01-01T00:00:00Z");

  private final Database database;
  private final ArtifactStore store;
  private final Digest document;

  private StoreBond(Database database, ArtifactStore store, String identity) {
    this.database = database;
    this.store = store;
    this.document = Digest.of(document(identity));
  }

  /** Ties the two together, or finds that they are; refuses strangers unless told to adopt. */
  static StoreBond of(Database database, ArtifactStore store, boolean adopt) {
    // The store first: whatever another process puts there comes after that process's row.
    boolean empty = identity(database).isPresent() || isEmpty(store);
    Optional<String> known = identity(database);
    if (known.isEmpty() && !empty && !adopt) {
      throw unknownContents(database, store);
    }
    String identity = known.orElseGet(() -> draw(database));
    StoreBond bond = new StoreBond(database, store, identity);
    if (adopt) {
      bond.adopt(identity);
    } else if (!bond.isThere()) {
      bond.tie(identity);
    }
    return bond;
  }

  private static Optional<String> identity(Database database) {
    return database.read(
        session ->
            session.first(
                "SELECT identity FROM mlops_workspace WHERE id = 1", row -> row.text("identity")));
  }

  private static String draw(Database database) {
    String drawn = UUID.randomUUID().toString();
    try {
      database.transaction(
          session ->
              session.update("INSERT INTO mlops_workspace (id, identity) VALUES (1, ?)", drawn));
      return drawn;
    } catch (ConflictException another) {
      // Another process opens the same new database.
      return identity(database).orElseThrow(() -> another);
    }
  }

  private void tie(String identity) {
    if (namesContents()) {
      throw new StorageException(
          database
              + " names contents, but "
              + store
              + " is not the store that has them: give the workspace its own store, or restore that;"
              + " to go on without the contents, open it with adoptContents()");
    }
    // What has come into the store meanwhile may be this identity, from another opening.
    if (!isEmpty(store) && !isThere()) {
      throw unknownContents(database, store);
    }
    store.write(new ByteArrayInputStream(document(identity)));
    if (!strangers().isEmpty()) {
      // Another new database has found the store empty at the same moment.
      store.delete(document, EVER);
      throw unknownContents(database, store);
    }
  }

  private void adopt(String identity) {
    store.write(new ByteArrayInputStream(document(identity)));
    strangers().forEach(stranger -> store.delete(stranger, EVER));
  }

  private boolean namesContents() {
    return database.read(
        session ->
            session
                .first("SELECT digest FROM mlops_artifact LIMIT 1", row -> row.digest("digest"))
                .isPresent());
  }

  private static boolean isEmpty(ArtifactStore store) {
    try (Stream<Digest> all = store.list()) {
      return all.findAny().isEmpty();
    }
  }

  /**
   * Refuses to make a database where it was lost: it is not there, and its contents are.
   *
   * @param file the database's own, with its ending
   */
  static void refuseIfLost(String database, Path file, ArtifactStore store) {
    // The store first, for the reason above.
    if (!isEmpty(store) && isNew(file)) {
      throw unknownContents(database, store);
    }
  }

  private static boolean isNew(Path file) {
    try {
      return Files.size(file) == 0;
    } catch (NoSuchFileException absent) {
      return true;
    } catch (IOException unreadable) {
      // Its opening tells why.
      return false;
    }
  }

  private static StorageException unknownContents(Object database, ArtifactStore store) {
    return new StorageException(
        store
            + " has contents, but "
            + database
            + " is not the one that names them, as it is new or another one: if that was lost, restore it from its backup; if the"
            + " store is another workspace's, choose another one; to take the contents over, as garbage"
            + " until they are named, open the workspace with adoptContents()");
  }

  /** Tells whether a content is this identity itself, which is never garbage. */
  boolean is(Digest content) {
    return content.equals(document);
  }

  boolean isThere() {
    return store.size(document).isPresent();
  }

  /** Tells whether a content is the identity of another database. */
  boolean isStranger(Digest content) {
    if (is(content) || store.size(content).orElse(0) != LENGTH) {
      return false;
    }
    try (InputStream bytes = store.read(content)) {
      String text = new String(bytes.readAllBytes(), StandardCharsets.UTF_8);
      return DOCUMENT.matcher(text).matches();
    } catch (NotFoundException deletedMeanwhile) {
      return false;
    } catch (IOException e) {
      throw new StorageException(
          "cannot read " + content + " in " + store + ": " + FileFailure.reason(e), e);
    }
  }

  private List<Digest> strangers() {
    try (Stream<Digest> all = store.list()) {
      return all.filter(this::isStranger).toList();
    }
  }

  private static byte[] document(String identity) {
    return (HEADER + identity + "\n").getBytes(StandardCharsets.UTF_8);
  }
}
