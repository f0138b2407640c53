"""`python -m provisioning release …`: keys, build, publish, refresh, stick, factory, look."""

import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from provisioning.image.build import libraries
from provisioning.image.wheels import MACHINES
from provisioning.image.wheels import PYTHON as IMAGE_PYTHON
from provisioning.release import build as building
from provisioning.release import keys as roles
from provisioning.release import repository as folders
from provisioning.release.keys import ReleaseError
from survey.release import ROOT

releases = typer.Typer(no_args_is_help=True, help="Bản phát hành phần mềm ki-ốt / releases.")
console = Console(highlight=False)
CHECKOUT = Path(__file__).resolve().parents[2]
MACHINE, PYTHON = building.here()
IMAGE_S = (MACHINES["arm64"], IMAGE_PYTHON)

Keys = Annotated[Path, typer.Option("--keys", help="Thư mục khóa (nên ở USB cất riêng) / the keys' folder")]
Words = Annotated[Path | None, typer.Option("--passphrase-file", help="Tệp chứa cụm mật khẩu / passphrase file")]
Repository = Annotated[Path, typer.Argument(help="Thư mục kho bản phát hành / the repository")]
Built = Annotated[Path, typer.Option("--from", help="Thư mục do release build tạo ra / what release build made")]
Dry = Annotated[bool, typer.Option("--dry-run", help="Chỉ nói sẽ làm gì / only say what would be done")]
Version = Annotated[str, typer.Option(help="Tên bản, ví dụ 1.4.0")]
Counter = Annotated[int, typer.Option(min=1, help="Số thứ tự, luôn tăng; máy không bao giờ lùi số này")]
Machine = Annotated[str, typer.Option(help="Loại máy, theo uname -m: aarch64, armv7l, x86_64")]
Python = Annotated[str, typer.Option(help="Phiên bản Python của ảnh thẻ, ví dụ 3.13")]
Lib = Annotated[Path | None, typer.Option(help="Thư viện đã cài sẵn (pip install --target); để trống: tự tải")]
Share = Annotated[Path | None, typer.Option(help="Giọng đọc, words.bin … sẽ nằm trong app/share")]


@releases.command("keys")
def make_keys(folder: Annotated[Path, typer.Argument(help="Thư mục mới")], words: Words = None) -> None:
    """Tạo khóa của bốn vai trò, một lần duy nhất / make the keys, once."""
    roles.make(folder, roles.passphrase(words))
    console.print(f"✓ Đã tạo khóa trong {folder}. Tệp 1.root.json đi vào ảnh thẻ; root.pem và targets.pem cất riêng.")
    console.print("  Xin sao thêm một USB, để ở nơi khác. Mất khóa targets: phải ghi lại mọi thẻ.")


@releases.command("build")
def build_release(
    out: Annotated[Path, typer.Argument(help="Thư mục mới")], version: Version, counter: Counter,
    machine: Machine = MACHINE, python: Python = PYTHON, lib: Lib = None, share: Share = None,
    dry: Dry = False,
) -> None:  # fmt: skip
    """Đóng gói phần mềm từ mã nguồn này / pack this checkout."""
    app = building.sources(CHECKOUT, share)
    if dry:
        console.print(f"Sẽ đóng gói {len(app)} tệp của {version} cho {machine}, Python {python}; chưa làm gì.")
        return
    with tempfile.TemporaryDirectory() as scratch, console.status("Đang đóng gói …"):
        release = building.build(out, version, counter, (machine, python), app, _lib(lib, machine, python, scratch))
    console.print(f"✓ {version} (số {counter}), {len(release.files)} tệp, {_mb(release.total_bytes)}, ghi vào {out}")


@releases.command("factory")
def lay_factory(
    out: Annotated[Path, typer.Argument(help="Thư mục mới, sẽ là /opt/hailong/factory của ảnh thẻ")],
    version: Version, counter: Counter, keys: Keys, machine: Machine = MACHINE,
    python: Python = PYTHON, lib: Lib = None, share: Share = None,
) -> None:  # fmt: skip
    """Xếp sẵn bản gốc cho ảnh thẻ, kèm tệp gốc tin cậy / lay out an image's factory slot."""
    app, root = building.sources(CHECKOUT, share), roles.root_of(keys)
    if out.exists() and any(out.iterdir()):
        raise ReleaseError(f"{out} đã có tệp. Xin chọn thư mục khác.")
    with tempfile.TemporaryDirectory() as scratch, console.status("Đang xếp …"):
        held = _lib(lib, machine, python, scratch)
        release = building.build(Path(scratch) / "built", version, counter, (machine, python), app, held)
        building.lay(out, release, app, held, root)
    console.print(f"✓ Bản gốc {version} (số {counter}), {_mb(release.total_bytes)}, và {ROOT}, ghi vào {out}")


@releases.command("publish")
def publish(repository: Repository, built: Built, keys: Keys, words: Words = None, dry: Dry = False) -> None:
    """Ký và thêm vào kho / sign into the repository."""
    if dry:
        for path, release in folders.releases_in(built):
            console.print(f"Sẽ ký {path.name}: {release.version}, số {release.counter}; chưa làm gì.")
        return
    new = folders.publish(repository, built, keys, roles.passphrase(words))
    for one in new:
        console.print(f"✓ Đã ký {one.version} (số {one.counter}) cho {one.architecture}, Python {one.python}")
    console.print(f"Kho {repository}: {'' if new else 'không có gì mới; '}chữ ký có hạn đến {_until(repository)}")


@releases.command("refresh")
def refresh(repository: Repository, keys: Keys) -> None:
    """Ký lại khi sắp hết hạn; không cần khóa cất riêng / renew what runs out first."""
    folders.refresh(repository, keys)
    console.print(f"✓ Chữ ký có hạn đến {_until(repository)}. Xin đưa kho lên trung tâm lại.")


@releases.command("stick")
def stick(repository: Repository, to: Annotated[Path, typer.Option(help="Thư mục gốc của USB")]) -> None:
    """Chép kho ra USB và đọc lại / copy to a stick, read back."""
    at = folders.to_stick(repository, to)
    console.print(f"✓ Đã ghi và đọc lại {at}. USB dùng được đến {_until(repository)}.")


@releases.command("look")
def look(repository: Repository) -> None:
    """Kho có những bản nào / what a repository holds."""
    table = Table("Bản", "Số", "Loại máy", "Python")
    for one in sorted(folders.look(repository).labels.values(), key=lambda label: (-label.counter, label.architecture)):
        table.add_row(one.version, str(one.counter), one.architecture, one.python)
    console.print(table)
    console.print(f"Chữ ký có hạn đến {_until(repository)}")


def _lib(given: Path | None, machine: str, python: str, scratch: str) -> dict[str, Path]:
    if given is None:
        given = Path(scratch) / "lib"
        if (machine, python) == IMAGE_S:  # what the card's image has, GPIO compiled for it, and no other
            given.mkdir()
            libraries("arm64", CHECKOUT / "build/image", given, lambda _: None)
        else:
            building.install(CHECKOUT, given, machine, python)
    return building.libraries(given)


def _until(repository: Path) -> str:
    return f"{folders.look(repository).expires:%d/%m/%Y}"


def _mb(size: int) -> str:
    return f"{size / 1e6:.1f} MB".replace(".", ",")
