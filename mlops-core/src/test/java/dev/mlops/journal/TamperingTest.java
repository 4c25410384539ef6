package dev.mlops.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.data.Digest;
import dev.mlops.error.MlopsException;
import dev.mlops.error.StorageException;
import dev.mlops.storage.Database;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** One byte changed anywhere in the journal is found, and the event that it belongs to is named. */
class TamperingTest {
  private static final int EVENTS = 12;

  private static final Database DATABASE = Database.h2InMemory();
  private static final Journal JOURNAL = written();

  private static Journal written() {
    Clock clock = Clock.fixed(Instant.parse("2001-03-04T12:00:00Z"), ZoneOffset.UTC);
    Journal journal = Journal.of(DATABASE, clock, "flights", Actor.human("ada", "engineer"));
    Event first = append(journal, Entry.of("kind.first"), 1);
    for (int i = 2; i <= EVENTS; i++) {
      append(journal, Entry.of("kind.later").cause(first), i);
    }
    return journal;
  }

  private static Event append(Journal journal, Entry entry, int i) {
    return journal.append(
        entry
            .about("model", "delay")
            .subject("model", Digest.of(new byte[] {(byte) i}))
            .detail("name", "text " + i));
  }

  @AfterContainer
  static void close() {
    DATABASE.close();
  }

  private record Cell(String table, String key, String column) {
    boolean isNumber() {
      return List.of("number", "version", "time", "cause", "event").contains(column);
    }
  }

  @Provide
  Arbitrary<Cell> cells() {
    Arbitrary<Cell> events =
        Arbitraries.of(
                "number",
                "version",
                "time",
                "project",
                "kind",
                "object_kind",
                "object_name",
                "actor_kind",
                "actor_id",
                "actor_role",
                "cause",
                "outcome",
                "previous",
                "hash")
            .map(column -> new Cell("mlops_event", "number", column));
    Arbitrary<Cell> subjects =
        Arbitraries.of("event", "name", "digest")
            .map(column -> new Cell("mlops_event_subject", "event", column));
    Arbitrary<Cell> details =
        Arbitraries.of("event", "name", "text")
            .map(column -> new Cell("mlops_event_detail", "event", column));
    return Arbitraries.oneOf(events, events, subjects, details);
  }

  @Property(tries = 600)
  void one_flipped_byte_names_the_event(
      @ForAll("cells") Cell cell,
      @ForAll @IntRange(min = 2, max = EVENTS) int event,
      @ForAll @IntRange(max = 1_000) int place,
      @ForAll @IntRange(max = 7) int bit) {
    assertThat(JOURNAL.verify()).isInstanceOf(Verification.Intact.class);
    Verification found = verifyWith(cell, event, place, bit);
    if (found instanceof Verification.Broken broken) {
      // A number of another event, or a link to one, shows up at the lower of the two.
      assertThat(broken.event()).isLessThanOrEqualTo(event);
      if (!cell.column().equals("number") && !cell.column().equals("event")) {
        assertThat(broken.event()).isEqualTo(event);
      }
    } else {
      assertThat(found).as("verification of %s", cell).isNull();
    }
  }

  /**
   * Verifies inside a transaction that is rolled back; null if the database itself refuses the
   * change. Whatever was changed, the verification itself answers.
   */
  private static @Nullable Verification verifyWith(Cell cell, int event, int place, int bit) {
    @Nullable Verification[] found = new Verification[1];
    boolean[] changed = new boolean[1];
    try {
      DATABASE.transaction(
          session -> {
            String select =
                "SELECT "
                    + cell.column()
                    + " AS cell FROM "
                    + cell.table()
                    + " WHERE "
                    + cell.key()
                    + " = ?";
            Object flipped =
                cell.isNumber()
                    ? (Object)
                        (session.first(select, row -> row.number("cell"), event).orElseThrow()
                            ^ (1L << place % 63))
                    : flip(
                        session.first(select, row -> row.text("cell"), event).orElseThrow(),
                        place,
                        bit);
            session.update(
                "UPDATE "
                    + cell.table()
                    + " SET "
                    + cell.column()
                    + " = ? WHERE "
                    + cell.key()
                    + " = ?",
                flipped,
                event);
            changed[0] = true;
            found[0] = Verifier.verify(session, "flights");
            throw new IllegalStateException("undo");
          });
    } catch (MlopsException refused) {
      assertThat(changed[0]).as("%s", refused).isFalse();
    } catch (IllegalStateException undo) {
      assertThat(undo).hasMessage("undo");
    }
    return found[0];
  }

  /** Texts that no flipped bit makes: those of no digest, no constant and no name. */
  @Test
  void what_cannot_be_read_names_the_event_or_the_head() {
    for (String column :
        List.of("hash", "previous", "actor_kind", "object_name", "object_kind", "kind")) {
      Verification found =
          verifyAfter("UPDATE mlops_event SET " + column + " = 'no\nvalue' WHERE number = 5");
      assertThat(found).as(column).isInstanceOf(Verification.Broken.class);
      assertThat(((Verification.Broken) found).event()).as(column).isEqualTo(5);
    }
    assertThat(verifyAfter("UPDATE mlops_event_subject SET digest = 'none' WHERE event = 7"))
        .isInstanceOf(Verification.Broken.class)
        .asString()
        .contains("event=7");
    assertThat(verifyAfter("UPDATE mlops_journal_head SET hash = 'none'"))
        .isInstanceOf(Verification.Broken.class)
        .asString()
        .contains("event=" + EVENTS, "the head of the journal cannot be read");
  }

  @Test
  void an_event_that_cannot_be_read_is_told_by_its_number() {
    assertThatThrownBy(
            () ->
                DATABASE.transaction(
                    session -> {
                      session.update(
                          "UPDATE mlops_event SET object_name = 'no\nname' WHERE number = 5");
                      return EventTable.range(session, 1, 1, EVENTS);
                    }))
        .isInstanceOf(StorageException.class)
        .hasMessage(
            "event 5 of project 'flights' is not what was stored; the database is damaged, or was"
                + " changed by others");
  }

  private static Verification verifyAfter(String sql) {
    Verification[] found = new Verification[1];
    assertThatThrownBy(
            () ->
                DATABASE.transaction(
                    session -> {
                      session.update(sql);
                      found[0] = Verifier.verify(session, "flights");
                      throw new IllegalStateException("undo");
                    }))
        .hasMessage("undo");
    return found[0];
  }

  private static String flip(String text, int place, int bit) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    bytes[place % bytes.length] ^= (byte) (1 << bit);
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  @Property(tries = 50)
  void one_event_removed_is_missing(@ForAll @IntRange(min = 2, max = EVENTS) int event) {
    @Nullable Verification[] found = new Verification[1];
    try {
      DATABASE.transaction(
          session -> {
            session.update("DELETE FROM mlops_event_subject WHERE event = ?", event);
            session.update("DELETE FROM mlops_event_detail WHERE event = ?", event);
            session.update("DELETE FROM mlops_event WHERE number = ?", event);
            found[0] = Verifier.verify(session, "flights");
            throw new IllegalStateException("undo");
          });
    } catch (IllegalStateException undo) {
      assertThat(found[0]).isEqualTo(new Verification.Broken(event, "it is missing"));
    }
  }
}
