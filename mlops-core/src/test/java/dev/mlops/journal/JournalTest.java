package dev.mlops.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.mlops.data.Digest;
import dev.mlops.error.NewerFormException;
import dev.mlops.storage.Database;
import dev.mlops.storage.Session;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class JournalTest {
  private static final Instant NOON = Instant.parse("2001-03-04T12:00:00.123456789Z");
  private static final Digest MODEL = Digest.of(new byte[] {1});

  private final Database database = Database.h2InMemory();
  private final Journal journal = at(NOON);

  private Journal at(Instant time) {
    return open(time, "flights");
  }

  private Journal open(Instant time, String project) {
    return Journal.of(database, Clock.fixed(time, ZoneOffset.UTC), project, Actor.system());
  }

  @AfterEach
  void close() {
    database.close();
  }

  private List<Long> ids(EventQuery query) {
    return query.list().stream().map(Event::id).toList();
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
                  .about("model", "delay")
                  .actor(Actor.human("ada", "engineer"))
                  .cause(cause)
                  .outcome("refused")
                  .subject("model", MODEL)
                  .subject("data", Digest.of(new byte[] {2}))
                  .detail("name", "flüge 🛫")
                  .detail("", ""));
      assertThat(journal.find(2)).contains(event);
      assertThat(event.cause()).isEqualTo(1);
      assertThat(event.about()).isEqualTo(ObjectKey.of("model", "delay"));
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
              () -> Entry.of("x".repeat(251)),
              () -> entry.about("model", "x".repeat(501)),
              () -> entry.about("x".repeat(51), "name"),
              () -> entry.about("The model", "name"),
              () -> entry.about("model", half),
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
    void of_several_entries_is_as_one_by_one() {
      Event before = journal.append(Entry.of("first"));
      List<Event> events =
          database.transaction(
              session ->
                  journal.append(
                      session,
                      List.of(
                          Entry.of("run.started").about("run", "a").detail("name", "gbm"),
                          Entry.of("run.finished").about("run", "a").subject("model", MODEL))));
      assertThat(events).extracting(Event::id).containsExactly(2L, 3L);
      assertThat(events.get(0).previous()).isEqualTo(before.hash());
      assertThat(events.get(1).previous()).isEqualTo(events.get(0).hash());
      assertThat(journal.events().list()).endsWith(events.get(0), events.get(1));
      assertThat(journal.head()).isEqualTo(events.get(1).hash());
      List<Event> none = database.transaction(session -> journal.append(session, List.<Entry>of()));
      assertThat(none).isEmpty();
      assertThat(journal.verify()).isInstanceOf(Verification.Intact.class);
    }

    @Test
    void does_not_mind_a_clock_that_goes_back() {
      journal.append(Entry.of("late"));
      at(NOON.minus(Duration.ofDays(1))).append(Entry.of("early"));
      assertThat(ids(journal.events())).containsExactly(1L, 2L);
      assertThat(journal.verify().isIntact()).isTrue();
    }
  }

  @Nested
  class Projects {
    private final Journal other = open(NOON, "other");

    @Test
    void have_a_chain_each() {
      journal.append(Entry.of("a"));
      Event first = other.append(Entry.of("b"));
      assertThat(journal.append(Entry.of("c")).id()).isEqualTo(2);
      assertThat(first.id()).isEqualTo(1);
      assertThat(first.previous()).isEqualTo(Head.NONE);
      assertThat(ids(other.events())).containsExactly(1L);
      assertThat(other.find(2)).isEmpty();
      assertThat(journal.position()).isEqualTo(2);
      assertThat(other.position()).isEqualTo(1);
    }

    @Test
    void are_read_from_each_other_by_name() {
      other.append(Entry.of("b"));
      assertThat(journal.projects()).containsExactly("flights", "other");
      assertThat(journal.events("other").list()).isEqualTo(other.events().list()).hasSize(1);
      assertThat(journal.events("nobody's").list()).isEmpty();
      assertThat(journal.events("nobody's").count()).isZero();
      assertThat(journal.events("nobody's").stream()).isEmpty();
    }

    @Test
    void are_verified_one_by_one_or_all() {
      journal.append(Entry.of("a"));
      Event event = other.append(Entry.of("b"));
      database.transaction(
          session ->
              session.update("UPDATE mlops_event SET outcome = 'x' WHERE project = 'flights'"));
      assertThat(journal.verifyAll())
          .containsExactly(
              entry("flights", new Verification.Broken(1, "its content does not have its hash")),
              entry("other", new Verification.Intact(1, event.hash())));
      assertThat(journal.verify().isIntact()).isFalse();
      assertThat(other.verify().isIntact()).isTrue();
    }

    @Test
    void do_not_cause_each_others_events() {
      Event event = other.append(Entry.of("b"));
      assertThatThrownBy(() -> journal.append(Entry.of("a").cause(event)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "the cause of an event of project 'flights' cannot be event 1 of project 'other': each project has a chain of its own. Name the other event in a detail");
    }

    @Test
    void cannot_take_over_events() {
      journal.append(Entry.of("a"));
      other.append(Entry.of("b"));
      database.transaction(session -> session.update("UPDATE mlops_event SET project = 'other'"));
      assertThat(journal.verify())
          .isEqualTo(new Verification.Broken(1, "it is of project 'other'"));
    }
  }

  @Nested
  class Sealing {
    @Test
    void names_the_last_event() {
      Event last = journal.append(Entry.of("a"));
      Event seal = journal.seal();
      assertThat(seal.kind()).isEqualTo("journal.sealed");
      assertThat(seal.details())
          .containsEntry("event", "1")
          .containsEntry("hash", last.hash().toString());
    }

    @Test
    void has_nothing_to_do_without_events() {
      assertThatThrownBy(journal::seal)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the journal of project 'flights' has no events to seal");
    }

    @Test
    void lets_the_events_before_be_removed() {
      journal.append(Entry.of("a").detail("x", "1"));
      Event last = journal.append(Entry.of("b").detail("x", "2"));
      journal.seal();
      Event head = journal.append(Entry.of("c"));
      remove(last);
      assertThat(journal.verify()).isEqualTo(new Verification.Intact(2, head.hash()));
      assertThat(ids(journal.events())).containsExactly(3L, 4L);
      assertThat(journal.append(Entry.of("d")).id()).isEqualTo(5);
      assertThat(journal.verify().isIntact()).isTrue();
    }

    @Test
    void is_missed_where_events_were_removed_without_it() {
      Event first = journal.append(Entry.of("a"));
      Event second = journal.append(Entry.of("b"));
      journal.append(Journal.sealing(first.id(), first.hash()));
      remove(second);
      assertThat(journal.verify())
          .isEqualTo(
              new Verification.Broken(
                  2, "it and all before it were removed, and no later event seals it"));
    }

    @Test
    void does_not_excuse_a_rest() {
      journal.append(Entry.of("a"));
      Event second = journal.append(Entry.of("b"));
      journal.seal();
      database.transaction(session -> begin(session, second));
      assertThat(journal.verify())
          .isEqualTo(new Verification.Broken(1, "it is before the beginning of the journal"));
    }

    private void remove(Event last) {
      database.transaction(
          session -> {
            session.update("DELETE FROM mlops_event_detail WHERE event <= ?", last.id());
            session.update("DELETE FROM mlops_event WHERE number <= ?", last.id());
            return begin(session, last);
          });
    }

    private int begin(Session session, Event last) {
      return session.update(
          "UPDATE mlops_journal_head SET pruned = ?, pruned_hash = ?", last.id(), last.hash());
    }
  }

  @Nested
  class Refuses {
    @Test
    void a_journal_of_a_newer_version() {
      database.transaction(session -> session.update("UPDATE mlops_journal_head SET version = 2"));
      assertThatThrownBy(() -> journal.append(Entry.of("a")))
          .isInstanceOf(NewerFormException.class)
          .hasMessage(
              "cannot read the journal of project 'flights': form 2 is newer than form 1, the highest that this release knows; use the release that wrote it, or a later one");
    }

    @Test
    void an_event_about_two_things() {
      assertThatThrownBy(() -> Entry.of("a").about("model", "x").about("model", "y"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the option 'about' is set already, to model 'x'");
    }

    @Test
    void an_option_of_a_query_that_is_set_twice() {
      assertThatThrownBy(() -> journal.events().kind("a").kind("b"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the option 'kind' is set already, to a");
      assertThatThrownBy(() -> journal.events().limit(1).limit(2))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the option 'limit' is set already, to 1");
    }

    @Test
    void a_kind_of_another_form() {
      assertThatThrownBy(() -> Entry.of("Model Registered"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "an event's kind is lower-case words joined by dots, such as model.registered: 'Model Registered'");
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
      assertThatThrownBy(() -> journal.events().limit(0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("limit must be at least 1: 0");
    }
  }

  @Nested
  class Listing {
    @Test
    void an_empty_journal_is_empty() {
      assertThat(ids(journal.events())).isEmpty();
      assertThat(journal.find(1)).isEmpty();
      assertThat(journal.verify())
          .isEqualTo(new Verification.Intact(0, new Digest("0".repeat(64))));
    }

    @Test
    void narrows_by_everything_that_a_query_names() {
      journal.append(Entry.of("model.registered").subject("model", MODEL));
      journal.append(Entry.of("model_x.registered").about("model", "delay"));
      at(NOON.plusSeconds(9))
          .append(Entry.of("run.ended").subject("output", MODEL).subject("copy", MODEL));
      assertThat(ids(journal.events().kind("model."))).containsExactly(1L);
      assertThat(ids(journal.events().kind("model_"))).containsExactly(2L);
      assertThat(ids(journal.events().kind("model"))).containsExactly(1L, 2L);
      assertThat(ids(journal.events().kind("%"))).isEmpty();
      assertThat(ids(journal.events().about("model", "delay"))).containsExactly(2L);
      assertThat(ids(journal.events().about("model", "other"))).isEmpty();
      assertThat(ids(journal.events().subject(MODEL))).containsExactly(1L, 3L);
      assertThat(ids(journal.events().from(NOON.plusSeconds(9)))).containsExactly(3L);
      assertThat(ids(journal.events().to(NOON.plusSeconds(9)))).containsExactly(1L, 2L);
      assertThat(ids(journal.events().kind("model.").about("model", "delay"))).isEmpty();
      assertThat(ids(journal.events().kind("model").about("model", "delay"))).containsExactly(2L);
      assertThat(ids(journal.events().kind("run").subject(MODEL).to(NOON.plusSeconds(9))))
          .isEmpty();
    }

    @Test
    void means_all_when_it_says_all() {
      int events = 2_345;
      database.transaction(
          session -> {
            for (int i = 0; i < events; i++) {
              journal.append(session, Entry.of(i % 2 == 0 ? "even" : "odd"));
            }
            return true;
          });
      assertThat(ids(journal.events())).hasSize(events).isSorted();
      assertThat(journal.events().count()).isEqualTo(events);
      assertThat(journal.events().stream().map(Event::id)).hasSize(events).isSorted();
      assertThat(journal.events().kind("odd").list()).hasSize(events / 2);
      assertThat(journal.events().kind("odd").count()).isEqualTo(events / 2);
      assertThat(journal.events().kind("odd").stream()).hasSize(events / 2);
      assertThat(journal.events().kind("odd").first()).map(Event::id).contains(2L);
      assertThat(journal.events().limit(1_500).stream()).hasSize(1_500);
      assertThat(journal.events().limit(1_500).list()).hasSize(1_500);
    }

    @Test
    void streams_what_is_there_when_it_is_asked() {
      journal.append(Entry.of("a"));
      Stream<Event> events = journal.events().stream();
      journal.append(Entry.of("b"));
      assertThat(events.map(Event::kind)).containsExactly("a");
    }

    @Test
    void finds_times_although_a_clock_went_back() {
      journal.append(Entry.of("noon"));
      at(NOON.plusSeconds(60)).append(Entry.of("later"));
      journal.append(Entry.of("back"));
      EventQuery minute = journal.events().from(NOON).to(NOON.plusSeconds(1));
      assertThat(minute.list()).extracting(Event::kind).containsExactly("noon", "back");
      assertThat(minute.count()).isEqualTo(2);
      assertThat(minute.first()).map(Event::kind).contains("noon");
    }

    @Test
    void goes_on_behind_a_page() {
      for (int i = 0; i < 5; i++) {
        journal.append(Entry.of(i % 2 == 0 ? "even" : "odd").detail("i", "" + i));
      }
      EventQuery even = journal.events().kind("even").limit(2);
      assertThat(ids(even)).containsExactly(1L, 3L);
      assertThat(ids(even.after(3))).containsExactly(5L);
      assertThat(even.after(3).list().get(0).details()).containsEntry("i", "4");
    }
  }
}
