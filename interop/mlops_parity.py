"""Records what a pipeline in Python computes, so that the JVM can replay it. Copy this file; it needs pandas and mlflow alone.

    from mlops_parity import write_parity
    write_parity("model", raw, prepare, predict)

It writes the file `parity.json` beside a model that `mlflow` saved into the directory `model`. On the JVM, `Parity.read(directory)` reads it.

The form, version 1: a JSON object.

    version    1
    made_by    names and versions, for people
    files      the SHA-256 of each of the model's files, by path: {"model.onnx": "sha256:..."}
    raw        a list of columns
    features   a list of columns, as many rows
    answers    a list of columns, as many rows

A column has a `name`, a `type` and `values`, a list with one for each row; null where a value is missing. Types: boolean, int64, float32, float64,
string, instant (ISO 8601 in UTC, such as "2001-03-04T12:00:00Z", in microseconds at most) and vector, with a `dimension`, whose values are lists
of float32. Numbers have as many digits as tell them from every other number; infinities are the texts "Infinity" and "-Infinity". A column of
float32, float64 or vector among features and answers says how far the JVM's number may lie apart: `ulps`, a count of floating-point numbers, or
`tolerance` t: |a - b| <= t * max(1, |a|), where a is the recorded number.
"""

import hashlib
import json
import math
import os
import platform

import mlflow
import pandas as pd
from mlflow.models import Model

FILE = "parity.json"
NOT_OF_THE_MODEL = {FILE, "MLmodel", "conda.yaml", "python_env.yaml", "requirements.txt", "input_example.json", "serving_input_example.json"}
FLOATING = {"float32", "float64", "vector"}


def write_parity(directory, raw, prepare, predict, ulps=4, tolerance=1e-5):
    """Writes parity.json into the directory of a saved model.

    raw        a data frame: rows as the application has them; take rows that differ in every column, and the odd ones: missing values, the first and
               the last day, other time zones, upper case
    prepare    takes raw, and gives a data frame of features, a row each
    predict    takes the features, and gives the trained model's answers: a data frame, or one column. Not the exported file, which agrees with itself
    ulps       how far a feature may lie apart: one count, or a map from feature to count for some of them (4 for the others)
    tolerance  how far an answer may lie apart, likewise (1e-5 for the others)
    """
    Model.load(directory)  # or it is no model's directory
    features = prepare(raw.copy())
    answers = predict(features.copy())
    if not isinstance(answers, pd.DataFrame):
        answers = pd.DataFrame({"answer": answers})
    if not len(raw) == len(features) == len(answers) or not len(raw):
        raise ValueError(f"{len(raw)} raw rows, {len(features)} rows of features, {len(answers)} rows of answers; give as many of each, and at least one")
    text = json.dumps(
        {
            "version": 1,
            "made_by": {"mlflow": mlflow.__version__, "pandas": pd.__version__, "python": platform.python_version()},
            "files": _files(directory),
            "raw": _columns(raw, {}),
            "features": _columns(features, {name: {"ulps": _limit(ulps, name, 4)} for name in features}),
            "answers": _columns(answers, {name: {"tolerance": _limit(tolerance, name, 1e-5)} for name in answers}),
        },
        allow_nan=False,
        separators=(",", ":"),
    )
    with open(os.path.join(directory, FILE), "w", encoding="utf-8") as file:
        file.write(text + "\n")


def _limit(limit, name, default):
    return limit.get(name, default) if isinstance(limit, dict) else limit


def _files(directory):
    files = {}
    for root, _, names in os.walk(directory):
        for name in names:
            path = os.path.relpath(os.path.join(root, name), directory).replace(os.sep, "/")
            if path not in NOT_OF_THE_MODEL:
                with open(os.path.join(root, name), "rb") as file:
                    files[path] = "sha256:" + hashlib.sha256(file.read()).hexdigest()
    return dict(sorted(files.items()))


def _columns(frame, limits):
    if len(set(frame.columns)) < len(frame.columns):
        raise ValueError(f"a name occurs twice among the columns {list(frame.columns)}")
    columns = []
    for name in frame:
        kind, convert = _type(name, frame[name])
        column = {"name": str(name), **kind}
        if kind["type"] in FLOATING:
            column.update(limits.get(name, {}))
        column["values"] = [None if _is_missing(value) else convert(value) for value in frame[name]]
        columns.append(column)
    return columns


def _is_missing(value):
    return value is None or (pd.api.types.is_scalar(value) and pd.isna(value))


def _type(name, column):
    dtype = column.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        return _type(name, column.astype(dtype.categories.dtype))
    if pd.api.types.is_bool_dtype(dtype):
        return {"type": "boolean"}, bool
    if pd.api.types.is_integer_dtype(dtype):
        return {"type": "int64"}, int
    if pd.api.types.is_float_dtype(dtype):
        return {"type": "float32" if dtype.itemsize <= 4 else "float64"}, _number
    if isinstance(dtype, pd.DatetimeTZDtype):
        return {"type": "instant"}, _instant
    if pd.api.types.is_datetime64_dtype(dtype):
        raise TypeError(f"column '{name}' holds times without a zone; say which with tz_localize(...)")
    values = [value for value in column if not _is_missing(value)]
    if all(isinstance(value, str) for value in values):
        return {"type": "string"}, str
    if all(isinstance(value, bool) for value in values):
        return {"type": "boolean"}, bool
    if all(hasattr(value, "__len__") and not isinstance(value, str) for value in values) and len({len(value) for value in values}) == 1:
        return {"type": "vector", "dimension": len(values[0])}, lambda value: [None if math.isnan(number) else _number(number) for number in value]
    raise TypeError(f"column '{name}' of {dtype} holds values of the types {sorted({type(value).__name__ for value in values})}; give one type a column")


def _number(value):
    number = float(value)
    return number if math.isfinite(number) else "Infinity" if number > 0 else "-Infinity"


def _instant(value):
    return value.tz_convert("UTC").floor("us").strftime("%Y-%m-%dT%H:%M:%S.%fZ")
