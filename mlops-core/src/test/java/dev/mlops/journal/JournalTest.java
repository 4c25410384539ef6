package dev.mlops.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.data.Digest;
import dev.mlops.storage.Database;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class JournalTest {
  private static final Instant NOON = Instant.parse("2001-03-04T12:00:00.123456789Z");
  private static final Digest MODEL = Digest.of(new byte[] {1});

  private final Database database = Database.h2InMemory();
  private final Journal journal = at(NOON);

  private Journal at(Instant time) {
    return Journal.in(database, Clock.fixed(time, ZoneOffset.UTC), "flights", Actor.system());
  }

  @AfterEach
  void close() {
    database.close();
  }

  private List<Long> ids(EventQuery query) {
    return journal.list(query).stream().map(Event::id).toList();
  }

  @Nested
  class Appending {
    @Test
    void fills_in_what_the_entry_leaves_out() {
      Event event = journal.append(Entry.of("model.registered"));
      assertThat(event.id()).isEqualTo(1);
      assertThat(event.time()).isEqualTo("2001-03-04T12:00:00.123456Z");
      assertThat(event.project()).isEqualTo("flights");
      assertThat(event.actor()).isEqualTo(Actor.system());
      assertThat(event.cause()).isNull();
      assertThat(event.outcome()).isEqualTo("ok");
      assertThat(event.previous().hex()).isEqualTo("0".repeat(64));
      assertThat(journal.find(1)).contains(event);
    }

    @Test
    void keeps_everything_that_the_entry_says() {
      Event cause = journal.append(Entry.of("drift.found").actor(Actor.trigger("psi")));
      Event event =
          journal.append(
              Entry.of("model.registered")
                  .project("other")
                  .actor(Actor.human("ada", "engineer"))
                  .cause(cause)
                  .outcome("refused")
                  .subject("model", MODEL)
                  .subject("data", Digest.of(new byte[] {2}))
                  .detail("name", "flüge 🛫")
                  .detail("", ""));
      assertThat(journal.find(2)).contains(event);
      assertThat(event.cause()).isEqualTo(1);
      assertThat(event.subjects()).containsOnlyKeys("model", "data").containsEntry("model", MODEL);
      assertThat(event.details()).containsOnlyKeys("name", "").containsEntry("name", "flüge 🛫");
      assertThat(event.previous()).isEqualTo(cause.hash());
      assertThat(journal.head()).isEqualTo(event.hash());
    }

    @Test
    void refuses_what_no_database_keeps() {
      Entry entry = Entry.of("model.registered");
      String half = "half \ud83d";
      for (Runnable refused :
          List.<Runnable>of(
              () -> entry.project("x".repeat(251)),
              () -> entry.project(half),
              () -> entry.outcome("a\0b"),
              () -> entry.subject("x".repeat(251), MODEL),
              () -> entry.detail(half, "text"),
              () -> entry.detail("name", "x".repeat(1_048_577)),
              () -> Actor.human("x".repeat(501), "engineer"),
              () -> Actor.human("ada", "a\nb"))) {
        assertThatThrownBy(refused::run).isInstanceOf(IllegalArgumentException.class);
      }
      assertThatThrownBy(() -> entry.detail(half, "text"))
          .hasMessage(
              "the name of the detail 'half ?' must not hold half a surrogate pair, which is no character");
    }

    @Test
    void vanishes_with_the_transaction_that_it_was_part_of() {
      assertThatThrownBy(
              () ->
                  database.transaction(
                      session -> {
                        journal.append(session, Entry.of("never"));
                        throw new IllegalArgumentException("changed my mind");
                      }))
          .hasMessage("changed my mind");
      assertThat(journal.append(Entry.of("first")).id()).isEqualTo(1);
      assertThat(journal.verify()).isInstanceOf(Verification.Intact.class);
    }

    @Test
    void does_not_mind_a_clock_that_goes_back() {
      journal.append(Entry.of("late"));
      at(NOON.minus(Duration.ofDays(1))).append(Entry.of("early"));
      assertThat(ids(EventQuery.all())).containsExactly(1L, 2L);
      assertThat(journal.verify().isIntact()).isTrue();
    }
  }

  @Nested
  class Refuses {
    @Test
    void a_kind_of_another_form() {
      assertThatThrownBy(() -> Entry.of("Model Registered"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "an event's kind is lower-case words parted by dots, such as model.registered: 'Model Registered'");
    }

    @Test
    void a_detail_given_twice() {
      assertThatThrownBy(() -> Entry.of("a").detail("name", "x").detail("name", "y"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the detail 'name' is set already, to x");
    }

    @Test
    void an_actor_without_a_name() {
      assertThatThrownBy(() -> Actor.human(" ", "engineer"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("actor name must not be blank");
    }

    @Test
    void a_page_of_nothing() {
      assertThatThrownBy(() -> EventQuery.all().limit(0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("limit must be at least 1: 0");
    }
  }

  @Nested
  class Listing {
    @Test
    void an_empty_journal_is_empty() {
      assertThat(ids(EventQuery.all())).isEmpty();
      assertThat(journal.find(1)).isEmpty();
      assertThat(journal.verify())
          .isEqualTo(new Verification.Intact(0, new Digest("0".repeat(64))));
    }

    @Test
    void narrows_by_everything_that_a_query_names() {
      journal.append(Entry.of("model.registered").subject("model", MODEL));
      journal.append(Entry.of("model_x.registered").project("other"));
      at(NOON.plusSeconds(9))
          .append(Entry.of("run.ended").subject("output", MODEL).subject("copy", MODEL));
      assertThat(ids(EventQuery.all().kind("model."))).containsExactly(1L);
      assertThat(ids(EventQuery.all().kind("model_"))).containsExactly(2L);
      assertThat(ids(EventQuery.all().kind("model"))).containsExactly(1L, 2L);
      assertThat(ids(EventQuery.all().kind("%"))).isEmpty();
      assertThat(ids(EventQuery.all().project("other"))).containsExactly(2L);
      assertThat(ids(EventQuery.all().subject(MODEL))).containsExactly(1L, 3L);
      assertThat(ids(EventQuery.all().from(NOON.plusSeconds(9)))).containsExactly(3L);
      assertThat(ids(EventQuery.all().to(NOON.plusSeconds(9)))).containsExactly(1L, 2L);
      assertThat(ids(EventQuery.all().kind("model.").project("other"))).isEmpty();
    }

    @Test
    void goes_on_behind_a_page() {
      for (int i = 0; i < 5; i++) {
        journal.append(Entry.of(i % 2 == 0 ? "even" : "odd").detail("i", "" + i));
      }
      EventQuery even = EventQuery.all().kind("even").limit(2);
      assertThat(ids(even)).containsExactly(1L, 3L);
      assertThat(ids(even.after(3))).containsExactly(5L);
      assertThat(journal.list(even.after(3)).get(0).details()).containsEntry("i", "4");
    }
  }
}
