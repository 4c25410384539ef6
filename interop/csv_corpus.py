"""Compares what Csv.read makes of public CSV files with what pandas makes of them.

The files are those of the Python packages vega-datasets, statsmodels (its tests too) and pydataset: 997 of them.
  collect DIRECTORY   copies them there
  check DIRECTORY     compares the Arrow files that Java wrote beside them, and says what differs

Beside NAME.csv, Java writes NAME.arrow, NAME.na.arrow (read with the words that pandas takes for missing values) and
NAME.json: {"bad": [...]} tells what could not be read, or {"error": message}.

Two rules differ, and are counted apart: a column with a number such as 007 stays text, for pandas drops its zeros; and
words such as NA are missing values only if the reader says so. A number NaN is one for both.
"""

import collections
import importlib.util
import io
import json
import pathlib
import re
import shutil
import sys
import tarfile
import warnings

import pandas as pd
import pyarrow.feather

# It is said to be the default by now, and is asked for by name, so that no version may choose another one.
warnings.filterwarnings("ignore", message=".*float_precision.*")

EXPECTED_FILES = 997
AT_LEAST = 990
PANDAS_WORDS = [
    "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A", "NA",
    "NULL", "NaN", "None", "n/a", "nan", "null",
]


def package(name):
    return pathlib.Path(importlib.util.find_spec(name).submodule_search_locations[0])


def collect(directory):
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
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


def differences(ours, typed, text, kept):
    """What differs between our table and pandas' two: one with types, one of plain text. Columns kept as text are added."""
    if ours.num_columns != typed.shape[1] or ours.num_rows != typed.shape[0]:
        return [f"is {ours.num_rows} x {ours.num_columns}, pandas has {typed.shape[0]} x {typed.shape[1]}"]
    found = []
    for i, name in enumerate(ours.column_names):
        if not same_name(name, str(typed.columns[i]), i):
            found.append(f"column {i} is '{name}', pandas has '{typed.columns[i]}'")
        column = column_differences(ours.column(i), typed.iloc[:, i], text.iloc[:, i], kept, name)
        found += [f"'{name}': {difference}" for difference in column]
    return found


def column_differences(ours, typed, text, kept, name):
    values = ours.to_pylist()
    if pyarrow.types.is_dictionary(ours.type):
        missing = typed.isna().tolist()
        texts = text.tolist()
        if pd.api.types.is_bool_dtype(typed) or pd.api.types.is_numeric_dtype(typed) and not all(missing):
            if any(re.fullmatch("0[0-9]+", cell.strip()) for cell in texts):
                kept.append(name)
            else:
                yield f"is text, pandas has {typed.dtype}"
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


def check_file(path, content, kept):
    """What differs, once read as it is and once with pandas' words; and which of these words the file has."""
    told = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    if told.get("error") or told["bad"]:
        found = [told.get("error") or f"bad: {told['bad'][0]}"]
        return found, found, set()
    options = dict(float_precision="round_trip", low_memory=False, keep_default_na=False)
    text = pd.read_csv(io.BytesIO(content), na_values=[], dtype=str, **options)
    found = []
    for suffix, words in [(".arrow", ["", "NaN", "nan"]), (".na.arrow", PANDAS_WORDS)]:
        typed = pd.read_csv(io.BytesIO(content), na_values=words, **options)
        ours = pyarrow.feather.read_table(path.with_suffix(suffix), memory_map=False)
        found.append(differences(ours, typed, text, kept))
    words = {word for column in range(text.shape[1]) for word in set(text.iloc[:, column]) & set(PANDAS_WORDS[1:])}
    return *found, words


def check(directory):
    files = sorted(directory.glob("*.csv"))
    good = collections.Counter()
    words = collections.Counter()
    for path in files:
        kept = []
        try:
            *found, in_file = check_file(path, path.read_bytes(), kept)
            words.update(in_file)
        except Exception as error:  # pandas refuses some files, which is a finding too
            found = [[f"pandas: {type(error).__name__}: {error}"]] * 2
        for name, differences_found in zip(["as it is", "with pandas' words"], found):
            good[name] += not differences_found
            good[name + ", no column kept as text"] += not differences_found and not kept
            for difference in differences_found[:3]:
                print(f"  {name}: {path.name}: {difference[:200]}")
        if kept:
            print(f"  kept as text: {path.name}: {sorted(set(kept))}")
    print(f"  files that have words which pandas takes for missing: {dict(words)}")
    failed = len(files) != EXPECTED_FILES
    for name in ["as it is", "with pandas' words"]:
        failed |= good[name] < AT_LEAST
        print(
            f"{'passed' if good[name] >= AT_LEAST else 'FAILED'} {good[name]} of {len(files)} public CSV files equal pandas,"
            f" {name} ({good[name + ', no column kept as text']} with every number a number)"
        )
    return failed


if __name__ == "__main__":
    command, target = sys.argv[1:]
    sys.exit({"collect": collect, "check": check}[command](pathlib.Path(target)))
