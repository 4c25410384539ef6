package dev.mlops.serving.onnx;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.MlopsException;
import dev.mlops.error.Plural;
import dev.mlops.serving.onnx.OnnxSignature.Kind;
import dev.mlops.serving.onnx.OnnxSignature.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Asks a model about rows, in as few runs as it takes. */
final class ModelRun {

  /** Values of one run, in or out; more rows are run in parts. */
  private static final int VALUES_PER_RUN = 65_536;

  private final OnnxSession session;
  private final InputLayout layout;
  private final BatchSize batch;
  private final OutputRoles roles;
  private final List<Value> outputs;
  private final Set<String> names;

  /** Whether a run of several rows gave something else than a row for each. */
  private volatile boolean isSingle;

  private ModelRun(OnnxSession session, InputLayout layout, BatchSize batch, OutputRoles roles) {
    this.session = session;
    this.layout = layout;
    this.batch = batch;
    this.roles = roles;
    this.outputs = roles.outputs().stream().filter(output -> output.kind() != Kind.OTHER).toList();
    this.names = new LinkedHashSet<>(outputs.stream().map(Value::name).toList());
    this.isSingle = batch.isSingle();
  }

  static ModelRun of(OnnxSession session, OnnxSignature signature, OnnxOptions options) {
    BatchSize batch = BatchSize.of(signature);
    ModelRun run =
        new ModelRun(
            session,
            InputLayout.of(signature, batch, options),
            batch,
            OutputRoles.of(signature, options));
    if (run.outputs.isEmpty()) {
      throw new InvalidInputException(
          "ONNX Runtime's Java side can read no output of the model: " + signature.outputs());
    }
    return run;
  }

  Answers answers(Features features) {
    Map<InputSlot, List<String>> bound = layout.bind(features);
    Map<String, OutputRows> taken = new LinkedHashMap<>();
    for (Value output : outputs) {
      taken.put(output.name(), new OutputRows(output, batch.givesRows()));
    }
    int rows = features.rows();
    for (int from = 0; from < rows; ) {
      int to = Math.min(rows, from + step());
      from = run(features, bound, from, to, taken) ? to : from;
    }
    taken.values().forEach(OutputRows::finish);
    return new Answers(roles, taken, rows);
  }

  private int step() {
    if (isSingle) {
      return 1;
    }
    long values = 1;
    for (InputSlot slot : layout.slots()) {
      values += slot.knownElements();
    }
    for (Value output : outputs) {
      values += output.knownElements();
    }
    return batch.rows() > 0 ? batch.rows() : (int) Math.max(1, VALUES_PER_RUN / values);
  }

  /** Returns false if the rows have to be asked one by one, from now on. */
  private boolean run(
      Features features,
      Map<InputSlot, List<String>> bound,
      int from,
      int to,
      Map<String, OutputRows> taken) {
    int count = Math.max(batch.rows(), to - from);
    Map<String, TensorWriter> filled = new LinkedHashMap<>();
    bound.forEach(
        (slot, columns) -> filled.put(slot.name(), slot.fill(features, columns, from, to, count)));
    return session.run(
        (environment, runtime) -> {
          try (InputTensors inputs = InputTensors.of(environment, filled);
              OrtSession.Result result = runtime.run(inputs.byName(), names)) {
            return take(result, count, to - from, taken);
          }
        });
  }

  private boolean take(OrtSession.Result result, int ran, int wanted, Map<String, OutputRows> taken)
      throws OrtException {
    List<OutputRows.Part> parts = new ArrayList<>();
    for (OutputRows output : taken.values()) {
      parts.add(output.read(result.get(output.output().name()).orElseThrow()));
    }
    for (OutputRows.Part part : parts) {
      if (!part.fits(ran)) {
        return refused(part.output().output(), ran);
      }
    }
    parts.forEach(part -> part.keep(ran, wanted));
    return true;
  }

  private boolean refused(Value output, int ran) {
    if (batch.rows() > 0 || ran == 1) {
      throw new MlopsException(
          "the model's output '%s' is not one row for each of the %s that it takes"
              .formatted(output.name(), Plural.of(ran, "row")));
    }
    isSingle = true;
    return false;
  }
}
