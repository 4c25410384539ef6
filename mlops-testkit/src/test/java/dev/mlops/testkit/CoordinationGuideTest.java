package dev.mlops.testkit;

import static dev.mlops.journal.Reason.because;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.Workspace;
import dev.mlops.coordination.Approval;
import dev.mlops.coordination.ApprovalRequest;
import dev.mlops.coordination.Approvals;
import dev.mlops.coordination.Feed;
import dev.mlops.coordination.Following;
import dev.mlops.coordination.JobStatus;
import dev.mlops.coordination.Lease;
import dev.mlops.coordination.Leases;
import dev.mlops.coordination.Scheduler;
import dev.mlops.journal.Actor;
import dev.mlops.journal.Entry;
import dev.mlops.journal.Event;
import dev.mlops.journal.ObjectKey;
import dev.mlops.storage.Session;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CoordinationGuideTest {
  private final Workspace workspace = Workspace.inMemory();
  private final List<String> done = new ArrayList<>();

  @AfterEach
  void close() {
    workspace.close();
  }

  @Test
  void a_lease() {
    // guide:begin
    Leases leases = Leases.of(workspace);
    Optional<Lease> mine = leases.take("nightly-import", Duration.ofSeconds(30));
    if (mine.isPresent()) { // empty: another process has it
      try (Lease lease = mine.get()) {
        lease.write(session -> workspace.journal().append(session, Entry.of("import.done")));
      }
    }
    // guide:end
    assertThat(workspace.journal().events().kind("import.").count()).isEqualTo(1);
    assertThat(leases.list("")).isEmpty();
  }

  @Test
  void a_feed() {
    workspace.journal().append(Entry.of("alias.moved").about("alias", "flights/champion"));
    // guide:begin
    Feed feed =
        Feed.of(workspace).kind("alias."); // aliases here; runs, rollouts and features alike
    long position = feed.position();
    Following following =
        feed.follow(position, Duration.ofSeconds(1), event -> reload(event.about()));

    feed.once("audit-copy", (session, event) -> copy(session, event)); // each event exactly once
    // guide:end
    following.close();
    assertThat(done).containsExactly("copied 1");
  }

  private void reload(@Nullable ObjectKey alias) {
    done.add("reloaded " + alias);
  }

  private void copy(Session session, Event event) {
    assertThat(session).isNotNull();
    done.add("copied " + event.id());
  }

  @Test
  @SuppressWarnings("UnusedVariable") // the page shows what comes back
  void a_scheduler() {
    // guide:begin
    try (Scheduler scheduler = Scheduler.open(workspace)) {
      scheduler.every(
          "retrain", Duration.ofHours(1), lease -> lease.write(session -> retrain(session)));
      List<JobStatus> jobs = scheduler.jobs();
    }
    // guide:end
    assertThat(workspace.journal().events().kind("job.").about("job", "retrain").count())
        .isLessThanOrEqualTo(1);
  }

  private static boolean retrain(Session session) {
    return session != null;
  }

  @Test
  void approvals() {
    Actor ada = Actor.human("ada", "owner");
    Actor bob = Actor.human("bob", "risk");
    // guide:begin
    Approvals approvals = Approvals.of(workspace);
    ApprovalRequest promote =
        ApprovalRequest.of("promote", ObjectKey.of("model", "flights/7"))
            .quorum(2)
            .roles("owner", "risk")
            .within(Duration.ofDays(3));
    long id = approvals.ask(promote, because("auc +0.4")).id();
    approvals.approve(id, because("looked at the errors").by(ada));
    Approval now = approvals.approve(id, because("within limits").by(bob));
    if (now instanceof Approval.Approved approved) {
      approved.votes().forEach(vote -> report(vote.actor(), vote.reason()));
    }
    // guide:end
    assertThat(done).containsExactly("ada: looked at the errors", "bob: within limits");
  }

  private void report(Actor actor, String reason) {
    done.add(actor.id() + ": " + reason);
  }

  @Test
  void the_page_shows_this_code() {
    GuidePage.assertSameCode(
        Path.of("../docs/guide/coordination.md"),
        Path.of("src/test/java/dev/mlops/testkit/CoordinationGuideTest.java"));
  }
}
