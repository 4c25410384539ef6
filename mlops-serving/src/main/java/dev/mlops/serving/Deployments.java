package dev.mlops.serving;

import dev.mlops.Workspace;
import dev.mlops.error.ConflictException;
import dev.mlops.journal.Reason;
import dev.mlops.models.MovableSource;
import dev.mlops.rollout.Certificate.Transition;
import dev.mlops.rollout.RolloutState;
import dev.mlops.rollout.RolloutTerms;
import dev.mlops.serving.DeploymentTable.Deployment;
import dev.mlops.storage.Session;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is live on a router, in the database and in this process. The database is changed first: who
 * sees a model answer can rely on that it will answer after a restart.
 */
final class Deployments<I, O> {

  private static final Logger LOG = LoggerFactory.getLogger(DeploymentRouter.class);

  private final Workspace workspace;
  private final String router;
  private final DeploymentTable table;
  private final @Nullable BiFunction<String, String, Candidate<I, O>> models;
  private final @Nullable MovableSource source;
  private final Deployment opened;
  private final Candidate<I, O> first;

  /**
   * Finds what is live when the application gives a model as the live one.
   *
   * @param models opens a version by its name and version; null if the application gave none
   * @throws ConflictException if another model was promoted and can't be opened
   */
  Deployments(
      Workspace workspace,
      String router,
      Candidate<I, O> given,
      @Nullable BiFunction<String, String, Candidate<I, O>> models) {
    this.workspace = workspace;
    this.router = router;
    this.models = models;
    this.source = given.source();
    this.table = new DeploymentTable(workspace, router);
    this.opened = table.open(given.served());
    this.first = opened.live().is(given) ? given : promoted(given);
  }

  private Candidate<I, O> promoted(Candidate<I, O> given) {
    Candidate<I, O> live =
        find(opened.live())
            .orElseThrow(
                () ->
                    new ConflictException(
                        "router '%s' serves %s, which took over from %s, and can't open it; give the router .models(...), give .live(...) the model %s, or put %s back by rollback(...) where the router is open"
                            .formatted(router, opened.live(), given, opened.live(), given)));
    closeUnused(given);
    return live;
  }

  /** What was handed over is never in service now, so nobody else closes it. */
  private void closeUnused(Candidate<I, O> given) {
    try {
      given.close();
    } catch (Throwable e) {
      LOG.warn("router '{}': closing {}, which is not live any more, failed", router, given, e);
    }
  }

  /** The model that is live at first. */
  Candidate<I, O> first() {
    return first;
  }

  long id() {
    return opened.id();
  }

  Optional<Deployment> find() {
    return table.find();
  }

  boolean canOpen() {
    return models != null;
  }

  /** Opens what the database says is live. */
  Candidate<I, O> live() {
    return find(find().orElseThrow().live()).orElseThrow();
  }

  /** Opens a version if the application said how; empty if it did not. */
  Optional<Candidate<I, O>> find(ServedModel model) {
    if (models == null) {
      return Optional.empty();
    }
    Candidate<I, O> found =
        Objects.requireNonNull(
            models.apply(model.model(), model.version()), ".models(...) gave null for a model");
    if (!model.is(found)) {
      found.close();
      throw new ConflictException(
          "router '%s' needs %s, and .models(...) gave %s"
              .formatted(router, model.exactly(), found.served().exactly()));
    }
    return Optional.of(found);
  }

  /** Says that another model is live, unless another process has changed that in between. */
  void replace(Candidate<I, O> before, Candidate<I, O> after) {
    ServedModel next = after.served();
    workspace
        .database()
        .transaction(
            session -> {
              Deployment row = DeploymentTable.lock(session, id());
              requireLive(row, before);
              DeploymentTable.update(session, row.become(next));
              return workspace
                  .journal()
                  .append(session, RolloutEvents.replaced(router, row.live(), next));
            });
  }

  /** Throws if there is no model to go back to. */
  void requirePrevious() {
    ServedModel unused = previous(find().orElseThrow());
  }

  private ServedModel previous(Deployment row) {
    ServedModel previous = row.previous();
    if (previous == null) {
      throw new IllegalStateException(
          "router '%s' knows no model before %s to go back to; use replace(...)"
              .formatted(router, row.live()));
    }
    return previous;
  }

  /** Says that the previous model is live again; returns it. */
  ServedModel goBack(Candidate<I, O> live, Reason reason) {
    return workspace
        .database()
        .transaction(
            session -> {
              Deployment row = DeploymentTable.lock(session, id());
              requireLive(row, live);
              ServedModel previous = previous(row);
              DeploymentTable.update(session, row.back(previous));
              move(session, row.live(), previous, reason);
              var unused =
                  workspace
                      .journal()
                      .append(
                          session,
                          reason.addTo(
                              RolloutEvents.takenBack(router, row.live(), previous)
                                  .actor(reason.actorOr(workspace.actor()))));
              return previous;
            });
  }

  /** Changes what is live as a transition says, in its transaction, and moves the alias with it. */
  void changed(Session session, RolloutTerms terms, Transition transition, ServedModel candidate) {
    RolloutState state = transition.state();
    Deployment row = DeploymentTable.lock(session, id());
    Reason reason =
        Reason.because("rollout of " + terms.candidate() + " by router '" + router + "': " + state)
            .by(transition.actor());
    if (state instanceof RolloutState.Promoted) {
      DeploymentTable.update(session, row.become(candidate));
      move(session, row.live(), candidate, reason);
    }
    ServedModel previous = row.previous();
    if (state instanceof RolloutState.RolledBack
        && row.live().equals(candidate)
        && previous != null) {
      DeploymentTable.update(session, row.back(previous));
      move(session, candidate, previous, reason);
    }
  }

  void requireLive(Deployment row, Candidate<I, O> believed) {
    if (!row.live().is(believed)) {
      throw new ConflictException(
          "router '%s' serves %s by now, not %s: another process has changed it; try again"
              .formatted(router, row.live(), believed));
    }
  }

  private void move(Session session, ServedModel from, ServedModel to, Reason reason) {
    if (source != null && isNumber(from) && isNumber(to) && from.model().equals(to.model())) {
      boolean unused =
          source.move(
              session,
              to.model(),
              Integer.parseInt(from.version()),
              Integer.parseInt(to.version()),
              reason);
    }
  }

  private static boolean isNumber(ServedModel model) {
    return model.version().matches("[1-9]\\d{0,8}");
  }
}
