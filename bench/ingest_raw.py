"""The bare side of bench/ingest.py: a copy of the centre's database that takes the centre's new ballots as plain rows.

Same file, schema, indexes and pragmas as the centre's; no decoding, no judging, no rollup: executemany and commit.
"""

import sqlite3
import sys
from typing import Any

from server.database import open_engine


def main() -> None:
    """Copy `source` to `target`, then obey stdin: `load SIZE` fetches what is new in source, `go` inserts it."""
    source, path = sqlite3.connect(sys.argv[1]), sys.argv[2]
    with sqlite3.connect(path) as target:
        source.backup(target)
    target.close()
    bare: Any = open_engine(f"sqlite:///{path}").raw_connection().driver_connection
    last = bare.execute("SELECT max(rowid) FROM ballots").fetchone()[0]
    print("copied", flush=True)
    batches: list[list[tuple[Any, ...]]] = []
    for line in sys.stdin:
        if line.startswith("load"):
            size = int(line.split()[1])
            rows = source.execute("SELECT * FROM ballots WHERE rowid > ? ORDER BY rowid", [last]).fetchall()
            batches = [rows[start : start + size] for start in range(0, len(rows), size)]
            last += len(rows)
            print(len(rows), flush=True)
            continue
        into = f"INSERT INTO ballots VALUES ({', '.join('?' * len(batches[0][0]))})"
        for batch in batches:
            bare.execute("BEGIN IMMEDIATE")
            bare.executemany(into, batch)
            bare.execute("COMMIT")
        print("done", flush=True)


if __name__ == "__main__":
    main()
