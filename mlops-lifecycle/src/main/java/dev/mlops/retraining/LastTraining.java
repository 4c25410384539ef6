package dev.mlops.retraining;

import dev.mlops.Workspace;
import dev.mlops.data.Digest;
import dev.mlops.error.ConflictException;
import dev.mlops.storage.ResultRow;
import dev.mlops.storage.Session;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** When a policy last said yes, and on which data; its row is also the policy's lock. */
final class LastTraining {

  private static final String SELECT =
      "SELECT retrained, data FROM mlops_retraining WHERE project = ? AND policy = ?";

  private final Workspace workspace;
  private final String policy;

  LastTraining(Workspace workspace, String policy) {
    this.workspace = workspace;
    this.policy = policy;
    workspace.database().migrate("retraining", RetrainingPolicy.class);
  }

  /** What is remembered; empty before the first yes. */
  record Memory(Optional<Instant> time, Optional<Digest> data) {

    static final Memory NONE = new Memory(Optional.empty(), Optional.empty());

    static Memory of(ResultRow row) {
      return new Memory(
          Optional.ofNullable(row.instantOrNull("retrained")),
          Optional.ofNullable(row.digestOrNull("data")));
    }
  }

  Memory read() {
    return workspace.database().read(this::find).orElse(Memory.NONE);
  }

  private Optional<Memory> find(Session session) {
    return session.first(SELECT, Memory::of, workspace.project(), policy);
  }

  /** Reads, and keeps other decisions of the policy waiting until the session ends. */
  Memory lock(Session session) {
    return session.lock(SELECT, Memory::of, workspace.project(), policy).orElseThrow();
  }

  /** Makes the row that is locked, in a transaction of its own; another may have been quicker. */
  void ensure() {
    if (workspace.database().read(this::find).isPresent()) {
      return;
    }
    try {
      workspace.database().transaction(this::insert);
    } catch (ConflictException e) {
      // Another process has made it in between.
    }
  }

  private int insert(Session session) {
    return session.update(
        "INSERT INTO mlops_retraining (project, policy) VALUES (?, ?)",
        workspace.project(),
        policy);
  }

  void update(Session session, @Nullable Digest data) {
    session.update(
        "UPDATE mlops_retraining SET retrained = ?, data = ? WHERE project = ? AND policy = ?",
        workspace.clock().instant(),
        data,
        workspace.project(),
        policy);
  }
}
