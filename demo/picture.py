"""Joins the demo's own screenshots into the one picture of README.md: a press on its way to the workbook."""

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from demo.__main__ import FOLDER

OUT: Final = Path(__file__).parent.parent / "docs" / "walk.png"
PAPER, INK, LINE, ACCENT = "#FBF8F2", "#14213D", "#CFC8BA", "#14365B"
FONT: Final = Path("/usr/share/fonts/truetype/dejavu")
GAP: Final = 44
HIGH: Final = 380


def font(size: int, *, is_bold: bool = False) -> ImageFont.FreeTypeFont:
    """Return DejaVu Sans, which carries Vietnamese."""
    return ImageFont.truetype(str(FONT / ("DejaVuSans-Bold.ttf" if is_bold else "DejaVuSans.ttf")), size)


def framed(path: Path, high: int, *, crop: float = 1.0) -> Image.Image:
    """Return a screenshot scaled to a height with a thin frame. crop: the share of its height that is kept."""
    shot = Image.open(path).convert("RGB")
    if crop < 1.0:
        shot = shot.crop((0, 0, shot.width, int(shot.height * crop)))
    scaled = shot.resize((round(shot.width * high / shot.height), high), Image.Resampling.LANCZOS)
    ImageDraw.Draw(scaled).rectangle((0, 0, scaled.width - 1, scaled.height - 1), outline=LINE, width=2)
    return scaled


def sheet(workbook: Path) -> Path:
    """Return a picture of the workbook's second sheet as LibreOffice prints it. Raises RuntimeError without it."""
    folder = Path(tempfile.mkdtemp())
    profile = f"-env:UserInstallation=file://{folder / 'profile'}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(workbook)]
    try:
        subprocess.run(command, check=True, timeout=120, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        pdf = folder / f"{workbook.stem}.pdf"
        subprocess.run(
            ["pdftoppm", "-r", "100", "-png", "-f", "2", "-l", "2", str(pdf), str(folder / "page")], check=True
        )
    except (OSError, subprocess.CalledProcessError) as error:
        raise RuntimeError("the workbook's picture needs LibreOffice and pdftoppm: run `make setup-test`") from error
    return next(folder.glob("page*.png"))


def main() -> int:
    """Write docs/walk.png from the last run of `make demo`."""
    shots = FOLDER / "pictures"
    if not (shots / "10-results.png").exists():
        print("run `make demo` first: the picture is made of its screenshots", file=sys.stderr)
        return 1
    page = Image.open(sheet(FOLDER / "thang.xlsx"))
    half = Path(tempfile.mkdtemp()) / "sheet.png"
    page.crop((0, 20, page.width, int(page.height * 0.66))).save(half)
    rows = [
        [
            ("1  Ki-ốt chờ, mã QR đổi mỗi 30 giây", framed(shots / "1-idle.png", HIGH)),
            ("2  Chín câu hỏi, năm khuôn mặt", framed(shots / "2-question.png", HIGH)),
            ("3  Vì sao chưa hài lòng", framed(shots / "3-reasons.png", HIGH)),
        ],
        [
            ("4  Góp ý bằng tiếng Việt", framed(shots / "4-comment.png", HIGH)),
            ("5  Cảm ơn, sau khi phiếu đã lưu", framed(shots / "6-thanks.png", HIGH)),
            ("6  Hoặc trả lời trên điện thoại", framed(shots / "7-phone.png", HIGH, crop=0.9)),
        ],
        [
            ("7  Lãnh đạo xem ngay trong ngày", framed(shots / "10-results.png", int(HIGH * 1.25), crop=0.72)),
            ("8  Sổ Excel của tháng", framed(half, int(HIGH * 1.25))),
        ],
    ]
    width = max(sum(image.width for _, image in row) + GAP * (len(row) - 1) for row in rows) + 2 * GAP
    height = sum(max(image.height for _, image in row) + 44 + GAP for row in rows) + GAP + 70
    canvas = Image.new("RGB", (width, height), PAPER)
    draw = ImageDraw.Draw(canvas)
    draw.text((GAP, 28), "Hài Lòng: một lần bấm, từ quầy đến sổ Excel", font=font(36, is_bold=True), fill=ACCENT)
    y = 70 + GAP
    for row in rows:
        x = (width - sum(image.width for _, image in row) - GAP * (len(row) - 1)) // 2
        for words, image in row:
            draw.text((x, y), words, font=font(21, is_bold=True), fill=INK)
            canvas.paste(image, (x, y + 40))
            x += image.width + GAP
        y += max(image.height for _, image in row) + 44 + GAP
    canvas.quantize(192).save(OUT, optimize=True)
    print(f"{OUT} {OUT.stat().st_size // 1024} KB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
