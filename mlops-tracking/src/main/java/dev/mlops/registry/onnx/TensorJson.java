package dev.mlops.registry.onnx;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mlops.error.InvalidInputException;
import java.util.List;
import java.util.Objects;

/** A model's own tensors in the JSON of MLflow's signatures. */
final class TensorJson {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private TensorJson() {}

  static String write(List<OnnxTensor> own) {
    ArrayNode list = MAPPER.createArrayNode();
    own.forEach(
        tensor -> {
          ObjectNode node = list.addObject().put("type", "tensor").put("name", tensor.name());
          ArrayNode shape =
              node.putObject("tensor-spec").put("dtype", tensor.type()).putArray("shape");
          Objects.requireNonNullElse(tensor.shape(), List.of(-1L, -1L)).forEach(shape::add);
        });
    return list.toString();
  }

  /**
   * Gives each part that has no name the name of the tensor that fits it, and each size that is
   * open, other than the number of rows, the one that the tensor has.
   *
   * @param json MLflow's list, which may be anything
   * @param own the model's tensors
   * @return the list with names; what is no list is returned as it is
   * @throws InvalidInputException if a nameless part fits none of them, or several
   */
  static String named(String json, List<OnnxTensor> own) {
    try {
      JsonNode list = MAPPER.readTree(json);
      for (JsonNode part : list) {
        if (part instanceof ObjectNode entry) {
          if (entry.path("name").asText("").isEmpty()) {
            entry.put("name", nameOf(entry, own));
          }
          close(entry, own);
        }
      }
      return list.toString();
    } catch (JsonProcessingException e) {
      return json; // Whoever reads the schema refuses it, and says why.
    }
  }

  private static void close(ObjectNode entry, List<OnnxTensor> own) {
    String name = entry.path("name").asText();
    for (OnnxTensor tensor : own) {
      if (tensor.name().equals(name)
          && tensor.shape() != null
          && entry.path("tensor-spec").path("shape") instanceof ArrayNode shape
          && shape.size() == tensor.shape().size()) {
        for (int i = 1; i < shape.size(); i++) {
          if (shape.get(i).asLong() < 0 && tensor.shape().get(i) > 0) {
            shape.set(i, tensor.shape().get(i));
          }
        }
      }
    }
  }

  private static String nameOf(JsonNode entry, List<OnnxTensor> own) {
    List<OnnxTensor> fitting = own.stream().filter(tensor -> fits(entry, tensor)).toList();
    if (fitting.size() != 1) {
      String text = entry.toString();
      throw new InvalidInputException(
          "the signature has a part without a name, "
              + (text.length() > 80 ? text.substring(0, 80) + "..." : text)
              + ", and "
              + fitting.size()
              + " of the model's own fit it: "
              + own
              + "; log the model with a signature that names its columns or tensors");
    }
    return fitting.get(0).name();
  }

  private static boolean fits(JsonNode entry, OnnxTensor tensor) {
    JsonNode spec = entry.path("tensor-spec");
    JsonNode shape = spec.path("shape");
    boolean fits =
        spec.path("dtype").asText().equals(tensor.type())
            && (tensor.shape() == null || tensor.shape().size() == shape.size());
    for (int i = 0; fits && tensor.shape() != null && i < shape.size(); i++) {
      long own = tensor.shape().get(i);
      fits = own < 0 || shape.get(i).asLong() < 0 || own == shape.get(i).asLong();
    }
    return fits;
  }
}
