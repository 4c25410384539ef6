package dev.mlops.tracking;

import dev.mlops.Workspace;
import dev.mlops.data.Digest;
import dev.mlops.data.Micros;
import dev.mlops.error.ConflictException;
import dev.mlops.error.FileFailure;
import dev.mlops.journal.Entry;
import dev.mlops.storage.Artifact;
import dev.mlops.storage.ArtifactPath;
import dev.mlops.storage.Names;
import dev.mlops.storage.Session;
import dev.mlops.tracking.RunRecords.Begun;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Writes runs that another tracker recorded. Bytes are stored first, and nobody sees them until the
 * one transaction that writes the run names them: so a process that dies leaves no half a run.
 */
final class AddedRuns {

  private static final Pattern ID = Pattern.compile("[0-9a-f]{32}");

  private final Workspace workspace;
  private final RunRecords records;
  private final EnvironmentRecords environments;
  private final RunPacker packer;

  AddedRuns(
      Workspace workspace, RunRecords records, EnvironmentRecords environments, RunPacker packer) {
    this.workspace = workspace;
    this.records = records;
    this.environments = environments;
    this.packer = packer;
  }

  boolean add(RunView run, Map<String, List<MetricPoint>> points, Map<String, Path> files) {
    check(run);
    List<MetricWriter.Fresh> metrics = metrics(points);
    if (records.reader().find(run.id()).isPresent()) {
      return false;
    }
    Begun begun =
        new Begun(
            run.id(),
            run.name(),
            records.experiments().key(run.experiment()),
            run.parent(),
            run.environment(),
            run.start());
    Long environment =
        run.environment() == null ? null : (Long) environments.row(run.environment()).id();
    Map<ArtifactPath, Digest> staged = staged(files);
    try {
      workspace
          .database()
          .transaction(session -> insert(session, run, begun, environment, metrics, staged));
    } catch (ConflictException taken) {
      if (records.reader().find(run.id()).isPresent()) {
        return false;
      }
      throw new ConflictException(
          "run "
              + run.id()
              + " is in another project of this database, and an id is given once; add it to another database",
          taken);
    }
    packer.oneEnded();
    return true;
  }

  private static void check(RunView run) {
    if (run.end() == null || run.status() == RunStatus.RUNNING) {
      throw new IllegalArgumentException(
          "run " + run.id() + " has not ended; only a run that has ended is added");
    }
    requireId(run.id());
    if (run.parent() != null) {
      requireId(run.parent());
    }
    Names.checked("run", run.name());
    requireNote(run.note());
    run.params()
        .forEach(
            (name, text) -> {
              Names.checked("param", name);
              Names.checkedText("param '" + name + "'", text);
            });
    requireTags(run.tags());
    run.inputs()
        .forEach(
            input -> {
              Names.checked("input role", input.role());
              Names.checked("input", input.name());
            });
  }

  private static void requireId(String id) {
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException(
          "a run's id has 32 hexadecimal digits in lower case: '" + Names.shown(id) + "'");
    }
  }

  static void requireNote(@Nullable String note) {
    if (note != null) {
      Names.checkedText("note", note);
    }
  }

  static void requireTags(Map<String, String> tags) {
    tags.forEach(
        (name, text) -> {
          Names.checked("tag", name);
          Names.checkedText("tag '" + name + "'", text);
        });
  }

  private static List<MetricWriter.Fresh> metrics(Map<String, List<MetricPoint>> points) {
    List<MetricWriter.Fresh> metrics = new ArrayList<>();
    new TreeMap<>(points)
        .forEach(
            (name, each) -> {
              Names.checked("metric", name);
              if (each.isEmpty()) {
                throw new IllegalArgumentException("metric '" + name + "' has no point");
              }
              Points packed = new Points();
              each.forEach(
                  point -> packed.add(point.step(), Micros.floor(point.time()), point.value()));
              metrics.add(MetricWriter.Fresh.of(name, packed));
            });
    return metrics;
  }

  private Map<ArtifactPath, Digest> staged(Map<String, Path> files) {
    Map<ArtifactPath, Path> checked = new TreeMap<>();
    files.forEach((path, file) -> checked.put(ArtifactPath.of(path), file));
    Map<ArtifactPath, Digest> staged = new TreeMap<>();
    checked.forEach((path, file) -> staged.put(path, stage(file)));
    return staged;
  }

  private Digest stage(Path file) {
    try (InputStream bytes = Files.newInputStream(file)) {
      return workspace.artifacts().stage(bytes);
    } catch (IOException e) {
      throw FileFailure.of("cannot read '" + file + "' to keep it with a run", e);
    }
  }

  private boolean insert(
      Session session,
      RunView run,
      Begun begun,
      @Nullable Long environment,
      List<MetricWriter.Fresh> metrics,
      Map<ArtifactPath, Digest> staged) {
    long id =
        session.insert(
            RunRows.INSERT,
            RunRows.cells(begun, environment, run.status(), run.note(), run.end(), run.failure()));
    if (run.deleted() != null) {
      session.update("UPDATE mlops_runs SET deleted_at = ? WHERE id = ?", run.deleted(), id);
    }
    texts(session, RunRows.INSERT_PARAM, id, run.params());
    texts(session, RunRows.INSERT_TAG, id, run.tags());
    List<RunView.Input> inputs = run.inputs().stream().distinct().toList();
    session.batch(
        RunRows.INSERT_INPUT, inputs.stream().map(input -> RunRows.cells(id, input)).toList());
    MetricWriter.insert(session, List.of(id), List.of(metrics));
    List<Artifact> artifacts = new ArrayList<>();
    staged.forEach(
        (path, digest) ->
            artifacts.add(
                workspace.artifacts().link(session, RunWriter.owner(run.id()), path, digest)));
    Entry entry = RunEvents.imported(workspace, begun, run.status(), inputs);
    workspace
        .journal()
        .append(
            session,
            records
                .seals()
                .seal(session, id, artifacts)
                .map(seal -> entry.detail("seal", seal.toString()))
                .orElse(entry));
    return true;
  }

  private static void texts(Session session, String sql, long run, Map<String, String> texts) {
    List<@Nullable Object[]> rows = new ArrayList<>();
    texts.forEach((name, text) -> rows.add(new Object[] {run, name, text}));
    session.batch(sql, rows);
  }
}
