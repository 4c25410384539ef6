package dev.mlops.mlflow;

import dev.mlops.error.FileFailure;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.NotFoundException;
import dev.mlops.tracking.MetricPoint;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The directories and files that MLflow's file store consists of, as its {@code file_store.py}
 * (3.17) reads them. No link is followed.
 */
final class FileStore {

  private static final String META = "meta.yaml";
  private static final String TRASH = ".trash";
  private static final Set<String> NO_RUNS = Set.of("tags", "datasets", "traces", "models");
  private static final List<String> STATUSES =
      List.of("RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED");

  private final Path root;

  FileStore(Path root) {
    this.root = root;
  }

  /** An experiment as it stands in the store. */
  record FileExperiment(
      String name,
      boolean isDeleted,
      @Nullable Instant created,
      @Nullable Instant changed,
      Map<String, String> tags,
      Path directory) {}

  /** Returns the experiments, deleted ones too, in the order of their directories. */
  List<FileExperiment> experiments() {
    List<FileExperiment> experiments = new ArrayList<>();
    for (Path parent : List.of(root, root.resolve(TRASH))) {
      for (Path directory : directories(parent)) {
        if (!name(directory).equals("models") && isFile(directory.resolve(META))) {
          experiments.add(experiment(directory));
        }
      }
    }
    return experiments;
  }

  private static FileExperiment experiment(Path directory) {
    Map<String, String> meta = YamlTexts.read(directory.resolve(META));
    return new FileExperiment(
        required(meta, "name", directory),
        "deleted".equals(meta.get("lifecycle_stage")),
        time(meta, "creation_time", directory),
        time(meta, "last_update_time", directory),
        texts(directory.resolve("tags")),
        directory);
  }

  /** Returns the directories of the runs of an experiment. */
  static List<Path> runs(FileExperiment experiment) {
    return directories(experiment.directory()).stream()
        .filter(directory -> !NO_RUNS.contains(name(directory)))
        .filter(directory -> isFile(directory.resolve(META)))
        .toList();
  }

  static FileRun run(FileExperiment experiment, Path directory) {
    Map<String, String> meta = YamlTexts.read(directory.resolve(META));
    Map<String, String> tags = texts(directory.resolve("tags"));
    Instant start = time(meta, "start_time", directory);
    return new FileRun(
        meta.containsKey("run_id")
            ? required(meta, "run_id", directory)
            : required(meta, "run_uuid", directory),
        tags.getOrDefault("mlflow.runName", meta.getOrDefault("run_name", "")),
        status(required(meta, "status", directory), directory),
        start == null ? Instant.EPOCH : start,
        time(meta, "end_time", directory),
        "deleted".equals(meta.get("lifecycle_stage")),
        time(meta, "deleted_time", directory),
        texts(directory.resolve("params")),
        tags,
        points(directory.resolve("metrics")),
        inputs(experiment, directory.resolve("inputs")),
        meta.getOrDefault("artifact_uri", ""),
        directory);
  }

  /** Files are numbered from 1, as MLflow numbers them; older ones hold the word. */
  private static String status(String text, Path directory) {
    if (STATUSES.contains(text)) {
      return text;
    }
    long number = number(text, "status", directory);
    if (number < 1 || number > STATUSES.size()) {
      throw new InvalidInputException(
          "'" + directory.resolve(META) + "' has the status " + text + ", which is none of MLflow");
    }
    return STATUSES.get((int) number - 1);
  }

  private static Map<String, List<MetricPoint>> points(Path directory) {
    Map<String, List<MetricPoint>> points = new TreeMap<>();
    texts(directory)
        .forEach(
            (name, text) -> {
              List<MetricPoint> each =
                  text.lines()
                      .filter(line -> !line.isBlank())
                      .map(line -> point(line, directory.resolve(name)))
                      .toList();
              if (!each.isEmpty()) {
                points.put(name, each);
              }
            });
    return points;
  }

  /** A line is time, value and step; old ones lack the step, those of a data set name it. */
  private static MetricPoint point(String line, Path file) {
    String[] parts = line.strip().split(" ", -1);
    if (parts.length != 2 && parts.length != 3 && parts.length != 5) {
      throw new InvalidInputException(
          "'" + file + "' has the line '" + line + "', which is no time, value and step");
    }
    try {
      return new MetricPoint(
          parts.length == 2 ? 0 : Long.parseLong(parts[2]),
          Instant.ofEpochMilli(Long.parseLong(parts[0])),
          value(parts[1]));
    } catch (NumberFormatException e) {
      throw new InvalidInputException(
          "'" + file + "' has the line '" + line + "', which is no time, value and step", e);
    }
  }

  /** Numbers as Python writes them. */
  private static double value(String text) {
    return switch (text) {
      case "nan", "NaN" -> Double.NaN;
      case "inf", "Infinity" -> Double.POSITIVE_INFINITY;
      case "-inf", "-Infinity" -> Double.NEGATIVE_INFINITY;
      case "True" -> 1;
      case "False" -> 0;
      default -> Double.parseDouble(text);
    };
  }

  private static List<FileRun.DatasetInput> inputs(FileExperiment experiment, Path directory) {
    List<FileRun.DatasetInput> inputs = new ArrayList<>();
    for (Path input : directories(directory)) {
      Map<String, String> meta = YamlTexts.read(input.resolve(META));
      if ("DATASET".equals(meta.get("source_type"))) {
        String id = required(meta, "source_id", input);
        Path dataset = experiment.directory().resolve("datasets").resolve(segment(id, input));
        Map<String, String> tags = new TreeMap<>();
        meta.forEach(
            (name, text) -> {
              if (name.startsWith("tags/")) {
                tags.put(name.substring("tags/".length()), text);
              }
            });
        inputs.add(
            new FileRun.DatasetInput(new TreeMap<>(YamlTexts.read(dataset.resolve(META))), tags));
      }
    }
    return inputs;
  }

  /** What a file says of another is the name of a directory, not a way out. */
  private static String segment(String id, Path where) {
    if (!id.matches("[\\w-]+")) {
      throw new InvalidInputException(
          "'" + where.resolve(META) + "' names the data set '" + id + "', which is no id");
    }
    return id;
  }

  /** Whether a point of a run says on which data set it was measured. */
  static boolean namesDataSets(FileRun run) {
    return texts(run.directory().resolve("metrics")).values().stream()
        .flatMap(String::lines)
        .anyMatch(line -> line.strip().split(" ", -1).length == 5);
  }

  /** Returns where a run names the logged models that it read or made. */
  static List<Path> models(FileRun run) {
    List<Path> models = new ArrayList<>(directories(run.directory().resolve("outputs")));
    for (Path input : directories(run.directory().resolve("inputs"))) {
      if (!"DATASET".equals(YamlTexts.read(input.resolve(META)).get("source_type"))) {
        models.add(input);
      }
    }
    return models;
  }

  /** Counts the directories below an experiment that hold what is not taken. */
  static List<Path> others(FileExperiment experiment, String kind) {
    return directories(experiment.directory().resolve(kind));
  }

  /** Returns the registered models. */
  List<Path> models() {
    return directories(root.resolve("models"));
  }

  Path root() {
    return root;
  }

  /** Returns the files below a directory by their names there, links and others left out. */
  static Map<String, Path> files(Path directory) {
    Map<String, Path> files = new TreeMap<>();
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      return files;
    }
    try (Stream<Path> all = Files.walk(directory)) {
      all.filter(FileStore::isFile)
          .forEach(
              file ->
                  files.put(
                      directory.relativize(file).toString().replace(File.separatorChar, '/'),
                      file));
      return files;
    } catch (IOException e) {
      throw FileFailure.of("cannot read '" + directory + "'", e);
    }
  }

  static boolean holdsSomething(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return false;
    }
    try (Stream<Path> content = Files.list(directory)) {
      return content.findAny().isPresent();
    }
  }

  /** Returns what lies below a directory and is neither a directory nor a plain file, as links. */
  static List<Path> notPlain(Path directory) {
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(path -> !isFile(path))
          .filter(path -> !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
          .toList();
    } catch (IOException e) {
      throw FileFailure.of("cannot read '" + directory + "'", e);
    }
  }

  /** Each file is a value; its name is the path below the directory. */
  private static Map<String, String> texts(Path directory) {
    Map<String, String> texts = new TreeMap<>();
    files(directory).forEach((name, file) -> texts.put(name, text(file)));
    return texts;
  }

  private static String text(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw FileFailure.of("cannot read '" + file + "'", e);
    }
  }

  private static List<Path> directories(Path parent) {
    if (!Files.isDirectory(parent)) {
      return List.of();
    }
    try (Stream<Path> content = Files.list(parent)) {
      return content
          .filter(path -> Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
          .filter(path -> !name(path).equals(TRASH))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw FileFailure.of("cannot read '" + parent + "'", e);
    }
  }

  /** Returns the links in a directory, which are not followed. */
  static List<Path> links(Path directory) {
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      return List.of();
    }
    try (Stream<Path> content = Files.list(directory)) {
      return content.filter(Files::isSymbolicLink).sorted().toList();
    } catch (IOException e) {
      throw FileFailure.of("cannot read '" + directory + "'", e);
    }
  }

  private static boolean isFile(Path path) {
    return Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
  }

  private static String name(Path path) {
    return String.valueOf(path.getFileName());
  }

  private static String required(Map<String, String> meta, String name, Path directory) {
    String text = meta.get(name);
    if (text == null) {
      throw new NotFoundException("no " + name + " in '" + directory.resolve(META) + "'");
    }
    return text;
  }

  private static @Nullable Instant time(Map<String, String> meta, String name, Path directory) {
    String text = meta.get(name);
    return text == null ? null : Instant.ofEpochMilli(number(text, name, directory));
  }

  private static long number(String text, String name, Path directory) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new InvalidInputException(
          "'"
              + directory.resolve(META)
              + "' has the "
              + name
              + " '"
              + text
              + "', which is no whole number",
          e);
    }
  }

  @Override
  public String toString() {
    return "MLflow's file store '" + root + "'";
  }
}
