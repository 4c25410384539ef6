"""Makes the file store that mlops-mlflow imports in its tests, by the real MLflow, and checks one.

  mlflow_store.py make DIRECTORY    writes DIRECTORY/store and DIRECTORY/expected.json
"""
import json
import os
import sys
from pathlib import Path

os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"
os.environ["MLFLOW_ENABLE_SYSTEM_METRICS_LOGGING"] = "false"

import mlflow
import pandas as pd
from mlflow.entities import Metric, ViewType
from mlflow.tracking import MlflowClient


def make(directory):
    store = (directory / "store").resolve()
    mlflow.set_tracking_uri(store.as_uri())
    client = MlflowClient()
    delays = client.create_experiment("delays", tags={"team": "risk", "mlflow.note.content": "late or not"})
    with mlflow.start_run(experiment_id=delays, run_name="gbm-7", description="the best so far") as run:
        mlflow.log_params({"depth": 6, "rate": 0.1, "empty": "", "lines": "a\nb", "group/nested": "x", "text": "flüge"})
        points = [(0.9, 1000, 0), (0.5, 2000, 1), (float("nan"), 3000, 2), (float("inf"), 4000, 3), (float("-inf"), 4000, 3)]
        points += [(0.1, 5000, -5), (0.25, 1500, 1)]
        client.log_batch(run.info.run_id, metrics=[Metric("loss", v, t, s) for v, t, s in points])
        mlflow.log_metric("val/auc", 0.81, step=7)
        mlflow.set_tags({"stage": "trial", "team/name": "risk"})
        mlflow.log_text("late by the hour", "notes/report.txt")
        mlflow.log_text("", "empty.txt")
        flights = mlflow.data.from_pandas(pd.DataFrame({"hour": [1.0, 2.0]}), name="flights", source="flights.csv")
        mlflow.log_input(flights, context="training", tags={"half": "first"})
        for fold in range(2):
            with mlflow.start_run(experiment_id=delays, run_name=f"fold-{fold}", nested=True):
                mlflow.log_metric("loss", fold / 10)
    failed = client.create_run(delays, run_name="failed")
    client.set_terminated(failed.info.run_id, "FAILED")
    killed = client.create_run(delays, run_name="killed")
    client.set_terminated(killed.info.run_id, "KILLED")
    deleted = client.create_run(delays, run_name="deleted")
    client.set_terminated(deleted.info.run_id)
    client.delete_run(deleted.info.run_id)
    client.create_run(delays, run_name="open")
    old = client.create_experiment("old")
    with mlflow.start_run(experiment_id=old, run_name="of a deleted experiment"):
        mlflow.log_param("depth", 1)
    client.delete_experiment(old)
    client.create_registered_model("flights", description="late or not")
    describe(directory)


def plain(value):
    return value if value == value and abs(value) != float("inf") else str(value)


def describe(directory):
    mlflow.set_tracking_uri((directory / "store").resolve().as_uri())
    client = MlflowClient()
    runs = []
    for experiment in client.search_experiments(ViewType.ALL):
        for run in client.search_runs([experiment.experiment_id], run_view_type=ViewType.ALL):
            points = {}
            for name in run.data.metrics:
                history = client.get_metric_history(run.info.run_id, name)
                points[name] = sorted([[p.step, p.timestamp, plain(p.value)] for p in history], key=str)
            inputs = [
                {**dict(one.dataset), "tags": {tag.key: tag.value for tag in one.tags}}
                for one in run.inputs.dataset_inputs
            ]
            runs.append({
                "id": run.info.run_id, "experiment": experiment.name, "name": run.info.run_name,
                "status": run.info.status, "start": run.info.start_time, "end": run.info.end_time,
                "deleted": run.info.lifecycle_stage == "deleted", "params": run.data.params,
                "tags": run.data.tags, "metrics": points, "inputs": inputs,
            })
    runs.sort(key=lambda run: run["id"])
    text = json.dumps(runs, indent=1, sort_keys=True, ensure_ascii=False)
    (directory / "expected.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    {"make": make, "describe": describe}[sys.argv[1]](Path(sys.argv[2]))
