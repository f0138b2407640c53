"""What a row of the roster says and what may be wrong with it; pure, so that every fault is told at once."""

import ipaddress
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, Literal

import msgspec

from survey.provisioning import CounterPlace, Places

Text = Callable[[str], str]
Tell = Callable[[str, str], None]
Network = Literal["cáp", "wifi", "không"]
NETWORKS: Final = ("cáp", "wifi", "không")
PANELS: Final = ("7in", "10in", "7in-portrait")
ROTATIONS: Final = ("0", "90", "180", "270")
BUTTONS: Final = ("0", "3", "5")
HOST: Final = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
SSH_KEY: Final = re.compile(
    r"(ssh-ed25519|sk-ssh-ed25519@openssh\.com|ecdsa-sha2-nistp256) [A-Za-z0-9+/=]{40,} ?.{0,80}"
)
COUNTRY: Final = re.compile(r"[A-Z]{2}")


class Column(msgspec.Struct, frozen=True):
    """One column. help: what to write, for the sheet of instructions. is_secret: never shown again."""

    name: str
    title: str
    width: int
    help: str
    is_secret: bool = False


COLUMNS: Final = (
    Column("counter", "Mã quầy", 24, "Mã quầy ở trung tâm. Bắt buộc."),
    Column("slot", "Lần", 6, "1 cho máy đầu tiên của quầy; máy thay thế ghi 2, 3 … Để trống là 1."),
    Column("host", "Tên máy", 26, "Chữ thường không dấu, chữ số, gạch nối. Để trống: đặt theo mã quầy."),
    Column("network", "Mạng", 8, "cáp, wifi hoặc không (phiếu mang về bằng USB). Để trống là cáp."),
    Column("ssid", "Tên Wi-Fi", 20, "Chỉ khi Mạng là wifi."),
    Column("password", "Mật khẩu Wi-Fi", 20, "8 đến 63 ký tự; để trống nếu mạng mở.", is_secret=True),
    Column("country", "Mã nước Wi-Fi", 8, "VN. Để trống là VN."),
    Column("address", "Địa chỉ IP", 20, "Để trống: tự nhận. Địa chỉ cố định ghi như 10.20.1.15/24."),
    Column("gateway", "Cổng ra", 16, "Chỉ khi có địa chỉ cố định, cùng mạng với nó."),
    Column("dns", "DNS", 22, "Một hoặc nhiều địa chỉ, cách nhau dấu phẩy."),
    Column("panel", "Màn hình", 14, "7in, 10in hoặc 7in-portrait. Để trống là 7in."),
    Column("rotation", "Xoay", 6, "0, 90, 180 hoặc 270 độ."),
    Column("buttons", "Số nút", 7, "0, 3 hoặc 5 nút bấm. Để trống là 0."),
    Column("ssh_key", "Khóa SSH", 20, "Khóa công khai cho một lần bảo trì. Để trống: SSH tắt."),
    Column("note", "Ghi chú", 30, "Ghi gì cũng được; không ghi lên thẻ."),
)
NAMES: Final = {column.title: column.name for column in COLUMNS}
TITLES: Final = {column.name: column.title for column in COLUMNS}


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One device to be made. line: its row in the workbook. address, gateway: "" for a lease; dns: addresses."""

    line: int
    counter: str
    slot: int
    host: str
    network: Network
    ssid: str = ""
    password: str = ""
    country: str = "VN"
    address: str = ""
    gateway: str = ""
    dns: tuple[str, ...] = ()
    panel: str = "7in"
    rotation: int = 0
    buttons: int = 0
    ssh_key: str = ""

    @property
    def key(self) -> str:
        """Return what tells this device from all others of the roster."""
        return f"{self.counter}:{self.slot}"


class Fault(msgspec.Struct, frozen=True):
    """One thing wrong in one cell. words: what, with the value, and the way out."""

    line: int
    column: str
    words: str

    def __str__(self) -> str:
        return f"dòng {self.line}, cột {TITLES[self.column]}: {self.words}"


class Checked(msgspec.Struct, frozen=True):
    """A roster looked at. rows: those without a fault of their own."""

    rows: list[Row]
    faults: list[Fault]


def host_of(counter: str, slot: int) -> str:
    """Return a counter's host name, `ki-xa-tan-trao-q1`, at most 63 letters.

    >>> host_of("xa-tan-trao.q1", 2)
    'ki-xa-tan-trao-q1-2'
    """
    tail = f"-{slot}" if slot > 1 else ""
    name = re.sub(r"[^a-z0-9]+", "-", f"ki-{counter.lower()}").strip("-")
    return name[: 63 - len(tail)].rstrip("-") + tail


def check(given: Iterable[tuple[int, Mapping[str, str]]], places: Places) -> Checked:
    """Return the rows of a roster and every fault of it. given: (line, text by column's name)."""
    counters = {key: one for one in places.counters for key in (one.id, one.code)}
    rows: list[Row] = []
    faults: list[Fault] = []
    for line, cells in given:
        row, wrong = _row(line, cells, counters)
        faults += wrong
        if row is not None and not wrong:
            rows.append(row)
    faults += _twice(rows)
    bad = {one.line for one in faults}
    return Checked([row for row in rows if row.line not in bad], sorted(faults, key=lambda one: (one.line, one.column)))


def _row(line: int, cells: Mapping[str, str], counters: Mapping[str, CounterPlace]) -> tuple[Row | None, list[Fault]]:
    faults: list[Fault] = []

    def text(name: str) -> str:
        return " ".join(cells.get(name, "").split())

    def fault(name: str, words: str) -> None:
        faults.append(Fault(line, name, words))

    def one_of(name: str, among: Sequence[str], default: str) -> str:
        found = text(name).casefold() or default
        if found not in among:
            fault(name, f"“{text(name)}” không có trong danh sách. Xin ghi {', '.join(among)}.")
        return found

    place = counters.get(text("counter"))
    if not text("counter"):
        fault("counter", "chưa có mã quầy. Xin ghi mã quầy ở trung tâm.")
    elif place is None:
        fault("counter", f"trung tâm không có quầy “{text('counter')}”. {_near(text('counter'), counters)}")
    slot = text("slot") or "1"
    if not (slot.isascii() and slot.isdecimal() and 1 <= int(slot) <= 99):
        fault("slot", f"“{slot}” không phải số lần. Xin ghi số từ 1 đến 99.")
        slot = "1"
    counter = place.id if place else text("counter")
    host = text("host") or host_of(counter or "quay", int(slot))
    if not HOST.fullmatch(host):
        fault("host", f"“{host}” không dùng làm tên máy được. Xin dùng chữ thường không dấu, chữ số, gạch nối.")
    network = one_of("network", NETWORKS, "cáp")
    _wifi(network, text, cells.get("password", "").strip(), fault)
    dns = tuple(one.strip() for one in text("dns").split(",") if one.strip())
    _address(text, dns, fault)
    panel, rotation = one_of("panel", PANELS, "7in"), one_of("rotation", ROTATIONS, "0")
    buttons = one_of("buttons", BUTTONS, "0")
    if text("ssh_key") and not SSH_KEY.fullmatch(text("ssh_key")):
        fault("ssh_key", "không phải khóa công khai ed25519 hay ecdsa. Xin chép cả dòng trong tệp .pub.")
    if faults or place is None:
        return None, faults
    return Row(
        line=line, counter=place.id, slot=int(slot), host=host, network=network, ssid=text("ssid"),  # type: ignore[arg-type]
        password=cells.get("password", "").strip(), country=(text("country") or "VN").upper(), address=text("address"),
        gateway=text("gateway"), dns=dns, panel=panel, rotation=int(rotation), buttons=int(buttons),
        ssh_key=text("ssh_key"),
    ), []  # fmt: skip


def _near(asked: str, counters: Mapping[str, CounterPlace]) -> str:
    wanted = asked.casefold().replace(" ", "")
    found = [key for key in counters if key.casefold().replace(" ", "") == wanted]
    return f"Có phải “{found[0]}”?" if found else "Xin xem mã ở trang Danh mục đơn vị, hoặc tải lại danh sách quầy."


def _wifi(network: str, text: Text, password: str, fault: Tell) -> None:
    if network != "wifi":
        for name, value in (("ssid", text("ssid")), ("password", password)):
            if value:
                fault(name, "chỉ ghi khi Mạng là wifi. Xin bỏ ô này hoặc sửa cột Mạng.")
        return
    if not 1 <= len(text("ssid").encode()) <= 32:
        fault("ssid", "tên Wi-Fi cần 1 đến 32 byte. Xin ghi đúng tên mạng.")
    if password and not (8 <= len(password) <= 63 and all(" " <= letter <= "~" for letter in password)):
        fault("password", f"mật khẩu Wi-Fi cần 8 đến 63 ký tự không dấu; ô này có {len(password)}. Xin xem lại.")
    if text("country") and not COUNTRY.fullmatch(text("country").upper()):
        fault("country", f"“{text('country')}” không phải mã nước hai chữ. Xin ghi VN.")


def _address(text: Text, dns: Sequence[str], fault: Tell) -> None:
    own = None
    if text("address"):
        try:
            own = ipaddress.ip_interface(text("address"))
            if "/" not in text("address"):
                own = None
                fault("address", f"“{text('address')}” thiếu độ dài mạng. Xin ghi như 10.20.1.15/24.")
            elif (
                own.ip in (own.network.network_address, own.network.broadcast_address) and own.network.num_addresses > 2
            ):
                fault("address", f"“{text('address')}” là địa chỉ của cả mạng. Xin ghi địa chỉ của một máy.")
        except ValueError:
            fault("address", f"“{text('address')}” không phải địa chỉ IP. Xin ghi như 10.20.1.15/24.")
    if text("gateway"):
        try:
            way = ipaddress.ip_address(text("gateway"))
            if own is None and not text("address"):
                fault("gateway", "chỉ ghi khi có địa chỉ cố định. Xin bỏ ô này hoặc ghi Địa chỉ IP.")
            elif own is not None and way not in own.network:
                fault("gateway", f"{way} không nằm trong mạng {own.network}. Xin xem lại.")
        except ValueError:
            fault("gateway", f"“{text('gateway')}” không phải địa chỉ IP. Xin ghi như 10.20.1.1.")
    elif own is not None:
        fault("gateway", "có địa chỉ cố định thì phải có cổng ra. Xin ghi như 10.20.1.1.")
    for one in dns:
        try:
            ipaddress.ip_address(one)
        except ValueError:
            fault("dns", f"“{one}” không phải địa chỉ IP. Xin ghi như 10.20.1.1, 8.8.8.8.")


def _twice(rows: Sequence[Row]) -> list[Fault]:
    faults: list[Fault] = []
    told: list[tuple[str, Callable[[Row], str]]] = [
        ("counter", lambda row: row.key), ("host", lambda row: row.host),
        ("address", lambda row: row.address.split("/")[0]),
    ]  # fmt: skip
    for name, of in told:
        first: dict[str, int] = {}
        for row in rows:
            value = of(row)
            if value and value in first:
                what = f"quầy này, lần {row.slot}" if name == "counter" else f"“{value}”"
                faults.append(Fault(row.line, name, f"{what} đã ghi ở dòng {first[value]}. Mỗi máy một dòng."))
            first.setdefault(value, row.line)
    return faults
