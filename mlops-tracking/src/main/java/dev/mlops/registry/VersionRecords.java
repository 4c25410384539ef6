package dev.mlops.registry;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.data.Digest;
import dev.mlops.error.NotFoundException;
import dev.mlops.models.ModelFile;
import dev.mlops.models.ModelFiles;
import dev.mlops.storage.Session;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Writes and reads the rows of versions, inside a session. */
final class VersionRecords {

  private static final String SELECT =
      "SELECT v.* FROM mlops_model_versions v JOIN mlops_models m ON m.id = v.model"
          + " WHERE m.project = ? AND m.name = ?";

  private final String project;

  VersionRecords(String project) {
    this.project = project;
  }

  static VersionRow insert(
      Session session,
      AliasRecords.ModelKey model,
      ModelPackage candidate,
      Instant now,
      String by) {
    String run = candidate.run().orElse(null);
    Digest data = candidate.data().orElse(null);
    String description = candidate.description().orElse(null);
    long id =
        session.insert(
            "INSERT INTO mlops_model_versions"
                + " (model, version, format, digest, run, trained_on, description, registered_at, registered_by)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            model.id(),
            model.lastVersion(),
            candidate.format().name(),
            candidate.model().digest(),
            run,
            data,
            description,
            now,
            by);
    List<@Nullable Object[]> tags = new ArrayList<>();
    candidate.tags().forEach((name, text) -> tags.add(new Object[] {id, name, text}));
    session.batch(
        "INSERT INTO mlops_model_version_tags (model_version, name, as_text) VALUES (?, ?, ?)",
        tags);
    insertFiles(session, id, candidate.model());
    return new VersionRow(
        id,
        model.name(),
        model.lastVersion(),
        candidate.format().name(),
        candidate.model().digest(),
        run,
        data,
        description,
        candidate.tags(),
        now,
        by,
        null);
  }

  static void tag(Session session, long version, String name, String text) {
    session.update(
        "INSERT INTO mlops_model_version_tags (model_version, name, as_text) VALUES (?, ?, ?)",
        version,
        name,
        text);
  }

  static void untag(Session session, long version, String name) {
    session.update(
        "DELETE FROM mlops_model_version_tags WHERE model_version = ? AND name = ?", version, name);
  }

  static void describe(Session session, long version, String text) {
    session.update("UPDATE mlops_model_versions SET description = ? WHERE id = ?", text, version);
  }

  private static void insertFiles(Session session, long version, ModelFiles model) {
    List<@Nullable Object[]> files = new ArrayList<>();
    for (ModelFile file : model.list()) {
      files.add(new Object[] {version, files.size(), file.path(), file.digest(), file.size()});
    }
    session.batch(
        "INSERT INTO mlops_model_files (model_version, position, path, digest, size)"
            + " VALUES (?, ?, ?, ?, ?)",
        files);
  }

  /** Names the files that the model is made of, the one that a runtime opens first. */
  static List<String> files(Session session, long version) {
    return session.list(
        "SELECT path FROM mlops_model_files WHERE model_version = ? ORDER BY position",
        row -> row.text("path"),
        version);
  }

  Optional<VersionRow> find(Session session, String model, int number) {
    return session
        .first(
            SELECT + " AND v.version = ?", row -> VersionRow.of(row, model), project, model, number)
        .map(row -> row.with(tags(session, row.id())));
  }

  private static Map<String, String> tags(Session session, long version) {
    Map<String, String> tags = new TreeMap<>();
    session.each(
        "SELECT name, as_text FROM mlops_model_version_tags WHERE model_version = ?",
        row -> tags.put(row.text("name"), row.text("as_text")),
        version);
    return tags;
  }

  /** Lists all versions, newest first. */
  List<VersionRow> list(Session session, String model) {
    List<VersionRow> rows =
        session.list(
            SELECT + " ORDER BY v.version DESC", row -> VersionRow.of(row, model), project, model);
    return rows.stream().map(row -> row.with(tags(session, row.id()))).toList();
  }

  /** Lists all versions of the project that say that they were trained on a dataset. */
  List<VersionRow> trainedOn(Session session, Digest data) {
    List<VersionRow> rows =
        session.list(
            "SELECT v.*, m.name AS model_name FROM mlops_model_versions v JOIN mlops_models m ON m.id = v.model"
                + " WHERE v.trained_on = ? AND m.project = ?",
            row -> VersionRow.of(row, row.text("model_name")),
            data,
            project);
    return rows.stream()
        .sorted(Comparator.comparing(VersionRow::model).thenComparing(VersionRow::number))
        .map(row -> row.with(tags(session, row.id())))
        .toList();
  }

  @CanIgnoreReturnValue
  VersionRow live(Session session, String model, int number) {
    return find(session, model, number)
        .filter(row -> row.deleted() == null)
        .orElseThrow(() -> noVersion(model, number, list(session, model)));
  }

  private NotFoundException noVersion(String model, int number, List<VersionRow> all) {
    return NotFoundException.among(
        "no version " + number + " of model '" + model + "' in project '" + project + "'",
        all.stream().filter(row -> row.deleted() == null).map(VersionRow::number).toList());
  }
}
