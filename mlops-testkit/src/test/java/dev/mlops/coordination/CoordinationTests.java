package dev.mlops.coordination;

import static dev.mlops.journal.Reason.because;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.error.ConflictException;
import dev.mlops.error.NotFoundException;
import dev.mlops.journal.Actor;
import dev.mlops.journal.Entry;
import dev.mlops.journal.Event;
import dev.mlops.journal.ObjectKey;
import dev.mlops.storage.ArtifactStore;
import dev.mlops.storage.Database;
import dev.mlops.testkit.TestClock;
import dev.mlops.testkit.Together;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * What processes share, on one database. Two workspaces stand for two processes; the threads that
 * repeat are moved by hand, and a lease grows old by its row.
 */
abstract class CoordinationTests {
  private static final AtomicInteger PROJECTS = new AtomicInteger();
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final ObjectKey MODEL = ObjectKey.of("model", "flights/7");

  private final TestClock clock = TestClock.at(NOON);
  private final List<Runnable> repeated = new ArrayList<>();
  private final Repeater byHand =
      (name, interval, work) -> {
        repeated.add(work);
        return () -> repeated.remove(work);
      };
  private Database database;
  private String project;
  private Workspace one;
  private Workspace other;

  /** Returns a database that all tests of the class share; each has a project of its own. */
  abstract Database database();

  @BeforeEach
  void openWorkspaces() {
    database = database();
    project = "flights-" + PROJECTS.incrementAndGet();
    one = workspace(project, "one");
    other = workspace(project, "other");
  }

  private Workspace workspace(String project, String process) {
    return Workspace.builder()
        .database(database)
        .artifactStore(ArtifactStore.inMemory())
        .adoptContents()
        .clock(clock)
        .project(project)
        .actor(Actor.ci(process))
        .open();
  }

  @AfterEach
  void close() {
    one.close();
    other.close();
  }

  private void repeat() {
    List.copyOf(repeated).forEach(Runnable::run);
  }

  private Leases leases(Workspace workspace) {
    return Leases.of(workspace, byHand);
  }

  private Lease take(Workspace workspace, String name) {
    return leases(workspace).take(name, MINUTE).orElseThrow();
  }

  /** As if the lease had not been renewed for its time. */
  private void age(String name) {
    database.transaction(
        session ->
            session.update(
                "UPDATE mlops_lease SET expires = 1 WHERE project = ? AND name = ?",
                project,
                name));
  }

  @Nested
  class ALease {
    @Test
    void is_held_by_one_at_a_time() {
      Lease first = take(one, "import");
      assertThat(leases(other).take("import", MINUTE)).isEmpty();
      assertThat(leases(one).take("import", MINUTE)).isEmpty();
      first.close();
      try (Lease second = take(other, "import")) {
        assertThat(second.token()).isGreaterThan(first.token());
        assertThat(second.isHeld()).isTrue();
        assertThat(first.isHeld()).isFalse();
      }
      assertThat(leases(one).find("import")).isEmpty();
    }

    @Test
    void is_taken_over_when_it_was_not_renewed() {
      Lease paused = take(one, "import");
      age("import");
      try (Lease taken = take(other, "import")) {
        assertThat(taken.token()).isGreaterThan(paused.token());
        assertThatThrownBy(
                () -> paused.write(session -> one.journal().append(session, Entry.of("late"))))
            .isInstanceOf(ConflictException.class)
            .hasMessage(
                "the lease 'import' of project '"
                    + project
                    + "' with token "
                    + paused.token()
                    + " is not held any more: it was not renewed in time and another took over");
        assertThat(one.journal().events().kind("late").count()).isZero();
        assertThat(paused.isHeld()).isFalse();
        assertThat(paused.renew()).isFalse();
        paused.close();
        assertThat(taken.renew()).isTrue();
        taken.write(session -> other.journal().append(session, Entry.of("in.time")));
      }
    }

    @Test
    void is_kept_by_its_renewal() {
      try (Lease held = take(one, "import")) {
        age("import");
        repeat();
        assertThat(leases(other).take("import", MINUTE)).isEmpty();
        assertThat(held.isHeld()).isTrue();
      }
    }

    @Test
    void of_another_project_is_another() {
      try (Workspace third = workspace("fares", "third");
          Lease first = take(one, "import");
          Lease second = take(third, "import")) {
        assertThat(second.token()).isGreaterThan(first.token());
        assertThat(leases(one).list("")).extracting(LeaseStatus::holder).containsExactly("one");
      }
    }

    @Test
    void is_got_by_one_of_many_who_want_it() {
      AtomicInteger got = new AtomicInteger();
      Together.run(
          4,
          thread ->
              leases(thread % 2 == 0 ? one : other)
                  .take("import", MINUTE)
                  .ifPresent(lease -> got.incrementAndGet()));
      assertThat(got).hasValue(1);
    }

    @Test
    void that_has_expired_is_ended_by_one() {
      take(one, "runs/1");
      LeaseStatus status = leases(other).find("runs/1").orElseThrow();
      assertThat(status.expired()).isFalse();
      assertThat(status.seen()).isEqualTo(NOON);
      assertThat(ended(status)).isFalse();
      age("runs/1");
      LeaseStatus expired = leases(other).list("runs/").get(0);
      assertThat(expired.expired()).isTrue();
      assertThat(ended(expired)).isTrue();
      assertThat(ended(expired)).isFalse();
    }

    private boolean ended(LeaseStatus status) {
      return database.transaction(session -> leases(other).end(session, status));
    }

    @Test
    void is_given_back_when_the_workspace_closes() {
      take(one, "import");
      one.close();
      assertThat(leases(other).take("import", MINUTE)).isPresent();
    }

    @Test
    void is_held_for_a_time_that_makes_sense() {
      assertThatThrownBy(() -> leases(one).take("import", Duration.ofMillis(99)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "a lease is held for 100 milliseconds to a day without a renewal, not for 99 milliseconds");
    }
  }

  @Nested
  class AFeed {
    @Test
    void gives_what_is_behind_a_position() {
      one.journal().append(Entry.of("alias.moved"));
      Feed feed = Feed.of(other).kind("alias.");
      long position = feed.position();
      one.journal().append(Entry.of("run.started"));
      Event moved = one.journal().append(Entry.of("alias.moved"));
      assertThat(feed.after(position)).containsExactly(moved);
      assertThat(feed.after(0)).hasSize(2);
      assertThat(feed.after(0, 1)).extracting(Event::id).containsExactly(1L);
      assertThat(feed.after(feed.position())).isEmpty();
    }

    @Test
    void is_followed_from_where_the_listener_stopped() {
      List<Long> heard = new ArrayList<>();
      boolean[] broken = new boolean[1];
      Following following =
          Feed.of(other, byHand)
              .follow(
                  0,
                  MINUTE,
                  event -> {
                    if (broken[0]) {
                      throw new IllegalStateException("not now");
                    }
                    heard.add(event.id());
                  });
      one.journal().append(Entry.of("a"));
      repeat();
      broken[0] = true;
      one.journal().append(Entry.of("b"));
      repeat();
      repeat();
      assertThat(following.failures()).isEqualTo(2);
      assertThat(following.failure()).get().hasToString("java.lang.IllegalStateException: not now");
      assertThat(following.position()).isEqualTo(1);
      broken[0] = false;
      repeat();
      assertThat(heard).containsExactly(1L, 2L);
      assertThat(following.delivered()).isEqualTo(2);
      assertThat(following.failure()).isEmpty();
      following.close();
      assertThat(repeated).isEmpty();
    }

    @Test
    void is_handled_exactly_once_by_many() {
      IntStream.range(0, 40).forEach(i -> one.journal().append(Entry.of("a")));
      database.transaction(
          session -> session.update("CREATE TABLE handled (event BIGINT PRIMARY KEY)"));
      Together.run(4, thread -> handle(thread % 2 == 0 ? one : other));
      assertThat(handle(one)).isZero();
      assertThat(
              database.<List<Long>>read(
                  session ->
                      session.list(
                          "SELECT event FROM handled ORDER BY event", row -> row.number("event"))))
          .containsExactlyElementsOf(LongStream.rangeClosed(1, 40).boxed().toList());
      assertThat(Feed.of(one).position("mirror")).isEqualTo(40);
    }

    private long handle(Workspace workspace) {
      return Feed.of(workspace)
          .once(
              "mirror",
              (session, event) ->
                  session.update("INSERT INTO handled (event) VALUES (?)", event.id()));
    }

    @Test
    void gives_an_event_again_whose_handling_failed() {
      one.journal().append(Entry.of("a"));
      Feed feed = Feed.of(one);
      assertThatThrownBy(
              () ->
                  feed.once(
                      "mirror",
                      (session, event) -> {
                        throw new IllegalStateException("not now");
                      }))
          .hasMessage("not now");
      assertThat(feed.position("mirror")).isZero();
      assertThat(feed.once("mirror", (session, event) -> {})).isEqualTo(1);
    }

    @Test
    void of_another_project_has_readers_of_its_own() {
      one.journal().append(Entry.of("a"));
      try (Workspace third = workspace(project + "-fares", "third")) {
        third.journal().append(Entry.of("b"));
        List<Event> ours = new ArrayList<>();
        List<Event> theirs = new ArrayList<>();
        Feed.of(one).once("mirror", (session, event) -> ours.add(event));
        Feed.of(third).once("mirror", (session, event) -> theirs.add(event));
        assertThat(ours).extracting(Event::kind).containsExactly("a");
        assertThat(theirs).extracting(Event::kind).containsExactly("b");
      }
    }

    @Test
    void has_no_gap_while_many_write() {
      int writers = 4;
      int events = 40;
      List<Long> seen = new ArrayList<>();
      List<Runnable> works = new ArrayList<>();
      IntStream.range(0, writers)
          .forEach(
              writer ->
                  works.add(
                      () ->
                          IntStream.range(0, events)
                              .forEach(i -> one.journal().append(Entry.of("a")))));
      works.add(
          () -> {
            Feed feed = Feed.of(other);
            for (long at = 0; at < (long) writers * events; at = seen.size()) {
              feed.after(at).forEach(event -> seen.add(event.id()));
            }
          });
      Together.run(works.toArray(Runnable[]::new));
      assertThat(seen)
          .containsExactlyElementsOf(
              LongStream.rangeClosed(1, (long) writers * events).boxed().toList());
    }
  }

  @Nested
  class AScheduler {
    private final AtomicInteger runs = new AtomicInteger();

    private Scheduler scheduler(Workspace workspace, Job job) {
      return Scheduler.open(workspace, byHand, leases(workspace), MINUTE)
          .every("retrain", Duration.ofHours(1), job);
    }

    private Scheduler counting(Workspace workspace) {
      return scheduler(workspace, lease -> runs.incrementAndGet());
    }

    @Test
    void runs_a_job_once_an_interval_whoever_asks() {
      try (Scheduler first = counting(one);
          Scheduler second = counting(other)) {
        repeat();
        repeat();
        assertThat(runs).hasValue(1);
        clock.advance(Duration.ofMinutes(59));
        repeat();
        assertThat(runs).hasValue(1);
        clock.advance(MINUTE);
        repeat();
        assertThat(runs).hasValue(2);
        assertThat(first.jobs()).isEqualTo(second.jobs());
        assertThat(first.jobs())
            .containsExactly(
                new JobStatus(
                    "retrain",
                    NOON.plus(Duration.ofHours(2)),
                    2,
                    0,
                    NOON.plus(Duration.ofHours(1)),
                    null));
        List<Event> events = one.journal().events().about("job", "retrain").list();
        assertThat(events).extracting(Event::kind).containsOnly("job.ran").hasSize(2);
        assertThat(events.get(1).details()).containsEntry("due", "2026-03-01T13:00:00Z");
        assertThat(events.get(1).actor()).isEqualTo(Actor.schedule("retrain"));
      }
    }

    @Test
    void of_another_project_has_jobs_of_its_own() {
      AtomicInteger theirs = new AtomicInteger();
      try (Workspace third = workspace(project + "-fares", "third");
          Scheduler first = counting(one);
          Scheduler second = scheduler(third, lease -> theirs.incrementAndGet())) {
        repeat();
        repeat();
        assertThat(runs).hasValue(1);
        assertThat(theirs).hasValue(1);
        assertThat(first.jobs()).isEqualTo(second.jobs());
        assertThat(one.journal().events().about("job", "retrain").count()).isEqualTo(1);
        assertThat(third.journal().events().about("job", "retrain").count()).isEqualTo(1);
      }
    }

    @Test
    void makes_up_for_missed_runs_by_one() {
      try (Scheduler scheduler = counting(one)) {
        repeat();
        clock.advance(Duration.ofMinutes(5 * 60 + 30));
        repeat();
        repeat();
        assertThat(runs).hasValue(2);
        assertThat(scheduler.jobs().get(0).due()).isEqualTo(NOON.plus(Duration.ofHours(6)));
      }
    }

    @Test
    void counts_a_failure_and_runs_again() {
      try (Scheduler scheduler =
          scheduler(
              one,
              lease -> {
                if (runs.getAndIncrement() == 0) {
                  throw new IllegalStateException("no \0 data");
                }
              })) {
        repeat();
        assertThat(scheduler.jobs().get(0).failures()).isEqualTo(1);
        assertThat(scheduler.jobs().get(0).lastFailure())
            .isEqualTo("java.lang.IllegalStateException: no ? data");
        Event failed = one.journal().events().kind("job.ran").first().orElseThrow();
        assertThat(failed.outcome()).isEqualTo("failed");
        clock.advance(Duration.ofHours(1));
        repeat();
        assertThat(scheduler.jobs().get(0).runs()).isEqualTo(2);
        assertThat(scheduler.jobs().get(0).lastFailure()).isNull();
      }
    }

    @Test
    void leaves_a_job_to_the_process_that_runs_it_until_that_is_gone() {
      try (Scheduler scheduler = counting(one)) {
        Lease running = take(other, "job/retrain");
        repeat();
        assertThat(runs).hasValue(0);
        repeated.remove(repeated.size() - 1); // nobody renews it any more
        age("job/retrain");
        repeat();
        assertThat(runs).hasValue(1);
        assertThat(running.renew()).isFalse();
        assertThat(scheduler.jobs().get(0).runs()).isEqualTo(1);
      }
    }

    @Test
    void does_not_count_a_run_that_another_has_taken_over() {
      AtomicReference<Optional<Lease>> taken = new AtomicReference<>(Optional.empty());
      try (Scheduler scheduler =
          scheduler(
              one,
              lease -> {
                age(lease.name());
                taken.set(leases(other).take(lease.name(), MINUTE));
              })) {
        repeat();
        assertThat(taken.get()).isPresent();
        assertThat(scheduler.jobs().get(0).runs()).isZero();
        assertThat(scheduler.jobs().get(0).due()).isEqualTo(NOON);
        assertThat(one.journal().events().kind("job.").count()).isZero();
      }
    }

    @Test
    void has_one_job_of_a_name() {
      try (Scheduler scheduler = counting(one)) {
        assertThatThrownBy(() -> scheduler.every("retrain", MINUTE, lease -> {}))
            .isInstanceOf(IllegalStateException.class)
            .hasMessage("the scheduler has a job 'retrain' already; one name is one job");
      }
    }
  }

  @Nested
  class AnApproval {
    private final Actor ada = Actor.human("ada", "owner");
    private final Actor bob = Actor.human("bob", "risk");
    private final ApprovalRequest request =
        ApprovalRequest.of("promote", MODEL).quorum(2).roles("owner", "risk");

    private Approvals approvals() {
      return Approvals.of(one);
    }

    private Approval ask() {
      return approvals().ask(request, because("auc +0.4"));
    }

    @Test
    void needs_as_many_actors_as_were_asked_for() {
      Approval asked = ask();
      assertThat(asked).isInstanceOf(Approval.Pending.class);
      clock.advance(MINUTE);
      Approval half = approvals().approve(asked.id(), because("looked at it").by(ada));
      assertThat(half)
          .isInstanceOfSatisfying(
              Approval.Pending.class, pending -> assertThat(pending.missing()).isEqualTo(1));
      clock.advance(MINUTE);
      Approval whole = Approvals.of(other).approve(asked.id(), because("within limits").by(bob));
      assertThat(whole).isInstanceOf(Approval.Approved.class);
      assertThat(whole.votes()).extracting(Vote::actor).containsExactly(ada, bob);
      assertThat(whole.votes())
          .extracting(Vote::reason)
          .containsExactly("looked at it", "within limits");
      assertThat(approvals().get(asked.id())).isEqualTo(whole);
      assertThat(approvals().find("promote", MODEL)).contains(whole);
      assertThat(approvals().list(MODEL)).containsExactly(whole);
      assertThat(one.journal().events().about(MODEL).list())
          .extracting(event -> event.kind() + " " + event.outcome() + " by " + event.actor().id())
          .containsExactly(
              "approval.asked ok by one",
              "approval.voted approves by ada",
              "approval.voted approves by bob",
              "approval.decided approved by bob");
    }

    @Test
    void of_another_project_is_another() {
      long id = ask().id();
      try (Workspace third = workspace(project + "-fares", "third")) {
        Approvals theirs = Approvals.of(third);
        assertThat(theirs.find("promote", MODEL)).isEmpty();
        assertThatThrownBy(() -> theirs.approve(id, because("fine").by(ada)))
            .isInstanceOf(NotFoundException.class)
            .hasMessage(
                "no request for approval "
                    + id
                    + " in project '"
                    + third.project()
                    + "'; find(asked, about) looks for one");
        long other = theirs.ask(request, because("auc +0.1")).id();
        assertThat(other).as("ids count in each project").isEqualTo(id);
        theirs.refuse(other, because("too early").by(ada));
        assertThat(theirs.get(other)).isInstanceOf(Approval.Refused.class);
        assertThat(approvals().get(id)).isInstanceOf(Approval.Pending.class);
        assertThat(one.journal().events().about(MODEL).count()).isEqualTo(1);
      }
    }

    @Test
    void counts_an_actor_once() {
      long id = ask().id();
      approvals().approve(id, because("a").by(ada));
      assertThatThrownBy(() -> approvals().approve(id, because("b").by(Actor.human("ada", "risk"))))
          .isInstanceOf(ConflictException.class)
          .hasMessage(
              "'ada' has voted on request 1 to promote model 'flights/7' already: one actor counts once");
    }

    @Test
    void is_not_given_by_who_asks_or_has_no_role() {
      long id = approvals().ask(request, because("please").by(ada)).id();
      assertThatThrownBy(() -> approvals().approve(id, because("fine").by(ada)))
          .isInstanceOf(ConflictException.class)
          .hasMessage(
              "'ada' has asked for request 1 to promote model 'flights/7' and cannot approve it too");
      assertThatThrownBy(
              () -> approvals().approve(id, because("x").by(Actor.human("eve", "guest"))))
          .isInstanceOf(ConflictException.class)
          .hasMessage(
              "'eve' votes on request 1 to promote model 'flights/7' as 'guest'; allowed are [owner, risk]");
    }

    @Test
    void is_refused_by_one() {
      long id = ask().id();
      Approval refused = approvals().refuse(id, because("too early").by(bob));
      assertThat(refused)
          .isInstanceOfSatisfying(
              Approval.Refused.class,
              no -> assertThat(no.sentence()).isEqualTo("'bob' refused: too early"));
      assertThatThrownBy(() -> approvals().approve(id, because("a").by(ada)))
          .isInstanceOf(ConflictException.class)
          .hasMessage(
              "request 1 to promote model 'flights/7' is decided: 'bob' refused: too early");
      assertThat(ask().id()).as("asked anew").isNotEqualTo(id);
    }

    @Test
    void expires() {
      long id = approvals().ask(request.within(Duration.ofHours(1)), because("x")).id();
      approvals().approve(id, because("a").by(ada));
      clock.advance(Duration.ofHours(1));
      assertThat(approvals().get(id))
          .isInstanceOfSatisfying(
              Approval.Refused.class,
              no ->
                  assertThat(no.sentence())
                      .isEqualTo("expired at 2026-03-01T13:00:00Z with 1 of 2 approvals"));
      assertThatThrownBy(() -> approvals().approve(id, because("late").by(bob)))
          .isInstanceOf(ConflictException.class);
    }

    @Test
    void is_asked_once_while_it_is_open() {
      Approval asked = ask();
      assertThat(ask()).isEqualTo(asked);
      assertThat(one.journal().events().kind("approval.asked").count()).isEqualTo(1);
      assertThatThrownBy(() -> approvals().ask(request.quorum(1), because("x")))
          .isInstanceOf(ConflictException.class)
          .hasMessageStartingWith(
              "request 1 to promote model 'flights/7' is being asked already, with other terms: ");
    }

    @Test
    void is_asked_once_by_many_at_once() {
      Together.run(4, thread -> ask());
      assertThat(one.journal().events().kind("approval.asked").count()).isEqualTo(1);
    }

    @Test
    void that_nobody_asked_for_is_not_found() {
      assertThat(approvals().find("promote", MODEL)).isEmpty();
      assertThatThrownBy(() -> approvals().get(7))
          .isInstanceOf(NotFoundException.class)
          .hasMessage(
              "no request for approval 7 in project '"
                  + project
                  + "'; find(asked, about) looks for one");
    }
  }
}
