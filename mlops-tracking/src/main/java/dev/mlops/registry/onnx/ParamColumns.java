package dev.mlops.registry.onnx;

import static java.util.Objects.requireNonNull;

import dev.mlops.data.Column;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.error.InvalidInputException;
import dev.mlops.models.ModelFiles;
import dev.mlops.registry.ModelParam;
import dev.mlops.registry.ModelSignature;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The params that a graph takes, as columns with the same value in each row: an ONNX graph has
 * inputs and nothing beside them.
 *
 * @param values by the name of the input
 * @param types by the name of the input
 */
record ParamColumns(Map<String, Object> values, Map<String, DataType> types) {

  ParamColumns {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    types = Map.copyOf(types);
  }

  static ParamColumns of(ModelFiles files, ModelSignature signature, Map<String, ?> given) {
    Map<String, Object> complete = signature.complete(given);
    if (complete.isEmpty()) {
      return new ParamColumns(Map.of(), Map.of());
    }
    List<String> inputs =
        OnnxGraph.of(files.first()).inputs().stream().map(OnnxTensor::name).toList();
    given.keySet().stream()
        .filter(name -> !inputs.contains(name))
        .findFirst()
        .ifPresent(
            name -> {
              throw new InvalidInputException(
                  "the ONNX model takes no param '"
                      + name
                      + "', though its signature has it: its inputs are "
                      + inputs);
            });
    Map<String, Object> values = new LinkedHashMap<>();
    Map<String, DataType> types = new LinkedHashMap<>();
    for (ModelParam param : signature.params()) {
      if (inputs.contains(param.name())) {
        Object value = requireNonNull(complete.get(param.name()), param.name());
        types.put(param.name(), type(param, value));
        values.put(param.name(), value instanceof List<?> list ? numbers(list) : value);
      }
    }
    return new ParamColumns(values, types);
  }

  private static DataType type(ModelParam param, Object value) {
    if (!(value instanceof List<?> list)) {
      return param.dataType();
    }
    if (list.isEmpty() || !list.stream().allMatch(Number.class::isInstance)) {
      throw new InvalidInputException(
          "param '"
              + param.name()
              + "' is given to an ONNX model as a vector, so it must be a list"
              + " of at least one number: "
              + list);
    }
    return DataType.vector(list.size());
  }

  private static float[] numbers(List<?> list) {
    float[] numbers = new float[list.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = ((Number) list.get(i)).floatValue();
    }
    return numbers;
  }

  Dataset beside(Dataset rows) {
    Dataset all = rows;
    for (Map.Entry<String, Object> param : values.entrySet()) {
      List<Object> same = Collections.nCopies(rows.rowCount(), param.getValue());
      all = all.withColumn(param.getKey(), Column.of(type(param.getKey()), same));
    }
    return all;
  }

  private DataType type(String param) {
    return requireNonNull(types.get(param), param);
  }
}
