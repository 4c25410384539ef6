package dev.mlops.tracking;

import dev.mlops.Workspace;
import dev.mlops.data.Digest;
import dev.mlops.error.StorageException;
import dev.mlops.storage.Artifact;
import dev.mlops.storage.Session;
import dev.mlops.tracking.RunSeal.Kind;
import dev.mlops.tracking.RunSeal.Part;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Seals runs that end, and looks whether sealed ones are what they were. */
final class SealedRuns {

  private final Workspace workspace;

  SealedRuns(Workspace workspace) {
    this.workspace = workspace;
  }

  /**
   * Seals a run inside the transaction that ends it; returns the digest. While somebody else
   * records the run it is not sealed: who ends it last does.
   */
  Optional<Digest> seal(Session session, long run, List<Artifact> artifacts) {
    unseal(session, run);
    if (isRecorded(session, run)) {
      return Optional.empty();
    }
    RunSeal seal = RunSeal.of(parts(session, run, artifacts));
    session.update(
        "INSERT INTO mlops_run_seals (run, digest, parts) VALUES (?, ?, ?)",
        run,
        seal.digest(),
        seal.parts());
    return Optional.of(seal.digest());
  }

  static boolean isRecorded(Session session, long run) {
    return session
        .first("SELECT id FROM mlops_run_writers WHERE run = ?", row -> true, run)
        .isPresent();
  }

  static void unseal(Session session, long run) {
    session.update("DELETE FROM mlops_run_seals WHERE run = ?", run);
  }

  /** Files are read when the transaction has ended, as they may be large. */
  RunCheck verify(String uid, long run, List<Artifact> artifacts) {
    RunCheck check = workspace.database().read(session -> compared(session, uid, run, artifacts));
    if (!check.isSealed()) {
      return check;
    }
    List<String> changes = new ArrayList<>(check.changes());
    artifacts.forEach(artifact -> unreadable(artifact).ifPresent(changes::add));
    return new RunCheck(uid, check.seal(), changes);
  }

  private static RunCheck compared(
      Session session, String uid, long run, List<Artifact> artifacts) {
    return stored(session, run)
        .map(seal -> new RunCheck(uid, seal.digest(), seal.changes(parts(session, run, artifacts))))
        .orElseGet(() -> new RunCheck(uid, null, List.of()));
  }

  private static Optional<RunSeal> stored(Session session, long run) {
    return session.first(
        "SELECT digest, parts FROM mlops_run_seals WHERE run = ?",
        row -> new RunSeal(row.digest("digest"), row.bytes("parts")),
        run);
  }

  private static List<Part> parts(Session session, long run, List<Artifact> artifacts) {
    List<Part> parts = new ArrayList<>();
    parts.add(new Part(Kind.OUTCOME, "", outcome(session, run)));
    session
        .first(
            "SELECT e.json FROM mlops_environments e JOIN mlops_runs r ON r.environment = e.id WHERE r.id = ?",
            row -> new Part(Kind.ENVIRONMENT, "", row.text("json")),
            run)
        .ifPresent(parts::add);
    RunReader.inputs(session, run).stream()
        .map(
            input ->
                new Part(Kind.INPUT, input.role() + "/" + input.name(), input.digest().toString()))
        .sorted(Comparator.comparing(Part::name).thenComparing(Part::value))
        .forEach(parts::add);
    session
        .list(
            "SELECT name, as_text FROM mlops_run_params WHERE run = ?",
            row -> new Part(Kind.PARAM, row.text("name"), row.text("as_text")),
            run)
        .stream()
        .sorted(Comparator.comparing(Part::name))
        .forEach(parts::add);
    parts.addAll(metrics(session, run));
    artifacts.stream()
        .map(one -> new Part(Kind.ARTIFACT, one.path().toString(), one.digest() + " " + one.size()))
        .sorted(Comparator.comparing(Part::name))
        .forEach(parts::add);
    return parts;
  }

  private static String outcome(Session session, long run) {
    return session
        .first(
            "SELECT r.uid, r.status, r.started_at, r.ended_at, r.failure_type, r.failure_message FROM mlops_runs r"
                + " WHERE r.id = ?",
            row ->
                String.join(
                    "\n",
                    row.text("uid"),
                    row.text("status"),
                    Long.toString(row.number("started_at")),
                    String.valueOf(row.numberOrNull("ended_at")),
                    String.valueOf(row.textOrNull("failure_type")),
                    String.valueOf(row.textOrNull("failure_message"))),
            run)
        .orElseThrow();
  }

  /** A metric is its summary and its packed points, as they are stored. */
  private static List<Part> metrics(Session session, long run) {
    TreeMap<String, StringBuilder> values = new TreeMap<>();
    session.each(
        "SELECT * FROM mlops_run_metrics WHERE run = ?",
        row ->
            values.put(row.text("name"), new StringBuilder(MetricRecords.summary(row).toString())),
        run);
    session.each(
        "SELECT m.name, s.packed FROM mlops_metric_segments s JOIN mlops_run_metrics m ON m.id = s.metric"
            + " WHERE m.run = ? ORDER BY m.name, s.position",
        row -> {
          String digest = Digest.of(row.bytes("packed")).toString();
          values.computeIfAbsent(row.text("name"), name -> new StringBuilder()).append(digest);
        },
        run);
    return values.entrySet().stream()
        .map(metric -> new Part(Kind.METRIC, metric.getKey(), metric.getValue().toString()))
        .toList();
  }

  /** Reads an artifact to its end, as its bytes are compared with its digest on the way. */
  private Optional<String> unreadable(Artifact artifact) {
    try (InputStream bytes = workspace.artifacts().open(artifact)) {
      bytes.transferTo(OutputStream.nullOutputStream());
      return Optional.empty();
    } catch (StorageException | UncheckedIOException e) {
      return Optional.of("artifact " + artifact.path() + ": " + e.getMessage());
    } catch (IOException e) {
      return Optional.of("artifact " + artifact.path() + " can't be read: " + e.getMessage());
    }
  }
}
