"""Every shipped clause from Parquet to a written result, in a process of its own, so that its peak memory is its own.

`python bench/duties/whole.py EXTRACT.parquet RESULT.parquet` prints seconds (the first run of a process, then the
median of `RUNS` more), duties and peak memory as JSON.
"""

import json
import resource
import statistics
import sys
import time
from pathlib import Path

from heed.policy.batch.evaluate import judge
from heed.policy.batch.result import table_of, write
from heed.policy.coverage import Coverage
from heed.policy.files import load_packs
from heed.policy.times import horizon

AS_OF = "2031-12-31"  # after every event of the extract
RUNS = 1


def whole(path: Path, out: Path) -> int:
    """Judge every shipped clause and write the rows; return how many there are."""
    judged = judge(path, load_packs([]), horizon(AS_OF), horizon(AS_OF), Coverage())
    table = table_of(judged.results, judged.prepared.texts, judged.names)
    write(table, out)
    return int(table.num_rows)


def timed(path: Path, out: Path) -> tuple[float, int]:
    """Return the seconds that one run takes, and its rows."""
    started = time.perf_counter()
    rows = whole(path, out)
    return time.perf_counter() - started, rows


if __name__ == "__main__":
    extract, result = Path(sys.argv[1]), Path(sys.argv[2])
    first, duties = timed(extract, result)
    seconds = statistics.median(timed(extract, result)[0] for _ in range(RUNS))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(json.dumps({"seconds": seconds, "first": first, "duties": duties, "peak_gb": peak}))
