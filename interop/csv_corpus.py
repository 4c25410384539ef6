"""Compares what Csv.read makes of public CSV files with what pandas makes of them.

The files are those of the Python packages vega-datasets, statsmodels (its tests too) and pydataset: 997 of them.
  collect DIRECTORY   copies them there
  check DIRECTORY     compares the Arrow files that Java wrote beside them, and says what differs

Beside NAME.csv, Java writes NAME.arrow and NAME.json: {"bad": [...], "reasons": {column: why its type is no narrower}},
or only {"error": message}; and NAME.na.arrow, read with the words that pandas takes for missing values.
"""

import collections
import importlib.util
import io
import json
import pathlib
import re
import sys
import tarfile

import pandas as pd
import pyarrow.feather

EXPECTED_FILES = 997
AT_LEAST = 990
PANDAS_WORDS = [
    "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A", "NA",
    "NULL", "NaN", "None", "n/a", "nan", "null",
]


def package(name):
    return pathlib.Path(importlib.util.find_spec(name).submodule_search_locations[0])


def collect(directory):
    directory.mkdir(parents=True, exist_ok=True)
    files = [(str(path.relative_to(package(name).parent)), path.read_bytes())
             for name in ["vega_datasets", "statsmodels"] for path in sorted(package(name).rglob("*.csv"))]
    with tarfile.open(package("pydataset") / "resources.tar.gz") as tar:
        files += [("pydataset/" + member.name, tar.extractfile(member).read()) for member in tar
                  if member.name.endswith(".csv") and not pathlib.Path(member.name).name.startswith("._")]
    for name, content in files:
        (directory / name.replace("/", "~")).write_bytes(content)
    print(f"{len(files)} CSV files")
    return 0 if len(files) == EXPECTED_FILES else 1


def same_name(ours, theirs, position):
    return ours == theirs or (theirs.startswith("Unnamed: ") and re.fullmatch(rf"column{position}(\.\d+)?", ours))


def differences(ours, typed, text):
    """What differs between our table and pandas' two: one with types, one of plain text."""
    if ours.num_columns != typed.shape[1] or ours.num_rows != typed.shape[0]:
        return [f"is {ours.num_rows} x {ours.num_columns}, pandas has {typed.shape[0]} x {typed.shape[1]}"]
    found = []
    for i, name in enumerate(ours.column_names):
        if not same_name(name, str(typed.columns[i]), i):
            found.append(f"column {i} is '{name}', pandas has '{typed.columns[i]}'")
        found += [f"'{name}': {difference}" for difference in column_differences(ours.column(i), typed.iloc[:, i], text.iloc[:, i])]
    return found


def column_differences(ours, typed, text):
    values = ours.to_pylist()
    if pyarrow.types.is_dictionary(ours.type):
        missing = typed.isna().tolist()
        if pd.api.types.is_bool_dtype(typed) or pd.api.types.is_numeric_dtype(typed) and not all(missing):
            yield f"is text, pandas has {typed.dtype}"
        texts = text.tolist()
        wrong = [(a, b) for a, b, none in zip(values, texts, missing) if a != b and not (a is None and none)]
    elif pyarrow.types.is_timestamp(ours.type):
        wrong = [(a, b) for a, b in zip(values, text.tolist()) if (a is None) != (b == "") or a and pd.Timestamp(b) != a]
    else:
        wrong = [(a, b) for a, b in zip(values, typed.tolist()) if not same_value(a, b)]
    if wrong:
        yield f"{len(wrong)} values differ, the first is {wrong[0][0]!r} for {wrong[0][1]!r}"


def same_value(ours, theirs):
    if ours is None or ours != ours:
        return theirs is None or theirs != theirs
    return ours == theirs and isinstance(ours, bool) == isinstance(theirs, bool)


def read(path, words):
    content = path.read_bytes()
    options = dict(float_precision="round_trip", low_memory=False, keep_default_na=False)
    typed = pd.read_csv(io.BytesIO(content), na_values=words, **options)
    text = pd.read_csv(io.BytesIO(content), na_values=[], dtype=str, **options)
    return typed, text


def check_file(path, suffix, words):
    """What differs, and how many values pandas reads as NaN that are words for us."""
    told = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    if "error" in told:
        return ["refused: " + told["error"]]
    if told["bad"]:
        return [f"{told['count']} bad cells: {told['bad'][0]}"]
    typed, text = read(path, words)
    return differences(pyarrow.feather.read_table(path.with_suffix(suffix), memory_map=False), typed, text)


def words_in(path):
    """Which of pandas' words for a missing value occur in a file as a whole cell."""
    text = pd.read_csv(path, dtype=str, keep_default_na=False, na_values=[])
    return {word for column in text.columns for word in set(text[column]) & set(PANDAS_WORDS[1:])}


def guarded(path, suffix, words):
    try:
        return check_file(path, suffix, words)
    except Exception as error:  # pandas refuses some files, which is a finding too
        return [f"pandas: {type(error).__name__}: {error}"]


def check(directory):
    files = sorted(directory.glob("*.csv"))
    good = {"plain": 0, "with pandas' words": 0}
    words = collections.Counter()
    for path in files:
        for name, suffix, missing in [("plain", ".arrow", [""]), ("with pandas' words", ".na.arrow", PANDAS_WORDS)]:
            found = guarded(path, suffix, missing)
            good[name] += not found
            for difference in found[:3]:
                print(f"  {name}: {path.name}: {difference[:200]}")
        try:
            words.update(words_in(path))
        except Exception as error:
            print(f"  {path.name}: pandas cannot read it: {error}")
    print(f"  files with words that only pandas takes for missing: {dict(words)}")
    failed = len(files) != EXPECTED_FILES
    for name, count in good.items():
        failed |= count < AT_LEAST
        print(f"{'passed' if count >= AT_LEAST else 'FAILED'} {count} of {len(files)} public CSV files equal pandas, {name}")
    return failed


if __name__ == "__main__":
    command, target = sys.argv[1:]
    sys.exit({"collect": collect, "check": check}[command](pathlib.Path(target)))
