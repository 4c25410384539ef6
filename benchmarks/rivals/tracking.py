"""Records runs in MLflow's own store, in process, as TrackingComparison does in ours.

Usage: tracking.py URL DIRECTORY. Prints "NAME=SECONDS" of one point, of one run, or of one history.
"""

import sys
import time
from concurrent.futures import ThreadPoolExecutor

import sqlalchemy
from mlflow.entities import Metric, Param, RunStatus
from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore

THREADS = 8
PARAMS = 20
BATCH = 1000
HISTORY = 1_000_000
SAMPLED = 2500


def now():
    return int(time.time() * 1000)


def timed(name, count, work):
    start = time.perf_counter()
    work()
    print(f"{name}={(time.perf_counter() - start) / count}", flush=True)


def points(store, run, count):
    for step in range(count):
        store.log_metric(run, Metric("loss", 1 / (1 + step), now(), step))


def batches(store, run, count):
    for batch in range(count):
        metrics = [Metric(f"s{i % 10}", i, now(), batch * BATCH + i) for i in range(BATCH)]
        store.log_batch(run, metrics, [], [])


def runs(store, experiment, count, one_by_one):
    def one(number):
        run = store.create_run(experiment, "benchmark", now(), [], f"run-{number}").info.run_id
        params = [Param(f"p{i}", str(i * 0.1)) for i in range(PARAMS)]
        if one_by_one:
            for param in params:
                store.log_param(run, param)
        else:
            store.log_batch(run, [], params, [])
        store.update_run_info(run, RunStatus.FINISHED, now(), None)

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(one, range(count)))


def fill(url, run):
    engine = sqlalchemy.create_engine(url)
    insert = sqlalchemy.text(
        "INSERT INTO metrics (key, value, timestamp, run_uuid, step, is_nan) VALUES ('long', :step, :step, :run, :step, :nan)"
    )
    with engine.begin() as connection:
        for start in range(0, HISTORY, 50_000):
            connection.execute(insert, [{"step": step, "run": run, "nan": False} for step in range(start, start + 50_000)])


def sampled(store, run):
    steps = [step * (HISTORY // SAMPLED) for step in range(SAMPLED)]
    found = store.get_metric_history_bulk_interval_from_steps(run, "long", steps, SAMPLED)
    assert len(found) == SAMPLED, len(found)


def main(url, directory):
    store = SqlAlchemyStore(url, directory)
    experiment = store.create_experiment("tracking")
    run = store.create_run(experiment, "benchmark", now(), [], "warm").info.run_id
    points(store, run, 20)
    timed("POINT", 500, lambda: points(store, run, 500))
    timed("BATCH", 10 * BATCH, lambda: batches(store, run, 10))
    timed("RUN", 200, lambda: runs(store, experiment, 200, False))
    timed("CALLS", 100, lambda: runs(store, experiment, 100, True))
    fill(url, run)
    timed("HISTORY", 1, lambda: sampled(store, run))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
