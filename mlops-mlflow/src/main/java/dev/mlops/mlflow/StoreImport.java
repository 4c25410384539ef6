package dev.mlops.mlflow;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mlops.data.Digest;
import dev.mlops.mlflow.FileStore.FileExperiment;
import dev.mlops.storage.Names;
import dev.mlops.tracking.ExperimentTracker;
import dev.mlops.tracking.ExperimentView;
import dev.mlops.tracking.MetricPoint;
import dev.mlops.tracking.RunStatus;
import dev.mlops.tracking.RunView;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One import of a file store; not thread-safe. */
final class StoreImport {

  static final String NOTE = "mlflow.note.content";
  static final String NAME = "mlflow.runName";
  static final String PARENT = "mlflow.parentRunId";

  /** What MLflow says of a data set that a run read is kept whole in a tag of this name. */
  static final String INPUT = "mlflow.input.";

  private static final String CONTEXT = "mlflow.data.context";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final FileStore store;
  private final ExperimentTracker tracker;
  private final boolean takesOpenRuns;
  private final LeftOut left = new LeftOut();
  private final List<String> added = new ArrayList<>();
  private final List<String> unchanged = new ArrayList<>();
  private final List<ImportReport.Difference> changed = new ArrayList<>();

  StoreImport(FileStore store, ExperimentTracker tracker, boolean takesOpenRuns) {
    this.store = store;
    this.tracker = tracker;
    this.takesOpenRuns = takesOpenRuns;
  }

  ImportReport run() {
    links("experiments that are links", store.root());
    store.experiments().forEach(this::take);
    store.models().forEach(model -> left.add("registered models", model.toString()));
    return new ImportReport(added, unchanged, changed, left.list());
  }

  private void links(String kind, Path directory) {
    FileStore.links(directory).forEach(link -> left.add(kind, link.toString()));
  }

  private void take(FileExperiment experiment) {
    links("runs that are links", experiment.directory());
    links("tags of experiments that are links", experiment.directory().resolve("tags"));
    FileStore.others(experiment, "models")
        .forEach(model -> left.add("logged models, which belong to no run", model.toString()));
    FileStore.others(experiment, "traces").forEach(trace -> left.add("traces", trace.toString()));
    if (unkept(experiment.name(), Names.LONGEST)) {
      left.add(
          "experiments with their runs, as the name is none that is kept",
          experiment.directory().toString());
      return;
    }
    add(experiment);
    for (Path directory : FileStore.runs(experiment)) {
      take(experiment, FileStore.run(experiment, directory));
    }
  }

  private void add(FileExperiment experiment) {
    Map<String, String> tags = kept("tags of experiments", experiment.tags(), experiment.name());
    String note = tags.remove(NOTE);
    Instant created = experiment.created() == null ? Instant.EPOCH : experiment.created();
    Instant changedAt = experiment.changed() == null ? created : experiment.changed();
    ExperimentView view =
        new ExperimentView(
            experiment.name(),
            created,
            changedAt,
            experiment.isDeleted() ? changedAt : null,
            note,
            tags);
    if (!tracker.add(view)) {
      List<String> differences = Differences.of(view, tracker.experiment(experiment.name()).get());
      if (!differences.isEmpty()) {
        changed.add(
            new ImportReport.Difference("experiment '" + experiment.name() + "'", differences));
      }
    }
  }

  private void take(FileExperiment experiment, FileRun run) {
    if (!run.id().matches("[0-9a-f]{32}")) {
      left.add(
          "runs, as the id has not 32 hexadecimal digits in lower case",
          run.directory().toString());
      return;
    }
    boolean isOpen = run.status().equals("RUNNING") || run.status().equals("SCHEDULED");
    if (isOpen && !takesOpenRuns) {
      left.add(
          "runs that have not ended in MLflow; withOpenRuns() takes them as KILLED",
          run.directory().toString());
      return;
    }
    for (String part : List.of("params", "tags", "metrics")) {
      FileStore.notPlain(run.directory().resolve(part))
          .forEach(link -> left.add(part + " that are links", link.toString()));
    }
    if (FileStore.namesDataSets(run)) {
      left.add("runs with points that name a data set; the points are kept without it", run.id());
    }
    FileStore.models(run)
        .forEach(model -> left.add("logged models that a run read or made", model.toString()));
    Map<String, List<MetricPoint>> points = points(run);
    RunView view = view(experiment, run, points);
    Map<String, Path> files = artifacts(run);
    if (tracker.add(view, points, files)) {
      added.add(run.id());
      return;
    }
    List<String> differences = Differences.of(tracker, view, points, files);
    if (differences.isEmpty()) {
      unchanged.add(run.id());
    } else {
      changed.add(new ImportReport.Difference("run " + run.id(), differences));
    }
  }

  private RunView view(
      FileExperiment experiment, FileRun run, Map<String, List<MetricPoint>> points) {
    Map<String, String> tags = kept("tags", run.tags(), run.id());
    tags.remove(NAME);
    String note = tags.remove(NOTE);
    String parent = tags.get(PARENT);
    if (parent != null && parent.matches("[0-9a-f]{32}")) {
      tags.remove(PARENT);
    } else {
      parent = null;
    }
    Instant end = end(run, points);
    return new RunView(
        run.id(),
        experiment.name(),
        parent,
        name(run),
        status(run.status()),
        run.start(),
        end,
        deleted(experiment, run, end),
        kept("params", run.params(), run.id()),
        Map.of(),
        tags,
        inputs(run, tags),
        null,
        null,
        note);
  }

  /** A run without a name that is kept has its id for one. */
  private String name(FileRun run) {
    if (!unkept(run.name(), Names.LONGEST)) {
      return run.name();
    }
    if (!run.name().isEmpty()) {
      left.add("names of runs that are none that is kept; the id is the name", run.id());
    }
    return run.id();
  }

  private static RunStatus status(String status) {
    return switch (status) {
      case "FINISHED" -> RunStatus.FINISHED;
      case "FAILED" -> RunStatus.FAILED;
      default -> RunStatus.KILLED;
    };
  }

  /** What MLflow does not say the end of has ended with its last point. */
  private static Instant end(FileRun run, Map<String, List<MetricPoint>> points) {
    return Optional.ofNullable(run.end())
        .orElseGet(
            () ->
                points.values().stream()
                    .flatMap(List::stream)
                    .map(MetricPoint::time)
                    .filter(time -> time.isAfter(run.start()))
                    .max(Comparator.naturalOrder())
                    .orElse(run.start()));
  }

  /** MLflow deletes the runs of an experiment with it, and does not tell them from others. */
  private static @Nullable Instant deleted(FileExperiment experiment, FileRun run, Instant end) {
    return run.isDeleted() && !experiment.isDeleted()
        ? Optional.ofNullable(run.deleted()).orElse(end)
        : null;
  }

  private List<RunView.Input> inputs(FileRun run, Map<String, String> tags) {
    List<RunView.Input> inputs = new ArrayList<>();
    for (FileRun.DatasetInput input : run.inputs()) {
      String text = json(Map.of("dataset", input.dataset(), "tags", input.tags()));
      String role = input.tags().getOrDefault(CONTEXT, "data");
      String name = input.dataset().getOrDefault("name", role);
      if (unkept(role, Names.LONGEST)
          || unkept(name, Names.LONGEST)
          || Names.flaw(text, Names.LONGEST_TEXT).isPresent()) {
        left.add("inputs with a name or a profile that is none that is kept", run.id());
      } else {
        tags.put(INPUT + inputs.size(), text);
        inputs.add(
            new RunView.Input(
                role, name, Digest.of(json(input.dataset()).getBytes(StandardCharsets.UTF_8))));
      }
    }
    return inputs;
  }

  private static String json(Map<String, ?> map) {
    try {
      return JSON.writeValueAsString(new TreeMap<>(map));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a map of texts is always JSON", e);
    }
  }

  private Map<String, List<MetricPoint>> points(FileRun run) {
    Map<String, List<MetricPoint>> points = new TreeMap<>();
    run.points()
        .forEach(
            (name, each) -> {
              if (unkept(name, Names.LONGEST)) {
                left.add("metrics with a name that is none that is kept", run.id());
              } else {
                points.put(name, each);
              }
            });
    return points;
  }

  /** Files are taken from the store itself alone, wherever a meta.yaml may point. */
  private Map<String, Path> artifacts(FileRun run) {
    Path own = run.directory().resolve("artifacts");
    Map<String, Path> files = new TreeMap<>(FileStore.files(own));
    if (files.isEmpty() && isElsewhere(run.artifactUri(), own)) {
      left.add("runs whose artifacts lie outside of the store", run.artifactUri());
    }
    FileStore.notPlain(own).forEach(link -> left.add("artifacts that are links", link.toString()));
    files
        .keySet()
        .removeIf(
            path -> {
              boolean refused = ArtifactNames.isRefused(path);
              if (refused) {
                left.add("artifacts with a path that is none that is kept", own + "/" + path);
              }
              return refused;
            });
    return files;
  }

  /** A store that was moved says where it was; if nothing is there, nothing is left out. */
  private static boolean isElsewhere(String uri, Path own) {
    try {
      URI parsed = new URI(uri);
      if (uri.isEmpty() || (parsed.getScheme() != null && !parsed.getScheme().equals("file"))) {
        return !uri.isEmpty();
      }
      return parsed.getPath() == null
          || (FileStore.holdsSomething(Path.of(parsed.getPath()))
              && !Files.isSameFile(Path.of(parsed.getPath()), own));
    } catch (URISyntaxException | IllegalArgumentException | IOException e) {
      return true; // Whatever it means, it is not this directory.
    }
  }

  private Map<String, String> kept(String kind, Map<String, String> texts, String where) {
    Map<String, String> kept = new TreeMap<>();
    texts.forEach(
        (name, text) -> {
          if (unkept(name, Names.LONGEST) || Names.flaw(text, Names.LONGEST_TEXT).isPresent()) {
            left.add(kind + " with a name or a text that is none that is kept", where);
          } else {
            kept.put(name, text);
          }
        });
    return kept;
  }

  private static boolean unkept(String name, int longest) {
    return Names.isBlank(name)
        || name.codePoints().anyMatch(Character::isISOControl)
        || Names.flaw(name, longest).isPresent();
  }
}
