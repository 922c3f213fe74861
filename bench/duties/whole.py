"""Every shipped clause from Parquet to a written result, in a process of its own, so that its peak memory is its own.

`python bench/duties/whole.py EXTRACT.parquet RESULT.parquet` prints seconds (the first run of a process, then the
median of `RUNS` more), duties and peak memory as JSON.
"""

import gc
import json
import resource
import statistics
import sys
import time
from pathlib import Path

from heed.policy.batch.evaluate import judge
from heed.policy.batch.result import Written
from heed.policy.coverage import Coverage
from heed.policy.files import load_packs
from heed.policy.times import horizon

AS_OF = "2031-12-31"  # after every event of the extract
RUNS = 1


def whole(path: Path, out: Path) -> int:
    """Judge every shipped clause and write the rows as they come; return how many there are."""
    written = Written(out)
    judge(
        path,
        load_packs([]),
        horizon(AS_OF),
        horizon(AS_OF),
        Coverage(),
        each=lambda result, judged: written.add(result, judged.prepared.texts, judged.names),
    )
    written.close()
    return written.rows


def timed(path: Path, out: Path) -> tuple[float, float, int]:
    """Return the seconds that one run takes, those of the processors, and its rows."""
    started, busy = time.perf_counter(), time.process_time()
    rows = whole(path, out)
    return time.perf_counter() - started, time.process_time() - busy, rows


if __name__ == "__main__":
    extract, result = Path(sys.argv[1]), Path(sys.argv[2])
    first, _, duties = timed(extract, result)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9  # of one run, as the command is used
    gc.collect()
    runs = [timed(extract, result) for _ in range(RUNS)]
    seconds, busy = (statistics.median(run[place] for run in runs) for place in (0, 1))
    print(json.dumps({"seconds": seconds, "busy": busy, "first": first, "duties": duties, "peak_gb": peak}))
