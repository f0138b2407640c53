"""What can be told: the kinds of alerts as data, and what a person asks for; pure."""

from typing import Annotated, Any, Final, Literal

import msgspec

from server.accounts.rules import May

DAY_MINUTES: Final = 24 * 60


class Kind(msgspec.Struct, frozen=True):
    """One kind of alert. needs: only whoever may do this is told of it. is_urgent: offered to break the quiet."""

    id: str
    name: str
    words: str
    needs: May
    is_urgent: bool = False


KINDS: Final = {
    kind.id: kind
    for kind in (
        Kind("case_priority", "Vụ việc ưu tiên", "Nghi đưa thêm tiền, sách nhiễu, hoặc được nâng lên ưu tiên.",
             May.CASES_SEE, is_urgent=True),
        Kind("case_opened", "Vụ việc mới", "Mọi vụ việc mở ra, kể cả lời góp ý.", May.CASES_SEE),
        Kind("case_warned", "Sắp hết hạn", "Vụ việc đã qua 80 % thời hạn.", May.CASES_SEE),
        Kind("case_late", "Quá hạn", "Vụ việc đã hết thời hạn mà chưa xong bước.", May.CASES_SEE, is_urgent=True),
        Kind("low_grades", "Nhiều điểm thấp ở một quầy", "Số điểm 1, 2 ở câu đánh giá chung đến ngưỡng.",
             May.RESULTS_SEE, is_urgent=True),
        Kind("satisfaction", "Tỷ lệ hài lòng thấp", "Tỷ lệ hài lòng hôm nay của một đơn vị dưới ngưỡng.",
             May.RESULTS_SEE),
        Kind("kiosk_silent", "Ki-ốt im lặng", "Ki-ốt không liên lạc trong giờ mở cửa.", May.DEVICES_SEE),
        Kind("kiosk_forecast", "Ki-ốt có thể sắp hỏng", "Bộ nguồn, thẻ nhớ hay mặt cảm ứng có thể sắp hỏng.",
             May.DEVICES_SEE),
    )
}  # fmt: skip
Limit = tuple[int, int]
Minute = Annotated[int, msgspec.Meta(ge=0, lt=DAY_MINUTES)]
NO_LIMIT: Final = (0, 0)


class Quiet(msgspec.Struct, frozen=True):
    """When nothing is sent: minutes of the local day, `begin` up to `end`; the same twice for never."""

    begin: Minute = 18 * 60
    end: Minute = 7 * 60
    has_days_off: bool = True


class Wants(msgspec.Struct, frozen=True):
    """What a person asks for. units: only these and what is below; () for all they may see.

    low_n, low_minutes: so many low grades in so many minutes; 0 minutes for the day. share, share_base: percent, and
    the answers it needs. mailbox: "" for no e-mail. is_messaged: passed to gateways for SMS or Zalo too.
    through: kinds that are sent at once, quiet or not.
    """

    kinds: tuple[str, ...] = (
        "case_priority",
        "case_warned",
        "case_late",
        "low_grades",
        "kiosk_silent",
        "kiosk_forecast",
    )
    units: tuple[str, ...] = ()
    low_n: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 5
    low_minutes: Annotated[int, msgspec.Meta(ge=0, le=720)] = 0
    share: Annotated[int, msgspec.Meta(ge=1, le=100)] = 70
    share_base: Annotated[int, msgspec.Meta(ge=1, le=100_000)] = 10
    silent_minutes: Annotated[int, msgspec.Meta(ge=10, le=2880)] = 60
    mailbox: str = ""
    is_messaged: bool = False
    quiet: Quiet = Quiet()
    through: tuple[str, ...] = ("case_priority",)
    pace: Literal["once", "hour", "day"] = "once"

    def limit(self, kind: str) -> Limit:
        """Return the threshold of a kind; NO_LIMIT where it has none."""
        limits = {
            "low_grades": (self.low_n, self.low_minutes), "satisfaction": (self.share, self.share_base),
            "kiosk_silent": (self.silent_minutes, 0),
        }  # fmt: skip
        return limits.get(kind, NO_LIMIT)


class Thing(msgspec.Struct, frozen=True):
    """Something that can be told. once: what it is; the same is one alert for ever. line: all units it lies in.

    limit: the threshold it passed. base: the answers of a share, the days a forecast rests on. since: when a kiosk was
    last heard, or a forecast began, Unix milliseconds. about: the kind of forecast.
    """

    once: str
    kind: str
    office: str
    unit: str
    counter: str
    line: frozenset[str]
    limit: Limit = NO_LIMIT
    case: int | None = None
    device: str = ""
    base: int = 0
    tenths: int = 0
    since: int = 0
    about: str = ""

    @property
    def is_priority(self) -> bool:
        """Whether it is of the highest level."""
        return self.kind == "case_priority"


class Person(msgspec.Struct, frozen=True):
    """Someone who may be told. unit: the top of what they see; None for the whole province."""

    account: int
    name: str
    unit: str | None
    allowed: frozenset[May]
    wants: Wants = Wants()


class Hook(msgspec.Struct, frozen=True):
    """A program that is told. unit: None for the whole province. for_persons: once for each person who asks for it.

    Otherwise it is told each thing once, at once, by the thresholds of someone who never changed them.
    """

    id: str
    kinds: tuple[str, ...]
    unit: str | None = None
    for_persons: bool = False


class Told(msgspec.Struct, frozen=True):
    """One person is told one thing. mail_at, message_at: when, Unix milliseconds; None for not at all."""

    once: str
    account: int
    mail_at: int | None = None
    message_at: int | None = None


def read_wants(body: str) -> Wants:
    """Return what is stored of a person's wants; what a newer or older release wrote and this one lacks is left out."""
    try:
        return msgspec.json.decode(body, type=Wants)
    except msgspec.MsgspecError:
        return Wants()


def builtins(wants: Wants) -> dict[str, Any]:
    """Return wants as plain values, for a form."""
    return {name: getattr(wants, name) for name in wants.__struct_fields__}
