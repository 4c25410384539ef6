package dev.mlops.serving;

import dev.mlops.Workspace;
import dev.mlops.error.ConflictException;
import dev.mlops.storage.ResultRow;
import dev.mlops.storage.Session;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What each router serves, as rows: the lock on a row lets one change at a time happen. */
final class DeploymentTable {

  /**
   * What a router serves.
   *
   * @param gave what the application last gave as the live model
   * @param previous what was live before; null if nothing was, or it was taken back
   * @param rollout the latest rollout; null if there was none
   * @param changes grows with each change
   */
  record Deployment(
      long id,
      String gave,
      ServedModel live,
      @Nullable ServedModel previous,
      @Nullable Long rollout,
      long changes) {

    /** Another model is live; the one that was is the previous one. */
    Deployment become(ServedModel next) {
      return new Deployment(id, gave, next, live, rollout, changes);
    }

    /** The previous model is live again, and there is none before it. */
    Deployment back(ServedModel before) {
      return new Deployment(id, gave, before, null, rollout, changes);
    }

    Deployment with(long begun) {
      return new Deployment(id, gave, live, previous, begun, changes);
    }

    private Deployment give(ServedModel model) {
      return new Deployment(id, model.exactly(), live, previous, rollout, changes);
    }
  }

  private static final String COLUMNS =
      "SELECT id, given, model, version, digest, previous_model, previous_version, previous_digest, rollout, changes FROM mlops_deployment";
  private static final String BY_NAME = COLUMNS + " WHERE project = ? AND router = ?";
  private static final String BY_ID = COLUMNS + " WHERE id = ?";

  private final Workspace workspace;
  private final String router;

  DeploymentTable(Workspace workspace, String router) {
    this.workspace = workspace;
    this.router = router;
    workspace.database().migrate("serving", DeploymentRouter.class);
  }

  /**
   * Tells what is live when the application gives a model as the live one. What is given anew, as
   * it was not the last time, replaces what was live; what is given again doesn't.
   *
   * @return what is live
   */
  Deployment open(ServedModel given) {
    ensure(given);
    return workspace.database().transaction(session -> open(session, given));
  }

  private Deployment open(Session session, ServedModel given) {
    Deployment row =
        session
            .lock(BY_NAME, DeploymentTable::deployment, workspace.project(), router)
            .orElseThrow();
    boolean isNew = !row.gave().equals(given.exactly());
    boolean replaces = isNew && !row.live().equals(given);
    Deployment now = (replaces ? row.become(given) : row).give(given);
    if (isNew) {
      update(session, now);
    }
    if (replaces) {
      var unused =
          workspace.journal().append(session, RolloutEvents.replaced(router, row.live(), given));
    }
    return now;
  }

  private void ensure(ServedModel given) {
    if (find().isPresent()) {
      return;
    }
    try {
      workspace.database().transaction(session -> insert(session, given));
    } catch (ConflictException e) {
      // Another process has made it in between.
    }
  }

  private int insert(Session session, ServedModel given) {
    return session.update(
        "INSERT INTO mlops_deployment (project, router, given, model, version, digest, changes) VALUES (?, ?, ?, ?, ?, ?, 0)",
        workspace.project(),
        router,
        given.exactly(),
        given.model(),
        given.version(),
        given.digest());
  }

  Optional<Deployment> find() {
    return workspace
        .database()
        .read(
            session ->
                session.first(BY_NAME, DeploymentTable::deployment, workspace.project(), router));
  }

  static Deployment lock(Session session, long id) {
    return session
        .lock(BY_ID, DeploymentTable::deployment, id)
        .orElseThrow(() -> new IllegalStateException("deployment " + id + " is gone"));
  }

  static void update(Session session, Deployment next) {
    ServedModel previous = next.previous();
    session.update(
        "UPDATE mlops_deployment SET given = ?, model = ?, version = ?, digest = ?, previous_model = ?, previous_version = ?, previous_digest = ?, rollout = ?, changes = changes + 1 WHERE id = ?",
        next.gave(),
        next.live().model(),
        next.live().version(),
        next.live().digest(),
        previous == null ? null : previous.model(),
        previous == null ? null : previous.version(),
        previous == null ? null : previous.digest(),
        next.rollout(),
        next.id());
  }

  private static Deployment deployment(ResultRow row) {
    String previous = row.textOrNull("previous_model");
    return new Deployment(
        row.number("id"),
        row.text("given"),
        new ServedModel(row.text("model"), row.text("version"), row.digestOrNull("digest")),
        previous == null
            ? null
            : new ServedModel(
                previous, row.text("previous_version"), row.digestOrNull("previous_digest")),
        row.numberOrNull("rollout"),
        row.number("changes"));
  }
}
