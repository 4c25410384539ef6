package dev.mlops.serving.onnx;

import ai.onnxruntime.OnnxMap;
import ai.onnxruntime.OnnxSequence;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import dev.mlops.error.InvalidInputException;
import dev.mlops.serving.onnx.OnnxSignature.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What the runs of one question gave for one output, row by row. Filled by one thread, then read by
 * many.
 */
final class OutputRows {

  private final Value output;
  private final boolean givesRows;
  private final List<Tensor> tensors = new ArrayList<>();
  private final List<List<Tensor>> sequences = new ArrayList<>();
  private final List<Map<String, Double>> maps = new ArrayList<>();

  OutputRows(Value output, boolean givesRows) {
    this.output = output;
    this.givesRows = givesRows;
  }

  Value output() {
    return output;
  }

  /**
   * What one run gave, out of native memory.
   *
   * @param output where it belongs
   * @param tensor the value of a tensor
   * @param sequence the values of a sequence
   * @param maps the values of maps
   */
  record Part(
      OutputRows output,
      List<Tensor> tensor,
      List<Tensor> sequence,
      List<Map<String, Double>> maps) {

    /** Whether there is a row for each that went in; the whole is the row of one that went in. */
    boolean fits(int ran) {
      return switch (output.output.kind()) {
        case TENSOR -> ran == 1 || haveRows(tensor, ran);
        case TENSORS -> ran == 1 || haveRows(sequence, ran);
        default -> maps.size() == ran;
      };
    }

    private boolean haveRows(List<Tensor> values, int ran) {
      return output.givesRows && values.stream().allMatch(value -> value.hasRows(ran));
    }

    /** Keeps the first rows. */
    void keep(int ran, int wanted) {
      boolean haveRows = haveRows(tensor, ran);
      tensor.forEach(value -> output.tensors.add(haveRows ? value.head(wanted) : value.asRow()));
      output.maps.addAll(maps.subList(0, Math.min(maps.size(), wanted)));
      if (output.output.kind() == OnnxSignature.Kind.TENSORS) {
        keepSequence(haveRows(sequence, ran), wanted);
      }
    }

    private void keepSequence(boolean haveRows, int wanted) {
      for (int row = 0; row < wanted; row++) {
        int place = row;
        output.sequences.add(
            haveRows
                ? sequence.stream().map(value -> value.row(place)).toList()
                : List.copyOf(sequence));
      }
    }
  }

  /** Copies a value, which stays the caller's, out of native memory. */
  Part read(OnnxValue given) throws OrtException {
    List<String> classes = output.classes();
    return switch (output.kind()) {
      case TENSOR -> part(List.of(ValueReader.tensor((OnnxTensor) given)), List.of(), List.of());
      case TENSORS -> part(List.of(), ValueReader.tensors((OnnxSequence) given), List.of());
      case MAPS -> part(List.of(), List.of(), ValueReader.maps((OnnxSequence) given, classes));
      case MAP -> part(List.of(), List.of(), List.of(ValueReader.map((OnnxMap) given, classes)));
      case OTHER -> throw new IllegalStateException("'" + output + "' was not asked for");
    };
  }

  private Part part(List<Tensor> tensor, List<Tensor> sequence, List<Map<String, Double>> ofRows) {
    return new Part(this, tensor, sequence, ofRows);
  }

  /** Puts the parts together where their rows have one width. */
  void finish() {
    if (tensors.size() > 1 && tensors.stream().allMatch(tensors.get(0)::hasRowsLike)) {
      Tensor all = Tensor.concat(tensors);
      tensors.clear();
      tensors.add(all);
    }
  }

  /** All rows as one tensor. */
  Tensor tensor() {
    if (tensors.size() != 1) {
      throw new InvalidInputException(
          tensors.isEmpty()
              ? "there are no rows, so output '%s' has no tensor".formatted(output.name())
              : "the rows of output '%s' differ in size; read them by row(i).tensor(\"%s\")"
                  .formatted(output.name(), output.name()));
    }
    return tensors.get(0);
  }

  Tensor tensor(int row) {
    int first = 0;
    for (Tensor part : tensors) {
      int count = part.shape().get(0);
      if (row < first + count) {
        return part.row(row - first);
      }
      first += count;
    }
    throw new IndexOutOfBoundsException("row " + row + " of " + first);
  }

  List<Tensor> sequence(int row) {
    return sequences.get(row);
  }

  Map<String, Double> map(int row) {
    return maps.get(row);
  }

  /** The value of a row, for people. */
  Object value(int row) {
    return switch (output.kind()) {
      case TENSOR -> tensor(row);
      case TENSORS -> sequence(row);
      default -> map(row);
    };
  }
}
