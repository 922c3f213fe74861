"""Runs in the peer's own environment: how long csc-validator-be-903 takes to read and prepare a return.

Uses only its public functions, as its own validator calls them: `read_from_text`, then `create_datastore`.
"""

import json
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("QLACREF_PC_INSECURE", "True")  # its postcode tables are pickles; it asks for this word
from lac_validator.datastore import create_datastore
from lac_validator.ingress import read_from_text

wall, cpu = time.perf_counter(), time.process_time()
files = [
    {"name": path.name, "file_content": path.read_bytes(), "description": "This year"}
    for path in sorted(Path(sys.argv[1]).glob("*.csv"))
]
tables, metadata = read_from_text(files)
read = time.perf_counter() - wall
create_datastore(tables, metadata | {"localAuthority": "E08000018", "collectionYear": "2018"})
answer = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu, "read": read}
answer["rows"] = sum(len(table) for table in tables.values())
json.dump(answer, sys.stdout)
