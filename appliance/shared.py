"""Where the voice and the table of words lie: with the release that runs, before those its image was made with."""

from pathlib import Path
from typing import Final

IMAGE: Final = Path("/usr/share/hailong")
OWN: Final = Path(__file__).resolve().parent.parent / "share"
"""What was built into this very release: `app/share` of its slot."""


def places(named: str, own: Path = OWN) -> list[Path]:
    """Return where to look for what the settings name, the first that has it counts.

    Only the image's own place has the release's before it: another one was named by a person, who means it.

    >>> places("/usr/share/hailong/voice", Path("/slots/a/app/share"))
    [PosixPath('/slots/a/app/share/voice'), PosixPath('/usr/share/hailong/voice')]
    >>> places("/srv/voice", Path("/slots/a/app/share"))
    [PosixPath('/srv/voice')]
    """
    path = Path(named)
    return [own / path.relative_to(IMAGE), path] if path.is_relative_to(IMAGE) else [path]


def first(named: str, own: Path = OWN) -> Path:
    """Return the file that counts; where there is none, the one that the settings name."""
    found = places(named, own)
    return next((each for each in found if each.is_file()), found[-1])
