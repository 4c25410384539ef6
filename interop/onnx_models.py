"""Makes the ONNX models that OnnxOracleTest runs, and the answers that Python's onnxruntime gives to them.

    python interop/onnx_models.py make DIRECTORY     trains, exports, asks and writes NAME.onnx and NAME.json
    python interop/onnx_models.py check DIRECTORY    asks the models in the directory again and compares the answers

"make" needs the packages of interop/onnx_models.txt, "check" only numpy and onnxruntime. Each answer is that of one row alone; models that
take any number of rows are asked for all rows at once too, and must give the same.
"""

import json
import pathlib
import sys

import numpy as np
import onnxruntime

ROWS = 7
NAMES = {
    "tensor(float)": "FLOAT",
    "tensor(double)": "DOUBLE",
    "tensor(float16)": "FLOAT16",
    "tensor(int8)": "INT8",
    "tensor(int16)": "INT16",
    "tensor(int32)": "INT32",
    "tensor(int64)": "INT64",
    "tensor(uint8)": "UINT8",
    "tensor(uint16)": "UINT16",
    "tensor(uint32)": "UINT32",
    "tensor(uint64)": "UINT64",
    "tensor(bool)": "BOOL",
    "tensor(string)": "STRING",
}


# --- values as JSON -------------------------------------------------------------------------------------------------------------------


def cell(value):
    if isinstance(value, (float, np.floating)):
        number = float(value)
        return number if np.isfinite(number) else {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}[str(number)]
    if isinstance(value, np.generic):
        return value.item()
    return value


def tensor(array):
    array = np.asarray(array)
    return {"kind": "tensor", "shape": list(array.shape), "data": [cell(value) for value in array.reshape(-1)]}


def answer(value):
    if isinstance(value, dict):
        return {"kind": "map", "keys": [cell(key) for key in value], "data": [cell(number) for number in value.values()]}
    if isinstance(value, list) and value and isinstance(value[0], dict):
        assert len(value) == 1, "one row was asked"
        return answer(value[0])
    if isinstance(value, list):
        return {"kind": "sequence", "items": [tensor(item) for item in value]}
    return tensor(value)


# --- asking ---------------------------------------------------------------------------------------------------------------------------


def session(path):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def dtype(kind):
    return {
        "FLOAT": np.float32,
        "DOUBLE": np.float64,
        "FLOAT16": np.float16,
        "BOOL": np.bool_,
        "STRING": object,
    }.get(kind) or np.dtype(kind.lower())


def array(value):
    data = value["data"] if value["type"] in ("STRING", "BOOL") or "INT" in value["type"] else [float(each) for each in value["data"]]
    return np.array(data, dtype=dtype(value["type"])).reshape(value["shape"])


def ask(path, case):
    """One run for each row, as the file's batch wants it."""
    model = session(path)
    inputs = {name: array(value) for name, value in case["inputs"].items()}
    names = [output.name for output in model.get_outputs()]
    batch = case["batch"]
    answers = []
    for row in range(case["rows"]):
        fed = {name: feed(value, row, batch) for name, value in inputs.items()}
        given = model.run(None, fed)
        answers.append({name: answer(first(value, batch)) for name, value in zip(names, given)})
    if batch == "open" and all(len(value.shape) and value.shape[0] == case["rows"] for value in inputs.values()):
        compare_batch(model, inputs, names, answers)
    return answers


def feed(value, row, batch):
    if batch == "none" or value.ndim == 0:
        return value[row] if batch == "none" else value
    return np.repeat(value[row : row + 1], batch if isinstance(batch, int) else 1, axis=0)


def first(value, batch):
    return value[:1] if isinstance(batch, int) and isinstance(value, np.ndarray) else value


def compare_batch(model, inputs, names, answers):
    for name, value in zip(names, model.run(None, inputs)):
        if isinstance(value, np.ndarray) and value.shape[:1] == (len(answers),):
            for row, each in enumerate(answers):
                difference(name, answer(value[row : row + 1]), each[name])
        if isinstance(value, list) and isinstance(value[0], dict):
            for row, each in enumerate(answers):
                difference(name, answer(value[row]), each[name])


def difference(name, one, other):
    """Fails unless both are the same up to 1e-6, absolutely or relatively."""
    assert one["kind"] == other["kind"] and one.get("shape") == other.get("shape"), (name, one, other)
    if one["kind"] == "sequence":
        for left, right in zip(one["items"], other["items"], strict=True):
            difference(name, left, right)
        return
    assert one.get("keys") == other.get("keys"), (name, one, other)
    for left, right in zip(one["data"], other["data"], strict=True):
        if isinstance(left, float) and isinstance(right, float):
            # A number that is not finite is a text, which is equal or not.
            assert abs(left - right) <= 1e-6 * max(1, abs(left), abs(right)), (name, left, right)
        else:
            assert left == right, (name, left, right)


# --- models ---------------------------------------------------------------------------------------------------------------------------


class Maker:
    def __init__(self, directory):
        self.directory = pathlib.Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        self.made = []

    def add(self, name, model, inputs, batch="open", classes=None, columns=None, save=None):
        """Writes a model and its answers.

        inputs: for each input of the graph an array whose first dimension is the rows; batch: "open", a number, or "none" where the
        graph takes one row without a dimension for it; classes: what the graph tells of them, by output; columns: the names that the
        test gives to the columns of a single matrix.
        """
        path = self.directory / (name + ".onnx")
        if save:
            save(path)
        else:
            path.write_bytes(model.SerializeToString())
        kinds = {each.name: NAMES.get(each.type, each.type) for each in session(path).get_inputs()}
        case = {
            "batch": batch,
            "rows": ROWS,
            "columns": columns,
            "classes": classes,
            "inputs": {key: {"type": kinds[key], **tensor(value)} for key, value in inputs.items()},
        }
        case["answers"] = ask(path, case)
        (self.directory / (name + ".json")).write_text(json.dumps(case, separators=(",", ":")) + "\n")
        self.made.append(name)


def data():
    random = np.random.default_rng(7)
    x = random.normal(size=(240, 4)).astype(np.float32)
    y = (x[:, 0] + 0.5 * x[:, 1] > 0).astype(np.int64) + (x[:, 2] > 0.8).astype(np.int64)
    return x, y


def sklearn_models(make):
    import pandas
    from skl2onnx import to_onnx
    from skl2onnx.common.data_types import DoubleTensorType, FloatTensorType, Int64TensorType, StringTensorType
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.cluster import KMeans
    from sklearn.compose import ColumnTransformer
    from sklearn.decomposition import PCA
    from sklearn.ensemble import (
        GradientBoostingClassifier,
        GradientBoostingRegressor,
        IsolationForest,
        RandomForestClassifier,
        RandomForestRegressor,
        VotingClassifier,
    )
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
    from sklearn.multioutput import MultiOutputClassifier
    from sklearn.naive_bayes import GaussianNB
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.neural_network import MLPClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler
    from sklearn.svm import SVC
    from sklearn.tree import DecisionTreeClassifier

    x, y = data()
    texts = np.array(["early", "late", "never"])[y]
    matrix = [("features", FloatTensorType([None, 4]))]
    fed = {"features": x[:ROWS]}
    columns = ["wind", "rain", "traffic", "distance"]
    numbers, words = [0, 1, 2], ["early", "late", "never"]

    def classifier(name, model, labels=y, classes=None, options=None):
        model.fit(x, labels)
        onnx = to_onnx(model, initial_types=matrix, options=options, target_opset=17)
        make.add(name, onnx, fed, classes=classes, columns=columns)

    def plain(model):
        return {id(model): {"zipmap": False}}

    mapped = {"output_probability": numbers}
    classifier("logistic_zipmap", LogisticRegression(), classes=mapped)
    classifier("logistic_zipmap_texts", LogisticRegression(), texts, classes={"output_probability": words})
    model = LogisticRegression()
    classifier("logistic_matrix", model, classes={"probabilities": numbers}, options=plain(model))
    model = LogisticRegression()
    classifier("logistic_matrix_texts", model, texts, classes={"probabilities": words}, options=plain(model))
    model = LogisticRegression()
    classifier("logistic_columns", model, texts, options={id(model): {"zipmap": "columns"}})
    classifier("tree", DecisionTreeClassifier(max_depth=3, random_state=1), classes=mapped)
    classifier("gradient_boosting", GradientBoostingClassifier(n_estimators=5, max_depth=2, random_state=1), classes=mapped)
    classifier("random_forest", RandomForestClassifier(n_estimators=5, max_depth=4, random_state=1), classes=mapped)
    classifier("support_vectors", SVC(probability=True, random_state=1), classes=mapped)
    classifier("neighbours", KNeighborsClassifier(3), texts, classes={"output_probability": words})
    model = MLPClassifier((6,), max_iter=300, random_state=1)
    classifier("perceptron", model, texts, options=plain(model))  # Its classes are a constant of the graph, noted nowhere.
    classifier("naive_bayes", GaussianNB(), classes=mapped)
    classifier(
        "voting",
        VotingClassifier([("a", LogisticRegression()), ("b", DecisionTreeClassifier(max_depth=2))], voting="soft", flatten_transform=False),
        classes=mapped,
    )
    classifier("calibrated", CalibratedClassifierCV(GaussianNB(), cv=2), classes=mapped)
    model = make_pipeline(SimpleImputer(), LogisticRegression())
    gaps = x.copy()
    gaps[::5, 1] = np.nan
    model.fit(gaps, y)
    make.add(
        "gaps",
        to_onnx(model, initial_types=matrix, target_opset=17),
        {"features": gaps[:ROWS]},
        classes=mapped,
        columns=columns,
    )

    def other(name, model, fit=(x,), types=matrix, inputs=fed, columns=columns):
        model.fit(*fit)
        make.add(name, to_onnx(model, initial_types=types, target_opset=17), inputs, columns=columns)

    target = x @ np.array([1.0, -2.0, 0.5, 0.25]) + 3
    other("linear", LinearRegression(), (x, target))
    other("linear_two", LinearRegression(), (x, np.stack([target, -target], axis=1)))
    wide = x.astype(np.float64) * 1e7 + 1 / 3
    other("ridge_double", Ridge(), (wide, target), [("features", DoubleTensorType([None, 4]))], {"features": wide[:ROWS]})
    other("forest_regressor", RandomForestRegressor(n_estimators=5, max_depth=4, random_state=1), (x, target))
    other("boosted_regressor", GradientBoostingRegressor(n_estimators=5, max_depth=2, random_state=1), (x, target))
    other("components", make_pipeline(StandardScaler(), PCA(2)))
    other("clusters", KMeans(3, n_init=1, random_state=1))
    model = IsolationForest(n_estimators=5, max_samples=32, random_state=1).fit(x)
    onnx = to_onnx(model, initial_types=matrix, target_opset={"": 17, "ai.onnx.ml": 3})
    make.add("isolation", onnx, fed, columns=columns)
    model = MultiOutputClassifier(LogisticRegression()).fit(x, np.stack([y, (x[:, 3] > 0).astype(np.int64)], axis=1))
    make.add("multi_output", to_onnx(model, initial_types=matrix, options=plain(model), target_opset=17), fed, columns=columns)

    frame = pandas.DataFrame({"wind": x[:, 0], "distance": x[:, 1].astype(np.float64)})
    frame["carrier"] = np.array(["AA", "DL", "UA", "WN"])[(np.abs(x[:, 2]) * 10).astype(int) % 4]
    frame["stops"] = (np.abs(x[:, 3]) * 2).astype(np.int64)
    types = [
        ("wind", FloatTensorType([None, 1])),
        ("distance", DoubleTensorType([None, 1])),
        ("carrier", StringTensorType([None, 1])),
        ("stops", Int64TensorType([None, 1])),
    ]
    table = {name: frame[[name]].to_numpy()[:ROWS] for name in frame.columns}
    encoded = ColumnTransformer(
        [
            ("wind", StandardScaler(), ["wind"]),
            ("carrier", OneHotEncoder(handle_unknown="ignore"), ["carrier"]),
        ]
    )
    model = make_pipeline(encoded, LogisticRegression()).fit(frame[["wind", "carrier"]], texts)
    make.add(
        "data_frame",
        to_onnx(model, initial_types=[types[0], types[2]], target_opset=17),
        {name: table[name] for name in ("wind", "carrier")},
        classes={"output_probability": words},
    )
    encoded = ColumnTransformer(
        [
            ("distance", StandardScaler(), ["distance"]),
            ("stops", OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1), ["stops"]),
            ("carrier", OneHotEncoder(handle_unknown="ignore"), ["carrier"]),
        ]
    )
    model = make_pipeline(encoded, RandomForestClassifier(n_estimators=4, max_depth=3, random_state=1))
    model.fit(frame[["distance", "stops", "carrier"]], y)
    make.add(
        "data_frame_types",
        to_onnx(model, initial_types=types[1:2] + types[3:] + types[2:3], target_opset=17, options=plain(model)),
        {name: table[name] for name in ("distance", "stops", "carrier")},
        classes={"probabilities": numbers},
    )

    notes = np.array(["fog at the gate", "late crew", "no delay", "crew and gate change", "fog fog fog", "gate", "the crew is late"])
    model = make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(np.tile(notes, 4), np.tile([1, 1, 0, 1, 1, 0, 1], 4))
    make.add(
        "words",
        # The language that the converter writes by default, en_US, is missing on many small machines.
        to_onnx(
            model,
            initial_types=[("note", StringTensorType([None, 1]))],
            target_opset=17,
            options={TfidfVectorizer: {"locale": "C"}},
        ),
        {"note": notes.reshape(-1, 1).astype(object)},
        classes={"output_probability": [0, 1]},
    )


def boosted_models(make):
    from lightgbm import LGBMClassifier, LGBMRegressor
    from onnxmltools.convert import convert_lightgbm, convert_xgboost
    from onnxmltools.convert.common.data_types import FloatTensorType
    from xgboost import XGBClassifier, XGBRegressor

    x, y = data()
    types = [("features", FloatTensorType([None, 4]))]
    fed = {"features": x[:ROWS]}
    columns = ["wind", "rain", "traffic", "distance"]
    target = x @ np.array([1.0, -2.0, 0.5, 0.25]) + 3
    small = {"n_estimators": 4, "max_depth": 3, "random_state": 1}
    model = XGBClassifier(**small).fit(x, y)
    make.add(
        "xgboost", convert_xgboost(model, initial_types=types, target_opset=15), fed, classes={"probabilities": [0, 1, 2]}, columns=columns
    )
    model = XGBRegressor(**small).fit(x, target)
    make.add("xgboost_regressor", convert_xgboost(model, initial_types=types, target_opset=15), fed, columns=columns)
    model = LGBMClassifier(verbose=-1, **small).fit(x, y)
    make.add(
        "lightgbm", convert_lightgbm(model, initial_types=types, target_opset=15), fed, classes={"probabilities": [0, 1, 2]}, columns=columns
    )
    model = LGBMClassifier(verbose=-1, **small).fit(x, y)
    onnx = convert_lightgbm(model, initial_types=types, target_opset=15, zipmap=False)
    make.add("lightgbm_matrix", onnx, fed, classes={"probabilities": [0, 1, 2]}, columns=columns)
    model = LGBMRegressor(verbose=-1, **small).fit(x, target)
    make.add("lightgbm_regressor", convert_lightgbm(model, initial_types=types, target_opset=15), fed, columns=columns)


def graph_models(make):
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    def build(nodes, inputs, outputs, constants=(), domains=()):
        graph = helper.make_graph(nodes, "graph", inputs, outputs, [numpy_helper.from_array(a, n) for n, a in constants])
        operators = [helper.make_opsetid("", 17)] + [helper.make_opsetid(domain, 3) for domain in domains]
        model = helper.make_model(graph, opset_imports=operators, ir_version=8, producer_name="onnx.helper")
        onnx.checker.check_model(model)
        return model

    def value(name, kind, shape):
        return helper.make_tensor_value_info(name, getattr(TensorProto, kind), shape)

    random = np.random.default_rng(11)
    for kind in ("INT8", "INT16", "INT32", "INT64", "UINT8"):
        # As one whole matrix, back as its own type and as the sum of a row.
        model = build(
            [
                helper.make_node("Identity", ["x"], ["same"]),
                helper.make_node("Cast", ["x"], ["wide"], to=TensorProto.INT64),
                helper.make_node("ReduceSum", ["wide", "axis"], ["sum"], keepdims=0),
            ],
            [value("x", kind, ["batch", 3])],
            [value("same", kind, ["batch", 3]), value("sum", "INT64", ["batch"])],
            [("axis", np.array([1], np.int64))],
        )
        limits = np.iinfo(kind.lower())
        x = random.integers(max(limits.min, -(2**40)), min(limits.max, 2**40), size=(ROWS, 3)).astype(kind.lower())
        x[0, 0], x[0, 1] = limits.max // 2, limits.min // 2
        make.add(kind.lower(), model, {"x": x}, columns=["a", "b", "c"])
    model = build(
        [helper.make_node("Cast", ["x"], [kind.lower()], to=getattr(TensorProto, kind)) for kind in ("UINT16", "UINT32", "UINT64")],
        [value("x", "INT64", ["batch"])],
        [value(kind.lower(), kind, ["batch"]) for kind in ("UINT16", "UINT32", "UINT64")],
    )
    make.add("unsigned", model, {"x": np.array([0, 1, 255, 40000, 65535, 7, 8], np.int64)})
    model = build(
        [helper.make_node("Not", ["flag"], ["not"]), helper.make_node("Where", ["flag", "x", "zero"], ["kept"])],
        [value("flag", "BOOL", ["batch", 1]), value("x", "FLOAT", ["batch", 1])],
        [value("not", "BOOL", ["batch", 1]), value("kept", "FLOAT", ["batch", 1])],
        [("zero", np.zeros(1, np.float32))],
    )
    x = random.normal(size=(ROWS, 4)).astype(np.float32)
    make.add("boolean", model, {"flag": x[:, :1] > 0, "x": x[:, 1:2]})
    encoder = helper.make_node(
        "LabelEncoder",
        ["carrier"],
        ["code"],
        domain="ai.onnx.ml",
        keys_strings=["AA", "DL", "Zürich ✈"],
        values_int64s=[10, 20, 30],
        default_int64=-1,
    )
    model = build(
        [encoder, helper.make_node("Identity", ["carrier"], ["text"])],
        [value("carrier", "STRING", ["batch"])],
        [value("code", "INT64", ["batch"]), value("text", "STRING", ["batch"])],
        domains=["ai.onnx.ml"],
    )
    carriers = np.array(["AA", "DL", "Zürich ✈", "", "UA", "AA", "a\nb"], dtype=object)
    make.add("text", model, {"carrier": carriers})
    weights = random.normal(size=(4, 2))
    for kind in ("FLOAT16", "DOUBLE"):
        model = build(
            [helper.make_node("MatMul", ["x", "w"], ["y"])],
            [value("x", kind, ["batch", 4])],
            [value("y", kind, ["batch", 2])],
            [("w", weights.astype(dtype(kind)))],
        )
        make.add(kind.lower() + "_matrix", model, {"x": x.astype(dtype(kind))}, columns=["a", "b", "c", "d"])
    model = build(
        [helper.make_node("Mul", ["a", "b"], ["product"]), helper.make_node("Sub", ["a", "b"], ["difference"])],
        [value("a", "FLOAT", ["batch"]), value("b", "FLOAT", ["batch"])],
        [value("product", "FLOAT", ["batch"]), value("difference", "FLOAT", ["batch"])],
    )
    make.add("two_outputs", model, {"a": x[:, 0], "b": x[:, 1]})
    series = random.normal(size=(ROWS, 5, 3)).astype(np.float32)
    model = build(
        [helper.make_node("ReduceMean", ["series"], ["mean"], axes=[1], keepdims=0), helper.make_node("Neg", ["series"], ["mirror"])],
        [value("series", "FLOAT", ["batch", 5, 3])],
        [value("mean", "FLOAT", ["batch", 3]), value("mirror", "FLOAT", ["batch", 5, 3])],
    )
    make.add("rank_three", model, {"series": series})
    model = build(
        [
            helper.make_node("Gather", ["vectors", "tokens"], ["looked_up"]),
            helper.make_node("ReduceMean", ["looked_up"], ["embedding"], axes=[1], keepdims=0),
        ],
        [value("tokens", "INT64", ["batch", "length"])],
        [value("embedding", "FLOAT", ["batch", 4])],
        [("vectors", random.normal(size=(9, 4)).astype(np.float32))],
    )
    make.add("tokens", model, {"tokens": random.integers(0, 9, size=(ROWS, 6))})
    model = build(
        [
            helper.make_node("Conv", ["image", "w"], ["filtered"], kernel_shape=[3, 3]),
            helper.make_node("GlobalAveragePool", ["filtered"], ["pooled"]),
            helper.make_node("Flatten", ["pooled"], ["flat"]),
            helper.make_node("Softmax", ["flat"], ["probabilities"], axis=1),
        ],
        [value("image", "FLOAT", ["batch", 2, 6, 6])],
        [value("probabilities", "FLOAT", ["batch", 3])],
        [("w", random.normal(size=(3, 2, 3, 3)).astype(np.float32))],
    )
    images = random.normal(size=(ROWS, 2, 6, 6)).astype(np.float32)
    make.add("rank_four", model, {"image": images})
    for batch in (1, 4):
        model = build(
            [helper.make_node("MatMul", ["x", "w"], ["sum"]), helper.make_node("Sigmoid", ["sum"], ["y"])],
            [value("x", "FLOAT", [batch, 4])],
            [value("y", "FLOAT", [batch, 2])],
            [("w", weights.astype(np.float32))],
        )
        make.add("fixed_%d" % batch, model, {"x": x}, batch=batch, columns=["a", "b", "c", "d"])
    model = build(
        [helper.make_node("MatMul", ["w", "x"], ["y"]), helper.make_node("ReduceMax", ["y"], ["most"], keepdims=0)],
        [value("x", "FLOAT", [4])],
        [value("y", "FLOAT", [2]), value("most", "FLOAT", [])],
        [("w", weights.T.astype(np.float32))],
    )
    make.add("no_batch", model, {"x": x}, batch="none")
    model = build(
        [helper.make_node("Greater", ["x", "limit"], ["above"])],
        [value("x", "FLOAT", ["batch"]), value("limit", "FLOAT", [])],
        [value("above", "BOOL", ["batch"])],
    )
    make.add("scalar", model, {"x": x[:, 0], "limit": np.float32(0.25)})
    model = build(
        [helper.make_node("Split", ["x"], ["a", "b"], axis=1), helper.make_node("SequenceConstruct", ["a", "b"], ["parts"])],
        [value("x", "FLOAT", ["batch", 4])],
        [helper.make_tensor_sequence_value_info("parts", TensorProto.FLOAT, ["batch", 2])],
    )
    make.add("sequence", model, {"x": x}, columns=["a", "b", "c", "d"])
    model = build(
        [helper.make_node("Identity", ["word"], ["same"]), helper.make_node("SequenceConstruct", ["word", "same"], ["words"])],
        [value("word", "STRING", ["batch"])],
        [helper.make_tensor_sequence_value_info("words", TensorProto.STRING, ["batch"])],
    )
    make.add("sequence_texts", model, {"word": carriers})
    model = build(
        [helper.make_node("Optional", ["x"], ["maybe"]), helper.make_node("OptionalGetElement", ["maybe"], ["y"])],
        [value("x", "FLOAT", ["batch", 4])],
        [value("y", "FLOAT", ["batch", 4])],
    )
    make.add("optional_inside", model, {"x": x}, columns=["a", "b", "c", "d"])
    model = build(
        [helper.make_node("MatMul", ["x", "w"], ["y"])],
        [value("x", "FLOAT", ["batch", 4])],
        [value("y", "FLOAT", ["batch", 300])],
        [("w", random.normal(size=(4, 300)).astype(np.float32))],
    )

    def beside(path):
        onnx.save_model(model, str(path), save_as_external_data=True, location=path.stem + ".weights", size_threshold=0)

    (make.directory / "external.weights").unlink(missing_ok=True)
    make.add("external", model, {"x": x}, columns=["a", "b", "c", "d"], save=beside)


def main(verb, directory):
    if verb == "make":
        make = Maker(directory)
        graph_models(make)
        sklearn_models(make)
        boosted_models(make)
        print("made %d models" % len(make.made))
    elif verb == "check":
        checked = 0
        for path in sorted(pathlib.Path(directory).glob("*.onnx")):
            case = json.loads(path.with_suffix(".json").read_text())
            for given, kept in zip(ask(path, case), case["answers"], strict=True):
                assert given.keys() == kept.keys(), path
                for name in given:
                    difference(path.name + " " + name, given[name], kept[name])
            checked += 1
        if checked == 0:
            sys.exit("FAILED: no model in " + directory)
        print("passed: Python's onnxruntime gives the answers of %d models" % checked)
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
