"""Checks that MLflow and this library read each other's model directories.

    mlmodel_interop.py check DIR        load a directory that Java wrote, and answer its golden questions
    mlmodel_interop.py ask DIR          ask a model that Java wrote, whose input is the tensor "features" of two columns
    mlmodel_interop.py write DIR        write the kinds of directories that MLflow writes, one below DIR for each
    mlmodel_interop.py compare DIR OUT  load each kind and what Java exported of it, and compare files and answers

Needs mlflow (mlflow-skinny is enough), onnx, onnxruntime, pandas and pyarrow.
"""

import filecmp
import os
import sys

import mlflow.onnx
import mlflow.pyfunc
import numpy as np
import onnx
import onnx.helper as make
import onnx.numpy_helper
import pandas as pd
import pyarrow.ipc
from mlflow.models import Model, ModelSignature
from mlflow.types import ColSpec, ParamSchema, ParamSpec, Schema, TensorSpec

EXPECTED = "expected."
FLOAT = onnx.TensorProto.FLOAT
ROWS = np.array([[1, 2], [-3, 0.5], [0, 0]], dtype=np.float32)
TABLE = pd.DataFrame(ROWS.astype(np.float64), columns=["distance", "wind"])


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


def ask(directory):
    answer = mlflow.pyfunc.load_model(directory).predict({"features": np.array([[0, 3]], dtype=np.float32)})
    print(answer["delay"].tolist())


def value(name, kind, *shape):
    return make.make_tensor_value_info(name, kind, ["n", *shape])


def model(nodes, inputs, outputs, *weights):
    graph = make.make_graph(nodes, "tiny", inputs, outputs, list(weights))
    return make.make_model(graph, opset_imports=[make.make_opsetid("", 17)], ir_version=8)


def matrix():
    weights = make.make_tensor("weights", FLOAT, [2, 1], [0.5, -2.0])
    node = make.make_node("MatMul", ["features", "weights"], ["delay"])
    return model([node], [value("features", FLOAT, 2)], [value("delay", FLOAT, 1)], weights)


def columns():
    node = make.make_node("Sub", ["distance", "wind"], ["delay"])
    return model([node], [value("distance", FLOAT, 1), value("wind", FLOAT, 1)], [value("delay", FLOAT, 1)])


def texts():
    node = make.make_node("Identity", ["text"], ["echo"])
    return model([node], [value("text", onnx.TensorProto.STRING)], [value("echo", onnx.TensorProto.STRING)])


def labelled():
    nodes = [
        make.make_node("ArgMax", ["features"], ["label"], axis=1, keepdims=0),
        make.make_node("Softmax", ["features"], ["probabilities"], axis=1),
    ]
    outputs = [value("label", onnx.TensorProto.INT64), value("probabilities", FLOAT, 2)]
    return model(nodes, [value("features", FLOAT, 2)], outputs)


def tensor(name, dtype, *shape):
    return TensorSpec(np.dtype(dtype), (-1, *shape), name)


def signature(inputs, outputs, params=None):
    return ModelSignature(inputs=Schema(inputs), outputs=Schema(outputs), params=params)


def kinds():
    """Each kind of directory: a model, how it is saved, and questions to it."""
    params = ParamSchema([ParamSpec("limit", "double", 0.5)])
    table = [ColSpec("double", "distance"), ColSpec("double", "wind")]
    nameless = signature([tensor(None, "float32", 2)], [tensor(None, "float32", 1)])
    each = signature([tensor("distance", "float32", 1), tensor("wind", "float32", 1)], [ColSpec("double", "delay")])
    weights = onnx.numpy_helper.from_array(np.arange(800, dtype=np.float32).reshape(2, 400), "W")
    big = model([make.make_node("MatMul", ["X", "W"], ["Y"])], [value("X", FLOAT, 2)], [value("Y", FLOAT, 400)], weights)
    outside = {"signature": signature([tensor("X", "float32", 2)], [tensor("Y", "float32", 400)]), "save_as_external_data": True}
    return {
        "nameless": (matrix(), {"signature": nameless}, ROWS),
        "named": (matrix(), {"signature": signature([tensor("features", "float32", 2)], [tensor("delay", "float32", 1)])}, {"features": ROWS}),
        "table": (matrix(), {"signature": signature(table, [ColSpec("double", "delay")], params), "metadata": {"owner": "ann"}}, TABLE),
        "example": (matrix(), {"signature": nameless, "input_example": ROWS}, ROWS),
        "columns": (columns(), {"signature": each}, {"distance": ROWS[:, :1], "wind": ROWS[:, 1:]}),
        "texts": (texts(), {"signature": signature([tensor("text", "str")], [tensor("echo", "str")])}, {"text": np.array(["a", "b"])}),
        "labelled": (labelled(), {"signature": signature([tensor("features", "float32", 2)], [tensor("output_label", "int64"), tensor("output_probability", "float32", 2)])}, {"features": ROWS}),
        "outside": (big, outside, {"X": ROWS}),
    }


def write(directory):
    for name, (made, options, _) in kinds().items():
        mlflow.onnx.save_model(made, f"{directory}/{name}", **{"save_as_external_data": False, **options})


def files(directory):
    return sorted(os.path.relpath(os.path.join(root, name), directory) for root, _, names in os.walk(directory) for name in names)


def same(left, right):
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(same(left[name], right[name]) for name in left)
    return np.array_equal(np.asarray(left), np.asarray(right))


def compare(directory, exported):
    for name, (_, _, questions) in kinds().items():
        theirs, ours = f"{directory}/{name}", f"{exported}/{name}"
        assert files(theirs) == files(ours), (name, files(theirs), files(ours))
        assert all(filecmp.cmp(f"{theirs}/{file}", f"{ours}/{file}", shallow=False) for file in files(theirs)), name
        answers = [mlflow.pyfunc.load_model(place).predict(questions) for place in (theirs, ours)]
        assert same(*answers), (name, answers)
    print(f"{len(kinds())} kinds answered alike")


if __name__ == "__main__":
    {"check": check, "ask": ask, "write": write, "compare": compare}[sys.argv[1]](*sys.argv[2:])
