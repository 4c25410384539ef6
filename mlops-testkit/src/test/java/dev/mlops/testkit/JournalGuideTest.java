package dev.mlops.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.Workspace;
import dev.mlops.data.Digest;
import dev.mlops.journal.Actor;
import dev.mlops.journal.Entry;
import dev.mlops.journal.Event;
import dev.mlops.journal.Journal;
import dev.mlops.journal.Note;
import dev.mlops.journal.ObjectKey;
import dev.mlops.journal.Verification;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class JournalGuideTest {
  private static final Path PAGE = Path.of("../docs/guide/journal.md");

  @Test
  void the_page_works() {
    Digest digest = Digest.of(new byte[] {1});
    try (Workspace workspace = Workspace.inMemory()) {
      Instant yesterday = workspace.clock().instant().minus(Duration.ofDays(1));
      // guide:begin
      Event trained =
          workspace
              .journal()
              .append(Entry.of("model.trained").about("model", "flights").subject("model", digest));
      workspace
          .actingAs(
              Actor.human("ada", "data scientist")) // the same workspace for one person's request
          .notes()
          .write(ObjectKey.of("model", "flights"), "trained without the days of the strike");

      Journal journal = workspace.journal();
      List<Event> all = journal.events().list(); // all of them, oldest first
      List<Event> flights = journal.events().about("model", "flights").list();
      List<Event> page = journal.events().kind("model.").after(trained.id()).limit(50).list();
      long alerts = journal.events().kind("alert.").from(yesterday).count();
      Stream<Event> models = journal.events().subject(digest).stream();
      List<Note> notes = workspace.notes().list(ObjectKey.of("model", "flights"));
      SortedMap<String, Verification> everything = journal.verifyAll();
      // guide:end
      assertThat(all).isEqualTo(flights).hasSize(2);
      assertThat(page).isEmpty();
      assertThat(alerts).isZero();
      assertThat(models).containsExactly(trained);
      assertThat(notes).extracting(Note::author).extracting(Actor::id).containsExactly("ada");
      assertThat(everything.values()).allMatch(Verification::isIntact);
    }
  }

  @Test
  void the_page_shows_this_code() {
    GuidePage.assertSameCode(
        PAGE, Path.of("src/test/java/dev/mlops/testkit/JournalGuideTest.java"));
  }
}
