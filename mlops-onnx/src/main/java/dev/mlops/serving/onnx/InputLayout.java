package dev.mlops.serving.onnx;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.Plural;
import dev.mlops.serving.onnx.OnnxSignature.Kind;
import dev.mlops.serving.onnx.OnnxSignature.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which named values become which input. An input is fed by the value of its own name; the columns
 * of a single matrix are values with names of their own, if somebody names them.
 */
final class InputLayout {

  /** Where an ONNX file's metadata may name the columns of its input: a JSON list. */
  private static final String FEATURES = "mlops.features";

  private final List<InputSlot> slots;
  private final List<String> columns;

  private InputLayout(List<InputSlot> slots, List<String> columns) {
    this.slots = slots;
    this.columns = columns;
  }

  static InputLayout of(OnnxSignature signature, BatchSize batch, OnnxOptions options) {
    List<InputSlot> slots =
        signature.inputs().stream()
            .map(input -> new InputSlot(readable(input, signature), batch.isBatched(input)))
            .toList();
    InputLayout layout = new InputLayout(slots, columns(signature, options));
    layout.requireMatrix(options);
    return layout;
  }

  private static Value readable(Value input, OnnxSignature signature) {
    if (input.kind() != Kind.TENSOR
        || input.tensorType() == null
        || !input.tensorType().isInput()) {
      throw new InvalidInputException(
          "ONNX Runtime's Java side can't make the input '%s', which is %s; export the model with tensors of FLOAT, DOUBLE, FLOAT16, INT8 to INT64, UINT8, BOOL or STRING. The model takes %s"
              .formatted(input.name(), input.form(), signature.inputs()));
    }
    return input;
  }

  private static List<String> columns(OnnxSignature signature, OnnxOptions options) {
    String noted = signature.metadata().get(FEATURES);
    return options.columns().isEmpty() && noted != null ? names(noted) : options.columns();
  }

  private static List<String> names(String json) {
    List<String> names = new ArrayList<>();
    try {
      JsonNode list = new ObjectMapper().readTree(json);
      list.forEach(name -> names.add(name.asText()));
      if (list.isArray() && names.size() == Set.copyOf(names).size()) {
        return names;
      }
    } catch (JsonProcessingException e) {
      throw noNames(json, e);
    }
    throw noNames(json, null);
  }

  private static InvalidInputException noNames(String json, @Nullable Exception cause) {
    return new InvalidInputException(
        "the ONNX model's metadata '%s' must be a JSON list of names, each once: %s; correct it, or give OnnxOptions.columns(...)"
            .formatted(FEATURES, json),
        cause);
  }

  /** Refuses names of columns that the model has no place for. */
  private void requireMatrix(OnnxOptions options) {
    if (columns.isEmpty()) {
      return;
    }
    boolean isMatrix = slots.size() == 1 && slots.get(0).sizes().size() <= 1;
    if (!isMatrix) {
      if (options.columns().isEmpty()) {
        return; // Only noted in the file, for somebody else.
      }
      throw new InvalidInputException(
          "OnnxOptions.columns names the columns of one matrix, but the model takes "
              + values()
              + "; leave it out, and give each input by its name");
    }
    InputSlot matrix = slots.get(0);
    if (!matrix.isOpen() && columns.size() > matrix.knownElements()) {
      throw new InvalidInputException(
          "%s are named, %s, but the model takes %s"
              .formatted(Plural.of(columns.size(), "column"), columns, values()));
    }
  }

  private List<Value> values() {
    return slots.stream().map(InputSlot::value).toList();
  }

  List<InputSlot> slots() {
    return slots;
  }

  /**
   * Finds the values of each input.
   *
   * @return by input, the names of the values that are its row
   * @throws InvalidInputException if a value is missing, or there is one that the model does not
   *     take
   */
  Map<InputSlot, List<String>> bind(Features features) {
    List<String> given = features.names();
    List<String> own = slots.stream().map(InputSlot::name).toList();
    if (slots.size() == 1 && !given.equals(own)) {
      return Map.of(slots.get(0), matrix(features, given));
    }
    requireSame(own, given);
    Map<InputSlot, List<String>> bound = new LinkedHashMap<>();
    slots.forEach(slot -> bound.put(slot, List.of(slot.name())));
    return bound;
  }

  private List<String> matrix(Features features, List<String> given) {
    InputSlot slot = slots.get(0);
    if (!columns.isEmpty()) {
      requireSame(columns, given);
      return columns;
    }
    if (slot.sizes().size() > 1 || given.isEmpty()) {
      requireSame(List.of(slot.name()), given);
    }
    if (given.size() > 1 && !features.isOrdered()) {
      throw new InvalidInputException(
          "the features %s have no order, and the model does not name the columns of its input %s; name them by OnnxOptions.columns(...), in the order of the training"
              .formatted(given, slot.value()));
    }
    return given;
  }

  private void requireSame(List<String> wanted, List<String> given) {
    List<String> missing = wanted.stream().filter(name -> !given.contains(name)).toList();
    List<String> extra = given.stream().filter(name -> !wanted.contains(name)).toList();
    if (!missing.isEmpty() || !extra.isEmpty()) {
      throw new InvalidInputException(
          "the model takes %s, and was given %s: %s%s%s"
              .formatted(
                  wanted,
                  given,
                  missing.isEmpty() ? "" : "missing " + missing,
                  missing.isEmpty() || extra.isEmpty() ? "" : "; ",
                  extra.isEmpty() ? "" : "not taken " + extra + ", so leave them out"));
    }
  }
}
