"""`python -m provisioning flash …`: cards plugged in, and whole cards made of image and row, several at once."""

import secrets
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn, TransferSpeedColumn
from rich.table import Table

from provisioning import card, chosen, enrol
from provisioning.card import CardError, System
from provisioning.flash import boot, drives, source, write
from provisioning.flash.plan import Job, Target, faults, target_of
from provisioning.flash.source import FlashError, Image
from survey.provisioning import CodesGiven

app = typer.Typer(no_args_is_help=True, help="Ghi cả thẻ: hình ảnh và máy / whole cards.")
console = Console(highlight=False)


@app.command("list")
def listed() -> None:
    """Thẻ và USB đang cắm; ổ nào không được ghi, vì sao / what may be written."""
    table = Table("Thẻ", "Dung lượng", "Tên", "Ghi được")
    for one in drives.found():
        table.add_row(str(one.path), drives.size_words(one.size_bytes), one.model, drives.refusal(one) or "✓")
    console.print(table if table.row_count else "Không thấy thẻ hay USB nào. Xin cắm thẻ rồi chạy lại.")


@app.command("write")
def write_cards(
    path: Annotated[Path, typer.Argument(help="Danh sách máy, .xlsx")],
    image: Annotated[Path, typer.Argument(help="Hình ảnh: .img, .img.zst, .img.xz, .img.gz")],
    places: Annotated[Path, typer.Option("--places", help="Danh sách quầy của trung tâm")],
    codes: Annotated[Path, typer.Option("--codes", help="Mã ghi danh")],
    to: Annotated[list[str], typer.Option("--to", help="THẺ=QUẦY, ví dụ /dev/sdb=xa-tan-trao.q1; ghi nhiều lần được")],
    system: Annotated[System, typer.Option("--os", help="own: hình ảnh của Hài Lòng; trixie, bookworm")] = "own",
    bundle: Annotated[Path | None, typer.Option("--bundle", help="Gói ngoại tuyến (image bundle), cho trixie")] = None,
    sha256: Annotated[str, typer.Option("--sha256", help="Khi không có bản kê: của hình ảnh đã giải nén")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Không hỏi lại")] = False,
    dry: Annotated[bool, typer.Option("--dry-run", help="Chỉ nói sẽ làm gì")] = False,
) -> None:
    """Ghi hình ảnh và tệp của từng máy lên thẻ, đọc lại tất cả / image and row onto each card, read back."""
    if bundle is not None:
        card.check_bundle(system)
        if not bundle.is_file():
            raise FlashError(f"Không thấy gói {bundle}. Xin tạo: image bundle.")
    if system == "bookworm":
        console.print(card.BOOKWORM)
    jobs = _jobs(path, places, codes, to)
    expected = source.expected(image, sha256)
    with _bars() as bars:
        bar = bars.add_task(f"Kiểm {image.name}", total=image.stat().st_size if image.exists() else None)
        proven = source.proven(image, expected, lambda size: bars.advance(bar, size))
        bars.update(bar, total=proven.size_bytes)
    files = {job.target.path.parent for job in jobs if job.target.drive is None and job.target.path.parent.is_dir()}
    wrong = faults(jobs, proven.size_bytes, {each: shutil.disk_usage(each).free for each in files})
    if wrong:
        raise FlashError("Chưa ghi thẻ nào. " + " ".join(wrong))
    for job in jobs:
        console.print(f"  {job.target.words}  ←  {job.row.key} ({job.row.host})", markup=False)
    if dry:
        console.print(f"Sẽ ghi {len(jobs)} thẻ; chưa ghi gì.")
        return
    if not yes:
        _confirm([job.target for job in jobs if job.target.is_lost])
    _made(proven, jobs, system, bundle)


def _jobs(path: Path, places: Path, codes: Path, to: list[str]) -> list[Job]:
    rows, given, known = chosen.whole(path, places), enrol.load(codes, CodesGiven), drives.found()
    made = []
    for one in to:
        where, equals, counter = one.rpartition("=")
        if not equals:
            raise FlashError(f"“{one}” thiếu tên quầy. Xin ghi THẺ=QUẦY, ví dụ /dev/sdb=xa-tan-trao.q1.")
        row = chosen.row_named(rows, counter)
        real = Path(where).resolve()
        made.append(Job(target_of(real, known, _kind(real)), row, chosen.code_for(given, row)))
    return made


def _kind(path: Path) -> str:
    if not path.exists():
        return "missing"
    return "file" if path.is_file() else "block" if path.is_block_device() else "other"


def _confirm(targets: list[Target]) -> None:
    """Have a person type the name of each card that is overwritten. Raises FlashError."""
    for target in targets:
        said = typer.prompt(f"Mọi thứ trên {target.path} sẽ mất. Gõ “{target.path.name}” để ghi")
        if said.strip() != target.path.name:
            raise FlashError(f"“{said.strip()}” khác “{target.path.name}”. Chưa ghi thẻ nào.")


def _bars() -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"), TransferSpeedColumn(),
        TimeRemainingColumn(), console=console,
    )  # fmt: skip


def _made(image: Image, jobs: list[Job], system: System, bundle: Path | None) -> None:
    """Make all cards at once; one that fails leaves the others. Raises FlashError if any failed."""
    with _bars() as bars, ThreadPoolExecutor(len(jobs)) as pool:
        tasks = [bars.add_task(f"{job.target.path.name} ghi", total=2 * image.size_bytes) for job in jobs]
        made = [
            pool.submit(_ended, image, job, system, bundle, bars, task) for job, task in zip(jobs, tasks, strict=True)
        ]
        ends = [one.result() for one in made]
    for job, end in zip(jobs, ends, strict=True):
        mark = "✗" if end else "✓ Đã ghi và đọc lại"
        console.print(f"{mark} {end or f'{job.target.path} ← {job.row.key} ({job.row.host})'}", markup=False)
    bad = sum(bool(end) for end in ends)
    if bad:
        raise FlashError(f"{bad} trong {len(jobs)} thẻ chưa xong; các thẻ khác dùng được.")


def _ended(image: Image, job: Job, system: System, bundle: Path | None, bars: Progress, task: TaskID) -> str:
    """Make one card; returns why it could not be made, "" if it was."""
    path = job.target.path
    try:
        write.write(image, path, lambda size: bars.advance(task, size))
        bars.update(task, description=f"{path.name} kiểm")
        if write.read_back(path, image.size_bytes, lambda size: bars.advance(task, size)) != image.sha256:
            return f"{path}: đọc lại khác với đã ghi. Thẻ hỏng hoặc giả dung lượng: xin thay thẻ."
        instance = f"hl-{job.row.host}-{secrets.token_hex(6)}"
        boot.put(path, job.row, card.files_of(job.row, job.code, system, instance), bundle)
    except CardError as error:
        return str(error)
    return ""
