package dev.mlops.registry;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import dev.mlops.data.Digest;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.JsonFailure;
import dev.mlops.error.NewerFormException;
import dev.mlops.error.Plural;
import dev.mlops.models.ModelFile;
import dev.mlops.models.ModelFiles;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The file {@code MLmodel}: what a model directory holds, in MLflow's YAML.
 *
 * <p>Beside the flavors that MLflow loads, which are the format's, it has the flavor {@code
 * mlops_java}, which MLflow passes over and which says the rest. Reading is meant for files of
 * strangers: the parser gives texts and numbers only, whatever a tag says, aliases are refused, and
 * size and depth are limited.
 */
final class MlModel {

  private static final int LARGEST = 1 << 20;
  private static final int DEEPEST = 32;
  private static final String FLAVOR = "mlops_java";
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS").withZone(ZoneOffset.UTC);
  private static final YAMLMapper YAML = new YAMLMapper(factory());

  private final JsonNode tree;
  private final String where;

  private MlModel(JsonNode tree, String where) {
    this.tree = tree;
    this.where = where;
  }

  private static YAMLFactory factory() {
    return YAMLFactory.builder()
        .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
        .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
        .disable(YAMLGenerator.Feature.SPLIT_LINES)
        .build();
  }

  static byte[] write(ModelPackage model, Instant time) {
    Optional<MlflowFlavor> mlflow = model.format().mlflow();
    ModelSignature signature = model.signature();
    Map<String, Object> flavors = new LinkedHashMap<>();
    mlflow.ifPresent(flavor -> flavors.putAll(flavor.flavors(model.model(), signature)));
    flavors.put(FLAVOR, own(model));
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("flavors", flavors);
    model.run().ifPresent(run -> all.put("run_id", run));
    Map<String, Object> schemas = new LinkedHashMap<>();
    schemas.put(
        "inputs",
        mlflow
            .map(flavor -> flavor.inputs(model.model(), signature))
            .orElseGet(signature::inputsJson));
    schemas.put("outputs", signature.outputsJson());
    if (!signature.params().isEmpty()) {
      schemas.put("params", signature.paramsJson());
    }
    all.put("signature", schemas);
    all.put("utc_time_created", TIME.format(time));
    try {
      return YAML.writeValueAsBytes(all);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a map of texts is always YAML", e);
    }
  }

  private static Map<String, Object> own(ModelPackage model) {
    Map<String, Object> flavor = new LinkedHashMap<>();
    flavor.put("version", PackageFiles.VERSION);
    flavor.put("format", model.format().name());
    flavor.put("files", model.model().list().stream().map(MlModel::file).toList());
    flavor.put("signature", PackageFiles.SIGNATURE);
    model.golden().ifPresent(golden -> flavor.put("golden", PackageFiles.GOLDEN));
    model.golden().ifPresent(golden -> flavor.put("tolerance", golden.tolerance()));
    model
        .environment()
        .ifPresent(environment -> flavor.put("environment", PackageFiles.ENVIRONMENT));
    model.data().ifPresent(data -> flavor.put("data_digest", data.toString()));
    model.description().ifPresent(text -> flavor.put("description", text));
    flavor.put("tags", model.tags());
    return flavor;
  }

  private static Map<String, String> file(ModelFile file) {
    Map<String, String> entry = new LinkedHashMap<>();
    entry.put("path", file.path());
    entry.put("digest", file.digest().toString());
    return entry;
  }

  static MlModel parse(byte[] yaml, String where) {
    if (yaml.length > LARGEST) {
      throw new InvalidInputException(
          "MLmodel of "
              + where
              + " has "
              + Plural.of(yaml.length, "byte")
              + "; at most "
              + Plural.grouped(LARGEST)
              + " are read");
    }
    try {
      refuseAliases(yaml, where);
      MlModel model = new MlModel(YAML.readTree(yaml), where);
      model.requireVersion();
      return model;
    } catch (JsonProcessingException e) {
      throw new InvalidInputException(
          "MLmodel of " + where + " cannot be read: " + JsonFailure.reason(e), e);
    } catch (IOException e) {
      throw new InvalidInputException(
          "MLmodel of " + where + " cannot be read: its bytes are no text: " + e.getMessage(), e);
    }
  }

  /** An alias would be read as the text of its name, and no writer of this file needs one. */
  private static void refuseAliases(byte[] yaml, String where) throws IOException {
    try (JsonParser parser = YAML.createParser(yaml)) {
      while (parser.nextToken() != null) {
        if (parser instanceof YAMLParser yamlParser && yamlParser.isCurrentAlias()) {
          throw new InvalidInputException(
              "MLmodel of " + where + " holds a YAML alias, which is not read");
        }
      }
    }
  }

  /** What is written of a model here has a version, and another one may mean something else. */
  private void requireVersion() {
    JsonNode own = tree.at("/flavors/" + FLAVOR);
    JsonNode version = own.path("version");
    if (!own.isMissingNode()) {
      NewerFormException.requireKnown(
          "the flavor " + FLAVOR + " of " + this, version, PackageFiles.VERSION);
    }
  }

  /** The format, if this library wrote the directory. */
  Optional<String> format() {
    return text("/flavors/" + FLAVOR + "/format");
  }

  /**
   * Finds the files that this library named, in a directory.
   *
   * @throws InvalidInputException if there are none, or one has another digest than it had
   */
  ModelFiles ownFiles(ModelFiles directory) {
    List<ModelFile> files = new ArrayList<>();
    for (JsonNode entry : tree.at("/flavors/" + FLAVOR + "/files")) {
      ModelFile file = directory.get(entry.path("path").asText());
      Digest stated = digest("files", entry.path("digest").asText());
      if (!file.digest().equals(stated)) {
        throw new InvalidInputException(
            this
                + " names the file '"
                + file.path()
                + "' with the digest "
                + stated
                + ", but it has "
                + file.digest()
                + "; it is damaged, or another one");
      }
      files.add(file);
    }
    try {
      return new ModelFiles(files);
    } catch (IllegalArgumentException e) {
      throw new InvalidInputException(this + ": files: " + e.getMessage(), e);
    }
  }

  /** The texts of each flavor, by its name and their keys. */
  Map<String, Map<String, String>> flavors() {
    Map<String, Map<String, String>> flavors = new LinkedHashMap<>();
    tree.path("flavors")
        .forEachEntry(
            (name, flavor) -> {
              Map<String, String> texts = new LinkedHashMap<>();
              flavor.forEachEntry(
                  (key, text) -> {
                    if (text.isTextual()) {
                      texts.put(key, text.asText());
                    }
                  });
              flavors.put(name, texts);
            });
    return flavors;
  }

  Optional<String> ownPath(String name) {
    return text("/flavors/" + FLAVOR + "/" + name);
  }

  /** Reads the signature that MLflow wrote. */
  ModelSignature signature(MlflowFlavor flavor, ModelFiles files) {
    ModelSignature read = flavor.signature(files, schema("inputs"), schema("outputs"));
    return text("/signature/params").map(read::withParams).orElse(read);
  }

  private String schema(String part) {
    return text("/signature/" + part)
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "MLmodel of "
                        + where
                        + " says no "
                        + part
                        + " in its signature; log the model with a signature"));
  }

  double tolerance() {
    JsonNode tolerance = tree.at("/flavors/" + FLAVOR + "/tolerance");
    if (!tolerance.isNumber()) {
      throw new InvalidInputException(
          this + " has golden predictions and no number as their tolerance");
    }
    return tolerance.asDouble();
  }

  Optional<String> run() {
    return text("/run_id");
  }

  Optional<String> description() {
    return text("/flavors/" + FLAVOR + "/description");
  }

  /** The path of the questions that MLflow kept, if it did. */
  Optional<String> example() {
    return text("/saved_input_example_info/artifact_path");
  }

  Optional<Digest> data() {
    return text("/flavors/" + FLAVOR + "/data_digest").map(text -> digest("data_digest", text));
  }

  private Digest digest(String key, String text) {
    try {
      return Digest.parse(text);
    } catch (IllegalArgumentException e) {
      throw new InvalidInputException(this + ": " + key + ": " + e.getMessage(), e);
    }
  }

  Map<String, String> tags() {
    Map<String, String> tags = new TreeMap<>();
    tree.at("/flavors/" + FLAVOR + "/tags")
        .forEachEntry((name, text) -> tags.put(name, text.asText()));
    return tags;
  }

  private Optional<String> text(String pointer) {
    JsonNode node = tree.at(pointer);
    return node.isTextual() ? Optional.of(node.asText()) : Optional.empty();
  }

  @Override
  public String toString() {
    return "MLmodel of " + where;
  }
}
