"""What the technician's screens show, as plain data: a visit in, one Frame out; pure, draws nothing."""

import msgspec

from appliance.technician import recorder, state, trial
from appliance.technician.checks import NAMES, Finding, Sign
from appliance.technician.state import Page, Visit
from appliance.technician.tiles import BACK, Tile, TilesView
from appliance.view import CommentView, Control, Frame, Key, PhoneView, keyboard
from survey.acceptance import Item, verdict_of


class Row(msgspec.Struct, frozen=True):
    """One line of a list: a sign that is not only colour, what it is, what was found, the way out."""

    sign: str
    name: str
    value: str
    way_out: str = ""


class RowsView(msgspec.Struct, frozen=True):
    """A list of findings. note: a line under the title."""

    title: str
    note: str
    rows: list[Row]
    controls: list[Control]


class AskView(msgspec.Struct, frozen=True):
    """A question, a piece of news, or a code to scan. share: of what is under way, or None. qr: "" for no code."""

    title: str
    text: str
    sign: str
    share: float | None
    qr: str
    controls: list[Control]


class SpotView(msgspec.Struct, frozen=True):
    """One target somewhere on the glass. spot: 0 upper left, 1 upper right, 2 middle, 3 lower left, 4 lower right."""

    title: str
    note: str
    spot: int
    target: Control


EXIT = Control("exit", "Ra khỏi", "exit")
ORDER = [Sign.BAD, Sign.WARN, Sign.OK, Sign.UNKNOWN]
"""What must be put right is seen first."""

OUT = {"pass": Sign.OK, "fail": Sign.BAD, "skipped": Sign.UNKNOWN}


def frame(visit: Visit, at_s: float, code: str = "", note: str = "") -> Frame:
    """Return the frame of a visit at a moment. code, note: the code that is carried now, and its place among all."""
    screen = _carry(visit, code, note) if visit.page is Page.CARRY else _PAGES[visit.page](visit, at_s)
    return Frame(f"technician-{visit.page}", screen)  # type: ignore[arg-type]


def _pin(visit: Visit, at_s: float) -> PhoneView:
    shut_s = visit.shut_until_s - at_s
    wait = f"Sai nhiều lần. Chờ {_span(shut_s)} rồi thử lại." if shut_s > 0 else ""
    rows = [[Key(f"digit-{digit}", digit) for digit in row] for row in ("123", "456", "789")]
    rows.append(
        [Key("clear", "Xóa hết", is_quiet=True), Key("digit-0", "0"), Key("erase", "", icon="erase", is_quiet=True)]
    )
    return PhoneView(
        title="PIN của kỹ thuật viên",
        number="• " * len(visit.digits),
        hint="Đang kiểm tra…" if visit.doing == "pin" else "6 đến 12 chữ số, do trung tâm đặt",
        complaint=wait or visit.complaint,
        rows=rows,
        controls=[Control("exit", "Thoát", "exit"), Control("next", "Vào", "check", is_main=True)],
    )


def _span(seconds: float) -> str:
    whole = max(1, -int(-seconds // 1))
    return f"{whole} giây" if whole < 100 else f"{-(-whole // 60)} phút"


def _menu(visit: Visit, at_s: float) -> TilesView:
    tiles = [
        Tile("status", "Tình trạng máy", "mạng, nguồn, thẻ", "check"),
        Tile("trial", "Nghiệm thu 90 giây", "thử hết, có phiếu", "pen"),
        Tile("usb", "USB", "chép phiếu, cập nhật", "next"),
        Tile("carry", "Chuyển bằng QR", "khi không có mạng", "phone"),
        Tile("wifi", "Wi-Fi", "chọn mạng khác" if visit.local.has_wifi else "máy này không có", "globe"),
        Tile("voices", "Thu giọng đọc", "tiếng Tày, Nùng, Mông…", "mic"),
        Tile("settings", "Cài đặt tại chỗ", "tiếng, sáng, xoay", "shift"),
        Tile("restart", "Khởi động lại", "chương trình ki-ốt", "retry"),
    ]
    return TilesView("Chế độ kỹ thuật", "Trong lúc này máy không nhận phiếu", "", tiles, [EXIT])


def _status(visit: Visit, at_s: float) -> RowsView:
    if visit.doing == "look":
        rows = [Row("wait", name, "đang kiểm tra…") for name in NAMES.values()]
        note = "Đang kiểm tra, tối đa 15 giây"
    else:
        rows = [_row(each) for each in sorted(visit.findings, key=lambda each: ORDER.index(each.sign))]
        wrong = sum(each.sign is Sign.BAD for each in visit.findings)
        note = f"{wrong} việc phải sửa" if wrong else "Không có việc phải sửa ngay"
    if not visit.has_pin:
        note = f"Trung tâm chưa đặt PIN: chỉ xem. {note}"
    controls = [BACK] if visit.is_in else [Control("exit", "Thoát", "exit")]
    controls.append(Control("again", "Kiểm tra lại", "retry"))
    return _part("Tình trạng máy", note, rows, visit, controls)


def _row(finding: Finding) -> Row:
    return Row(str(finding.sign), finding.name, finding.value, finding.way_out)


def _part(title: str, note: str, rows: list[Row], visit: Visit, controls: list[Control]) -> RowsView:
    parts = max(1, -(-len(rows) // state.ROWS))
    part = min(visit.part, parts - 1)
    if parts > 1:
        controls = [*controls, Control("more", f"Xem tiếp ({part + 1}/{parts})", "next", is_main=True)]
    return RowsView(title, note, rows[part * state.ROWS : (part + 1) * state.ROWS], controls)


def _trial(visit: Visit, at_s: float) -> AskView | SpotView:
    test = visit.trial
    if test is None:
        return AskView("Nghiệm thu", "Đang kiểm tra tự động, khoảng 10 giây…", "wait", None, "", [BACK])
    kind, _, what = test.step.partition("-")
    left = f"còn {trial.left_s(test, at_s)} giây"
    place = f"Nghiệm thu: bước {test.at + 1}/{max(1, len(test.steps))}"
    if kind == "touch":
        note = f"Chạm vào ô ở {trial.SPOTS[int(what)]} ({left})"
        return SpotView(place, note, int(what), Control(test.step, "Chạm vào đây", "", is_main=True))
    skip = Control("skip", "Bỏ qua", "none")
    if kind == "button":
        text = f"Bấm nút số {what} ({left})"
        return AskView(place, text, "", None, "", [BACK, skip, Control("no", "Bấm không nhận", "exit")])
    answers = [BACK, skip, Control("no", "Không", "exit"), Control("yes", "Có", "check", is_main=True)]
    if kind == "heard":
        return AskView(place, f"Có nghe rõ giọng đọc không? ({left})", "", None, "", answers)
    return AskView(
        place, f"Quét mã này bằng điện thoại: trang khảo sát có mở ra không? ({left})", "", None, "{qr}", answers
    )


def _who(visit: Visit, at_s: float) -> CommentView:
    return CommentView(
        title="Tên viết tắt của người nghiệm thu",
        hint="Không bắt buộc, tối đa 6 chữ",
        text=visit.text,
        empty="Chạm vào các phím bên dưới",
        count=f"{len(visit.text)}/{state.WHO_AT_MOST}",
        rows=keyboard("en", "symbols" if visit.layer == "symbols" else "upper"),
        controls=[
            Control("skip", "Bỏ qua", "none"),
            Control("next", "Ghi phiếu nghiệm thu", "check", is_main=True),
        ],
    )


def _sheet(visit: Visit, at_s: float) -> RowsView:
    items = visit.trial.items if visit.trial else ()
    rows = [Row(str(OUT[item.outcome]), _title(item), item.value) for item in items]
    rows.sort(key=lambda row: row.sign != Sign.BAD)
    verdict = "ĐẠT" if verdict_of(items) == "pass" else "KHÔNG ĐẠT"
    note = visit.told.text if visit.told else "Đang ghi…"
    return _part(f"Kết quả nghiệm thu: {verdict}", note, rows, visit, [BACK])


def _title(item: Item) -> str:
    return trial.title(item) or NAMES.get(item.id, item.id)


def _usb(visit: Visit, at_s: float) -> TilesView:
    tiles = [
        Tile("export", "Chép phiếu chờ gửi", "đã niêm phong, chỉ trung tâm mở được", "next", bool(visit.doing)),
        Tile("bundle", "Gói hỗ trợ", "tình trạng máy và nhật ký, không có phiếu", "pen", bool(visit.doing)),
        Tile("update", "Cập nhật từ USB", _of_stick(visit), "retry", bool(visit.doing) or not visit.has_releases),
    ]
    return _news("Cắm USB rồi chọn việc", visit, tiles)


def _of_stick(visit: Visit) -> str:
    return "bản đã ký; thử rồi mới giữ" if visit.has_releases else "USB chưa có bản phát hành"


def _news(plain: str, visit: Visit, tiles: list[Tile], more: list[Control] | None = None) -> TilesView:
    told = visit.told
    sign = "" if told is None or not told.title else "wait" if told.is_good is None else "ok" if told.is_good else "bad"
    note = plain if told is None else " ".join(filter(None, (told.title, told.text)))
    titles = {Page.USB: "USB", Page.SETTINGS: "Cài đặt tại chỗ", Page.WIFI: "Wi-Fi"}
    return TilesView(titles[visit.page], note, sign, tiles, [BACK, *(more or [])])


def _settings(visit: Visit, at_s: float) -> TilesView:
    now = visit.local
    tiles = []
    for verb, words, value in (("volume", "Âm lượng", now.volume), ("brightness", "Độ sáng", now.brightness)):
        hint = "máy này không chỉnh được" if value is None else f"{value} %"
        tiles.append(Tile(f"{verb}-less", f"{words} −", hint, is_shut=value is None))
        tiles.append(Tile(f"{verb}-more", f"{words} +", hint, is_shut=value is None))
    tiles.append(Tile("rotate", "Xoay màn hình", f"đang {now.rotation}°", "retry"))
    return _news("Thay đổi chỉ có trên máy này và được báo về trung tâm", visit, tiles)


def _wifi(visit: Visit, at_s: float) -> TilesView:
    if not visit.local.has_wifi:
        note = "Máy này không có NetworkManager (nmcli): đổi Wi-Fi bằng thẻ cài đặt, hoặc dùng dây mạng."
        return TilesView("Wi-Fi", note, "unknown", [], [BACK])
    parts = max(1, -(-len(visit.networks) // state.CHOICES))
    part = min(visit.part, parts - 1)
    first = part * state.CHOICES
    tiles = [
        Tile(f"ssid-{first + n}", each.ssid, _of(each), "check" if each.is_joined else "globe", bool(visit.doing))
        for n, each in enumerate(visit.networks[first : first + state.CHOICES])
    ]
    more = [Control("again", "Tìm lại", "retry")]
    more += [Control("more", f"Xem tiếp ({part + 1}/{parts})", "next")] if parts > 1 else []
    return _news("Chọn mạng", visit, tiles, more)


def _of(network: state.Network) -> str:
    words = f"sóng {network.signal} %"
    words += ", không mật khẩu" if network.is_open else ""
    return f"{words}, đang dùng" if network.is_joined else words


def _secret(visit: Visit, at_s: float) -> CommentView:
    return CommentView(
        title=f"Mật khẩu Wi-Fi {visit.ssid}"[:60],
        hint="Ít nhất 8 ký tự; không ghi vào nhật ký",
        text="•" * (len(visit.text) - 1) + visit.text[-1:],
        empty="Chạm vào các phím bên dưới",
        count=f"{len(visit.text)}/{state.SECRET_AT_MOST}",
        rows=keyboard("en", visit.layer),  # type: ignore[arg-type]
        controls=[BACK, Control("next", "Nối", "check", is_main=True)],
    )


def _restart(visit: Visit, at_s: float) -> AskView:
    text = "Khởi động lại chương trình ki-ốt? Mất khoảng 5 giây; phiếu đã ghi không mất."
    return AskView("Khởi động lại", text, "", None, "", [BACK, Control("yes", "Khởi động lại", "retry", is_main=True)])


def _carry(visit: Visit, code: str, note: str) -> AskView:
    told = visit.told
    if not visit.codes:
        sign = "wait" if told is None or told.is_good is None else "ok" if told.is_good else "bad"
        text = "" if told is None else f"{told.title} {told.text}".strip()
        return AskView("Chuyển phiếu bằng QR", text, sign, None, "", [BACK])
    text = "Mở trang /mang-phieu của trung tâm bằng điện thoại, giữ trước mã đến khi đủ."
    return AskView(f"{visit.carried} · {note}", text, "", None, code, [BACK])


_PAGES = {
    Page.PIN: _pin,
    Page.MENU: _menu,
    Page.STATUS: _status,
    Page.TRIAL: _trial,
    Page.WHO: _who,
    Page.SHEET: _sheet,
    Page.USB: _usb,
    Page.SETTINGS: _settings,
    Page.WIFI: _wifi,
    Page.SECRET: _secret,
    Page.RESTART: _restart,
    Page.VOICES: recorder.voices,
    Page.STUDIO: recorder.studio,
}
