"""One visit of a technician, from the PIN to the way out; pure: what is to be done stands in `wish`, others do it."""

from enum import StrEnum
from typing import Any, Final

import msgspec

from appliance.technician import studio as studios
from appliance.technician import trial as trials
from appliance.technician.checks import Finding
from appliance.technician.studio import Studio, Tally
from appliance.technician.trial import Trial
from survey.pin import LEAST, MOST

ALONE_S: Final = 180.0
"""The mode closes by itself after this long without a touch; no person at the kiosk, no open door."""

CARRY_S: Final = 900.0
"""The same while codes are shown, which takes minutes and no touch."""

STICK_S: Final = 2.0
"""How often it is looked for a stick with releases while the page of sticks is shown."""

ROWS: Final = 4
"""Findings on one screen; CHOICES: networks."""

CHOICES: Final = 6
WHO_AT_MOST: Final = 6
SECRET_AT_MOST: Final = 63


class Page(StrEnum):
    """What is on the glass."""

    PIN = "pin"
    MENU = "menu"
    STATUS = "status"
    TRIAL = "trial"
    WHO = "who"
    SHEET = "sheet"
    USB = "usb"
    CARRY = "carry"
    SETTINGS = "settings"
    WIFI = "wifi"
    SECRET = "secret"  # noqa: S105 a page's name
    RESTART = "restart"
    VOICES = "voices"
    STUDIO = "studio"


OPEN: Final = frozenset({Page.PIN, Page.STATUS})
"""Pages before the PIN; FIRST: those of a first boot's acceptance test."""
FIRST: Final = frozenset({Page.TRIAL, Page.WHO, Page.SHEET})


class Network(msgspec.Struct, frozen=True):
    """A Wi-Fi in reach. signal: 0…100."""

    ssid: str
    signal: int
    is_open: bool = False
    is_joined: bool = False


class Wish(msgspec.Struct, frozen=True):
    """Something to be done outside. what: its name; about: on what."""

    what: str
    about: str = ""
    secret: str = ""


class Told(msgspec.Struct, frozen=True):
    """What was done, for a person. is_good: None while it is under way. share: 0…1 of it, or None."""

    title: str
    text: str = ""
    is_good: bool | None = None
    share: float | None = None


class Local(msgspec.Struct, frozen=True):
    """What can be changed on this machine. None: not on this machine; brightness, volume: 0…100 %."""

    volume: int | None = None
    brightness: int | None = None
    rotation: int = 0
    has_wifi: bool = False


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """One visit.

    has_pin: the centre has set one; without it only the status is shown. is_in: the PIN was right.
    is_first: a first boot's acceptance test and nothing beside it, which wants no PIN.
    doing: what a thread is at work on, "" for nothing. shut_until_s: no PIN is taken before.
    part: which part of a long list is shown. codes: how many codes make the file that is carried.
    has_releases: a stick with releases is plugged in, as it was looked for last at looked_at_s.
    tallies: how far each language is recorded; studio: the one being recorded.
    """

    has_pin: bool
    touched_at_s: float
    page: Page = Page.PIN
    is_in: bool = False
    is_first: bool = False
    digits: str = ""
    complaint: str = ""
    shut_until_s: float = 0.0
    doing: str = ""
    findings: tuple[Finding, ...] = ()
    part: int = 0
    trial: Trial | None = None
    wants_trial: bool = False
    began_at_s: float = 0.0
    text: str = ""
    layer: str = "lower"
    told: Told | None = None
    local: Local = Local()
    networks: tuple[Network, ...] = ()
    ssid: str = ""
    codes: int = 0
    carried: str = ""
    has_releases: bool = False
    looked_at_s: float = 0.0
    tallies: tuple[Tally, ...] = ()
    studio: Studio | None = None
    is_over: bool = False
    wish: Wish | None = None


def opened(*, has_pin: bool, shut_until_s: float, at_s: float, local: Local) -> Visit:
    """Return a visit that begins: at the PIN, or, where the centre has set none, at the status alone."""
    visit = Visit(has_pin=has_pin, touched_at_s=at_s, shut_until_s=shut_until_s, local=local)
    return visit if has_pin else _looking(visit)


def first_trial(*, at_s: float, local: Local) -> Visit:
    """Return a visit that is the acceptance test of a first boot; its end, or the way back, ends the visit."""
    return _trying(Visit(has_pin=True, touched_at_s=at_s, local=local, is_first=True), at_s)


def change(visit: Visit, **fields: Any) -> Visit:
    """Return the visit with these fields changed."""
    return msgspec.structs.replace(visit, **fields)


def touched(visit: Visit, name: str, at_s: float) -> Visit:
    """Return the visit after a touch on the target of that name."""
    visit = change(visit, touched_at_s=at_s)
    if name == "exit":
        return change(visit, is_over=True)
    if not visit.is_in and visit.page not in (FIRST if visit.is_first else OPEN):
        return visit
    return _ON[visit.page](visit, name, at_s)


def stirred(visit: Visit, at_s: float) -> Visit:
    """Return the visit after a touch on nothing in particular."""
    return change(visit, touched_at_s=at_s)


def pressed(visit: Visit, level: int, at_s: float) -> Visit:
    """Return the visit after a press of a button: it counts in the acceptance test and nowhere else."""
    visit = change(visit, touched_at_s=at_s)
    if visit.page is not Page.TRIAL or visit.trial is None:
        return visit
    return _tried(visit, trials.pressed(visit.trial, level, at_s))


def after(visit: Visit, at_s: float) -> Visit:
    """Return the visit as it stands at a moment."""
    alone_s = CARRY_S if visit.page is Page.CARRY else ALONE_S
    if at_s - visit.touched_at_s >= alone_s and visit.doing in {"", "look"}:
        return change(visit, is_over=True)
    if visit.page is Page.TRIAL and visit.trial is not None:
        return _tried(visit, trials.after(visit.trial, at_s))
    if visit.page is Page.USB and not visit.doing and at_s - visit.looked_at_s >= STICK_S:
        return _for_sticks(visit, at_s)
    return visit


# ---- what threads answer


def pin_was(visit: Visit, is_right: bool, shut_until_s: float) -> Visit:
    """Return the visit once the PIN was looked at."""
    visit = change(visit, doing="", digits="")
    if is_right:
        return change(visit, is_in=True, page=Page.MENU, complaint="")
    return change(visit, complaint="PIN chưa đúng", shut_until_s=shut_until_s)


def found(visit: Visit, findings: tuple[Finding, ...], levels: tuple[int, ...], at_s: float) -> Visit:
    """Return the visit once the machine was looked at; the acceptance test goes on from there."""
    visit = change(visit, doing="", findings=findings)
    if not visit.wants_trial:
        return visit
    trial = trials.begun(findings, levels, visit.began_at_s, at_s)
    return change(visit, wants_trial=False, trial=trial, page=Page.TRIAL, touched_at_s=at_s)


def reported(visit: Visit, told: Told) -> Visit:
    """Return the visit with news of what was asked for; the end of it when told.is_good is not None."""
    return change(visit, told=told, doing=visit.doing if told.is_good is None else "")


def _trying(visit: Visit, at_s: float) -> Visit:
    wish = Wish("look")
    return change(
        visit, page=Page.TRIAL, trial=None, wants_trial=True, began_at_s=at_s, text="", doing="look", wish=wish
    )


def _looking(visit: Visit) -> Visit:
    return change(visit, page=Page.STATUS, part=0, doing="look", wish=Wish("look"))


def _for_sticks(visit: Visit, at_s: float) -> Visit:
    return change(visit, looked_at_s=at_s, wish=Wish("stick"))


def _doing(visit: Visit, what: str, title: str, about: str = "", secret: str = "") -> Visit:
    if visit.doing:
        return visit
    return change(visit, doing=what, told=Told(title), wish=Wish(what, about, secret))


# ---- pages


def _on_pin(visit: Visit, name: str, at_s: float) -> Visit:
    verb, _, what = name.partition("-")
    if visit.doing or at_s < visit.shut_until_s:
        return visit
    if verb == "digit" and what.isdecimal() and len(visit.digits) < MOST:
        return change(visit, digits=visit.digits + what, complaint="")
    if verb == "erase":
        return change(visit, digits=visit.digits[:-1], complaint="")
    if verb == "clear":
        return change(visit, digits="", complaint="")
    if verb == "next" and len(visit.digits) >= LEAST:
        return change(visit, doing="pin", complaint="", wish=Wish("pin", secret=visit.digits))
    return visit


def _on_menu(visit: Visit, name: str, at_s: float) -> Visit:
    if visit.doing:
        return visit
    if name == "status":
        return _looking(visit)
    if name == "trial":
        return _trying(visit, at_s)
    if name == "wifi":
        return _doing(change(visit, page=Page.WIFI, networks=(), part=0), "wifi", "Đang tìm mạng Wi-Fi…")
    if name == "carry":
        return _doing(change(visit, page=Page.CARRY, codes=0), "carry", "Đang đóng gói phiếu…")
    if name == "voices":
        return change(visit, page=Page.VOICES, studio=None, wish=Wish("voices"))
    if name == "usb":
        return _for_sticks(change(visit, page=Page.USB, told=None, has_releases=False), at_s)
    if name in {"settings", "restart"}:
        return change(visit, page=Page(name), told=None)
    return visit


def _on_list(visit: Visit, name: str, at_s: float) -> Visit:
    """Status and sheet: pages of rows."""
    if name == "again" and visit.page is Page.STATUS and not visit.doing:
        return _looking(visit)
    if name == "more":
        rows = len(visit.findings) if visit.page is Page.STATUS else len(visit.trial.items) if visit.trial else 0
        return change(visit, part=(visit.part + 1) % max(1, -(-rows // ROWS)))
    return _back(visit, name)


def _on_trial(visit: Visit, name: str, at_s: float) -> Visit:
    if name == "back":
        return change(_back(visit, name), trial=None, wants_trial=False)
    return visit if visit.trial is None else _tried(visit, trials.touched(visit.trial, name, at_s))


def _tried(visit: Visit, trial: Trial) -> Visit:
    if trial.step:
        return change(visit, trial=trial)
    return change(visit, trial=trial, page=Page.WHO, text="")


def _on_who(visit: Visit, name: str, at_s: float) -> Visit:
    if name in {"next", "skip"}:
        who = visit.text if name == "next" else ""
        return change(visit, page=Page.SHEET, part=0, text="", wish=Wish("sheet", who))
    return _typed(visit, name, WHO_AT_MOST, is_upper=True)


def _on_usb(visit: Visit, name: str, at_s: float) -> Visit:
    if name == "export":
        return _doing(visit, "export", "Đang chép phiếu ra USB…")
    if name == "bundle":
        return _doing(visit, "bundle", "Đang gom gói hỗ trợ…")
    if name == "update" and visit.has_releases:
        return _doing(visit, "update", "Đang cập nhật từ USB…")
    return _back(visit, name)


def _on_settings(visit: Visit, name: str, at_s: float) -> Visit:
    verb, _, what = name.partition("-")
    now = visit.local
    if verb in {"volume", "brightness"} and what in {"less", "more"}:
        value = getattr(now, verb)
        if value is None:
            return visit
        least = 0 if verb == "volume" else 10
        value = min(100, max(least, value + (10 if what == "more" else -10)))
        local = msgspec.structs.replace(now, **{verb: value})
        return change(visit, local=local, wish=Wish("change", f"{verb}={value}"))
    if verb == "rotate":
        turned = (now.rotation + 90) % 360
        local = msgspec.structs.replace(now, rotation=turned)
        return change(visit, local=local, told=Told("", "Xoay màn hình có hiệu lực khi khởi động lại ki-ốt."),
                      wish=Wish("change", f"rotation={turned}"))  # fmt: skip
    return _back(visit, name)


def _on_wifi(visit: Visit, name: str, at_s: float) -> Visit:
    verb, _, what = name.partition("-")
    if verb == "ssid" and what.isdecimal() and int(what) < len(visit.networks) and not visit.doing:
        chosen = visit.networks[int(what)]
        if chosen.is_open:
            return _doing(change(visit, ssid=chosen.ssid), "join", f"Đang nối {chosen.ssid}…", chosen.ssid)
        return change(visit, ssid=chosen.ssid, page=Page.SECRET, text="", layer="lower", told=None)
    if name == "again":
        return _doing(visit, "wifi", "Đang tìm mạng Wi-Fi…")
    if name == "more":
        return change(visit, part=(visit.part + 1) % max(1, -(-len(visit.networks) // CHOICES)))
    return _back(visit, name)


def _on_secret(visit: Visit, name: str, at_s: float) -> Visit:
    if name == "back":
        return change(visit, page=Page.WIFI, text="")
    if name == "next" and len(visit.text) >= 8:
        secret, ssid = visit.text, visit.ssid
        visit = change(visit, page=Page.WIFI, text="")
        return _doing(visit, "join", f"Đang nối {ssid}…", ssid, secret)
    return _typed(visit, name, SECRET_AT_MOST)


def _on_restart(visit: Visit, name: str, at_s: float) -> Visit:
    return change(visit, wish=Wish("restart")) if name == "yes" else _back(visit, name)


def _on_voices(visit: Visit, name: str, at_s: float) -> Visit:
    verb, _, lang = name.partition("-")
    if verb == "tongue" and lang in {tally.code for tally in visit.tallies}:
        return change(visit, wish=Wish("studio", lang))
    return _back(visit, name)


def _on_studio(visit: Visit, name: str, at_s: float) -> Visit:
    if visit.studio is None or name == "back":
        return change(visit, page=Page.VOICES, studio=None, wish=Wish("voices"))
    studio, wanted = studios.touched(visit.studio, name)
    return change(visit, studio=studio, wish=Wish("record", wanted) if wanted else None)


def _back(visit: Visit, name: str) -> Visit:
    if name == "back" and visit.is_first:
        return change(visit, is_over=True)
    if name != "back" or not visit.is_in:
        return visit
    return change(visit, page=Page.MENU, told=None, part=0, text="", codes=0)


def _typed(visit: Visit, name: str, most: int, *, is_upper: bool = False) -> Visit:
    verb, _, what = name.partition("-")
    if verb == "erase":
        return change(visit, text=visit.text[:-1])
    if verb != "key" or not what:
        return visit
    if what in {"upper", "lower", "symbols"}:
        return change(visit, layer=what)
    letter = " " if what == "space" else what
    if len(letter) != 1 or len(visit.text) >= most:
        return visit
    letter = letter.upper() if is_upper or visit.layer == "upper" else letter
    return change(visit, text=visit.text + letter, layer="lower" if visit.layer == "upper" else visit.layer)


_ON: Final = {
    Page.PIN: _on_pin,
    Page.MENU: _on_menu,
    Page.STATUS: _on_list,
    Page.SHEET: _on_list,
    Page.TRIAL: _on_trial,
    Page.WHO: _on_who,
    Page.USB: _on_usb,
    Page.CARRY: lambda visit, name, at_s: _back(visit, name),
    Page.SETTINGS: _on_settings,
    Page.WIFI: _on_wifi,
    Page.SECRET: _on_secret,
    Page.RESTART: _on_restart,
    Page.VOICES: _on_voices,
    Page.STUDIO: _on_studio,
}
