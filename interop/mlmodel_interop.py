"""Checks that MLflow and this library read each other's model directories.

    mlmodel_interop.py check DIR    load a directory that Java wrote, and answer its golden questions
    mlmodel_interop.py write DIR    write a directory with mlflow.onnx.save_model, for Java to read

Needs mlflow (mlflow-skinny is enough), onnx, onnxruntime, pandas and pyarrow.
"""

import sys

import mlflow.onnx
import mlflow.pyfunc
import numpy as np
import onnx
import onnx.helper as make
import pyarrow.ipc
from mlflow.models import Model, ModelSignature
from mlflow.types import Schema, TensorSpec

EXPECTED = "expected."


def check(directory):
    described = Model.load(directory)
    golden = pyarrow.ipc.open_file(directory + "/golden.arrow").read_all().to_pandas()
    answers = [name for name in golden.columns if name.startswith(EXPECTED)]
    inputs = golden.drop(columns=answers)
    assert described.get_input_schema().input_names() == list(inputs.columns), described.signature
    tolerance = described.flavors["mlops_java"]["tolerance"]

    onnx.checker.check_model(mlflow.onnx.load_model(directory))
    table = mlflow.pyfunc.load_model(directory).predict(inputs)
    for name in answers:
        wanted = golden[name].to_numpy()
        got = np.asarray(table[name[len(EXPECTED):]]).reshape(-1)
        assert np.all(np.abs(wanted - got) <= tolerance * np.maximum(1, np.abs(wanted))), (name, wanted, got)
    print(f"{len(golden)} golden rows answered alike")


def write(directory):
    x = make.make_tensor_value_info("features", onnx.TensorProto.FLOAT, ["n", 2])
    y = make.make_tensor_value_info("delay", onnx.TensorProto.FLOAT, ["n", 1])
    weights = make.make_tensor("weights", onnx.TensorProto.FLOAT, [2, 1], [0.5, -2.0])
    graph = make.make_graph([make.make_node("MatMul", ["features", "weights"], ["delay"])], "tiny", [x], [y], [weights])
    model = make.make_model(graph, opset_imports=[make.make_opsetid("", 13)], ir_version=8)
    float32 = np.dtype(np.float32)
    signature = ModelSignature(
        inputs=Schema([TensorSpec(float32, (-1, 2))]), outputs=Schema([TensorSpec(float32, (-1, 1))])
    )
    mlflow.onnx.save_model(model, directory, signature=signature)


if __name__ == "__main__":
    {"check": check, "write": write}[sys.argv[1]](sys.argv[2])
