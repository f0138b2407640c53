"""What a respondent wrote in words; it leaves memory only sealed (survey.sealing)."""

from typing import Annotated

import msgspec


class Note(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was written; every part optional. phone: digits as typed, checked against the questionnaire's pattern."""

    comment: Annotated[str, msgspec.Meta(max_length=1000)] = ""
    phone: Annotated[str, msgspec.Meta(max_length=20)] = ""
    name: Annotated[str, msgspec.Meta(max_length=80)] = ""
    dossier: Annotated[str, msgspec.Meta(max_length=40)] = ""

    def is_empty(self) -> bool:
        """Return whether nothing was written at all."""
        return not (self.comment or self.phone or self.name or self.dossier)
