package dev.mlops.registry;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import dev.mlops.data.DataType;
import dev.mlops.data.Digest;
import dev.mlops.error.InvalidInputException;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.StreamSupport;

/**
 * The file {@code MLmodel}: what a model directory holds, in MLflow's YAML.
 *
 * <p>Beside the flavors {@code onnx} and {@code python_function}, which MLflow loads, it has the
 * flavor {@code mlops_java}, which MLflow passes over and which says the rest. Reading is meant for
 * files of strangers: the parser gives texts and numbers only, whatever a tag says, aliases are
 * refused, and size and depth are limited.
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
    Map<String, Object> flavors = new LinkedHashMap<>();
    flavors.put("onnx", Map.of("data", PackageFiles.MODEL));
    if (isFedByMlflow(model)) {
      flavors.put("python_function", pythonFunction());
    }
    flavors.put(FLAVOR, own(model));
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("flavors", flavors);
    model.run().ifPresent(run -> all.put("run_id", run));
    all.put("signature", signature(model));
    all.put("utc_time_created", TIME.format(time));
    try {
      return YAML.writeValueAsBytes(all);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a map of texts is always YAML", e);
    }
  }

  private static Map<String, Object> pythonFunction() {
    Map<String, Object> flavor = new LinkedHashMap<>();
    flavor.put("loader_module", "mlflow.onnx");
    flavor.put("data", PackageFiles.MODEL);
    return flavor;
  }

  /** MLflow fills a matrix from a table of numbers, and cannot lay a vector among its columns. */
  private static boolean isFedByMlflow(ModelPackage model) {
    return SignatureFit.isByName(model.signature().inputs(), model.graph())
        || model.signature().inputs().fields().stream()
            .noneMatch(field -> field.type().kind() == DataType.Kind.VECTOR);
  }

  /**
   * Inputs that are the model's own are written as its tensors; a table of single columns has to
   * become matrices of one column, so tensors of one dimension need it too.
   */
  private static Map<String, Object> signature(ModelPackage model) {
    ModelSignature signature = model.signature();
    boolean isByName = SignatureFit.isByName(signature.inputs(), model.graph());
    Map<String, Object> map = new LinkedHashMap<>();
    map.put(
        "inputs", isByName ? MlflowSchema.write(model.graph().inputs()) : signature.inputsJson());
    map.put("outputs", signature.outputsJson());
    return map;
  }

  private static Map<String, Object> own(ModelPackage model) {
    Map<String, Object> flavor = new LinkedHashMap<>();
    flavor.put("format", 1);
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

  static MlModel parse(byte[] yaml, String where) {
    if (yaml.length > LARGEST) {
      throw new InvalidInputException(
          "MLmodel of "
              + where
              + " has "
              + yaml.length
              + " bytes; at most "
              + LARGEST
              + " are read");
    }
    try {
      refuseAliases(yaml, where);
      JsonNode tree = YAML.readTree(yaml);
      return new MlModel(tree, where);
    } catch (JsonProcessingException e) {
      throw new InvalidInputException(
          "MLmodel of " + where + " cannot be read: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new InvalidInputException("MLmodel of " + where + " cannot be read", e);
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

  String onnxPath() {
    return tree.at("/flavors/onnx/data").isTextual()
        ? tree.at("/flavors/onnx/data").asText()
        : refuseOtherFlavors();
  }

  private String refuseOtherFlavors() {
    Iterable<String> found = () -> tree.path("flavors").fieldNames();
    throw new InvalidInputException(
        "MLmodel of "
            + where
            + " has no onnx flavor with data; found: "
            + StreamSupport.stream(found.spliterator(), false).toList()
            + ". Only ONNX models are loaded");
  }

  Optional<String> ownPath(String name) {
    return text("/flavors/" + FLAVOR + "/" + name);
  }

  ModelSignature mlflowSignature(OnnxGraph graph) {
    return ModelSignature.parse(schema("inputs"), schema("outputs"), graph);
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

  Optional<Digest> data() {
    return text("/flavors/" + FLAVOR + "/data_digest").map(this::digest);
  }

  private Digest digest(String text) {
    try {
      return Digest.parse(text);
    } catch (IllegalArgumentException e) {
      throw new InvalidInputException(this + ": data_digest: " + e.getMessage(), e);
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
