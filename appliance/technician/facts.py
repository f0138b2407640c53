"""What was found out about this machine, as plain values: gathered on a thread, judged by `checks`."""

import msgspec

from survey.strip import Strip


class Interface(msgspec.Struct, frozen=True):
    """One network interface. is_up: it has a carrier. families: of its addresses, `IPv4`, `IPv6`."""

    name: str
    is_up: bool
    families: tuple[str, ...] = ()


class Trip(msgspec.Struct, frozen=True):
    """One empty signed batch to the centre. took_ms: until its signed receipt; why: "" or what went wrong."""

    is_receipted: bool
    took_ms: int = 0
    why: str = ""


class Time(msgspec.Struct, frozen=True):
    """The clock. wall: local time as words; fix_age_s: since the last proven time; offset_ms: the wall clock ahead."""

    wall: str
    is_exact: bool
    fix_age_s: int | None = None
    offset_ms: int | None = None


class Queue(msgspec.Struct, frozen=True):
    """Ballots on this card. oldest_s: age of the oldest unsent one, by the wall clock; sent_age_s: last receipt."""

    unsent: int
    oldest_s: int | None = None
    rejected: int = 0
    damaged: int = 0
    sent_age_s: int | None = None


class Card(msgspec.Struct, frozen=True):
    """The data partition. errors: ext4's own count; life: the card's word; write_ms: 1 MB written and synced."""

    free_mb: int
    total_mb: int
    errors: int | None = None
    life: str | None = None
    write_ms: int | None = None


class Code(msgspec.Struct, frozen=True):
    """The code on the waiting screen. is_ours: its token verifies with our own key; modules: a side, without margin."""

    is_ours: bool
    modules: int
    module_mm: float


class Sound(msgspec.Struct, frozen=True):
    """The loudspeaker. has_voice: spoken prompts are installed; volume: 0…100."""

    has_voice: bool
    volume: int


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """All of it. None: not asked yet, or this machine does not say.

    buttons: state by level, `ok` `stuck` `chattering` `unplugged`; None where none are configured.
    throttled: the Pi's bits. temperature_c: of the processor. strips: of the glass that answer no touch.
    faults: a check that itself failed, by name.
    """

    interfaces: tuple[Interface, ...] | None = None
    trip: Trip | None = None
    time: Time | None = None
    queue: Queue | None = None
    throttled: int | None = None
    temperature_c: float | None = None
    card: Card | None = None
    buttons: dict[str, str] | None = None
    code: Code | None = None
    sound: Sound | None = None
    strips: tuple[Strip, ...] | None = None
    faults: tuple[str, ...] = ()
