"""Facts about this machine judged: a sign, a value, and the way out in words; pure."""

from collections.abc import Callable
from enum import StrEnum
from typing import Final

import msgspec

from appliance.technician.facts import Facts, Trip
from survey.batch import UNDER_VOLTAGE_NOW, is_power_low
from survey.strip import strip_words

MODULE_MM: Final = 1.05
"""A phone at 45 cm needs a code of 45 mm: 41 modules with their margin, a little less than 1.1 mm each."""

HOT_C, WARM_C = 80.0, 70.0
OLD_S: Final = 3600
LOW_MB, FULL_MB = 1000, 200
SLOW_MS: Final = 1500
OFF_MS: Final = 2000


class Sign(StrEnum):
    """ok: nothing to do; warn: works, but look at it; bad: to be put right; unknown: this machine does not say."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"
    UNKNOWN = "unknown"


class Finding(msgspec.Struct, frozen=True):
    """One check's outcome. id: stable; name, value, way_out: Vietnamese."""

    id: str
    sign: Sign
    name: str
    value: str
    way_out: str = ""


NAMES: Final = {
    "network": "Mạng",
    "trip": "Nối với trung tâm",
    "clock": "Đồng hồ",
    "queue": "Phiếu chờ gửi",
    "power": "Nguồn điện",
    "heat": "Nhiệt độ",
    "card": "Thẻ nhớ",
    "buttons": "Nút bấm",
    "glass": "Màn cảm ứng",
    "sound": "Âm thanh",
    "qr": "Mã QR",
}
SILENT: Final = "máy này không cho biết"
POWER_BITS: Final = (
    (0, "đang thiếu điện áp"),
    (1, "đang bị hạ xung nhịp"),
    (2, "đang bị bóp hiệu năng"),
    (16, "đã có lúc thiếu điện áp"),
    (17, "đã có lúc bị hạ xung nhịp"),
    (18, "đã có lúc bị bóp hiệu năng"),
)
HEAT_BITS: Final = ((3, "đang chạm ngưỡng nhiệt"), (19, "đã có lúc chạm ngưỡng nhiệt"))
WHY: Final = {
    "no-name": ("không tìm thấy tên máy chủ", "Kiểm tra DNS, địa chỉ trung tâm trong cài đặt"),
    "timeout": ("máy chủ không trả lời", "Kiểm tra đường truyền; thử lại sau ít phút"),
    "refused": ("máy chủ từ chối kết nối", "Báo trung tâm: dịch vụ chưa chạy?"),
    "cut": ("kết nối bị ngắt giữa chừng", "Cắm lại dây mạng, thử lại"),
    "tls": ("chứng thư không hợp lệ", "Kiểm tra đồng hồ; báo trung tâm"),
    "portal": ("mạng đòi đăng nhập", "Nhờ đơn vị mở mạng cho ki-ốt, không dùng Wi-Fi có trang đăng nhập"),
    "no-centre": ("chưa có địa chỉ trung tâm", "Ghi địa chỉ trung tâm vào tệp cài đặt"),
    "bad_signature": ("trung tâm không nhận chữ ký của máy", "Ghi danh lại máy với mã mới"),
    "unknown_device": ("trung tâm không nhận máy này", "Ghi danh lại máy với mã mới"),
}


def findings(facts: Facts) -> list[Finding]:
    """Return every check's outcome, in the order they are shown."""
    return [check(facts) for check in CHECKS]


def _finding(what: str, sign: Sign, value: str, way_out: str = "") -> Finding:
    return Finding(what, sign, NAMES[what], value, way_out)


def network(facts: Facts) -> Finding:
    """Judge the interfaces."""
    if facts.interfaces is None:
        return _finding("network", Sign.UNKNOWN, SILENT)
    up = [each for each in facts.interfaces if each.is_up]
    if not up:
        return _finding("network", Sign.BAD, "không có cổng mạng nào nối", "Cắm lại dây mạng, hoặc chọn Wi-Fi")
    named = ", ".join(f"{each.name} ({'+'.join(each.families) or 'chưa có địa chỉ'})" for each in up)
    if not any(each.families for each in up):
        return _finding("network", Sign.BAD, named, "Mạng chưa cấp địa chỉ: khởi động lại bộ phát, kiểm tra DHCP")
    return _finding("network", Sign.OK, named)


def trip(facts: Facts) -> Finding:
    """Judge the round trip."""
    found: Trip | None = facts.trip
    if found is None:
        return _finding("trip", Sign.UNKNOWN, "chưa thử")
    if not found.is_receipted:
        words, way_out = WHY.get(
            found.why, (f"không được ({found.why})", "Kiểm tra mạng; chụp màn hình này gửi trung tâm")
        )
        return _finding("trip", Sign.BAD, words, way_out)
    return _finding("trip", Sign.OK, f"có biên nhận ký số, {found.took_ms} ms")


def clock(facts: Facts) -> Finding:
    """Judge the clock."""
    time = facts.time
    if time is None:
        return _finding("clock", Sign.UNKNOWN, SILENT)
    fixed = "chưa từng được chuẩn" if time.fix_age_s is None else f"chuẩn {ago(time.fix_age_s)} trước"
    if time.offset_ms is not None and abs(time.offset_ms) > OFF_MS and not time.is_exact:
        lead = "nhanh" if time.offset_ms > 0 else "chậm"
        return _finding(
            "clock", Sign.WARN, f"{time.wall}, {lead} {ago(abs(time.offset_ms) // 1000)}", "Nối mạng, máy tự chỉnh giờ"
        )
    if not time.is_exact:
        return _finding("clock", Sign.WARN, f"{time.wall}, {fixed}", "Nối mạng; phiếu vẫn nhận, ngày giờ tính sau")
    return _finding("clock", Sign.OK, f"{time.wall}, đúng giờ, {fixed}")


def queue(facts: Facts) -> Finding:
    """Judge the outbox."""
    held = facts.queue
    if held is None:
        return _finding("queue", Sign.BAD, "không mở được hộp phiếu", "Chép gói hỗ trợ, thay thẻ nhớ")
    sent = "chưa gửi lần nào" if held.sent_age_s is None else f"gửi lần cuối {ago(held.sent_age_s)} trước"
    if held.damaged:
        value = f"{held.damaged} tệp hỏng được giữ lại; {held.unsent} phiếu chờ"
        return _finding("queue", Sign.BAD, value, "Chép gói hỗ trợ ra USB, thay thẻ nhớ")
    if held.rejected:
        value = f"{held.rejected} phiếu trung tâm không nhận; {held.unsent} chờ"
        return _finding("queue", Sign.WARN, value, "Báo trung tâm; phiếu vẫn giữ trên máy")
    if held.unsent and (held.oldest_s or 0) > OLD_S:
        value = f"{held.unsent} phiếu, cũ nhất {ago(held.oldest_s or 0)}"
        return _finding("queue", Sign.WARN, value, "Nối mạng, hoặc chép phiếu ra USB")
    return _finding("queue", Sign.OK, f"{held.unsent} phiếu; {sent}")


def power(facts: Facts) -> Finding:
    """Judge the Pi's power bits: low is what the centre calls low, too little voltage and nothing else."""
    if facts.throttled is None:
        return _finding("power", Sign.UNKNOWN, SILENT)
    if not is_power_low(facts.throttled):
        return _finding("power", Sign.OK, "đủ điện áp từ lúc bật")
    told = [words for bit, words in POWER_BITS if facts.throttled >> bit & 1]
    is_now = bool(facts.throttled & UNDER_VOLTAGE_NOW)
    way_out = "Dùng bộ nguồn chính hãng, dây ngắn; không cấp điện qua cổng USB máy khác"
    return _finding("power", Sign.BAD if is_now else Sign.WARN, ", ".join(told[:2]), way_out)


def heat(facts: Facts) -> Finding:
    """Judge the temperature."""
    if facts.temperature_c is None:
        return _finding("heat", Sign.UNKNOWN, SILENT)
    told = [words for bit, words in HEAT_BITS if (facts.throttled or 0) >> bit & 1]
    value = ", ".join([f"{facts.temperature_c:.0f} °C", *told])
    if facts.temperature_c >= HOT_C:
        return _finding("heat", Sign.BAD, value, "Mở khe gió, tránh nắng, kiểm tra quạt")
    if facts.temperature_c >= WARM_C or told:
        return _finding("heat", Sign.WARN, value, "Kiểm tra khe gió và quạt")
    return _finding("heat", Sign.OK, value)


def card(facts: Facts) -> Finding:
    """Judge the data partition."""
    held = facts.card
    if held is None:
        return _finding("card", Sign.BAD, "không đọc được phân vùng dữ liệu", "Thay thẻ nhớ")
    value = f"còn {_mb(held.free_mb)}/{_mb(held.total_mb)}"
    value += "" if held.write_ms is None else f", ghi 1 MB {held.write_ms} ms"
    value += "" if held.life is None else f", tuổi thọ {held.life}"
    if held.write_ms is None:
        return _finding("card", Sign.BAD, f"{value}, không ghi được", "Thẻ hỏng hoặc bị khóa ghi: thay thẻ nhớ")
    if held.errors:
        return _finding("card", Sign.BAD, f"{value}, {held.errors} lỗi ext4", "Chép phiếu ra USB rồi thay thẻ nhớ")
    if held.free_mb < FULL_MB:
        return _finding("card", Sign.BAD, value, "Thẻ sắp đầy: nối mạng để gửi phiếu, hoặc thay thẻ lớn hơn")
    if held.free_mb < LOW_MB or held.write_ms > SLOW_MS:
        return _finding("card", Sign.WARN, value, "Thẻ chậm hoặc gần đầy: nên thay trong tháng")
    return _finding("card", Sign.OK, value)


def buttons(facts: Facts) -> Finding:
    """Judge the buttons."""
    if facts.buttons is None:
        return _finding("buttons", Sign.UNKNOWN, "không lắp nút")
    words = {"stuck": "kẹt", "chattering": "chập chờn", "unplugged": "tuột dây"}
    wrong = [
        f"nút {level}: {words.get(state, state)}" for level, state in sorted(facts.buttons.items()) if state != "ok"
    ]
    if wrong:
        return _finding("buttons", Sign.BAD, "; ".join(wrong), "Nhấc nút lên, kiểm tra dây và giắc cắm")
    return _finding("buttons", Sign.OK, f"{len(facts.buttons)} nút, không kẹt")


def glass(facts: Facts) -> Finding:
    """Judge the touch panel: strips that answer nobody."""
    if facts.strips is None:
        return _finding("glass", Sign.UNKNOWN, SILENT)
    if facts.strips:
        value = "không nhận chạm: " + "; ".join(map(strip_words, facts.strips))
        return _finding("glass", Sign.BAD, value, "Lau kính, kiểm cáp cảm ứng; vẫn vậy thì thay màn hình")
    return _finding("glass", Sign.OK, "không thấy dải nào hỏng")


def sound(facts: Facts) -> Finding:
    """Judge the loudspeaker; there may be no voice yet."""
    if facts.sound is None or not facts.sound.has_voice:
        return _finding("sound", Sign.UNKNOWN, "chưa có giọng đọc")
    if facts.sound.volume == 0:
        return _finding("sound", Sign.WARN, "âm lượng 0 %", "Tăng âm lượng ở mục Cài đặt")
    return _finding("sound", Sign.OK, f"âm lượng {facts.sound.volume} %")


def code(facts: Facts) -> Finding:
    """Judge the code on the waiting screen."""
    made = facts.code
    if made is None:
        return _finding("qr", Sign.BAD, "chưa tạo được mã", "Khởi động lại ki-ốt; nếu còn, ghi danh lại")
    value = f"{made.modules}×{made.modules} ô, mỗi ô {made.module_mm:.2f} mm".replace(".", ",")
    if not made.is_ours:
        return _finding("qr", Sign.BAD, "mã không đúng khóa của máy này", "Nối mạng để nhận lại cài đặt")
    if made.module_mm < MODULE_MM:
        return _finding("qr", Sign.WARN, value, "Mã hơi nhỏ: báo trung tâm dùng địa chỉ ngắn hơn")
    return _finding("qr", Sign.OK, value)


CHECKS: Final[tuple[Callable[[Facts], Finding], ...]] = (
    network, trip, clock, queue, power, heat, card, buttons, glass, sound, code,
)  # fmt: skip


def ago(seconds: int) -> str:
    """Return a span as people say it.

    >>> ago(5), ago(600), ago(7200), ago(400_000)
    ('5 giây', '10 phút', '2 giờ', '4 ngày')
    """
    if seconds < 60:
        return f"{max(seconds, 0)} giây"
    if seconds < 3600:
        return f"{seconds // 60} phút"
    return f"{seconds // 3600} giờ" if seconds < 2 * 86_400 else f"{seconds // 86_400} ngày"


def _mb(mb: int) -> str:
    return f"{mb / 1000:.1f} GB".replace(".", ",") if mb >= 1000 else f"{mb} MB"
