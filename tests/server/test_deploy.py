"""The files an installation copies: units that systemd accepts, and nginx with TLS before a real centre."""

import datetime
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from server.settings import read
from server.upkeep.doctor import certificate_end
from tests.server.test_upkeep import fetched

DEPLOY = Path(__file__).parents[2] / "deploy"
ROOT = Path(__file__).parents[2]
NGINX = shutil.which("nginx") or "/usr/sbin/nginx"
UNITS = sorted(DEPLOY.glob("*.service")) + sorted((ROOT / "provisioning").rglob("*.service"))


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def exec_start(unit: Path, name: str = "ExecStart") -> list[str]:
    """Return a unit's command with this checkout's Python in place of the installed one."""
    (line,) = re.findall(rf"^{name}=(.+)$", unit.read_text(encoding="utf-8"), re.MULTILINE)
    program, *words = line.split()
    assert program == "/opt/hailong/venv/bin/python"
    return [sys.executable, *words]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_accepts_the_unit_and_finds_it_confined(unit: Path, tmp_path: Path):
    """2.5 of 10 is what systemd calls OK; an ordinary service has 9.6."""
    text = unit.read_text(encoding="utf-8").replace("/opt/hailong/venv/bin/python", sys.executable)
    copy = tmp_path / unit.name
    copy.write_text(text, encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=40", "--no-pager", str(copy)],
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-600:] + done.stderr
    verified = subprocess.run(["systemd-analyze", "verify", "--man=no", str(copy)], capture_output=True, text=True)
    assert not [line for line in verified.stderr.splitlines() if unit.name in line], verified.stderr


def test_the_backup_comes_every_hour_and_makes_up_for_what_was_missed():
    timer = (DEPLOY / "hailong-backup.timer").read_text(encoding="utf-8")
    assert "OnCalendar=hourly" in timer
    assert "Persistent=true" in timer


def certificate(folder: Path) -> Path:
    """Write a certificate for localhost and its key; return the certificate, which is its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=40))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    plain = serialization.NoEncryption()
    pem = serialization.Encoding.PEM
    (folder / "key.pem").write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    (folder / "cert.pem").write_bytes(made.public_bytes(pem))
    return folder / "cert.pem"


def site(folder: Path, http: int, https: int, port: int) -> str:
    """Return the shipped configuration with this test's ports, names and files; every one of them must be there."""
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    for old, new in {
        "listen 80;": f"listen 127.0.0.1:{http};",
        "listen [::]:80;": "",
        "listen 443 ssl;": f"listen 127.0.0.1:{https} ssl;",
        "listen [::]:443 ssl;": "",
        "server_name ks.example.vn;": "server_name localhost;",
        "/etc/letsencrypt/live/ks.example.vn/fullchain.pem": str(folder / "cert.pem"),
        "/etc/letsencrypt/live/ks.example.vn/privkey.pem": str(folder / "key.pem"),
        "/var/log/nginx/hailong.log": str(folder / "error.log"),
        "http://127.0.0.1:8123;": f"http://127.0.0.1:{port};",
    }.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


@pytest.fixture(scope="module")
def proxied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[httpx.Client, str, Path]]:
    """Return a client, the https address and the folder of a centre started by its unit's command, behind nginx."""
    folder = tmp_path_factory.mktemp("deploy")
    folder.chmod(0o755)
    cert = certificate(folder)
    http, https, port = free_port(), free_port(), free_port()
    settings = (DEPLOY / "centre.toml").read_text(encoding="utf-8")
    for old, new in {
        '"/var/lib/hailong-centre"': f'"{folder / "data"}"',
        "port = 8123": f"port = {port}",
        "https://ks.example.vn": f"https://localhost:{https}",
        "metrics_port = 9123": "metrics_port = 0",
    }.items():
        assert old in settings
        settings = settings.replace(old, new)
    (folder / "centre.toml").write_text(settings, encoding="utf-8")
    user = "user root;" if os.geteuid() == 0 else ""
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    rooms = " ".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    (folder / "nginx.conf").write_text(
        f"{user} pid {folder}/nginx.pid; error_log {folder}/start.log; daemon off; worker_processes 1; events {{}}\n"
        f"http {{ {rooms}\n{site(folder, http, https, port)} }}\n",
        encoding="utf-8",
    )
    unit = DEPLOY / "hailong-centre.service"
    swap = {"/etc/hailong/centre.toml": str(folder / "centre.toml")}
    environment = {**os.environ, "HAILONG_CENTRE_BACKUP_DIR": str(folder / "backups")}
    commands = [[swap.get(word, word) for word in exec_start(unit, name)] for name in ("ExecStartPre", "ExecStart")]
    subprocess.run([*commands[1][:-1], "init"], env=environment, check=True, stdout=subprocess.DEVNULL)
    subprocess.run([*commands[1][:-1], "seed-demo"], env=environment, check=True, stdout=subprocess.DEVNULL)
    subprocess.run(commands[0], env=environment, check=True, stdout=subprocess.DEVNULL)
    serving = subprocess.Popen(commands[1], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    front = subprocess.Popen([NGINX, "-c", str(folder / "nginx.conf")], stderr=subprocess.DEVNULL)
    try:
        fetched(f"http://127.0.0.1:{port}/healthz")
        context = ssl.create_default_context(cafile=str(cert))
        with httpx.Client(verify=context, base_url=f"https://localhost:{https}") as client:
            client.get("/healthz").raise_for_status()
            yield client, f"http://127.0.0.1:{http}", folder
    finally:
        front.send_signal(signal.SIGQUIT)
        front.wait(20)
        serving.terminate()
        assert serving.wait(20) in (0, -signal.SIGTERM)


def test_the_sign_in_page_comes_over_tls_with_its_guards(proxied):
    client, plain, _ = proxied
    answer = client.get("/dang-nhap")
    assert answer.status_code == 200
    assert "max-age=31536000" in answer.headers["strict-transport-security"]
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    moved = httpx.get(f"{plain}/dang-nhap", headers={"host": "localhost"})
    assert (moved.status_code, moved.headers["location"]) == (301, "https://localhost/dang-nhap")


def test_a_form_is_taken_from_our_own_page_and_from_no_other(proxied):
    client, _, _ = proxied
    form = {"name": "quantri", "password": "not the password at all"}
    own = str(client.base_url).rstrip("/")
    assert client.post("/dang-nhap", data=form, headers={"origin": own}).status_code == 401
    assert client.post("/dang-nhap", data=form, headers={"origin": "https://evil.example"}).status_code == 403


def test_a_large_body_is_the_centres_to_refuse_and_a_huge_one_the_proxys(proxied):
    client, _, _ = proxied
    told = {"content-type": "application/vnd.hailong.v1+json"}
    small = client.post("/api/v1/batches", content=b"x" * 3_000_000, headers=told)
    assert (small.status_code, small.json()["code"]) == (413, "too_large")
    huge = client.post("/api/v1/batches", content=b"x" * 21_000_000, headers=told)
    assert huge.status_code == 413
    assert "nginx" in huge.text


def test_nobody_who_came_is_written_down(proxied):
    client, _, folder = proxied
    client.get("/ket-qua")
    client.get("/nowhere")
    for name in ("error.log", "start.log"):
        path = folder / name
        assert "127.0.0.1" not in (path.read_text() if path.exists() else ""), name


def test_the_doctor_reads_the_proxys_certificate(proxied):
    client, _, folder = proxied
    port = client.base_url.port
    context = ssl.create_default_context(cafile=str(folder / "cert.pem"))
    ends = certificate_end("localhost", port, context)
    assert 39 <= (ends - datetime.datetime.now(datetime.UTC)).days + 1 <= 40
    with pytest.raises(ssl.SSLCertVerificationError):
        certificate_end("localhost", port)


def test_the_shipped_settings_can_be_read():
    assert read(DEPLOY / "centre.toml", {}).is_https
