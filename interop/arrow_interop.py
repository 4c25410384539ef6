"""Reads with pyarrow and pandas what Java wrote, and writes with them what Java shall read.

Beside each NAME.arrow lies NAME.json, which says what is in it:
  {"columns": [{"name", "type", "nullable", "values": [...]}]}   or   {"error": "a part of the message"}
A type is written as Java has it (INT64, VECTOR(3)); instants are microseconds since the epoch; NaN and the infinities
are the strings "NaN", "Infinity" and "-Infinity".
"""

import datetime
import decimal
import json
import math
import pathlib
import sys

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.ipc

JAVA_WRITES = {
    "BOOLEAN": pa.bool_(),
    "INT64": pa.int64(),
    "FLOAT32": pa.float32(),
    "FLOAT64": pa.float64(),
    "STRING": pa.dictionary(pa.int32(), pa.string()),
    "INSTANT": pa.timestamp("us", tz="UTC"),
}


def arrow_type(java):
    if java.startswith("VECTOR("):
        return pa.list_(pa.field("item", pa.float32(), nullable=False), int(java[7:-1]))
    return JAVA_WRITES[java]


def plain(value):
    """A value as JSON has it."""
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")
    if isinstance(value, list):
        return [plain(element) for element in value]
    return value


def values_of(column):
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.int64())
    return [plain(value) for value in column.to_pylist()]


def same(a, b):
    """Equal, with 0.0 and -0.0 told apart."""
    return json.dumps(a) == json.dumps(b)


def check_java_file(path, expected):
    with pa.ipc.open_file(path) as reader:
        table = reader.read_all()
    table.validate(full=True)
    assert table.column_names == [column["name"] for column in expected["columns"]], table.column_names
    for column in expected["columns"]:
        field = table.schema.field(column["name"])
        assert field.type == arrow_type(column["type"]), f"{field.name} is {field.type}"
        assert field.nullable == column["nullable"], f"{field.name} nullable: {field.nullable}"
        found = values_of(table.column(column["name"]))
        floats = column["type"] in ("FLOAT32", "FLOAT64") or column["type"].startswith("VECTOR")
        wanted = as_floats(column["values"]) if floats else column["values"]
        assert same(found, wanted), f"{field.name}: {found} is not {wanted}"
    frame = pd.read_feather(path)
    assert frame.shape == (table.num_rows, table.num_columns), frame.shape


def as_floats(value):
    if isinstance(value, list):
        return [as_floats(element) for element in value]
    return float(value) if isinstance(value, int) else value


def check(directory):
    failed = 0
    for path in sorted(directory.glob("*.arrow")):
        expected = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        try:
            check_java_file(path, expected)
            print(f"passed java -> python {path.stem}")
        except Exception as error:  # every failure is counted and shown
            failed += 1
            print(f"FAILED java -> python {path.stem}: {error}")
    return failed


class Writer:
    def __init__(self, directory):
        self.directory = directory

    def path(self, name, expected):
        (self.directory / f"{name}.json").write_text(json.dumps(expected), encoding="utf-8")
        return self.directory / f"{name}.arrow"

    def table(self, name, table, types, batch_rows=None, expected=None, **options):
        columns = [
            {
                "name": field.name,
                "type": types[field.name],
                "nullable": field.nullable,
                "values": (expected or {}).get(field.name) or java_values(table.column(field.name)),
            }
            for field in table.schema
        ]
        path = self.path(name, {"columns": columns})
        with pa.OSFile(str(path), "wb") as sink:
            with pa.ipc.new_file(sink, table.schema, options=pa.ipc.IpcWriteOptions(**options)) as writer:
                writer.write_table(table, max_chunksize=batch_rows)

    def array(self, name, array, java, **more):
        self.table(name, pa.table({"c": array}), {"c": java}, **more)

    def refused(self, name, table, message, **options):
        path = self.path(name, {"error": message})
        with pa.OSFile(str(path), "wb") as sink:
            with pa.ipc.new_file(sink, table.schema, options=pa.ipc.IpcWriteOptions(**options)) as writer:
                writer.write_table(table)


def java_values(column):
    if pa.types.is_timestamp(column.type):
        return [plain(value) for value in column.cast(pa.timestamp("us", column.type.tz)).cast(pa.int64()).to_pylist()]
    if pa.types.is_date(column.type):
        days = column.cast(pa.int32()).to_pylist()
        return [None if day is None else day * 86_400_000_000 for day in days]
    return [plain(value) for value in column.to_pylist()]


def write_integers(w):
    for kind in ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32"]:
        bits = int(kind.lstrip("uint"))
        low, high = (0, 2**bits - 1) if kind.startswith("u") else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
        w.array(f"{kind}", pa.array([low, 0, 1, high], getattr(pa, kind)()), "INT64")
        w.array(f"{kind}-nulls", pa.array([None, low, None, high], getattr(pa, kind)()), "INT64")


def write_reals(w):
    reals = [0.0, -0.0, 1.5, math.nan, math.inf, -math.inf, 5e-324, 1.7976931348623157e308]
    w.array("float64", pa.array(reals), "FLOAT64")
    w.array("float64-nulls", pa.array([None, *reals]), "FLOAT64")
    w.array("float32", pa.array([0.0, -0.0, 0.1, math.nan, math.inf, None], pa.float32()), "FLOAT32")
    w.array("bool", pa.array([True, False, None] * 11), "BOOLEAN")
    w.array("bool-sliced", pa.array([True, False, None, True] * 11).slice(5), "BOOLEAN")
    w.array("vector", pa.array([[1, 2], None, [math.nan, -0.0]], pa.list_(pa.float32(), 2)), "VECTOR(2)")
    w.array("null", pa.nulls(3), "STRING")


def write_strings(w):
    texts = ["", "a", None, "é", "日本", "😀", "a", "two\nlines", "x" * 1000, None]
    for kind in [pa.string(), pa.large_string()]:
        w.array(f"{kind}", pa.array(texts, kind), "STRING")
        for index in ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]:
            type_ = pa.dictionary(getattr(pa, index)(), kind)
            w.array(f"dictionary-{index}-{kind}", pa.array(texts).cast(kind).dictionary_encode().cast(type_), "STRING")
    indices = pa.array([0, 1, None, 2, 3, 0], pa.int32())
    odd = pa.DictionaryArray.from_arrays(indices, pa.array(["b", "a", "b", None]))
    w.array("dictionary-twice-and-null", odd, "STRING", expected={"c": ["b", "a", None, "b", None, "b"]})
    w.array("strings-all-null", pa.array([None, None], pa.string()), "STRING")


def write_times(w):
    for unit in ["s", "ms", "us", "ns"]:
        factor = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[unit]
        values = [0, None, 978_307_260 * factor, -86_399 * factor]
        for zone in ["UTC", "America/New_York", "+02:00"]:
            name = f"timestamp-{unit}-{zone.replace('/', '-').replace(':', '')}"
            w.array(name, pa.array(values, pa.timestamp(unit, tz=zone)), "INSTANT")
    days = [datetime.date(2001, 1, 1), None, datetime.date(1969, 12, 31), datetime.date(9999, 12, 31)]
    w.array("date32", pa.array(days, pa.date32()), "INSTANT")


def write_tables(w):
    schema = pa.schema(
        [pa.field("n", pa.int64(), nullable=False), pa.field("s", pa.string()), pa.field("t", pa.timestamp("ns", "UTC"))]
    )
    types = {"n": "INT64", "s": "STRING", "t": "INSTANT"}
    table = pa.table(
        {
            "n": pa.array(range(100)),
            "s": pa.array([None if i % 7 == 0 else f"s{i % 13}" for i in range(100)]),
            "t": pa.array([i * 10**9 for i in range(100)], pa.timestamp("ns", "UTC")),
        },
        schema=schema,
    )
    w.table("several-batches", table, types, batch_rows=7)
    w.table("no-rows", schema.empty_table(), types)
    encoded = table.set_column(1, "s", table.column("s").dictionary_encode())
    w.table("several-batches-dictionary", encoded, types, batch_rows=7)
    w.table("legacy-format", table, types, use_legacy_format=True)
    w.table("metadata-version-4", table, types, metadata_version=pa.ipc.MetadataVersion.V4)
    path = w.path("no-batches", {"columns": [{"name": "n", "type": "INT64", "nullable": True, "values": []}]})
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, pa.schema([("n", pa.int64())])):
        pass


def write_pandas(w):
    frame = pd.DataFrame(
        {
            "n": [1, 2, 3],
            "maybe": pd.array([1, None, 3], dtype="Int64"),
            "x": [0.5, math.nan, math.inf],
            "s": ["a", None, "é"],
            "c": pd.Categorical(["b", None, "a"]),
            "t": pd.to_datetime(["2001-01-01T00:01:00Z", None, "2001-01-01T00:02:00.5Z"], utc=True, format="ISO8601"),
            "flag": [True, False, True],
        }
    )
    types = dict(n="INT64", maybe="INT64", x="FLOAT64", s="STRING", c="STRING", t="INSTANT", flag="BOOLEAN")
    w.table("pandas-table", pa.Table.from_pandas(frame), types)
    frame.to_feather(w.directory / "pandas-feather.arrow", compression="uncompressed")
    stored = pa.feather.read_table(w.directory / "pandas-feather.arrow")
    columns = [
        {"name": f.name, "type": types[f.name], "nullable": f.nullable, "values": java_values(stored.column(f.name))}
        for f in stored.schema
    ]
    w.path("pandas-feather", {"columns": columns})


def write_refused(w):
    def one(array):
        return pa.table({"c": array})

    naive = "column 'c' is a timestamp without a time zone; say which, in Python: df['c'] = df['c'].dt.tz_localize('UTC')"
    w.refused("naive", one(pa.array([0], pa.timestamp("us"))), naive)
    fine = "column 'c': row 1 is finer than a microsecond: 1 ns; floor it, in Python: .dt.floor('us')"
    w.refused("too-fine", one(pa.array([0, 1], pa.timestamp("ns", "UTC"))), fine)
    others = {
        "uint64": (pa.array([1], pa.uint64()), "uint64, which no column holds; cast it to int64"),
        "float16": (pa.array([1.0], pa.float16()), "float16, which no column holds; cast it to float32"),
        "decimal": (pa.array([decimal.Decimal("1.5")]), "Decimal, which no column holds"),
        "binary": (pa.array([b"x"]), "Binary, which no column holds"),
        "list": (pa.array([[1.0]]), "List, which no column holds"),
        "struct": (pa.array([{"a": 1}]), "Struct_, which no column holds"),
        "string-view": (pa.array(["x"], pa.string_view()), "Utf8View, which no column holds"),
        "date64": (pa.array([0], pa.date64()), "date64, which no column holds; cast it to date32"),
        "time": (pa.array([0], pa.time32("s")), "Time, which no column holds"),
        "duration": (pa.array([0], pa.duration("s")), "Duration, which no column holds"),
        "vector-of-doubles": (pa.array([[1.0]], pa.list_(pa.float64(), 1)), "FixedSizeList(1) of FloatingPoint"),
        "dictionary-of-ints": (pa.array([5]).dictionary_encode(), "a dictionary of Int"),
    }
    for name, (array, message) in others.items():
        w.refused(name, one(array), message)
    hole = pa.FixedSizeListArray.from_arrays(pa.array([1.0, None], pa.float32()), 2)
    w.refused("vector-with-a-hole", one(hole), "column 'c': row 0 has a vector with a null element")
    for codec in ["lz4", "zstd"]:
        w.refused(f"compressed-{codec}", one(pa.array([1] * 100)), f"compressed with {codec.upper()}", compression=codec)
    twice = pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["c", "c"])
    w.refused("name-twice", twice, "two columns of one name")
    path = w.path("stream", {"error": "this is no Arrow IPC file"})
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_stream(sink, pa.schema([("n", pa.int64())])):
        pass


def write(directory):
    writer = Writer(directory)
    for part in [write_integers, write_reals, write_strings, write_times, write_tables, write_pandas, write_refused]:
        part(writer)
    return 0


if __name__ == "__main__":
    import pyarrow.feather

    command, target = sys.argv[1:]
    sys.exit(1 if {"check": check, "write": write}[command](pathlib.Path(target)) else 0)
