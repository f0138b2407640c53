"""A document as PDF, and a drawing as PNG, laid out by Typst; what people wrote goes in as JSON, never as source."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec
import typst

from server.documents.model import (
    MOTTO,
    MOTTO_STATE,
    Block,
    Chart,
    Document,
    Picture,
    cleaned,
    dotted,
    ended,
)

HERE: Final = Path(__file__).parent
FONTS: Final = ("/usr/share/fonts/truetype/liberation2", "/usr/share/fonts/truetype/liberation")
STANDARD: Final = "a-2a"
"""PDF/A for the archive, level a: tagged, so that it can be read out."""

PNG_PPI: Final = 220.0


def pdf(document: Document) -> bytes:
    """Return a document as a PDF/A file, fonts inside."""
    files: dict[str, bytes] = {}
    document = cleaned(document)
    plain = _plain(document, files)
    files["doc.json"] = msgspec.json.encode(plain)
    made = datetime(*document.letterhead.day.timetuple()[:3], tzinfo=UTC) if document.letterhead.day else None
    return _compile("page.typ", files, format="pdf", pdf_standards=STANDARD, timestamp=made)


def chart_png(chart: Chart) -> bytes:
    """Return a drawing, without its title, as a PNG file."""
    return _compile(
        "chart.typ", {"doc.json": msgspec.json.encode({"chart": _block(chart, {})})}, format="png", ppi=PNG_PPI
    )


def _compile(main: str, files: dict[str, bytes], **how: Any) -> bytes:
    sources = {name: (HERE / name).read_bytes() for name in ("official.typ", main)}
    sources["main"] = sources.pop(main)
    made = typst.compile({**sources, **files}, font_paths=_fonts(), ignore_system_fonts=True, **how)
    return made if isinstance(made, bytes) else b"".join(one for one in made or [] if one)


@cache
def _fonts() -> Any:
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=True, font_paths=[one for one in FONTS if Path(one).is_dir()]
    )


def _plain(document: Document, files: dict[str, bytes]) -> dict[str, Any]:
    blocks = ended(document.blocks) if document.is_ended else list(document.blocks)
    plain: dict[str, Any] = msgspec.to_builtins(msgspec.structs.replace(document, blocks=[], annexes=[]))
    head = document.letterhead
    plain |= {
        "title": document.title, "numbered": head.numbered, "dated": head.dated,
        "motto": MOTTO, "motto_state": MOTTO_STATE,
        "blocks": [_block(one, files) for one in blocks],
        "annexes": [
            {"title": one.title, "blocks": [_block(each, files) for each in one.blocks]} for one in document.annexes
        ],
    }  # fmt: skip
    return plain


def _block(block: Block, files: dict[str, bytes]) -> dict[str, Any]:
    if isinstance(block, Picture):
        name = f"picture-{len(files)}.png"
        files[name] = block.png
        return {"type": "picture", "file": name, "alt": block.alt, "title": block.title, "width": block.width}
    plain: dict[str, Any] = msgspec.to_builtins(block)
    if isinstance(block, Chart):
        for series, one in zip(plain["series"], block.series, strict=True):
            series["base_text"] = dotted(one.base or 0)
        if block.kind == "bars":
            plain["value_texts"] = [dotted(int(value or 0)) for value in block.series[0].values]
    return plain
