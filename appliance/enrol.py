"""A new machine becomes known to its centre: by its card's code, or by letters a person types; one key, one grant."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from appliance import identity, keys, pairing
from appliance.failures import EXIT_NOT_ENROLLED, CannotStartError
from appliance.link import Link, LinkError
from appliance.pairing import Offer
from appliance.retry import Unreachable
from appliance.settings import Settings
from appliance.updates.told import version
from survey.enrolment import Grant

POLL_S: Final = 3.0


def enrol(local: Settings, code: str) -> str:
    """Enrol this machine at its centre and fetch its settings; return its device id. Raises CannotStartError.

    Run again with the same code it changes nothing: a lost answer costs nothing.
    """
    return _known(local, lambda link: link.enrol(code, model=model(), software=version()))


def pair(local: Settings, offered: Callable[[Offer], None], is_unwanted: Callable[[float], bool]) -> str:
    """Ask to be paired, wait for a person and fetch the settings; return the device id. Raises CannotStartError.

    offered: told what to show. is_unwanted: waits so many seconds and says whether to give this request up.
    """

    def granted(link: Link) -> Grant:
        offer = pairing.ask(link, model=model(), software=version())
        offered(offer)
        while not is_unwanted(POLL_S):
            try:
                found = pairing.hear(link, offer)
            except LinkError as error:
                if isinstance(error.outcome, Unreachable):
                    continue  # the letters stand at the centre; a line that comes back goes on with them
                raise
            if found is not None:
                return found
        raise CannotStartError(EXIT_NOT_ENROLLED, "not paired: given up for new letters")

    return _known(local, granted)


def _known(local: Settings, ask: Callable[[Link], Grant]) -> str:
    folder = Path(local.data_dir)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    link = Link(local.centre, keys.device_key(folder))
    try:
        granted = ask(link)
        identity.save_grant(folder, granted)
        fetched = link.settings("")
    except LinkError as error:
        raise CannotStartError(EXIT_NOT_ENROLLED, f"not enrolled: {error}") from error
    finally:
        link.close()
    if fetched is not None:
        identity.save_kiosk_settings(folder, fetched[1])
    return granted.device


def model() -> str:
    """Return what kind of machine this is, in its maker's words."""
    try:
        return Path("/proc/device-tree/model").read_text().strip("\0\n ")[:120]
    except OSError:
        return "desk"
