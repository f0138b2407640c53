"""`make bench`: every figure of docs/performance.md in one run, with the machine it ran on."""

import gzip
import sys
import tempfile
import time
from pathlib import Path

from appliance import identity
from appliance.enrol import enrol
from appliance.settings import Settings
from bench import backlog, ingest, kiosk, restart, results, typing
from bench.report import HEAD, Figure, line, machine
from demo.browser import PHONE, browser
from demo.centre import Centre
from survey.qr_token import WINDOW_S, QrToken, make

PHONE_AT_MOST_KB = 15.0


def phone_page() -> Figure:
    """Return the size of the whole phone form, HTML and CSS in one response, compressed as it is sent."""
    with tempfile.TemporaryDirectory() as temporary:
        centre = Centre(Path(temporary) / "centre").prepare().start()
        try:
            address = code_of(centre, Path(temporary) / "kiosk")
            with browser(*PHONE, is_phone=True) as page:
                requests: list[str] = []
                page.on("request", lambda request: requests.append(request.url))
                answer = page.goto(address)
                assert answer is not None
                kilobytes = len(gzip.compress(answer.body(), 6)) / 1000
        finally:
            centre.stop()
    return Figure(
        "phone page, compressed",
        f"{kilobytes:.1f} KB",
        "≤ 15 KB",
        kilobytes <= PHONE_AT_MOST_KB and len(requests) == 1,
        f"HTML, CSS and the script that takes a kiosk's answers over, {len(requests)} request",
    )


def code_of(centre: Centre, folder: Path) -> str:
    """Return the address in a code that a kiosk of this centre shows now."""
    local = Settings(data_dir=str(folder), centre=centre.url)
    enrol(local, centre.code(centre.counter()))
    told = identity.kiosk_settings(folder)
    assert told is not None
    token = QrToken(told.qr_kiosk, 1, 1, int(time.time()) // WINDOW_S, b"head")
    return f"{centre.url}/Q/{make(token, told.qr_key)}"


def main() -> int:
    """Print every figure; return 0 whether or not they hold: a figure is a claim, not a test."""
    print(f"{machine()}\n\n{HEAD}", flush=True)
    for figure in [
        *ingest.figures(),
        phone_page(),
        *kiosk.figures(),
        *restart.figures(),
        *typing.figures(),
        *results.figures(),
        *backlog.figures(),
    ]:
        print(line(figure), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
