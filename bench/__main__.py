"""`make bench`: every figure of docs/performance.md in one run, with the machine it ran on."""

import gzip
import sys
import tempfile
from pathlib import Path

from bench import ingest, kiosk, typing
from bench.report import HEAD, Figure, line, machine
from demo.browser import PHONE, browser
from demo.centre import Centre

PHONE_AT_MOST_KB = 15.0


def phone_page() -> Figure:
    """Return the size of the whole phone form, HTML and CSS in one response, compressed as it is sent."""
    with tempfile.TemporaryDirectory() as temporary:
        centre = Centre(Path(temporary) / "centre").prepare().start()
        try:
            with browser(*PHONE, is_phone=True, javascript=False) as page:
                requests: list[str] = []
                page.on("request", lambda request: requests.append(request.url))
                answer = page.goto(f"{centre.url}/o/{centre.counter()}")
                assert answer is not None
                kilobytes = len(gzip.compress(answer.body(), 6)) / 1000
        finally:
            centre.stop()
    return Figure(
        "phone page, compressed",
        f"{kilobytes:.1f} KB",
        "≤ 15 KB",
        kilobytes <= PHONE_AT_MOST_KB and len(requests) == 1,
        f"HTML and CSS, {len(requests)} request, no script",
    )


def main() -> int:
    """Print every figure; return 0 whether or not they hold: a figure is a claim, not a test."""
    print(f"{machine()}\n\n{HEAD}", flush=True)
    for figure in [*ingest.figures(), phone_page(), *kiosk.figures(), *typing.figures()]:
        print(line(figure), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
