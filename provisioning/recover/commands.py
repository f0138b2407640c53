"""`python -m provisioning recover`: ballots off a dead kiosk's card, as the sealed files the centre takes."""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.progress import Progress

from provisioning.flash import drives
from provisioning.recover.copying import BLOCK, RecoverError
from provisioning.recover.extract import Extracted, Told, of_card, of_folder

console = Console(highlight=False)
HERE: Final = Path(__file__).resolve().parents[2]
LONG_S: Final = 1800
WHY: Final = {
    "no_outbox": "không có hộp phiếu",
    "no_key": "khóa của máy không đọc được",
    "no_grant": "giấy ghi danh của máy không đọc được",
    "no_settings": "cài đặt của trung tâm (có khóa niêm phong) không đọc được",
    "outbox_unreadable": "hộp phiếu hỏng, không mở được",
    "not_written": "không ghi được tệp vào nơi nhận",
}


def recover(
    source: Annotated[Path, typer.Argument(help="Thẻ (/dev/sdb), tệp hình ảnh của thẻ, hoặc thư mục dữ liệu")],
    out: Annotated[Path, typer.Option("--to", help="Thư mục nhận các tệp .hlb")],
    work: Annotated[Path | None, typer.Option("--work", help="Nơi chép tạm, còn trống bằng cả phân vùng")] = None,
) -> None:
    """Lấy phiếu chưa gửi khỏi thẻ của máy hỏng; thẻ chỉ được đọc / unsent ballots off a dead kiosk's card."""
    _refuse_open(source)
    out.mkdir(parents=True, exist_ok=True)
    place = Path(tempfile.mkdtemp(prefix="hailong-", dir=work))
    try:
        found = _extracted(source, place)
        said = _sealed(found.folder, out)
        if "why" in said:
            raise RecoverError(_kept(found.folder, out, str(said["why"])))
        if not said["is_whole"]:
            for aside in found.folder.glob("damaged-*"):
                _keep(aside, out)
        _tell(found, said, out)
    finally:
        if not list(place.glob("*.img")):  # what was searched in vain is kept
            shutil.rmtree(place)


def _refuse_open(source: Path) -> None:
    if not source.exists():
        raise RecoverError(f"Không thấy {source}. Xin cắm thẻ và xem: flash list.")
    real = source.resolve()
    one = next((each for each in drives.found() if real.name in (each.name, *each.parts)), None)
    if real.is_block_device() and one is not None and one.uses:
        raise RecoverError(f"{source} đang mở ở {', '.join(one.uses)}. Xin tháo (umount) rồi chạy lại.")


def _extracted(source: Path, place: Path) -> Extracted:
    if source.is_dir():
        return of_folder(source, place)
    with Progress(console=console) as bars:

        def told(size_bytes: int) -> Told:
            task = bars.add_task("Đọc thẻ", total=size_bytes)
            return lambda count: bars.advance(task, count)

        return of_card(source, place, lambda words: console.print(f"  {words}", markup=False), told)


def _sealed(folder: Path, out: Path) -> dict[str, Any]:
    """Have the kiosk's own program seal what a folder holds; returns what it says. Raises RecoverError."""
    words = [sys.executable, "-m", "appliance.rescue", str(folder), str(out)]
    done = subprocess.run(words, cwd=HERE, capture_output=True, timeout=LONG_S, check=False)
    try:
        found = json.loads(done.stdout)
    except ValueError:
        last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        raise RecoverError(f"Chương trình ki-ốt không chạy được: {''.join(last)}. Bản sao ở {folder}.") from None
    return dict(found)


def _kept(folder: Path, out: Path, why: str) -> str:
    """Keep the raw folder where only the one who works here reads it; returns what is said."""
    raw = _keep(folder, out)
    return (
        f"{WHY.get(why, why).capitalize()}, nên chưa niêm phong được phiếu. Bản thô giữ ở {raw}: chưa niêm phong, "
        "xin cất như giữ phiếu giấy và gửi về trung tâm cùng với thẻ. Đừng xóa thẻ."
    )


def _keep(folder: Path, out: Path) -> Path:
    raw = out / "ban-tho"
    raw.mkdir(mode=0o700, exist_ok=True)
    shutil.copytree(folder, raw / folder.name, dirs_exist_ok=True)
    return raw


def _tell(found: Extracted, said: dict[str, Any], out: Path) -> None:
    if found.copy is not None and found.copy.bad_bytes:
        console.print(f"! Thẻ có {-(-found.copy.bad_bytes // BLOCK)} ô (4 KB) không đọc được; đã thay bằng số không.")
    if found.was_mended:
        console.print("! Hệ tệp trên thẻ có lỗi, đã sửa trên bản sao.")
    if not said["is_whole"]:
        console.print(f"! Hộp phiếu hỏng: chỉ lấy phiếu chứng minh được là nguyên vẹn; bản thô ở {out / 'ban-tho'}.")
    damaged = "không đếm được" if said["damaged"] is None else said["damaged"]
    console.print(f"Máy {said['device']}: {said['found']} phiếu đọc được, {said['receipted']} đã có biên nhận,")
    console.print(f"  {said['carried']} phiếu để mang về, {damaged} phiếu hỏng, {said['too_large']} phiếu quá lớn.")
    if said["finished"]:
        console.print(f"  Kể cả {said['finished']} phiếu đang điền dở khi máy hỏng.")
    for name in said["files"]:
        console.print(f"✓ {out / name}", markup=False, soft_wrap=True)
    if said["files"]:
        console.print("Nhập ở trung tâm: trang Thiết bị, Nhập phiếu; hoặc python -m server import-outbox TỆP.")
    else:
        console.print("✓ Không còn phiếu nào chưa gửi.")
