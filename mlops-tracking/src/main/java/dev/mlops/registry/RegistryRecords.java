package dev.mlops.registry;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.Workspace;
import dev.mlops.data.Digest;
import dev.mlops.error.ConflictException;
import dev.mlops.error.NotFoundException;
import dev.mlops.error.StorageException;
import dev.mlops.journal.Actor;
import dev.mlops.journal.Entry;
import dev.mlops.journal.Reason;
import dev.mlops.models.ModelFile;
import dev.mlops.storage.Artifact;
import dev.mlops.storage.ArtifactPath;
import dev.mlops.storage.Session;
import dev.mlops.tracking.ExperimentTracker;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes and reads models and versions. Whatever changes a model first locks its row, so changes of
 * one model follow one another, and the counter in that row gives numbers without a gap.
 */
final class RegistryRecords {

  private static final ArtifactPath SIGNATURE = ArtifactPath.of(PackageFiles.SIGNATURE);

  private final Workspace workspace;
  private final AliasRecords aliases;
  private final VersionRecords versions;
  private final Admission admission;
  private final VersionEdits edits;

  RegistryRecords(Workspace workspace) {
    this.workspace = workspace;
    this.admission = new Admission(workspace);
    this.aliases = new AliasRecords(workspace.database(), workspace.project());
    this.versions = new VersionRecords(workspace.project());
    this.edits = new VersionEdits(workspace, aliases, versions);
  }

  AliasRecords aliases() {
    return aliases;
  }

  VersionEdits edits() {
    return edits;
  }

  ExperimentTracker tracker() {
    return ExperimentTracker.of(workspace);
  }

  List<ModelApproval> approvals(VersionRow version) {
    return workspace.database().read(session -> ApprovalRecords.standing(session, version.id()));
  }

  List<ModelVersion> trainedOn(Digest data) {
    return workspace.database().read(session -> versions.trainedOn(session, data)).stream()
        .map(row -> new ModelVersion(this, row))
        .toList();
  }

  List<String> models() {
    return workspace
        .database()
        .read(
            session ->
                session.list(
                    "SELECT name FROM mlops_models WHERE project = ?",
                    row -> row.text("name"),
                    workspace.project()))
        .stream()
        .sorted()
        .toList();
  }

  /** The project in words, for messages. */
  String project() {
    return "project '" + workspace.project() + "'";
  }

  NotFoundException noModel(String name) {
    return NotFoundException.among("no model '" + name + "' in " + project(), models());
  }

  /** Returns the name, for a message, of a model that exists. */
  String existing(String model) {
    if (!aliases.exists(model)) {
      throw noModel(model);
    }
    return model;
  }

  ModelVersion register(String model, ModelPackage candidate, @Nullable Reason reason) {
    Instant now = now();
    Map<String, String> evidence = admission.examine(candidate);
    Map<ArtifactPath, Digest> files = staged(candidate.files(now));
    byte[] signature = PackageFiles.write(candidate.signature());
    Digest signed = workspace.artifacts().stage(new ByteArrayInputStream(signature));
    create(model);
    return workspace
        .database()
        .transaction(
            session -> register(session, model, candidate, files, signed, evidence, now, reason));
  }

  /**
   * Bytes first: until a row names them, nobody sees them, and an interrupted register leaves only
   * garbage.
   */
  private Map<ArtifactPath, Digest> staged(List<ModelFile> files) {
    Map<ArtifactPath, Digest> staged = new LinkedHashMap<>();
    for (ModelFile file : files) {
      try (InputStream bytes = file.open()) {
        staged.put(ArtifactPath.of(file.path()), workspace.artifacts().stage(bytes));
      } catch (IOException e) {
        throw new StorageException("cannot read '" + file.path() + "' of the package", e);
      }
    }
    return staged;
  }

  private void create(String model) {
    if (aliases.exists(model)) {
      return;
    }
    try {
      workspace
          .database()
          .transaction(
              session ->
                  session.update(
                      "INSERT INTO mlops_models (project, name, last_version, created_at) VALUES (?, ?, 0, ?)",
                      workspace.project(),
                      model,
                      now()));
    } catch (ConflictException created) {
      // Another thread or process was first; the model is there, which is all that was wanted.
    }
  }

  private ModelVersion register(
      Session session,
      String model,
      ModelPackage candidate,
      Map<ArtifactPath, Digest> files,
      Digest signature,
      Map<String, String> evidence,
      Instant now,
      @Nullable Reason reason) {
    candidate
        .run()
        .filter(run -> !candidate.isRunOfDirectory())
        .ifPresent(run -> keep(session, run));
    session.update(
        "UPDATE mlops_models SET last_version = last_version + 1 WHERE project = ? AND name = ?",
        workspace.project(),
        model);
    AliasRecords.ModelKey key = aliases.lock(session, model).orElseThrow();
    VersionRow row = VersionRecords.insert(session, key, candidate, now, actor(reason).id());
    files.forEach((path, digest) -> workspace.artifacts().link(session, owner(row), path, digest));
    workspace.artifacts().link(session, signatureOwner(row), SIGNATURE, signature);
    Entry entry = registered(row, evidence);
    workspace.journal().append(session, reason == null ? entry : reason.addTo(entry));
    return new ModelVersion(this, row);
  }

  /** Who removes a run takes the same lock, and sees the version that names it afterwards. */
  private void keep(Session session, String run) {
    if (session.lock("SELECT id FROM mlops_runs WHERE uid = ?", row -> true, run).isEmpty()) {
      throw new NotFoundException(
          "run "
              + run
              + " was removed from "
              + project()
              + " while a version was registered that names it; nothing was registered");
    }
  }

  private Entry registered(VersionRow row, Map<String, String> evidence) {
    Entry entry = event("model.registered", row, workspace.actor());
    for (Map.Entry<String, String> detail : evidence.entrySet()) {
      entry = entry.detail(detail.getKey(), detail.getValue());
    }
    return row.data() == null ? entry : entry.subject("data", row.data());
  }

  static Entry event(String kind, VersionRow row, Actor actor) {
    return Entry.of(kind)
        .about("model", row.model())
        .actor(actor)
        .subject("model", row.digest())
        .detail("name", row.model())
        .detail("version", Integer.toString(row.number()))
        .detail("format", row.format());
  }

  Optional<ModelVersion> version(String model, int number) {
    return workspace
        .database()
        .read(session -> versions.find(session, model, number))
        .map(row -> new ModelVersion(this, row));
  }

  ModelVersion existingVersion(String model, int number) {
    return new RegisteredModel(this, existing(model)).get(number);
  }

  List<ModelVersion> versions(String model) {
    return workspace.database().read(session -> versions.list(session, model)).stream()
        .map(row -> new ModelVersion(this, row))
        .toList();
  }

  AliasMove move(String model, String alias, @Nullable Integer to, Expect expected, Reason reason) {
    return workspace
        .database()
        .transaction(
            session ->
                aliases
                    .lock(session, model)
                    .map(key -> move(session, key, alias, to, expected, reason, Map.of())))
        .orElseThrow(() -> noModel(model));
  }

  /**
   * Moves an alias to a version that was looked at.
   *
   * @param roles whose approvals must still stand
   * @param evidence what was found, for the journal
   */
  AliasMove promote(
      ModelVersion version,
      String alias,
      Expect expected,
      Reason reason,
      List<String> roles,
      Map<String, String> evidence) {
    return workspace
        .database()
        .transaction(
            session -> {
              AliasRecords.ModelKey key = aliases.lock(session, version.model()).orElseThrow();
              VersionRow row = versions.live(session, version.model(), version.number());
              ApprovalRecords.requireAll(session, row, roles);
              return move(session, key, alias, row.number(), expected, reason, evidence);
            });
  }

  /** Moves an alias with what else the transaction does; false if it can't be. */
  boolean move(Session session, String model, String alias, int from, int to, Reason reason) {
    return aliases
        .lock(session, model)
        .filter(
            key ->
                versions.find(session, model, to).filter(row -> row.deleted() == null).isPresent())
        .map(key -> move(session, key, alias, to, Expect.version(from), reason, Map.of()))
        .filter(AliasMove.Moved.class::isInstance)
        .isPresent();
  }

  private AliasMove move(
      Session session,
      AliasRecords.ModelKey model,
      String alias,
      @Nullable Integer to,
      Expect expected,
      Reason reason,
      Map<String, String> evidence) {
    Integer actual = AliasRecords.current(session, model, alias).orElse(null);
    if (!expected.isMetBy(actual)) {
      return new AliasMove.Conflict(alias, expected, actual);
    }
    VersionRow target = to == null ? null : versions.live(session, model.name(), to);
    return new AliasMove.Moved(moved(session, model, alias, actual, target, reason, evidence));
  }

  @CanIgnoreReturnValue
  private AliasChange moved(
      Session session,
      AliasRecords.ModelKey key,
      String alias,
      @Nullable Integer from,
      @Nullable VersionRow to,
      Reason reason,
      Map<String, String> evidence) {
    Actor actor = actor(reason);
    Integer number = to == null ? null : Integer.valueOf(to.number());
    AliasChange change =
        AliasRecords.append(
            session,
            key,
            new AliasChange(key.name(), alias, from, number, now(), actor.id(), reason.text()));
    Entry entry =
        Entry.of("alias.moved")
            .about("model", key.name())
            .actor(actor)
            .detail("name", key.name())
            .detail("alias", alias)
            .detail("from", from == null ? "none" : from.toString())
            .detail("to", number == null ? "none" : number.toString());
    entry = to == null ? entry : entry.subject("model", to.digest());
    for (Map.Entry<String, String> found : evidence.entrySet()) {
      entry = entry.detail(found.getKey(), found.getValue());
    }
    workspace.journal().append(session, reason.addTo(entry));
    return change;
  }

  void delete(VersionRow version, Reason reason, boolean withAliases) {
    List<Artifact> files = files(version);
    workspace
        .database()
        .transaction(session -> delete(session, version, files, reason, withAliases));
  }

  private boolean delete(
      Session session,
      VersionRow version,
      List<Artifact> files,
      Reason reason,
      boolean withAliases) {
    AliasRecords.ModelKey key = aliases.lock(session, version.model()).orElseThrow();
    versions.live(session, version.model(), version.number());
    List<String> serving = AliasRecords.at(session, key, version.number());
    if (!serving.isEmpty() && !withAliases) {
      throw new ConflictException(
          "model '"
              + version.model()
              + "' version "
              + version.number()
              + " serves as "
              + serving
              + "; move the aliases first, or use deleteWithAliases(...)");
    }
    serving.forEach(alias -> moved(session, key, alias, version.number(), null, reason, Map.of()));
    session.update(
        "UPDATE mlops_model_versions SET deleted_at = ? WHERE id = ?", now(), version.id());
    files.forEach(file -> workspace.artifacts().unlink(session, owner(version), file.path()));
    workspace.artifacts().unlink(session, signatureOwner(version), SIGNATURE);
    Entry entry = event("model.deleted", version, actor(reason));
    workspace.journal().append(session, reason.addTo(entry));
    return true;
  }

  /** The file of a version, of the model or of what belongs to it. */
  Optional<ModelFile> file(VersionRow version, String path) {
    return workspace.artifacts().find(owner(version), ArtifactPath.of(path)).map(this::file);
  }

  /** The signature as it was when the version was registered, no matter what wrote the package. */
  Optional<ModelFile> signature(VersionRow version) {
    return workspace.artifacts().find(signatureOwner(version), SIGNATURE).map(this::file);
  }

  /** The files of the model, the one that a runtime opens first; empty if they were deleted. */
  List<ModelFile> model(VersionRow version) {
    List<String> paths =
        workspace.database().read(session -> VersionRecords.files(session, version.id()));
    return paths.stream().flatMap(path -> file(version, path).stream()).toList();
  }

  ModelFile file(Artifact file) {
    return ModelFile.of(file, workspace.artifacts());
  }

  List<Artifact> files(VersionRow version) {
    return workspace.artifacts().list(owner(version));
  }

  private String owner(VersionRow version) {
    return "model/" + place(version);
  }

  /**
   * Apart from the files, which come out again as they came in: what MLflow wrote has no signature
   * of ours in it.
   */
  private String signatureOwner(VersionRow version) {
    return "model-signature/" + place(version);
  }

  private String place(VersionRow version) {
    return workspace.project() + "/" + version.model() + "/" + version.number();
  }

  private Actor actor(@Nullable Reason reason) {
    return reason == null ? workspace.actor() : reason.actorOr(workspace.actor());
  }

  private Instant now() {
    return workspace.clock().instant().truncatedTo(ChronoUnit.MICROS);
  }
}
