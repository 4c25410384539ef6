package dev.mlops.serving.onnx;

import dev.mlops.error.InvalidInputException;
import dev.mlops.error.StorageException;
import dev.mlops.models.ProtobufReader;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The classes that a graph notes at its classifiers and ZipMaps, by the output to which their
 * numbers go. ONNX Runtime does not tell them, so they are read from the file. Between classifier
 * and output only operators may stand that leave the numbers in their places; behind any other the
 * classes are not known.
 *
 * <p>Field numbers are those of <a
 * href="https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3">onnx.proto3</a>.
 */
final class GraphClasses {

  private static final int LONGEST_NAME = 1 << 16;
  private static final int MOST_STEPS = 64;

  private static final Set<String> IN_PLACE =
      Set.of(
          "Identity",
          "Cast",
          "Normalizer",
          "Softmax",
          "Sigmoid",
          "Clip",
          "Add",
          "Sub",
          "Mul",
          "Div",
          "Reshape",
          "Scaler");

  /** A node: what it makes of what, and the classes that it notes. */
  private static final class Node {
    private final List<String> inputs = new ArrayList<>();
    private final List<String> outputs = new ArrayList<>();
    private final List<String> classes = new ArrayList<>();
    private String operator = "";
  }

  private final ProtobufReader in;
  private final Map<String, Node> makers = new HashMap<>();
  private final Set<String> constants = new HashSet<>();
  private final List<String> outputs = new ArrayList<>();

  private GraphClasses(InputStream bytes) {
    this.in = new ProtobufReader(bytes, "ONNX model");
  }

  /**
   * Reads the classes of a model that the runtime has loaded already.
   *
   * @return by output; empty if the model notes none, or is in ONNX Runtime's own format, which
   *     this does not read
   */
  static Map<String, List<String>> of(ModelBytes model) {
    try (InputStream bytes = model.open()) {
      GraphClasses graph = new GraphClasses(bytes);
      graph.in.all(tag -> graph.take(tag, message(7), graph::graph));
      return graph.byOutput();
    } catch (InvalidInputException ortFormat) {
      return Map.of();
    } catch (IOException e) {
      throw new StorageException("the model can't be read a second time, for its classes", e);
    }
  }

  private static int message(int number) {
    return number << 3 | ProtobufReader.LENGTH;
  }

  private static int number(int number) {
    return number << 3 | ProtobufReader.VARINT;
  }

  private void take(int tag, int wanted, ProtobufReader.Fields fields) throws IOException {
    if (tag == wanted) {
      in.message(fields);
    } else {
      in.skip();
    }
  }

  private void graph(int tag) throws IOException {
    if (tag == message(1)) {
      node();
    } else if (tag == message(5)) {
      in.message(field -> name(field, message(8), constants::add));
    } else if (tag == message(12)) {
      in.message(field -> name(field, message(1), outputs::add));
    } else {
      in.skip();
    }
  }

  private interface Taker {
    boolean add(String name);
  }

  private void name(int tag, int wanted, Taker taker) throws IOException {
    String text = tag == wanted ? in.text(LONGEST_NAME) : null;
    if (tag != wanted) {
      in.skip();
    }
    if (text != null) {
      boolean ignored = taker.add(text);
    }
  }

  private void node() throws IOException {
    Node node = new Node();
    in.message(
        tag -> {
          if (tag == message(1)) {
            name(tag, tag, node.inputs::add);
          } else if (tag == message(2)) {
            name(tag, tag, node.outputs::add);
          } else if (tag == message(4)) {
            node.operator = String.valueOf(in.text(LONGEST_NAME));
          } else {
            take(tag, message(5), new Attribute(node)::take);
          }
        });
    if (node.operator.equals("Constant")) {
      constants.addAll(node.outputs);
    }
    node.outputs.forEach(output -> makers.put(output, node));
  }

  /** An attribute, whose name need not come before its values. */
  private final class Attribute {
    private final Node node;
    private final List<String> values = new ArrayList<>();
    private @Nullable String name;

    Attribute(Node node) {
      this.node = node;
    }

    void take(int tag) throws IOException {
      if (tag == message(1)) {
        name = in.text(LONGEST_NAME);
      } else if (tag == number(8)) {
        values.add(Long.toString(in.varint()));
      } else if (tag == message(8)) {
        in.packed(number -> values.add(Long.toString(number)));
      } else if (tag == message(9)) {
        values.add(String.valueOf(in.text(LONGEST_NAME)));
      } else {
        in.skip();
      }
      if (name != null && name.startsWith("classlabels_")) {
        node.classes.addAll(values);
        values.clear();
      }
    }
  }

  private Map<String, List<String>> byOutput() {
    Map<String, List<String>> classes = new HashMap<>();
    for (String output : outputs) {
      List<String> found = classes(output);
      if (!found.isEmpty()) {
        classes.put(output, found);
      }
    }
    return classes;
  }

  private List<String> classes(String output) {
    String at = output;
    for (int step = 0; step < MOST_STEPS; step++) {
      Node maker = makers.get(at);
      if (maker == null) {
        return List.of();
      }
      if (!maker.classes.isEmpty()) {
        // A classifier gives its labels first, and these are no numbers of classes.
        boolean isLabels = maker.outputs.size() > 1 && maker.outputs.get(0).equals(at);
        return isLabels ? List.of() : maker.classes;
      }
      List<String> from =
          maker.inputs.stream().filter(input -> !constants.contains(input)).toList();
      if (from.size() != 1 || !IN_PLACE.contains(maker.operator)) {
        return List.of();
      }
      at = from.get(0);
    }
    return List.of();
  }
}
