"""The peers of `heed bench duties`, in an environment of their own: pm4py's Declare and Declare4Py's timed responses.

Called with a CSV of (case, activity, time) and the responses as JSON [[activation, target, hours], …]; answers with
the seconds that each took, reading left out, as JSON. A case is the key that trigger and act share, since neither
peer can match on anything but the case.
"""

import json
import sys
import time
from typing import Any

import pandas as pd
import pm4py
from Declare4Py.D4PyEventLog import D4PyEventLog
from Declare4Py.ProcessMiningTasks.ConformanceChecking.MPDeclareAnalyzer import MPDeclareAnalyzer
from Declare4Py.ProcessModels.DeclareModel import DeclareModel


def by_pm4py(events: pd.DataFrame, responses: list[Any]) -> float:
    """Return the seconds of a Declare check: order only, one verdict for each case and rule."""
    model = {"response": {(first, then): {"support": 1, "confidence": 1} for first, then, _ in responses}}
    started = time.perf_counter()
    pm4py.conformance_declare(events, model)
    return time.perf_counter() - started


def by_declare4py(events: pd.DataFrame, responses: list[Any]) -> float:
    """Return the seconds of timed responses: elapsed hours, fulfilled and violated activations counted by case."""
    names = sorted({name for first, then, _ in responses for name in (first, then)})
    rules = [f"Response[{first}, {then}] | | |0,{hours},h" for first, then, hours in responses]
    model = DeclareModel().parse_from_string("\n".join([*(f"activity {name}" for name in names), *rules]))
    converted = pm4py.convert_to_event_log(events)
    for name, column in (
        ("activity", "concept:name"),
        ("timestamp", "time:timestamp"),
        ("case_id", "case:concept:name"),
    ):
        converted.properties[f"pm4py:param:{name}_key"] = column  # which pm4py leaves out and Declare4Py reads
    log = D4PyEventLog(case_name="case:concept:name", log=converted)
    started = time.perf_counter()
    MPDeclareAnalyzer(log=log, declare_model=model, consider_vacuity=True).run()
    return time.perf_counter() - started


if __name__ == "__main__":
    table = pd.read_csv(sys.argv[1])
    table["time:timestamp"] = pd.to_datetime(table["time:timestamp"], utc=True)
    asked = json.loads(sys.argv[2])
    print(json.dumps({"pm4py": by_pm4py(table, asked), "declare4py": by_declare4py(table, asked)}))
