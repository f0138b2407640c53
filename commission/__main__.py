"""`python3 -m commission card|proof|blank|words`: what the base image runs as root, at every boot."""

import sys
from pathlib import Path
from typing import Final

from commission import card as cards
from commission import words
from commission.apply import apply, blank, run
from commission.proof import Proof, prove, tell

BOOT: Final = Path("/boot/firmware")
ROOT: Final = Path("/")


def main(arguments: list[str]) -> int:
    """Do one part; returns 0, or 1 where the card is to be looked at."""
    part = arguments[0] if arguments else ""
    if part == "words":
        return words.show(arguments[1:])
    try:
        card = cards.read(BOOT)
    except cards.CardFaultError as fault:
        print(f"card: {fault}", file=sys.stderr)
        tell(ROOT, [Proof("card", "bad", "Thẻ", str(fault), "Ghi lại thẻ rồi bật lại máy.")], is_done=True)
        return 1
    if part == "card":
        faults = apply(card, ROOT)
        for one in faults:
            print(f"card: {one}", file=sys.stderr)
        return int(bool(faults))
    if part == "proof":
        found = prove(card, ROOT, run)
        for proved in found:
            print(f"proof {proved.id}: {proved.sign}")
        return int(any(proved.sign == "bad" for proved in found))
    if part == "blank":
        is_gone = blank(BOOT)
        print("card: the code is off the card" if is_gone else "card: the code could not be taken off the card")
        return int(not is_gone)
    print("card | proof | blank | words", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
