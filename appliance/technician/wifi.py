"""Wi-Fi through NetworkManager's nmcli, as lists of arguments, never a shell; the password goes in by its input."""

import shutil
import subprocess

from appliance.technician.state import Network

LOOK_S, JOIN_S = 20.0, 60.0
SECONDS = 5


def is_here() -> bool:
    """Return whether this machine has NetworkManager's command."""
    return shutil.which("nmcli") is not None


def networks() -> tuple[Network, ...]:
    """Return the networks in reach, strongest first, each name once. Raises OSError or TimeoutExpired."""
    command = [
        "nmcli",
        "--terse",
        "--escape",
        "yes",
        "--fields",
        "IN-USE,SIGNAL,SECURITY,SSID",
        "device",
        "wifi",
        "list",
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=LOOK_S, check=False)
    if done.returncode != 0:
        raise OSError(done.stderr.strip()[:120] or "nmcli không tìm được mạng")
    return read_list(done.stdout)


def read_list(text: str) -> tuple[Network, ...]:
    """Return the networks of nmcli's terse list."""
    found: dict[str, Network] = {}
    for line in text.splitlines():
        joined, signal, security, *name = _fields(line)
        ssid = ":".join(name)
        if not ssid or not signal.isdecimal():
            continue
        seen = Network(ssid, int(signal), is_open=security in {"", "--"}, is_joined=joined == "*")
        if ssid not in found or seen.is_joined or (seen.signal > found[ssid].signal and not found[ssid].is_joined):
            found[ssid] = seen
    return tuple(sorted(found.values(), key=lambda each: (not each.is_joined, -each.signal)))


def _fields(line: str) -> list[str]:
    fields, is_escaped = [""], False
    for letter in line:
        if is_escaped or letter not in "\\:":
            fields[-1] += letter
            is_escaped = False
        elif letter == "\\":
            is_escaped = True
        else:
            fields.append("")
    return fields + [""] * (4 - len(fields))


def join(ssid: str, secret: str) -> str:
    """Join a network; returns "" or why not, in Vietnamese. The password is no argument: others could read it."""
    command = ["nmcli", "--wait", str(int(JOIN_S) - SECONDS), "device", "wifi", "connect", ssid]
    command = [*command[:1], "--ask", *command[1:]] if secret else command
    try:
        done = subprocess.run(
            command,
            input=f"{secret}\n" if secret else None,
            capture_output=True,
            text=True,
            timeout=JOIN_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "mạng không trả lời trong 1 phút"
    except OSError as error:
        return type(error).__name__
    if done.returncode == 0:
        return ""
    words = done.stderr.lower()
    if "secrets" in words or "password" in words or "psk" in words:
        return "mật khẩu chưa đúng"
    return "không nối được; thử lại gần bộ phát hơn" if "not find" not in words else "không còn thấy mạng này"
