package dev.mlops.registry.onnx;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mlops.error.InvalidInputException;
import dev.mlops.models.ProtobufReader;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads what an ONNX file says of itself, without a runtime. Tags are eight times the field number
 * of <a href="https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3">onnx.proto3</a>, plus the
 * wire type.
 */
final class OnnxReader {

  private static final int LONGEST_NAME = 1 << 16;
  private static final int LONGEST_FEATURES = 1 << 20;
  private static final int MOST_TENSORS = 10_000;
  private static final int MOST_WEIGHTS = 100_000;

  /** Where an ONNX file's metadata may name the columns of its input: a JSON list. */
  private static final String FEATURES = "mlops.features";

  private static final int EXTERNAL = 1;

  private final ProtobufReader in;
  private final List<OnnxTensor> inputs = new ArrayList<>();
  private final List<OnnxTensor> outputs = new ArrayList<>();
  private final Set<String> weights = new HashSet<>();
  private final Map<String, String> outside = new LinkedHashMap<>();
  private List<String> features = List.of();
  private boolean hasGraph;
  private boolean hasOperators;

  private OnnxReader(InputStream bytes) {
    this.in = new ProtobufReader(bytes, "ONNX model");
  }

  /**
   * Reads a file.
   *
   * @param bytes read to their end and left open
   * @return what it says
   * @throws InvalidInputException if it is no ONNX model
   * @throws IOException if the bytes cannot be read
   */
  static OnnxGraph read(InputStream bytes) throws IOException {
    OnnxReader reader = new OnnxReader(bytes);
    reader.in.all(reader::model);
    return reader.graph();
  }

  private OnnxGraph graph() {
    inputs.removeIf(input -> weights.contains(input.name()));
    if (!hasGraph || !hasOperators || outputs.isEmpty()) {
      throw new InvalidInputException(
          "this is no ONNX model: it has no "
              + (!hasGraph ? "graph" : outputs.isEmpty() ? "output" : "operator set"));
    }
    return new OnnxGraph(inputs, outputs, features, outside);
  }

  private static int message(int number) {
    return number << 3 | ProtobufReader.LENGTH;
  }

  private static int number(int number) {
    return number << 3 | ProtobufReader.VARINT;
  }

  private void model(int tag) throws IOException {
    if (tag == message(7)) {
      hasGraph = true;
      in.message(this::mainGraph);
    } else if (tag == message(8)) {
      hasOperators = true;
      in.skip();
    } else if (tag == message(14)) {
      metadata();
    } else if (tag == message(20)) {
      in.message(this::training);
    } else if (tag == message(25)) {
      in.message(field -> nodes(field, message(7)));
    } else {
      in.skip();
    }
  }

  private void mainGraph(int tag) throws IOException {
    if (tag == message(11)) {
      inputs.add(value(inputs));
    } else if (tag == message(12)) {
      outputs.add(value(outputs));
    } else {
      innerGraph(tag);
    }
  }

  /** A graph within a node: a branch or the body of a loop, which may have weights of its own. */
  private void innerGraph(int tag) throws IOException {
    if (tag == message(5)) {
      weight();
    } else if (tag == message(15)) {
      in.message(this::sparse);
    } else {
      nodes(tag, message(1));
    }
  }

  private void nodes(int tag, int node) throws IOException {
    if (tag == node) {
      in.message(field -> orSkip(field, message(5), this::attribute));
    } else {
      in.skip();
    }
  }

  private void attribute(int tag) throws IOException {
    if (tag == message(5) || tag == message(10)) {
      weight();
    } else if (tag == message(6) || tag == message(11)) {
      in.message(this::innerGraph);
    } else if (tag == message(22) || tag == message(23)) {
      in.message(this::sparse);
    } else {
      in.skip();
    }
  }

  private void training(int tag) throws IOException {
    if (tag == message(1) || tag == message(2)) {
      in.message(this::innerGraph);
    } else {
      in.skip();
    }
  }

  private void sparse(int tag) throws IOException {
    if (tag == message(1) || tag == message(2)) {
      weight();
    } else {
      in.skip();
    }
  }

  private void orSkip(int tag, int wanted, ProtobufReader.Fields fields) throws IOException {
    if (tag == wanted) {
      in.message(fields);
    } else {
      in.skip();
    }
  }

  private void weight() throws IOException {
    Weight weight = new Weight();
    in.message(weight::take);
    if (weight.name != null) {
      weights.add(weight.name);
    }
    if (weights.size() > MOST_WEIGHTS) {
      throw new InvalidInputException("the ONNX model has more than " + MOST_WEIGHTS + " weights");
    }
    if (weight.isOutside) {
      outside.putIfAbsent(
          Objects.requireNonNullElse(weight.location, ""),
          Objects.requireNonNullElse(weight.name, ""));
    }
  }

  private OnnxTensor value(List<OnnxTensor> before) throws IOException {
    Value value = new Value();
    in.message(value::take);
    if (value.name == null || before.size() == MOST_TENSORS) {
      throw new InvalidInputException(
          "the ONNX model has "
              + (value.name == null
                  ? "an input or output without a name"
                  : "more than " + MOST_TENSORS + " inputs or outputs"));
    }
    return new OnnxTensor(value.name, value.element, value.shape);
  }

  private void metadata() throws IOException {
    String[] entry = new String[2];
    in.message(
        tag -> {
          if (tag == message(1)) {
            entry[0] = in.text(LONGEST_NAME);
          } else if (tag == message(2)) {
            entry[1] = in.text(LONGEST_FEATURES);
          } else {
            in.skip();
          }
        });
    if (FEATURES.equals(entry[0])) {
      features = features(entry[1]);
    }
  }

  private static List<String> features(@Nullable String json) {
    List<String> names = new ArrayList<>();
    try {
      JsonNode list = new ObjectMapper().readTree(json == null ? "" : json);
      list.forEach(name -> names.add(name.isTextual() ? name.asText() : null));
      if (!list.isArray() || names.contains(null)) {
        throw noNames(null);
      }
      return names;
    } catch (JsonProcessingException e) {
      throw noNames(e);
    }
  }

  private static InvalidInputException noNames(@Nullable Exception cause) {
    return new InvalidInputException(
        "the ONNX model's metadata '"
            + FEATURES
            + "' must be a JSON list of the names of its input's columns",
        cause);
  }

  /** A TensorProto: only whether its numbers are elsewhere matters. */
  private final class Weight {
    private @Nullable String name;
    private @Nullable String location;
    private boolean isOutside;

    void take(int tag) throws IOException {
      if (tag == message(8)) {
        name = in.text(LONGEST_NAME);
      } else if (tag == message(13)) {
        isOutside = true;
        external();
      } else if (tag == number(14)) {
        isOutside |= in.varint() == EXTERNAL;
      } else {
        in.skip();
      }
    }

    private void external() throws IOException {
      String[] entry = new String[2];
      in.message(
          tag -> {
            if (tag == message(1) || tag == message(2)) {
              entry[tag == message(1) ? 0 : 1] = in.text(LONGEST_NAME);
            } else {
              in.skip();
            }
          });
      location = "location".equals(entry[0]) ? entry[1] : location;
    }
  }

  /** A ValueInfoProto with its TypeProto. */
  private final class Value {
    private @Nullable String name;
    private int element;
    private @Nullable List<Long> shape;

    void take(int tag) throws IOException {
      if (tag == message(1)) {
        name = in.text(LONGEST_NAME);
      } else {
        orSkip(tag, message(2), type -> orSkip(type, message(1), this::tensor));
      }
    }

    private void size(int tag, List<Long> sizes) throws IOException {
      if (tag == message(1)) {
        in.message(new Size(sizes)::take);
      } else {
        in.skip();
      }
    }

    private void tensor(int tag) throws IOException {
      if (tag == number(1)) {
        element = (int) in.varint();
      } else if (tag == message(2)) {
        shape = shape == null ? new ArrayList<>() : shape;
        List<Long> sizes = shape;
        in.message(field -> size(field, sizes));
      } else {
        in.skip();
      }
    }
  }

  /**
   * A dimension: open unless it has a number; a name, such as that of the batch, leaves it open.
   */
  private final class Size {
    private final List<Long> shape;
    private final int at;

    Size(List<Long> shape) {
      this.shape = shape;
      this.at = shape.size();
      shape.add(-1L);
    }

    void take(int tag) throws IOException {
      if (tag == number(1)) {
        shape.set(at, in.varint());
      } else if (tag == message(2)) {
        shape.set(at, -1L);
        in.skip();
      } else {
        in.skip();
      }
    }
  }
}
