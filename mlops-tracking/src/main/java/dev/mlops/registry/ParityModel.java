package dev.mlops.registry;

import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Schema;
import dev.mlops.models.ModelRunner;
import dev.mlops.parity.Parity;
import java.util.List;

/**
 * A model that is asked with the columns that Python recorded. Python's features have names; a
 * model may take them as its own inputs, or as the columns of one matrix, in their order.
 */
final class ParityModel {

  private final ModelRunner model;
  private final ModelSignature signature;
  private final Parity parity;

  ParityModel(ModelRunner model, ModelSignature signature, Parity parity) {
    this.model = model;
    this.signature = signature;
    this.parity = parity;
  }

  Dataset answer(Dataset features) {
    return OwnOutputs.named(model.answer(asked(features)), parity.answers().schema());
  }

  private Dataset asked(Dataset features) {
    List<String> inputs = signature.inputs().names();
    if (features.schema().names().containsAll(inputs)) {
      return features.select(inputs.toArray(String[]::new));
    }
    if (!isMatrix(signature.inputs(), features.schema())) {
      throw new IllegalArgumentException(
          "the recorded features are ["
              + features.schema()
              + "] and the inputs of its signature ["
              + signature.inputs()
              + "]; record them by the same names, or as many numbers as its matrix has");
    }
    return OwnOutputs.laidOut(features, signature.inputs());
  }

  private static boolean isMatrix(Schema inputs, Schema features) {
    return inputs.fields().size() == 1
        && inputs.fields().get(0).dataType().kind() == DataType.Kind.VECTOR
        && OwnOutputs.isNumeric(features)
        && RowNumbers.width(inputs) == RowNumbers.width(features);
  }
}
