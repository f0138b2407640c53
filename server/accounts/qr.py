"""A QR drawn into the page itself: no picture's address, no script, no style."""

from io import BytesIO

import segno
from markupsafe import Markup


def drawn(words: str, title: str) -> Markup:
    """Return a QR as inline SVG, as large as its style says. title: what it is, for who cannot see it."""
    file = BytesIO()
    segno.make(words, error="m").save(
        file, kind="svg", border=4, light="#fff", xmldecl=False, nl=False, svgclass="qr", lineclass=None,
        title=title, omitsize=True,
    )  # fmt: skip
    return Markup(file.getvalue().decode())  # noqa: S704 - made by segno: black and white squares, an escaped title
