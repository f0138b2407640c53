"""`python -m provisioning`: from a roster to cards, every step tried dry first; see docs/vi/ky-thuat.md."""

import secrets
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from provisioning import card, checklist, chosen, enrol, label, roster
from provisioning.card import CardError, System
from provisioning.enrol import CentreError, CentreLine
from provisioning.flash import commands as flash_commands
from provisioning.image import commands as image_commands
from provisioning.image.tools import ImageError
from provisioning.recover.commands import recover
from provisioning.release.commands import releases
from provisioning.release.keys import ReleaseError
from provisioning.roster import RosterError
from provisioning.rows import TITLES
from survey.provisioning import CodesGiven, Places

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Hài Lòng: làm thẻ cho ki-ốt / make kiosk cards.")
rosters = typer.Typer(no_args_is_help=True, help="Danh sách máy / the roster.")
app.add_typer(rosters, name="roster")
app.add_typer(flash_commands.app, name="flash")
app.add_typer(image_commands.app, name="image")
app.add_typer(releases, name="release")
app.command("recover")(recover)
console = Console(highlight=False)

Roster = Annotated[Path, typer.Argument(help="Danh sách máy, .xlsx / the roster")]
PlacesFile = Annotated[Path, typer.Option("--places", help="Danh sách quầy của trung tâm / the centre's counters")]
CodesFile = Annotated[Path, typer.Option("--codes", help="Mã ghi danh / one-time codes")]
Dry = Annotated[bool, typer.Option("--dry-run", help="Chỉ nói sẽ làm gì / only say what would be done")]
Token = Annotated[Path | None, typer.Option("--token-file", help="Tệp chứa khóa lập ở trung tâm / token file")]
Centre = Annotated[str, typer.Option("--centre", help="Địa chỉ trung tâm, https://… / the centre's address")]
SystemName = Annotated[System, typer.Option("--os", help="trixie, bookworm, own")]


def _line(centre: str, token: Path | None) -> CentreLine:
    if not centre or token is None:
        raise CentreError("Cần --centre và --token-file (khóa lập ở trang Xuất dữ liệu, việc “Lập mã ghi danh”).")
    try:
        return CentreLine(centre, token.read_text().strip())
    except OSError:
        raise CentreError(f"Không đọc được tệp khóa {token}.") from None


@rosters.command("new")
def roster_new(
    out: Annotated[Path, typer.Argument(help="Tệp sẽ ghi, .xlsx")],
    places: Annotated[Path | None, typer.Option("--places", help="Điền sẵn mỗi quầy một dòng")] = None,
) -> None:
    """Viết tệp mẫu / write the template."""
    if out.exists():
        raise RosterError(f"{out} đã có. Xin chọn tên khác.")
    roster.template(out, enrol.load(places, Places).counters if places else ())
    console.print(f"✓ Đã viết {out}")


@rosters.command("check")
def roster_check(
    path: Roster, places: PlacesFile,
    marked: Annotated[Path | None, typer.Option("--marked", help="Bản sao tô màu ô sai")] = None,
) -> None:  # fmt: skip
    """Kiểm danh sách: mọi lỗi một lần, theo dòng và cột / every fault at once."""
    found = chosen.checked(path, places)
    if not found.faults:
        console.print(f"✓ Danh sách đúng: {len(found.rows)} máy.")
        return
    table = Table("Dòng", "Cột", "Lỗi và cách sửa")
    for one in found.faults:
        table.add_row(str(one.line), TITLES[one.column], one.words)
    console.print(table)
    if marked is not None:
        roster.marked(path, found.faults, marked)
        console.print(f"Bản tô màu: {marked}")
    console.print(f"✗ {len(found.faults)} lỗi; {len(found.rows)} máy đúng. Chưa ghi gì.")
    raise typer.Exit(1)


@app.command()
def places(out: Annotated[Path, typer.Argument(help="Tệp sẽ ghi")], centre: Centre = "", token: Token = None) -> None:
    """Tải danh sách quầy của trung tâm / fetch the centre's counters."""
    found = _line(centre, token).places()
    enrol.save(out, found)
    console.print(f"✓ {len(found.counters)} quầy, ghi vào {out}")


@app.command("enrol")
def enrol_rows(
    path: Roster, places: PlacesFile, codes: CodesFile, centre: Centre = "", token: Token = None,
    given: Annotated[Path | None, typer.Option("--from", help="Tệp mã do trung tâm xuất, khi không có mạng")] = None,
    asked: Annotated[Path | None, typer.Option("--ask", help="Viết yêu cầu để trung tâm xuất tệp mã")] = None,
    days: Annotated[int, typer.Option(min=1, max=60, help="Mã dùng được mấy ngày")] = 30,
    dry: Dry = False,
) -> None:  # fmt: skip
    """Lấy mã ghi danh dùng một lần cho mọi máy / one-time codes; làm lại bao nhiêu lần cũng được."""
    rows = chosen.whole(path, places)
    if asked is not None:
        enrol.save(asked, enrol.asked_for(rows, days))
        console.print(f"✓ Đã viết {asked}. Ở trung tâm chạy: python -m server codes {asked.name} --out ma.json")
        return
    if dry:
        console.print(f"Sẽ lấy mã cho {len(rows)} máy; chưa làm gì.")
        return
    new = enrol.load(given, CodesGiven) if given else _line(centre, token).codes(rows, days)
    found = enrol.merged(enrol.load(codes, CodesGiven) if codes.exists() else None, new)
    enrol.save(codes, found)
    wanted = {(row.counter, row.slot) for row in rows}
    ready = [one for one in found.rows if (one.counter, one.slot) in wanted and one.code]
    used = [one for one in found.rows if (one.counter, one.slot) in wanted and one.device]
    console.print(f"✓ {len(ready)} mã sẵn sàng, ghi vào {codes} (chỉ mình Ông/Bà đọc được).")
    for one in used:
        console.print(f"  {one.counter} lần {one.slot}: đã ghi danh là {one.device}; máy thay thế ghi lần kế tiếp.")
    missing = wanted - {(one.counter, one.slot) for one in (*ready, *used)}
    if missing:
        raise CentreError(f"Chưa có mã cho {len(missing)} máy: {', '.join(sorted(one for one, _ in missing)[:5])}.")


@app.command("card")
def write_card(
    path: Roster, places: PlacesFile, codes: CodesFile,
    counter: Annotated[str, typer.Option(help="Mã quầy, mã quầy:lần hoặc tên máy; “tat-ca” cho mọi máy")],
    boot: Annotated[Path, typer.Option(help="Phân vùng khởi động của thẻ, hoặc thư mục")],
    system: SystemName = "trixie", dry: Dry = False,
) -> None:  # fmt: skip
    """Viết các tệp của lần khởi động đầu lên thẻ / write one device's first-boot files."""
    if (boot / card.BUNDLE).exists():
        card.check_bundle(system)
    rows, given = chosen.whole(path, places), enrol.load(codes, CodesGiven)
    wanted = rows if counter == "tat-ca" else [chosen.row_named(rows, counter)]
    for row in track(wanted, "Ghi thẻ", console=console, disable=len(wanted) < 2):
        at = boot / row.host if counter == "tat-ca" else boot
        if counter == "tat-ca" and not dry:
            at.mkdir(parents=True, exist_ok=True)
        files = card.files_of(row, chosen.code_for(given, row), system, f"hl-{row.host}-{secrets.token_hex(6)}")
        written = card.write(at if not dry or at.is_dir() else boot, files, row, is_dry=dry)
        if len(wanted) == 1:
            console.print(f"{'Sẽ ghi' if dry else '✓ Đã ghi và đọc lại'} {row.key} ({row.host}): {', '.join(written)}")
    if len(wanted) > 1:
        console.print(f"{'Sẽ ghi' if dry else '✓ Đã ghi và đọc lại'} {len(wanted)} thẻ vào {boot}")
    if system == "bookworm":
        console.print(card.BOOKWORM)


@app.command("verify")
def verify_card(
    path: Roster, places: PlacesFile, codes: CodesFile,
    boot: Annotated[Path, typer.Option(help="Phân vùng khởi động của thẻ, hoặc thư mục")],
    counter: Annotated[str, typer.Option(help="Để trống: theo thẻ")] = "", system: SystemName = "trixie",
) -> None:  # fmt: skip
    """Đọc lại một thẻ, so với danh sách / read a card back against its row."""
    told = card.manifest(boot)
    if told is None:
        raise CardError(f"{boot} không phải thẻ của Hài Lòng.")
    row = chosen.row_named(chosen.whole(path, places), counter or str(told.get("key")))
    wrong = card.verify_row(boot, row, chosen.code_for(enrol.load(codes, CodesGiven), row), system)
    if wrong:
        raise CardError(f"{row.key}: {'; '.join(wrong)}. Xin ghi lại thẻ.")
    console.print(f"✓ Thẻ đúng: {row.key} ({row.host})")


@app.command("register")
def as_built(
    path: Roster, places: PlacesFile, codes: CodesFile, out: Annotated[Path, typer.Argument(help="Sổ sẽ ghi, .xlsx")]
) -> None:
    """Viết sổ hoàn công: máy nào ở quầy nào / the as-built workbook."""
    rows, found = chosen.whole(path, places), enrol.load(codes, CodesGiven)
    known = {one.id: one for one in enrol.load(places, Places).counters}
    by_key = {(one.counter, one.slot): one for one in found.rows}
    made = []
    for row in rows:
        code = by_key.get((row.counter, row.slot))
        state = (
            "chưa lấy mã" if code is None else f"đã ghi danh: {code.device}" if code.device else "có mã, chưa ghi danh"
        )
        place = known[row.counter]
        made.append({
            "Mã quầy": place.code or place.id, "Quầy": place.name["vi"], "Đơn vị": place.office_name["vi"],
            "Lần": str(row.slot), "Tên máy": row.host, "Mạng": str(row.network),
            "Địa chỉ IP": row.address or "tự nhận", "Màn hình": row.panel, "Số nút": str(row.buttons),
            "SSH": "có khóa" if row.ssh_key else "tắt", "Ghi danh": state,
            "Lập lúc": f"{datetime.now(UTC).astimezone():%d/%m/%Y %H:%M}",
        })  # fmt: skip
    roster.register(out, made)
    console.print(f"✓ {len(made)} máy, ghi vào {out}")


@app.command("labels")
def labels(path: Roster, places: PlacesFile, out: Annotated[Path, typer.Argument(help="Tệp sẽ ghi, .pdf")]) -> None:
    """Tờ nhãn A4 dán lên máy / an A4 sheet of device labels."""
    rows, known = chosen.whole(path, places), enrol.load(places, Places)
    out.write_bytes(label.sheet(rows, known))
    console.print(f"✓ {len(rows)} nhãn, ghi vào {out}")


@app.command("checklist")
def checklists(path: Roster, places: PlacesFile, out: Annotated[Path, typer.Argument(help="Tệp sẽ ghi, .pdf")]) -> None:
    """Tờ việc A4 cho từng quầy: lắp trong 10 phút / an A4 checklist for each counter."""
    rows, known = chosen.whole(path, places), enrol.load(places, Places)
    out.write_bytes(checklist.sheets(rows, known))
    console.print(f"✓ {len(rows)} tờ, ghi vào {out}")


def main() -> None:
    """Run a command; what is wrong is said in one line, exit 1."""
    try:
        app()
    except (RosterError, CardError, CentreError, ImageError, ReleaseError) as error:
        Console(stderr=True, highlight=False).print(f"✗ {error}", markup=False)
        sys.exit(1)


if __name__ == "__main__":
    main()
