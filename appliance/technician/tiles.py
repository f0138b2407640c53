"""Tiles to choose from, and the way back: what several of the technician's pages are made of; pure."""

import msgspec

from appliance.view import Control, Icon

BACK = Control("back", "Quay lại", "back")


class Tile(msgspec.Struct, frozen=True):
    """Something to choose, with a line on what it does. is_shut: not now, or not on this machine."""

    name: str
    text: str
    hint: str = ""
    icon: Icon = ""
    is_shut: bool = False


class TilesView(msgspec.Struct, frozen=True):
    """A choice. sign, note: news under the title, "" for none."""

    title: str
    note: str
    sign: str
    tiles: list[Tile]
    controls: list[Control]
