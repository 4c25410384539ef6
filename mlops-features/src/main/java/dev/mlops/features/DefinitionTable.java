package dev.mlops.features;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.Workspace;
import dev.mlops.error.ConflictException;
import dev.mlops.error.NotFoundException;
import dev.mlops.features.view.Definition;
import dev.mlops.features.view.EventSource;
import dev.mlops.features.view.View;
import dev.mlops.journal.Entry;
import dev.mlops.storage.Session;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The registered definitions, in the workspace's database. */
final class DefinitionTable {

  private final Workspace workspace;

  DefinitionTable(Workspace workspace) {
    this.workspace = workspace;
  }

  /** Registers all or none. */
  void register(List<Definition> definitions) {
    try {
      tryRegister(definitions);
    } catch (ConflictException e) {
      // Another process may have registered the same just now; if not, this fails again.
      tryRegister(definitions);
    }
  }

  private void tryRegister(List<Definition> definitions) {
    workspace
        .database()
        .transaction(
            session -> {
              definitions.forEach(definition -> register(session, definition));
              return definitions.size();
            });
  }

  /** Returns the definition if it is registered as given. */
  @CanIgnoreReturnValue
  Definition require(Definition given) {
    Definition registered = find(given).orElseThrow(() -> new NotFoundException(notFound(given)));
    checkSame(registered, given);
    return registered;
  }

  Optional<Definition> find(Definition given) {
    return workspace.database().read(session -> find(session, given.kind(), given.name()));
  }

  /** The registered views of a source, by name. */
  List<View> views(EventSource source) {
    return workspace
        .database()
        .read(
            session ->
                session.list(
                    "SELECT definition FROM mlops_feature_definition"
                        + " WHERE project = ? AND kind = ? AND source = ? ORDER BY name",
                    row -> row.parsed("definition", text -> Definition.parse("view", text).view()),
                    workspace.project(),
                    "view",
                    source.name()));
  }

  List<EventSource> sources() {
    return workspace
        .database()
        .read(
            session ->
                session.list(
                    "SELECT definition FROM mlops_feature_definition"
                        + " WHERE project = ? AND kind = ? ORDER BY name",
                    row ->
                        row.parsed("definition", text -> Definition.parse("source", text).source()),
                    workspace.project(),
                    "source"));
  }

  Map<String, String> list() {
    Map<String, String> texts = new TreeMap<>();
    for (Definition definition : workspace.database().read(this::all)) {
      texts.put(definition.title(), definition.text());
    }
    return Collections.unmodifiableMap(texts);
  }

  private void register(Session session, Definition given) {
    Optional<Definition> registered = find(session, given.kind(), given.name());
    if (registered.isPresent()) {
      checkSame(registered.get(), given);
      return;
    }
    session.update(
        "INSERT INTO mlops_feature_definition"
            + " (project, kind, name, source, digest, definition, registered)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?)",
        workspace.project(),
        given.kind(),
        given.name(),
        given.kind().equals("view") ? given.view().source().name() : null,
        given.digest(),
        given.json(),
        workspace.clock().instant());
    workspace
        .journal()
        .append(
            session,
            Entry.of("features.registered")
                .about(given.kind(), given.name())
                .subject(given.kind(), given.digest())
                .detail("name", given.name()));
  }

  private Optional<Definition> find(Session session, String kind, String name) {
    return session.first(
        "SELECT definition FROM mlops_feature_definition"
            + " WHERE project = ? AND kind = ? AND name = ?",
        row -> row.parsed("definition", text -> Definition.parse(kind, text)),
        workspace.project(),
        kind,
        name);
  }

  private List<Definition> all(Session session) {
    return session.list(
        "SELECT kind, definition FROM mlops_feature_definition WHERE project = ?"
            + " ORDER BY kind, name",
        row -> row.parsed("definition", text -> Definition.parse(row.text("kind"), text)),
        workspace.project());
  }

  private String notFound(Definition given) {
    List<String> found =
        workspace.database().read(this::all).stream()
            .filter(definition -> definition.kind().equals(given.kind()))
            .map(Definition::name)
            .sorted()
            .toList();
    return "no feature "
        + given.kind()
        + " '"
        + given.name()
        + "' in project '"
        + workspace.project()
        + (found.isEmpty() ? "'; there is none yet" : "'; found: " + found)
        + ". Register it with register(...)";
  }

  private static void checkSame(Definition registered, Definition given) {
    if (!registered.digest().equals(given.digest())) {
      throw new ConflictException(
          "feature "
              + given.kind()
              + " '"
              + given.name()
              + "' is registered with another definition: "
              + String.join("; ", registered.differences(given))
              + ". Give the new definition a name of its own");
    }
  }
}
