package dev.mlops.serving.onnx;

import dev.mlops.error.InvalidInputException;
import dev.mlops.error.Plural;
import dev.mlops.serving.onnx.OnnxSignature.Kind;
import dev.mlops.serving.onnx.OnnxSignature.Value;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which output is the label and which are the scores. What cannot be told from the model is not
 * guessed: then it is an error to ask for it.
 *
 * @param outputs all outputs
 * @param label the output with labels, or null
 * @param numbers the output with scores, or null
 * @param classes what the scores stand for; empty if it is not known
 */
record OutputRoles(
    List<Value> outputs, @Nullable Value label, @Nullable Value numbers, List<String> classes) {

  private static final List<String> LABELS = List.of("label", "output_label");

  static OutputRoles of(OnnxSignature signature, OnnxOptions options) {
    List<Value> outputs = signature.outputs();
    String chosen = options.output();
    Value label = label(outputs);
    Value numbers = chosen == null ? numbers(outputs, label) : numeric(signature.output(chosen));
    OutputRoles roles =
        new OutputRoles(outputs, label, numbers, classes(numbers, options.classes()));
    roles.requireClasses(options.classes());
    return roles;
  }

  private static Value numeric(Value output) {
    if (!isNumeric(output)) {
      throw new InvalidInputException(
          "output '%s' is %s, which has no scores; choose one of numbers"
              .formatted(output.name(), output.form()));
    }
    return output;
  }

  private static List<String> classes(@Nullable Value numbers, List<String> given) {
    return given.isEmpty() && numbers != null ? numbers.classes() : given;
  }

  private void requireClasses(List<String> given) {
    if (!given.isEmpty() && numbers == null) {
      throw new InvalidInputException(
          "classes are named, but which output has their numbers is not: choose one by OnnxOptions.output(...) of "
              + outputs);
    }
    if (numbers != null && numbers.kind() == Kind.TENSOR && numbers.rank() == 2) {
      requireClassFor(numbers.width());
    }
  }

  /** Refuses classes that are more or fewer than the numbers of a row. */
  void requireClassFor(long width) {
    if (!classes.isEmpty() && width >= 0 && classes.size() != width) {
      throw new InvalidInputException(
          "there are %s, %s, but output '%s' has %s a row"
              .formatted(
                  Plural.of(classes.size(), "class", "classes"),
                  classes,
                  numbers == null ? "" : numbers.name(),
                  Plural.of(width, "number")));
    }
  }

  private static @Nullable Value label(List<Value> outputs) {
    Value named = only(outputs, output -> LABELS.contains(output.name()) && isLabel(output));
    return named == null ? only(outputs, OutputRoles::isLabel) : named;
  }

  private static boolean isLabel(Value output) {
    TensorType type = output.tensorType();
    return output.kind() == Kind.TENSOR
        && type != null
        && (type == TensorType.STRING || type.isWhole())
        && output.rank() <= 2;
  }

  private static @Nullable Value numbers(List<Value> outputs, @Nullable Value label) {
    Value named =
        only(outputs, output -> ModelShape.PROBABILITIES.contains(output.name()) && has(output));
    if (named != null) {
      return named;
    }
    return outputs.stream().anyMatch(OutputRoles::isFloating)
        ? only(outputs, OutputRoles::isFloating)
        : only(outputs, output -> isNumeric(output) && !output.equals(label));
  }

  private static boolean has(Value output) {
    return isNumeric(output) || output.kind() == Kind.TENSORS;
  }

  private static boolean isFloating(Value output) {
    return isNumeric(output) && output.tensorType() != null && output.tensorType().isFloating();
  }

  private static boolean isNumeric(Value output) {
    return output.kind() != Kind.TENSORS
        && output.tensorType() != null
        && output.tensorType().isNumeric();
  }

  private static @Nullable Value only(List<Value> outputs, Predicate<Value> wanted) {
    List<Value> found = outputs.stream().filter(wanted).toList();
    return found.size() == 1 ? found.get(0) : null;
  }

  Value requireLabel() {
    if (label == null) {
      throw new InvalidInputException(
          "which output is the label can't be told from the model; read one by tensor(name) of "
              + outputs);
    }
    return label;
  }

  Value requireNumbers() {
    if (numbers == null) {
      throw new InvalidInputException(
          "which output has the scores can't be told from the model; choose one by OnnxOptions.output(...) of "
              + outputs);
    }
    if (numbers.kind() == Kind.TENSORS) {
      throw new InvalidInputException(
          "output '%s' has several tensors for each row; read them by tensors(\"%s\")"
              .formatted(numbers.name(), numbers.name()));
    }
    return numbers;
  }
}
