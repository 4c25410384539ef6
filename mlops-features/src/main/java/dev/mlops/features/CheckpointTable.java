package dev.mlops.features;

import dev.mlops.Workspace;
import dev.mlops.data.Digest;
import dev.mlops.features.store.ArrowArtifacts;
import dev.mlops.features.store.Checkpoint;
import dev.mlops.features.view.View;
import dev.mlops.storage.ArtifactPath;
import dev.mlops.storage.ResultRow;
import dev.mlops.storage.Session;
import java.util.Optional;

/** The last checkpoint of each view; one that is older than what is there changes nothing. */
final class CheckpointTable {

  private record Kept(long sequence, String state) {}

  private static final String FIND =
      "SELECT sequence, state FROM mlops_feature_checkpoint WHERE project = ? AND view_name = ?";

  private final Workspace workspace;
  private final ArrowArtifacts files;

  CheckpointTable(Workspace workspace) {
    this.workspace = workspace;
    this.files = new ArrowArtifacts(workspace);
  }

  /** Opens the checkpoint of a view, whose rows are to be closed by the caller. */
  Optional<Checkpoint> find(View view) {
    Optional<Kept> kept =
        workspace.database().read(session -> session.first(FIND, this::kept, key(view)));
    return kept.map(
        found ->
            new Checkpoint(
                found.sequence,
                found.state,
                files.open(workspace.artifacts().get(files.owner(), path(view)))));
  }

  void write(View view, Checkpoint checkpoint) {
    Digest bytes = files.stage(checkpoint.rows());
    workspace.database().transaction(session -> insert(session, view, checkpoint, bytes));
  }

  private boolean insert(Session session, View view, Checkpoint checkpoint, Digest bytes) {
    Optional<Kept> before = session.lock(FIND, this::kept, key(view));
    if (before.isPresent() && before.get().sequence > checkpoint.sequence()) {
      return false;
    }
    if (before.isPresent()) {
      workspace.artifacts().unlink(session, files.owner(), path(view));
      session.update(
          "DELETE FROM mlops_feature_checkpoint WHERE project = ? AND view_name = ?", key(view));
    }
    workspace.artifacts().link(session, files.owner(), path(view), bytes);
    session.update(
        "INSERT INTO mlops_feature_checkpoint (project, view_name, sequence, state, taken)"
            + " VALUES (?, ?, ?, ?, ?)",
        workspace.project(),
        view.name(),
        checkpoint.sequence(),
        checkpoint.state(),
        workspace.clock().instant());
    return true;
  }

  private static ArtifactPath path(View view) {
    return ArtifactPath.of("checkpoints/" + view.name() + ".arrow");
  }

  private Object[] key(View view) {
    return new Object[] {workspace.project(), view.name()};
  }

  private Kept kept(ResultRow row) {
    return new Kept(row.number("sequence"), row.text("state"));
  }
}
