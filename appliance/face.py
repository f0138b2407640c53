"""What only the kiosk's window knows, left in a file for the uploader to say in its heartbeat."""

import json
from pathlib import Path
from typing import Any

FACE = "face.json"


def write_face(folder: Path, said: dict[str, Any]) -> None:
    """Leave the window's own facts: casts, renderer, buttons, faults."""
    temporary = folder / f".{FACE}"
    temporary.write_text(json.dumps(said), encoding="utf-8")
    temporary.rename(folder / FACE)


def read_face(folder: Path) -> dict[str, Any]:
    """Return what the window left, or nothing if it has not, or left it half-written."""
    try:
        said = json.loads((folder / FACE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}
