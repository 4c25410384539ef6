"""Makes the flights with which the tests replay a pipeline of Python:

    parity_flights.py write DIR    write a model and its parity.json into DIR
    parity_flights.py check DIR    compute all again, and compare with DIR/parity.json

The model is a line over all features, so that each of them counts. Needs mlflow, onnx, numpy and pandas.
"""

import json
import sys
import tempfile

import mlflow.onnx
import numpy as np
import onnx.helper as make
import pandas as pd
from mlflow.models import ModelSignature
from mlflow.types import Schema, TensorSpec
from onnx import TensorProto

from mlops_parity import write_parity

CARRIERS = ["AA", "DL", "UA", "WN"]
ROWS = 48


def raw():
    rng = np.random.default_rng(7)
    times = pd.to_datetime("2004-01-01T00:30:00Z") + pd.to_timedelta(np.arange(ROWS) * 11 * 1440 + rng.integers(0, 1440, ROWS), unit="min")
    times = times.to_series(index=range(ROWS))
    times[5] = pd.Timestamp("2004-02-29T04:15:00Z")  # a leap day, in New York the day before
    times[6] = pd.Timestamp("2004-12-31T23:59:00Z")
    times[7] = pd.Timestamp("2005-03-01T03:30:00Z")
    carrier = pd.Series(rng.choice(CARRIERS + ["aa", " DL", "XX"], ROWS), dtype="str")
    carrier[:8] = ["AA", "aa", " DL", "WN ", "XX", "UA", "DL", "wn"]
    carrier[8] = None
    wind = pd.Series(rng.gamma(2, 9, ROWS)).round(1)
    wind[[3, 11]] = np.nan
    wind[4] = 140.0
    distance = pd.Series(rng.integers(67, 2800, ROWS), dtype="int64")
    taxi = pd.Series(rng.integers(0, 61, ROWS), dtype="Int64")
    taxi[9] = pd.NA
    fare = pd.Series(rng.lognormal(5, 1, ROWS)).round(2)
    fare[10] = 0.0
    fare[12] = 16_777_217.0
    weather = pd.Series(rng.choice(["Rain", "snow", "CLEAR", "ẞtorm"], ROWS), dtype="str")
    delay = pd.Series(rng.normal(5, 20, ROWS)).round(0)
    delay[:4] = [0.5, -2.5, 2.5, 3.5]
    international = pd.Series(rng.random(ROWS) < 0.3)
    stops = pd.Series(rng.integers(-7, 8, ROWS), dtype="int64")
    return pd.DataFrame(
        {
            "departure": times,
            "carrier": carrier,
            "wind": wind,
            "distance": distance,
            "taxi": taxi,
            "fare": fare,
            "weather": weather,
            "delay": delay,
            "international": international,
            "shift": stops,
        }
    )



def prepare(rows):
    local = rows["departure"].dt.tz_convert("America/New_York")
    features = pd.DataFrame(index=rows.index)
    features["hour"] = local.dt.hour
    features["weekday"] = local.dt.day_of_week  # Monday is 0
    features["day_of_year"] = local.dt.day_of_year
    features["is_weekend"] = local.dt.day_of_week >= 5
    features["age_days"] = (pd.Timestamp("2010-01-01T00:00:00Z") - rows["departure"]) / pd.Timedelta(days=1)
    code = rows["carrier"].str.strip().str.upper()
    for name in CARRIERS:
        features["carrier_" + name] = (code == name).fillna(False).astype("float32")
    features["carrier_code"] = code.map({name: i for i, name in enumerate(CARRIERS)}).fillna(-1).astype("int64")
    features["wind"] = rows["wind"].astype("float32")  # missing stays missing
    features["wind_filled"] = rows["wind"].fillna(rows["wind"].median())
    features["wind_clipped"] = rows["wind"].fillna(0).clip(0, 60)
    features["km"] = rows["distance"] * 1.609344
    features["distance_std"] = (rows["distance"] - rows["distance"].mean()) / rows["distance"].std()
    features["taxi_default"] = rows["taxi"].fillna(15).astype("int64")
    features["log_fare"] = np.log1p(rows["fare"])
    features["fare32"] = rows["fare"].astype("float32")
    features["fare_per_km"] = rows["fare"] / (rows["distance"] * 1.609344)
    features["is_rain"] = rows["weather"].str.lower() == "rain"
    features["delay_rounded"] = rows["delay"].round()  # halves go to the even one
    features["hundreds"] = rows["distance"] // 100
    features["shift_3"] = rows["shift"] // 3  # down, also below zero
    features["shift_mod"] = rows["shift"] % 3
    features["ratio"] = rows["distance"] / rows["distance"].max()
    features["international"] = rows["international"]
    return features


def weights(names):
    return np.array([0.25 / (1 + i) for i in range(len(names))])


def predict(features):
    matrix = features.astype("float64").fillna(0).to_numpy()
    return pd.DataFrame({"delay": (matrix * 1e-3 @ weights(features.columns)).astype("float32")})


def model(names):
    # A missing number counts as 0, as in the trained model.
    floats = lambda name, array: make.make_tensor(name, TensorProto.FLOAT, array.shape, array.astype(np.float32).ravel().tolist())
    nodes = [
        make.make_node("IsNaN", ["features"], ["missing"]),
        make.make_node("Where", ["missing", "zero", "features"], ["filled"]),
        make.make_node("MatMul", ["filled", "weights"], ["delay"]),
    ]
    constants = [floats("zero", np.zeros(1)), floats("weights", (weights(names) * 1e-3).reshape(-1, 1))]
    value = lambda name, width: make.make_tensor_value_info(name, TensorProto.FLOAT, ["n", width])
    graph = make.make_graph(nodes, "flights", [value("features", len(names))], [value("delay", 1)], constants)
    return make.make_model(graph, opset_imports=[make.make_opsetid("", 17)], ir_version=8)


def write(directory):
    rows = raw()
    names = prepare(rows).columns
    signature = ModelSignature(
        Schema([TensorSpec(np.dtype("float32"), (-1, len(names)), "features")]), Schema([TensorSpec(np.dtype("float32"), (-1, 1), "delay")])
    )
    mlflow.onnx.save_model(model(names), directory, signature=signature, save_as_external_data=False, pip_requirements=[])
    write_parity(directory, rows, prepare, predict, tolerance=1e-4)


def check(directory):
    with tempfile.TemporaryDirectory() as place:
        write(place + "/model")
        recorded, computed = (json.load(open(where + "/parity.json", encoding="utf-8")) for where in (directory, place + "/model"))
    for part in ("raw", "features", "answers"):
        for then, now in zip(recorded[part], computed[part], strict=True):
            assert then == now, f"{part} '{now['name']}' was recorded as {then} and is {now}"
    print("passed: pandas computes the flights of parity.json")


if __name__ == "__main__":
    {"write": write, "check": check}[sys.argv[1]](sys.argv[2])
