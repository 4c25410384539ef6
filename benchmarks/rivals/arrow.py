"""Times pyarrow: writes the table of an Arrow file, and opens the file and sums every column.

Usage: arrow.py FILE RUNS; prints the best seconds of writing and of reading.
"""

import os
import sys
import time

import pyarrow as pa
import pyarrow.compute as pc


def seconds(runs, work):
    work()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def read(path):
    with pa.memory_map(path) as source:
        return pa.ipc.open_file(source).read_all()


def total(path):
    return sum(pc.sum(column).as_py() for column in read(path).columns)


def write(table, path):
    """To a place that is free, as ours does."""
    if os.path.exists(path):
        os.remove(path)
    with pa.OSFile(path, "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)


def main(path, runs):
    mapped = read(path)
    table = pa.table({name: pc.add(mapped.column(name), 0.0) for name in mapped.column_names})  # a copy in memory
    written = path + ".pyarrow"
    print(seconds(runs, lambda: write(table, written)))
    os.remove(written)
    print(seconds(runs, lambda: total(path)))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
