"""What a person may write in a document of a case before it is issued: its parts, taken out and put back; pure."""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec
from msgspec.structs import replace

from server.documents.model import Block, Document, Dotted, Paragraph, clean

VERBATIM: Final = "Nội dung (nguyên văn"
"""How the paragraphs begin that hold what a citizen wrote: nobody edits those."""

DOTS: Final = "……"
"""What stands in a sentence where a person fills something in."""

PART_AT_MOST: Final = 6000
LINE_AT_MOST: Final = 200
BY_HAND: Final = frozenset({"bien-ban"})
"""Kinds that are finished with a pen; their dotted lines may stay."""


class Part(msgspec.Struct, frozen=True):
    """One part that may be written. key: what it is known by. is_open: nothing is written there yet."""

    key: str
    text: str
    is_open: bool = False


class Draft(msgspec.Struct, frozen=True):
    """A document's own words as a person left them. to: after “Kính gửi”. parts: texts by key."""

    about: str = ""
    to: str = ""
    parts: dict[str, str] = {}


def parts_of(document: Document) -> list[Part]:
    """Return the parts of a document that may be written, in their order."""
    return [Part(key, _text(block), isinstance(block, Dotted)) for key, block in _keyed(document.blocks) if key]


def _text(block: Block) -> str:
    return block.text if isinstance(block, Paragraph) else ""


def _keyed(blocks: Sequence[Block]) -> list[tuple[str, Block]]:
    """Return each block with the key of its part; "" where it may not be written."""
    found: list[tuple[str, Block]] = []
    heading, used = "", set[str]()
    for block in blocks:
        key = ""
        if isinstance(block, Paragraph) and not block.is_italic and not block.lead.startswith(VERBATIM):
            key = block.lead.strip(" :") or heading or "Mở đầu"
        elif isinstance(block, Dotted):
            key = block.words.strip(" :") if block.words != Dotted().words else heading or "Mở đầu"
        elif not isinstance(block, Paragraph):
            heading = getattr(block, "text", "") or heading
        if key:
            n = 1 + sum(one == key or one.startswith(f"{key} (") for one in used)
            key = key if n == 1 else f"{key} ({n})"
            used.add(key)
        found.append((key, block))
    return found


def written(document: Document, draft: Draft) -> Document:
    """Return a document with what a person wrote; parts the document no longer has follow at its end."""
    left, blocks = dict(draft.parts), list[Block]()
    for key, block in _keyed(document.blocks):
        blocks += [block] if key not in left else _filled(block, left.pop(key))
    for text in left.values():
        blocks += [Paragraph(line) for line in _lines(text)]
    to = _lines(draft.to) if draft.to else document.to
    return replace(document, blocks=blocks, about=draft.about or document.about, to=to)


def _filled(block: Block, text: str) -> list[Block]:
    lines = _lines(text)
    if isinstance(block, Dotted):
        lead = "" if block.words == Dotted().words or not block.words else f"{block.words} "
        return [block] if not lines else [Paragraph(lines[0], lead=lead), *(Paragraph(one) for one in lines[1:])]
    if isinstance(block, Paragraph):
        return [replace(block, text=lines[0]), *(Paragraph(one) for one in lines[1:])] if lines else []
    return [block]


def _lines(text: str) -> list[str]:
    return [line for line in (" ".join(clean(one).split()) for one in text.splitlines()) if line]


def read(document: Document, given: Mapping[str, str]) -> Draft:
    """Return what a form says; fields are `about`, `to` and `part.N` with `key.N`. Long ones are told by `fault_of`."""
    keys = [given[f"key.{n}"] for n in range(100) if f"key.{n}" in given]
    texts = [given.get(f"part.{n}", "") for n in range(100) if f"key.{n}" in given]
    about = " ".join(clean(given.get("about", "")).split())
    before = {part.key: part.text for part in parts_of(document)}
    parts = {key[:LINE_AT_MOST]: text.replace("\r\n", "\n") for key, text in zip(keys, texts, strict=True)}
    return Draft(about, given.get("to", "").replace("\r\n", "\n").strip(),
                 {key: text for key, text in parts.items() if text.strip() != before.get(key)})  # fmt: skip


def too_long(draft: Draft) -> str | None:
    """Return in Vietnamese which part is too long, or None."""
    if len(draft.about) > LINE_AT_MOST or len(draft.to) > 3 * LINE_AT_MOST:
        return f"Trích yếu hoặc nơi gửi dài quá {LINE_AT_MOST} chữ. Xin ghi gọn."
    long = next((key for key, text in draft.parts.items() if len(text) > PART_AT_MOST), None)
    return None if long is None else f"“{long}” dài quá {PART_AT_MOST} chữ. Xin viết gọn hoặc đính kèm tệp."


def missing(kind: str, document: Document) -> list[str]:
    """Return what still has to be written before a document is issued. document: with what was written in it."""
    if kind in BY_HAND:
        return []
    empty = [part.key for part in parts_of(document) if part.is_open or DOTS in part.text]
    return [*(["Kính gửi"] if document.to and not all(one.strip() for one in document.to) else []), *empty]
