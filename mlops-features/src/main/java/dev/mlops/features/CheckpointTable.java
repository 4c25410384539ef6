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

  private record Kept(long sequence, String state, String path) {}

  private static final String FIND =
      "SELECT sequence, state, path FROM mlops_feature_checkpoint WHERE project = ? AND view_name"
          + " = ?";

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
                files.open(workspace.artifacts().get(files.owner(), ArtifactPath.of(found.path)))));
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
    before.ifPresent(
        kept -> {
          workspace.artifacts().unlink(session, files.owner(), ArtifactPath.of(kept.path));
          session.update(
              "DELETE FROM mlops_feature_checkpoint WHERE project = ? AND view_name = ?",
              key(view));
        });
    String path = "checkpoints/" + view.name() + ".arrow";
    workspace.artifacts().link(session, files.owner(), ArtifactPath.of(path), bytes);
    session.update(
        "INSERT INTO mlops_feature_checkpoint (project, view_name, sequence, state, path, taken)"
            + " VALUES (?, ?, ?, ?, ?, ?)",
        workspace.project(),
        view.name(),
        checkpoint.sequence(),
        checkpoint.state(),
        path,
        workspace.clock().instant());
    return true;
  }

  private Object[] key(View view) {
    return new Object[] {workspace.project(), view.name()};
  }

  private Kept kept(ResultRow row) {
    return new Kept(row.number("sequence"), row.text("state"), row.text("path"));
  }
}
