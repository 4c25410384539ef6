"""Makes the model directories with which the tests compare MLflow and this library, and asks them.

    mlflow_models.py make DIR          train twelve models, and save each below DIR as MLflow does, with its parity.json
    mlflow_models.py check DIR OUT     compare DIR with what Java exported of it (OUT/kept) and built of it (OUT/built): files, and MLflow's answers

"make" needs the packages of onnx_models.txt and requirements.txt, "check" those of requirements.txt. Nothing is unpickled by "check".
"""

import filecmp
import itertools
import json
import logging
import os
import shutil
import sys
import tempfile
import warnings

import mlflow.onnx
import mlflow.pyfunc
import numpy as np
import pandas as pd
from mlflow.models import Model, ModelSignature
from mlflow.types import ParamSchema, ParamSpec, Schema, TensorSpec

from mlops_parity import write_parity

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)
NAMES = ["wind", "rain", "distance", "hour"]
LABELLED = {"sklearn-logistic", "sklearn-frame", "lightgbm-classifier"}  # their signature and records have the label too
ROWS = 24


def raw(rows=ROWS):
    rng = np.random.default_rng(11)
    return pd.DataFrame(
        {
            "wind": rng.gamma(2, 5, rows),
            "rain": rng.exponential(2, rows),
            "distance": rng.uniform(50, 3000, rows),
            "hour": rng.integers(0, 24, rows),
            "carrier": pd.Series(rng.choice(["AA", "DL", "UA"], rows), dtype="str"),
        }
    )


def prepare(frame):
    return pd.DataFrame(
        {
            "wind": np.log1p(frame["wind"]).astype("float32"),
            "rain": frame["rain"].clip(upper=5).astype("float32"),
            "distance": (frame["distance"] / 1000).astype("float32"),
            "hour": (frame["hour"] / 24).astype("float32"),
        }
    )


def with_carrier(frame):
    return prepare(frame).assign(carrier=frame["carrier"])


def tensor(name, dtype, *shape):
    return TensorSpec(np.dtype(dtype), (-1, *shape), name)


def models():
    """Each model: the trained one, whether it has classes, and how it is exported."""
    import lightgbm
    import xgboost
    from sklearn.compose import ColumnTransformer
    from sklearn.ensemble import GradientBoostingClassifier, RandomForestRegressor
    from sklearn.linear_model import LinearRegression, LogisticRegression
    from sklearn.neural_network import MLPRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler
    from sklearn.svm import SVR
    from sklearn.tree import DecisionTreeClassifier

    table = raw(400)
    features = prepare(table)
    delay = 10 * features["wind"] - 3 * features["rain"] + features["distance"] ** 2 + np.random.default_rng(3).normal(0, 1, len(table))
    late = (delay > delay.median()).astype(int)
    x = features.to_numpy()
    text = make_pipeline(ColumnTransformer([("numbers", StandardScaler(), NAMES), ("texts", OneHotEncoder(), ["carrier"])]), LogisticRegression())
    boost = dict(n_estimators=4, max_depth=2, random_state=1)
    return {
        "sklearn-linear": (LinearRegression().fit(x, delay), False),
        "sklearn-logistic": (LogisticRegression().fit(x, late), True),
        "sklearn-scaled": (make_pipeline(StandardScaler(), SVR(C=5)).fit(x[:30], delay[:30]), False),
        "sklearn-tree": (DecisionTreeClassifier(max_depth=4, random_state=1).fit(x, late), True),
        "sklearn-forest": (RandomForestRegressor(n_estimators=3, max_depth=3, random_state=1).fit(x, delay), False),
        "sklearn-boosting": (GradientBoostingClassifier(n_estimators=3, max_depth=2, random_state=1).fit(x, late), True),
        "sklearn-network": (MLPRegressor(hidden_layer_sizes=(6,), max_iter=500, random_state=1).fit(x, delay), False),
        "sklearn-frame": (text.fit(with_carrier(table), late), True),
        "lightgbm-classifier": (lightgbm.LGBMClassifier(num_leaves=4, verbose=-1, **boost).fit(x, late), True),
        "lightgbm-regressor": (lightgbm.LGBMRegressor(num_leaves=4, verbose=-1, **boost).fit(x, delay), False),
        "xgboost-classifier": (xgboost.XGBClassifier(**boost).fit(x, late), True),
        "xgboost-regressor": (xgboost.XGBRegressor(**boost).fit(x, delay), False),
    }


def exported(name, trained, has_classes):
    from onnxmltools import convert_lightgbm, convert_xgboost
    from onnxmltools.convert.common.data_types import FloatTensorType as OtherFloat
    from skl2onnx import to_onnx
    from skl2onnx.common.data_types import FloatTensorType, StringTensorType

    if name.startswith("lightgbm"):
        return convert_lightgbm(trained, initial_types=[("X", OtherFloat([None, 4]))], zipmap=False, target_opset=15)
    if name.startswith("xgboost"):
        return convert_xgboost(trained, initial_types=[("X", OtherFloat([None, 4]))], target_opset=15)
    kinds = [("X", FloatTensorType([None, 4]))]
    if name == "sklearn-frame":
        kinds = [(each, FloatTensorType([None, 1])) for each in NAMES] + [("carrier", StringTensorType([None, 1]))]
    return to_onnx(trained, initial_types=kinds, options={"zipmap": False} if has_classes else None, target_opset=15)


def signature(name, model, has_classes):
    inputs = [tensor("X", "float32", -1 if name == "sklearn-tree" else 4)]
    if name == "sklearn-frame":
        inputs = [tensor(each, "float32", 1) for each in NAMES] + [tensor("carrier", "str", 1)]
    label, output = model.graph.output[0].name, model.graph.output[-1].name
    labels = [tensor(label, "int64")] if name in LABELLED else []
    params = ParamSchema([ParamSpec("limit", "double", 0.5), ParamSpec("weights", "long", [1, 2], (-1,))]) if name == "sklearn-logistic" else None
    return ModelSignature(Schema(inputs), Schema(labels + [tensor(output, "float32", 2 if has_classes else 1)]), params)


def answers(name, trained, has_classes, outputs):
    label, output = outputs[0].name, outputs[-1].name

    def predict(features):
        x = features if name == "sklearn-frame" else features.to_numpy()
        if has_classes:
            labels = {label: trained.predict(x).astype("int64")} if name in LABELLED else {}
            return pd.DataFrame({**labels, output: list(trained.predict_proba(x).astype("float32"))})
        return pd.DataFrame({output: trained.predict(x).astype("float32")})

    return predict


def save(name, trained, has_classes, directory):
    model = exported(name, trained, has_classes)
    example = prepare(raw())[:2].to_numpy() if name == "sklearn-linear" else None
    mlflow.onnx.save_model(
        model, directory, signature=signature(name, model, has_classes), save_as_external_data=False, pip_requirements=[], input_example=example,
        metadata={"trained_by": name.split("-")[0]},
    )
    if name == "sklearn-boosting":
        add_pickle(trained, directory)
    write_parity(directory, raw(), with_carrier if name == "sklearn-frame" else prepare, answers(name, trained, has_classes, model.graph.output))


def add_pickle(trained, directory):
    """One directory with the flavors of both: Python may take the pickle, Java takes the graph."""
    import mlflow.sklearn

    with tempfile.TemporaryDirectory() as place:
        mlflow.sklearn.save_model(trained, place + "/m", serialization_format="pickle", pip_requirements=[])
        pickled = Model.load(place + "/m").flavors["sklearn"]
        shutil.copy(f"{place}/m/{pickled['pickled_model']}", directory)
    described = Model.load(directory)
    described.add_flavor("sklearn", **pickled)
    described.save(directory + "/MLmodel")


def make(directory):
    for name, (trained, has_classes) in models().items():
        shutil.rmtree(f"{directory}/{name}", ignore_errors=True)
        save(name, trained, has_classes, f"{directory}/{name}")


def files(directory):
    return sorted(os.path.relpath(os.path.join(root, name), directory) for root, _, names in os.walk(directory) for name in names)


def questions(directory):
    with open(directory + "/parity.json", encoding="utf-8") as file:
        recorded = json.load(file)
    columns = {column["name"]: np.array(column["values"], dtype=object if column["type"] == "string" else column["type"]) for column in recorded["features"]}
    return columns, [(each["name"], np.array(each["values"], dtype=np.float64).reshape(ROWS, -1), each.get("tolerance", 0)) for each in recorded["answers"]]


def asked(directory, columns):
    inputs = {"X": np.stack([columns[name] for name in NAMES], axis=1).astype(np.float32)}
    if "carrier" in columns:
        inputs = {name: (values.astype(str) if name == "carrier" else values).reshape(-1, 1) for name, values in columns.items()}
    return mlflow.pyfunc.load_model(directory).predict(inputs)


def check(directory, out):
    names = sorted(os.listdir(directory))
    for name in names:
        theirs, kept, built = f"{directory}/{name}", f"{out}/kept/{name}", f"{out}/built/{name}"
        assert files(theirs) == files(kept), (name, files(theirs), files(kept))
        assert all(filecmp.cmp(f"{theirs}/{file}", f"{kept}/{file}", shallow=False) for file in files(theirs)), name
        assert set(files(built)) == {"MLmodel", "model.onnx", "parity.json", "signature.json"}, (name, files(built))
        columns, recorded_answers = questions(theirs)
        for place, (output, recorded, tolerance) in itertools.product((theirs, kept, built), recorded_answers):
            answer = np.asarray(asked(place, columns)[output], dtype=np.float64).reshape(ROWS, -1)
            assert np.all(np.abs(answer - recorded) <= tolerance * np.maximum(1, np.abs(recorded))), (place, answer, recorded)
        assert str(Model.load(built).signature.params) == str(Model.load(theirs).signature.params), name
    print(f"{len(names)} models answered alike")


if __name__ == "__main__":
    {"make": make, "check": check}[sys.argv[1]](*sys.argv[2:])
