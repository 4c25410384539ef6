package dev.mlops.rollout;

import static dev.mlops.journal.Reason.because;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.data.Digest;
import dev.mlops.error.NotFoundException;
import dev.mlops.error.StorageException;
import dev.mlops.journal.Actor;
import dev.mlops.journal.Entry;
import dev.mlops.journal.Event;
import dev.mlops.rollout.Certificate.Transition;
import dev.mlops.serving.Candidate;
import dev.mlops.serving.DeploymentRouter;
import dev.mlops.serving.Guard;
import dev.mlops.serving.Rollout;
import dev.mlops.serving.RouterBuilder;
import dev.mlops.storage.ArtifactStore;
import dev.mlops.storage.Database;
import dev.mlops.storage.Session;
import dev.mlops.testkit.FaultyArtifactStore;
import dev.mlops.testkit.TestClock;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificatesTest {

  private static final Actor ANN = Actor.human("ann", "owner");

  private final TestClock clock = TestClock.at(Instant.parse("2026-11-23T12:00:00Z"));
  private final FaultyArtifactStore store = FaultyArtifactStore.over(ArtifactStore.inMemory());
  private final Workspace workspace = workspace("default");

  private Workspace workspace(String project) {
    return Workspace.builder()
        .database(Database.h2InMemory())
        .artifactStore(store)
        .clock(clock)
        .project(project)
        .open();
  }

  private RouterBuilder<Integer, Double> router() {
    return DeploymentRouter.builder(workspace, "departures")
        .live(model("7"))
        .executor(Runnable::run);
  }

  private static Candidate<Integer, Double> model(String version) {
    return Candidate.of("delay", version, number -> 0.5);
  }

  private static Rollout started(DeploymentRouter<Integer, Double> router) {
    return router.canary(model("8")).steps(10, 50, 100).minimum(100).guard(Guard.errors()).start();
  }

  private List<Event> transitions() {
    return workspace.journal().events().kind("rollout").list().stream()
        .filter(event -> !event.kind().equals("rollout.started"))
        .toList();
  }

  @Test
  void of_every_transition_are_stored_and_replayed_from_the_workspace_alone() {
    try (DeploymentRouter<Integer, Double> router = router().open()) {
      Rollout rollout = started(router);
      for (int i = 0; i < 3_000; i++) {
        router.predict(i);
      }
      rollout.promote(because("seen enough").by(ANN));
    }
    List<Event> events = transitions();
    assertThat(events)
        .extracting(Event::kind)
        .containsExactly("rollout.stepped", "rollout.promoted");
    Certificates certificates = Certificates.of(workspace);
    for (Event event : events) {
      Digest digest = Objects.requireNonNull(event.subjects().get("certificate"));
      Certificate stored = certificates.get(digest);
      assertThat(stored.digest()).isEqualTo(digest);
      assertThat(stored.verify())
          .isInstanceOfSatisfying(
              Certificate.Check.Confirmed.class,
              confirmed -> assertThat(confirmed.state()).hasToString(event.details().get("state")));
    }
    assertThat(certificates.list()).hasSize(2);
  }

  @Test
  void are_there_when_listeners_hear_of_their_transition() {
    List<String> heard = new ArrayList<>();
    RouterBuilder<Integer, Double> builder =
        router()
            .listener(
                change -> {
                  Certificate stored = Certificates.of(workspace).get(change.certificate());
                  assertThat(stored.transitions()).endsWith(change.transition());
                  assertThat(transitions()).hasSize(heard.size() + 1);
                  heard.add(change.terms().candidate() + " " + change.transition().state());
                });
    try (DeploymentRouter<Integer, Double> router = builder.open()) {
      Rollout rollout = started(router);
      for (int i = 0; i < 3_000; i++) {
        router.predict(i);
      }
      rollout.rollback(because("not today").by(ANN));
      assertThat(router.counts().bookkeepingFailures()).isZero();
    }
    assertThat(heard).containsExactly("delay:8 RUNNING at 50 %", "delay:8 ROLLED_BACK");
  }

  @Test
  void are_told_to_the_others_although_one_listener_throws() {
    List<Transition> heard = new ArrayList<>();
    RouterBuilder<Integer, Double> builder =
        router()
            .listener(
                change -> {
                  throw new IllegalStateException("pager is down");
                })
            .listener(change -> heard.add(change.transition()));
    try (DeploymentRouter<Integer, Double> router = builder.open()) {
      started(router).rollback(because("not today").by(ANN));
      assertThat(router.counts().bookkeepingFailures()).isEqualTo(1);
    }
    assertThat(heard).extracting(Transition::actor).containsExactly(ANN);
  }

  /** The traffic moves at once; the state, and what others see, waits for the certificate. */
  @Test
  void that_cannot_be_stored_keep_their_event_and_their_listeners_waiting() {
    List<Transition> heard = new ArrayList<>();
    try (DeploymentRouter<Integer, Double> router =
        router().listener(change -> heard.add(change.transition())).open()) {
      Rollout rollout = started(router);
      store.failUntilHealed(
          FaultyArtifactStore.Call.WRITE, () -> new StorageException("no space left"));
      rollout.rollback(because("not today").by(ANN));
      assertThat(rollout.state()).isInstanceOf(RolloutState.Running.class);
      assertThat(rollout.verdict().sentence())
          .endsWith(
              ". Since 2026-11-23T12:00:00Z nothing can be written (no space left). Waiting: 1 tick or act; until then the candidate gets no requests of this process, as they speak against it");
      for (int i = 0; i < 100; i++) {
        assertThat(router.answer(i).variant()).isEqualTo("live");
      }
      assertThat(transitions()).isEmpty();
      assertThat(heard).isEmpty();
      store.heal();
    }
    assertThat(transitions()).extracting(Event::kind).containsExactly("rollout.rolled_back");
    assertThat(heard).hasSize(1);
    assertThat(Certificates.of(workspace).list()).hasSize(1);
  }

  @Test
  void are_stored_once_and_each_event_that_tells_of_them_is_kept() {
    Certificate certificate = certificate();
    Certificates certificates = Certificates.of(workspace);
    Entry event = Entry.of("rollout.promoted").subject("certificate", certificate.digest());
    store(workspace, certificate, event);
    store(workspace, certificate, event);
    assertThat(workspace.journal().events().kind("rollout.promoted").list()).hasSize(2);
    assertThat(certificates.list()).containsExactly(certificate.digest());
    assertThat(certificates.find(certificate.digest()))
        .get()
        .extracting(Certificate::toJson)
        .isEqualTo(certificate.toJson());
  }

  @Test
  void of_another_project_are_not_found(@TempDir Path directory) {
    ArtifactStore files = ArtifactStore.files(directory);
    Database database = Database.h2InMemory();
    Certificate certificate = certificate();
    Entry event = Entry.of("rollout.promoted");
    try (Workspace fraud = over(database, files, "fraud")) {
      store(fraud, certificate, event);
      Workspace churn = over(database, files, "churn");
      assertThat(Certificates.of(churn).find(certificate.digest())).isEmpty();
      assertThatThrownBy(() -> Certificates.of(churn).get(certificate.digest()))
          .isInstanceOf(NotFoundException.class)
          .hasMessage("no certificate " + certificate.digest() + " in project 'churn'; found: []");
      store(churn, certificate, event);
      assertThat(Certificates.of(churn).list()).isEqualTo(Certificates.of(fraud).list());
    }
  }

  private static void store(Workspace workspace, Certificate certificate, Entry event) {
    Consumer<Session> staged = Certificates.of(workspace).stage(certificate);
    Event unused =
        workspace
            .database()
            .transaction(
                session -> {
                  staged.accept(session);
                  return workspace.journal().append(session, event);
                });
  }

  private Workspace over(Database database, ArtifactStore files, String project) {
    return Workspace.builder()
        .database(database)
        .artifactStore(files)
        .clock(clock)
        .project(project)
        .open();
  }

  private Certificate certificate() {
    try (Workspace other = Workspace.inMemory();
        DeploymentRouter<Integer, Double> router =
            DeploymentRouter.builder(other, "arrivals").live(model("7")).open()) {
      Rollout rollout = started(router);
      rollout.promote(because("seen enough").by(ANN));
      return rollout.certificate();
    }
  }
}
