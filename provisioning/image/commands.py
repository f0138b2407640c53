"""`python -m provisioning image …`: make the kiosk's image and say what it is made of."""

import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from provisioning.image import disk, root
from provisioning.image.build import HERE, Order, build, epoch
from provisioning.image.bundle import bundle, needed

app = typer.Typer(no_args_is_help=True, help="Hình ảnh của thẻ nhớ / the card's image.")
console = Console(highlight=False)
CACHE, KEYS = HERE / "build/image", HERE / "build/release-keys"
Cache = Annotated[Path, typer.Option(help="Thư mục giữ gốc Debian và thư viện giữa các lần")]
Version = Annotated[str, typer.Option(help="Tên phiên bản")]
Counter = Annotated[int, typer.Option(min=1, help="Số thứ tự của phiên bản, luôn tăng")]
Keys = Annotated[Path, typer.Option(help="Thư mục khóa phát hành (release keys)")]
Dry = Annotated[bool, typer.Option("--dry-run", help="Chỉ nói sẽ làm gì")]


@app.command("build")
def build_image(
    out: Annotated[Path, typer.Argument(help="Tệp hình ảnh sẽ ghi, .img")],
    architecture: Annotated[str, typer.Option(help="arm64 cho Raspberry Pi; amd64 để thử")] = "arm64",
    cache: Cache = CACHE, version: Version = "0.1.0", counter: Counter = 1, keys: Keys = KEYS, dry: Dry = False,
) -> None:  # fmt: skip
    """Tạo hình ảnh khởi động được / make a bootable image: read-only root, slots, data; no network needed later."""
    order = Order(out, cache, architecture, version, counter, keys, epoch())
    if dry:
        names = root.packages(HERE / "image/packages.txt", architecture)
        is_kept = root.kept(cache, names, architecture).exists()
        console.print(f"Sẽ tạo {out} ({architecture}): {len(names)} gói và phụ thuộc, gốc đã có: {is_kept}")
        return
    began = time.monotonic()
    told = build(order, lambda words: console.print(f"  [{time.monotonic() - began:6.0f} s] {words}", markup=False))
    console.print(f"✓ {out}: {int(str(told['bytes'])) // disk.MB} MB, sha256 {str(told['sha256'])[:16]}…")
    console.print(f"  bản kê {out.with_suffix('.manifest.json').name}, SBOM {out.with_suffix('.cdx.json').name}")


@app.command("bundle")
def make_bundle(
    out: Annotated[Path, typer.Argument(help="Tệp gói sẽ ghi, .tar")],
    cache: Cache = CACHE, version: Version = "0.1.0", counter: Counter = 1, keys: Keys = KEYS, dry: Dry = False,
) -> None:  # fmt: skip
    """Gói cài không cần mạng cho Raspberry Pi OS Trixie / an offline bundle: unpack it onto the boot partition."""
    if dry:
        names = needed(root.packages(HERE / "image/packages.txt", "arm64"))
        console.print(f"Sẽ tạo {out}: {len(names)} gói và phụ thuộc, chương trình ki-ốt, first-boot")
        return
    began = time.monotonic()
    order = Order(out, cache, "arm64", version, counter, keys, epoch())
    told = bundle(order, lambda words: console.print(f"  [{time.monotonic() - began:6.0f} s] {words}", markup=False))
    console.print(f"✓ {out}: {out.stat().st_size // disk.MB} MB, sha256 {told[:16]}…")
    console.print("  Giải nén vào phân vùng khởi động của thẻ Raspberry Pi OS, rồi chạy lệnh card.")
