package dev.mlops.tracking;

import dev.mlops.Workspace;
import dev.mlops.data.Digest;
import dev.mlops.data.Micros;
import dev.mlops.error.StorageException;
import dev.mlops.storage.Artifact;
import dev.mlops.storage.Session;
import dev.mlops.tracking.RunRecords.Begun;
import dev.mlops.tracking.RunSeal.Kind;
import dev.mlops.tracking.RunSeal.Part;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Seals runs that end, and looks whether sealed ones are what they were. */
final class SealedRuns {

  static final String INSERT = "INSERT INTO mlops_run_seals (run, digest, parts) VALUES (?, ?, ?)";

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
    session.update(INSERT, run, seal.digest(), seal.parts());
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

  /**
   * Seals a run that was never stored, as {@link #seal(Session, long, List)} would seal its rows.
   */
  static RunSeal of(ShortRun run) {
    Begun begun = run.told().run();
    RunTexts.Waiting texts = run.told().texts();
    List<Part> parts = new ArrayList<>();
    parts.add(
        new Part(
            Kind.OUTCOME,
            "",
            outcome(
                begun.uid(),
                run.ending().status().name(),
                Micros.floor(begun.start()),
                Micros.floor(run.end()),
                run.ending().failure())));
    if (run.environment() != null) {
      parts.add(new Part(Kind.ENVIRONMENT, "", run.environment().json()));
    }
    parts.addAll(inputs(texts.inputs()));
    parts.addAll(params(texts.params()));
    TreeMap<String, StringBuilder> metrics = new TreeMap<>();
    for (MetricWriter.Fresh metric : run.metrics()) {
      StringBuilder value = new StringBuilder(metric.summary().toString());
      metric.segments().forEach(points -> value.append(Digest.of(SegmentCodec.pack(points))));
      metrics.put(metric.summary().name(), value);
    }
    parts.addAll(metrics(metrics));
    return RunSeal.of(parts);
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
    parts.addAll(inputs(RunReader.inputs(session, run)));
    TreeMap<String, String> params = new TreeMap<>();
    session.each(
        "SELECT name, as_text FROM mlops_run_params WHERE run = ?",
        row -> params.put(row.text("name"), row.text("as_text")),
        run);
    parts.addAll(params(params));
    parts.addAll(metrics(session, run));
    artifacts.stream()
        .map(one -> new Part(Kind.ARTIFACT, one.path().toString(), one.digest() + " " + one.size()))
        .sorted(Comparator.comparing(Part::name))
        .forEach(parts::add);
    return parts;
  }

  private static List<Part> inputs(List<RunView.Input> inputs) {
    return inputs.stream()
        .map(
            input ->
                new Part(Kind.INPUT, input.role() + "/" + input.name(), input.digest().toString()))
        .sorted(Comparator.comparing(Part::name).thenComparing(Part::value))
        .toList();
  }

  private static List<Part> params(Map<String, String> params) {
    return new TreeMap<>(params)
        .entrySet().stream()
            .map(param -> new Part(Kind.PARAM, param.getKey(), param.getValue()))
            .toList();
  }

  private static String outcome(Session session, long run) {
    return session
        .first(
            "SELECT r.uid, r.status, r.started_at, r.ended_at, r.failure_type, r.failure_message, r.failure_trace"
                + " FROM mlops_runs r WHERE r.id = ?",
            row ->
                outcome(
                    row.text("uid"),
                    row.text("status"),
                    row.number("started_at"),
                    row.numberOrNull("ended_at"),
                    RunReader.failure(row)),
            run)
        .orElseThrow();
  }

  private static String outcome(
      String uid,
      String status,
      long start,
      @Nullable Long end,
      RunView.@Nullable Failure failure) {
    return String.join(
        "\n",
        uid,
        status,
        Long.toString(start),
        String.valueOf(end),
        String.valueOf(failure == null ? null : failure.exception()),
        String.valueOf(failure == null ? null : failure.message()));
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
    return metrics(values);
  }

  private static List<Part> metrics(SortedMap<String, StringBuilder> values) {
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
