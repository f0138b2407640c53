"""A new machine becomes known to its centre: one code, one key, one grant."""

from pathlib import Path

from appliance import identity, keys
from appliance.failures import EXIT_NOT_ENROLLED, CannotStartError
from appliance.link import Link, LinkError
from appliance.settings import Settings
from appliance.uploader import version


def enrol(local: Settings, code: str) -> str:
    """Enrol this machine at its centre and fetch its settings; return its device id. Raises CannotStartError.

    Run again with the same code it changes nothing: a lost answer costs nothing.
    """
    folder = Path(local.data_dir)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    link = Link(local.centre, keys.device_key(folder))
    try:
        granted = link.enrol(code, model=_model(), software=version())
        identity.save_grant(folder, granted)
        fetched = link.settings("")
    except LinkError as error:
        raise CannotStartError(EXIT_NOT_ENROLLED, f"not enrolled: {error}") from error
    finally:
        link.close()
    if fetched is not None:
        identity.save_kiosk_settings(folder, fetched[1])
    return granted.device


def _model() -> str:
    try:
        return Path("/proc/device-tree/model").read_text().strip("\0\n ")[:120]
    except OSError:
        return "desk"
