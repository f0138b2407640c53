"""The screen of last resort: when the kiosk's window cannot be shown, its console says why, in Vietnamese."""

import os
import subprocess
from pathlib import Path
from typing import Final

CONSOLE: Final = Path("/dev/tty1")
SETFONT: Final = "/usr/bin/setfont"
FONT: Final = "/usr/share/consolefonts/Vietnamese-Fixed18.psf.gz"
REASONS: Final = {
    "2": ("Tệp cài đặt của máy có lỗi.", "Ghi lại thẻ theo danh sách rồi bật lại máy."),
    "3": ("Không thấy màn hình.", "Tắt máy, cắm chặt dây màn hình, bật lại."),
    "4": ("Máy chưa được ghi danh.", "Xem mạng; hoặc xin mã mới ở trung tâm và ghi lại thẻ."),
    "5": ("Không ghi được vào phân vùng dữ liệu.", "Giữ thẻ này lại, đừng xóa: còn phiếu. Gọi kỹ thuật viên."),
}
ELSE: Final = ("Khảo sát chưa chạy được.", "Máy tự thử lại. Nếu quá 5 phút, tắt nguồn 10 giây rồi bật lại.")


def text(status: str, host: str) -> str:
    """Return what the console says for an exit status; never an empty screen.

    >>> print(text("3", "mx-01").splitlines()[2].strip())
    Không thấy màn hình.
    """
    what, way_out = REASONS.get(status, ELSE)
    lines = ["HÀI LÒNG", "", what, "", way_out, "", f"Máy: {host}   Mã lỗi: {status or '?'}"]
    return "".join(f"   {line}\n" for line in lines)


def show(arguments: list[str]) -> int:
    """Write it to the console. arguments: the exit status, else from systemd's EXIT_STATUS; a good end says nothing."""
    status = arguments[0] if arguments else os.environ.get("EXIT_STATUS", "")
    if os.environ.get("SERVICE_RESULT", "") == "success" and not arguments:
        return 0
    try:
        subprocess.run([SETFONT, "-C", str(CONSOLE), FONT], check=False, capture_output=True)
        CONSOLE.write_bytes(b"\033%G\033[2J\033[3;1H" + text(status, os.uname().nodename).encode())
    except OSError:
        return 1
    return 0
