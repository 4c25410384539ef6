package dev.mlops.features;

import dev.mlops.Workspace;
import dev.mlops.data.Batches;
import dev.mlops.data.Dataset;
import dev.mlops.data.Digest;
import dev.mlops.error.ConflictException;
import dev.mlops.error.NotFoundException;
import dev.mlops.features.store.ArrowArtifacts;
import dev.mlops.journal.Entry;
import dev.mlops.storage.Artifact;
import dev.mlops.storage.ArtifactPath;
import dev.mlops.storage.Session;
import java.util.List;

/** The saved training sets. */
final class SnapshotTable {

  private final Workspace workspace;
  private final ArrowArtifacts files;

  SnapshotTable(Workspace workspace) {
    this.workspace = workspace;
    this.files = new ArrowArtifacts(workspace);
  }

  Artifact write(String name, TrainingSet training) {
    Digest bytes = files.stage(Batches.of(training.dataset()));
    return workspace.database().transaction(session -> insert(session, name, training, bytes));
  }

  Dataset read(String name) {
    if (names().contains(name)) {
      try (Batches rows = files.open(workspace.artifacts().get(files.owner(), path(name)))) {
        return rows.toDataset(Integer.MAX_VALUE);
      }
    }
    throw NotFoundException.among(
        "no snapshot '" + name + "' in project '" + workspace.project() + "'", names());
  }

  private Artifact insert(Session session, String name, TrainingSet training, Digest bytes) {
    if (names(session).contains(name)) {
      throw new ConflictException(
          "snapshot '" + name + "' is there already; snapshots never change");
    }
    Artifact artifact = workspace.artifacts().link(session, files.owner(), path(name), bytes);
    session.update(
        "INSERT INTO mlops_feature_snapshot (project, name, service, service_digest, sequence,"
            + " mode, digest, row_count, taken) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        workspace.project(),
        name,
        training.service().name(),
        training.service().digest(),
        training.sequence(),
        training.mode(),
        training.digest(),
        (long) training.dataset().rowCount(),
        workspace.clock().instant());
    workspace.journal().append(session, entry(name, training, bytes));
    return artifact;
  }

  private static Entry entry(String name, TrainingSet training, Digest bytes) {
    return Entry.of("features.snapshot")
        .about("training-set", name)
        .subject("snapshot", bytes)
        .subject("dataset", training.digest())
        .subject("service", training.service().digest())
        .detail("name", name)
        .detail("service", training.service().name())
        .detail("mode", training.mode().name())
        .detail("sequence", Long.toString(training.sequence()));
  }

  private List<String> names() {
    return workspace.database().read(this::names);
  }

  private List<String> names(Session session) {
    return session.list(
        "SELECT name FROM mlops_feature_snapshot WHERE project = ? ORDER BY name",
        row -> row.text("name"),
        workspace.project());
  }

  private static ArtifactPath path(String name) {
    return ArtifactPath.of("snapshots/" + name + ".arrow");
  }
}
