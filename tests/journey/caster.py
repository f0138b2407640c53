"""Casts ballots one after the other and says each code. Arguments: data folder, `late` (after the commit) or `early`.

`early` is the control that must lose: it promises before it writes.
"""

import secrets
import sys
import threading
from pathlib import Path

from appliance.store import Store
from survey.ballot import ballot_code, ballot_id
from tests.appliance.test_outbox import a_draft
from tests.values import DEVICE, NOON_MS


def main(folder: Path, how: str) -> None:
    """Cast until killed."""
    store = Store(folder, DEVICE, secrets.token_hex(16))
    ready = threading.Event()
    store.start(ready.set)
    ready.wait(10)
    print("ready", flush=True)
    while True:
        draft = a_draft(id=ballot_id(NOON_MS, secrets.token_bytes(14)))
        over = threading.Event()

        def done(code: str, over: threading.Event = over) -> None:
            if how == "late":
                print(code, flush=True)
            over.set()

        if how == "early":
            print(ballot_code(draft.id), flush=True)
        store.cast(draft, done, lambda error: print("failed", error, flush=True))
        over.wait(10)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
