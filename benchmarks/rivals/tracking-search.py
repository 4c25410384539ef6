"""Searches runs in MLflow's own store on SQLite, as TrackingSearchComparison does in ours.

Usage: tracking-search.py FILE RUNS. The tables are MLflow's; rows are put into them in bulk, as MLflow itself would take an hour. For each
question prints "NAME=SECONDS", the best of some, and "NAME found=HASH", by which the two answers are compared.
"""

import sqlite3
import sys
import time

from mlflow.entities import ViewType
from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore

TIMES = 3
QUESTIONS = {
    "FILTERED": ("metrics.m0 > 0.5", ["metrics.m1 DESC"], 100),
    "LIKE": ("tags.t0 LIKE '%r-1%'", ["params.p0 ASC"], 100),
    "FOUR": ("metrics.m0 > 0.5 AND metrics.m2 < 0.25 AND params.p1 = '1' AND params.p2 = '2'", [], 100),
    "PAGE": ("", [], 500),
    "COUNT": ("metrics.m0 > 0.5", [], None),
}


def number(run, field):
    return (run * 7919 + field * 104729 + run * run % 1009 * 31) % 100003


def java_hash(text):
    value = 0
    for letter in text:
        value = (value * 31 + ord(letter)) & 0xFFFFFFFF
    return value - (1 << 32) if value >= 1 << 31 else value


def rows(runs, fields, value):
    return ((value(run, field), run) for run in range(runs) for field in range(fields))


def fill(file, experiment, runs):
    database = sqlite3.connect(file)
    uid = "{:032x}".format
    database.executemany(
        "INSERT INTO runs (run_uuid, name, user_id, source_type, status, start_time, end_time, lifecycle_stage, artifact_uri, experiment_id)"
        " VALUES (?, ?, 'benchmark', 'UNKNOWN', 'FINISHED', ?, ?, 'active', '', ?)",
        ((uid(run), f"run-{run}", run, run, experiment) for run in range(runs)),
    )
    for table in ("latest_metrics", "metrics"):
        database.executemany(
            f"INSERT INTO {table} (key, value, timestamp, run_uuid, step, is_nan) VALUES (?, ?, ?, ?, 0, 0)",
            ((f"m{f}", number(run, f) / 100003, run, uid(run)) for run in range(runs) for f in range(10)),
        )
    database.executemany(
        "INSERT INTO params (key, value, run_uuid) VALUES (?, ?, ?)",
        (
            (f"p{f}", f"{number(run, 50):06d}" if f == 0 else str(number(run, 50 + f) % 7), uid(run))
            for run in range(runs)
            for f in range(10)
        ),
    )
    database.executemany(
        "INSERT INTO tags (key, value, run_uuid) VALUES (?, ?, ?)",
        ((f"t{f}", f"user-{number(run, 90 + f) % 100}", uid(run)) for run in range(runs) for f in range(5)),
    )
    database.commit()
    database.close()


def ask(store, experiment, question):
    words, order, page = question
    if page:
        found = store.search_runs([experiment], words, ViewType.ACTIVE_ONLY, page, order)
        return str(java_hash(" ".join(run.info.run_name for run in found)))
    count, token = 0, None
    while True:
        found = store.search_runs([experiment], words, ViewType.ACTIVE_ONLY, 50000, order, token)
        count, token = count + len(found), found.token
        if not token:
            return str(count)


def main(file, runs):
    store = SqlAlchemyStore("sqlite:///" + file, file + "-artifacts")
    experiment = store.create_experiment("search")
    fill(file, int(experiment), runs)
    for name, question in QUESTIONS.items():
        seconds = []
        while len(seconds) < TIMES and sum(seconds) < 60:
            start = time.perf_counter()
            found = ask(store, experiment, question)
            seconds.append(time.perf_counter() - start)
        print(f"{name}={min(seconds)}")
        print(f"{name} found={found}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
