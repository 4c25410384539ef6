package dev.mlops.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mlops.data.ArrowFile;
import dev.mlops.data.Column;
import dev.mlops.data.Dataset;
import dev.mlops.data.Digest;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.environment.Environment;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.JsonFailure;
import dev.mlops.error.NewerFormException;
import dev.mlops.models.ModelFile;
import dev.mlops.models.ModelFiles;
import dev.mlops.parity.Parity;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The files of a model package, and what they hold. */
final class PackageFiles {

  static final String DESCRIPTION = "MLmodel";
  static final String SIGNATURE = "signature.json";
  static final String GOLDEN = "golden.arrow";
  static final String ENVIRONMENT = "environment.json";

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String EXPECTED = "expected.";

  /** The version of the form of a package: its keys in MLmodel and its own files. */
  static final int VERSION = 1;

  private PackageFiles() {}

  /** Refuses a model whose files have the names of those that a package adds. */
  static void refuseOwn(List<String> paths) {
    List<String> own = List.of(DESCRIPTION, SIGNATURE, GOLDEN, ENVIRONMENT, Parity.FILE);
    paths.stream()
        .filter(own::contains)
        .findFirst()
        .ifPresent(
            path -> {
              throw new IllegalArgumentException(
                  "a file of the model must not be named '"
                      + path
                      + "', as the package writes one");
            });
  }

  /** The digest of every file, whatever the order in which they are known. */
  static Digest digest(List<ModelFile> files) {
    return new ModelFiles(files.stream().sorted(Comparator.comparing(ModelFile::path)).toList())
        .digest();
  }

  static byte[] write(ModelSignature signature) {
    String json =
        "{\"version\":"
            + VERSION
            + ",\"inputs\":"
            + signature.inputs().toJson()
            + ",\"outputs\":"
            + signature.outputs().toJson()
            + (signature.params().isEmpty() ? "" : ",\"params\":" + signature.paramsJson())
            + "}";
    return json.getBytes(UTF_8);
  }

  static ModelSignature signature(byte[] json) {
    try {
      JsonNode tree = MAPPER.readTree(json);
      NewerFormException.requireKnown("'" + SIGNATURE + "'", tree.path("version"), VERSION);
      ModelSignature signature =
          new ModelSignature(
              Schema.fromJson(tree.path("inputs").toString()),
              Schema.fromJson(tree.path("outputs").toString()));
      return tree.has("params") ? signature.withParams(tree.path("params").toString()) : signature;
    } catch (JsonProcessingException e) {
      throw new InvalidInputException(
          "'" + SIGNATURE + "' is no signature: " + JsonFailure.reason(e), e);
    } catch (IllegalArgumentException e) {
      throw new InvalidInputException("'" + SIGNATURE + "' is no signature: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Questions and answers go side by side into one table; the answers' columns are marked by their
   * names.
   */
  static byte[] write(GoldenPredictions golden) {
    List<Field> fields = new ArrayList<>(golden.inputs().schema().fields());
    List<Column> columns = new ArrayList<>(columns(golden.inputs()));
    for (Field field : golden.outputs().schema().fields()) {
      fields.add(new Field(EXPECTED + field.name(), field.dataType(), field.nullable()));
      columns.add(golden.outputs().column(field.name()));
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ArrowFile.write(Dataset.of(Schema.of(fields), columns), bytes);
    return bytes.toByteArray();
  }

  private static List<Column> columns(Dataset data) {
    return data.schema().names().stream().map(data::column).toList();
  }

  static GoldenPredictions golden(byte[] arrow, double tolerance) {
    try {
      return golden(ArrowFile.read(new ByteArrayInputStream(arrow)), tolerance);
    } catch (IllegalArgumentException e) {
      throw new InvalidInputException(
          "the package's golden predictions are none: " + e.getMessage(), e);
    }
  }

  private static GoldenPredictions golden(Dataset both, double tolerance) {
    Dataset inputs = both.select(names(both, false));
    Dataset outputs = both.select(names(both, true));
    for (String name : outputs.schema().names()) {
      outputs = outputs.rename(name, name.substring(EXPECTED.length()));
    }
    return GoldenPredictions.of(inputs, outputs, tolerance);
  }

  private static String[] names(Dataset both, boolean expected) {
    return both.schema().names().stream()
        .filter(name -> isExpected(name) == expected)
        .toArray(String[]::new);
  }

  static boolean isExpected(String column) {
    return column.startsWith(EXPECTED);
  }

  static byte[] write(Environment environment) {
    return environment.toJson().getBytes(UTF_8);
  }

  static Environment environment(byte[] json) {
    return Environment.fromJson(new String(json, UTF_8));
  }
}
