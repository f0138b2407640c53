"""A kiosk whose clock is wrong behind real TLS: it asks for the time past the dates, believes only its own centre."""

import datetime
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from appliance import identity, keys
from appliance.clock import Clock
from appliance.link import CLOCK, Link, LinkError
from appliance.outbox import Outbox
from appliance.retry import Unreachable
from appliance.uploader import Uploader
from demo.centre import Centre, free_port
from tests.machine import enrolled

DAY = datetime.timedelta(days=1)


def a_name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


class Authority:
    """A certificate authority of its own."""

    def __init__(self, folder: Path, name: str) -> None:
        self.key, self.name, self.folder = ec.generate_private_key(ec.SECP256R1()), a_name(name), folder
        now = datetime.datetime.now(datetime.UTC)
        made = (
            x509.CertificateBuilder()
            .subject_name(self.name).issuer_name(self.name).public_key(self.key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - 3650 * DAY).not_valid_after(now + 3650 * DAY)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(self.key, hashes.SHA256())
        )  # fmt: skip
        self.file = folder / f"{name}.pem"
        self.file.write_bytes(made.public_bytes(serialization.Encoding.PEM))

    def context(self, first: int, last: int, host: str = "127.0.0.1") -> ssl.SSLContext:
        """Return a server's side whose certificate holds from `first` to `last` days from today."""
        key, now = ec.generate_private_key(ec.SECP256R1()), datetime.datetime.now(datetime.UTC)
        made = (
            x509.CertificateBuilder()
            .subject_name(a_name("centre")).issuer_name(self.name).public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + first * DAY).not_valid_after(now + last * DAY)
            .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))]), critical=False)
            .sign(self.key, hashes.SHA256())
        )  # fmt: skip
        pem = self.folder / "server.pem"
        pem.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            + made.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
        return context


class Terminator:
    """TLS in front of a centre, as a proxy does it."""

    def __init__(self, context: ssl.SSLContext, onto: int) -> None:
        self.port, self.context, self.onto = free_port(), context, onto
        self.listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                plain, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(plain,), daemon=True).start()

    def _carry(self, plain: socket.socket) -> None:
        try:
            near = self.context.wrap_socket(plain, server_side=True)
        except OSError:
            return
        far = socket.create_connection(("127.0.0.1", self.onto))
        threading.Thread(target=_pump, args=(far, near), daemon=True).start()
        _pump(near, far)

    def close(self) -> None:
        self.listener.close()


def _pump(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass


Front = Callable[[int, int], str]


@pytest.fixture
def kiosk(centre: Centre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Link]]:
    """Return a function that puts TLS of these days before the centre and gives an enrolled kiosk's link through it."""
    folder = tmp_path / "kiosk"
    enrolled(centre, folder).outbox.close()
    ours, other = Authority(tmp_path, "ours"), Authority(tmp_path, "other")
    monkeypatch.setenv("SSL_CERT_FILE", str(ours.file))
    open_now: list[Terminator | Link] = []

    def behind(first: int, last: int, host: str = "127.0.0.1", *, is_ours: bool = True) -> Link:
        front = Terminator((ours if is_ours else other).context(first, last, host), centre.port)
        granted = identity.grant(folder)
        assert granted is not None
        link = Link(
            f"https://127.0.0.1:{front.port}", keys.device_key(folder), granted.device, keys.centre_key(granted)
        )
        open_now.extend([front, link])
        return link

    yield behind
    for each in open_now:
        each.close()


def why(fails: Callable[[], object]) -> str:
    with pytest.raises(LinkError) as caught:
        fails()
    assert isinstance(caught.value.outcome, Unreachable)
    return caught.value.outcome.why


@pytest.mark.parametrize(
    ("first", "last"), [(-400, -30), (30, 400)], ids=["our clock in the future", "our clock in 1970"]
)
def test_dates_that_do_not_fit_mean_our_clock_and_the_time_comes_all_the_same(kiosk, first, last):
    link = kiosk(first, last)
    assert why(lambda: link.settings("")) == CLOCK
    utc_ms, err_ms = link.time()
    assert abs(utc_ms - datetime.datetime.now(datetime.UTC).timestamp() * 1000) < 5_000
    assert err_ms < 5_000


def test_a_certificate_that_fits_needs_none_of_that(kiosk):
    assert kiosk(-30, 30).settings("") is not None


def test_another_authority_or_another_name_means_not_our_server_and_brings_no_time(kiosk):
    for link in (kiosk(-400, -30, is_ours=False), kiosk(-400, -30, "127.0.0.9")):
        assert why(lambda link=link: link.settings("")) == "tls"
        assert why(link.time) == "tls"


def test_the_uploader_sets_the_clock_once_and_goes_on_and_the_fix_is_kept(kiosk, tmp_path):
    outbox = Outbox(tmp_path / "outbox.db", "k", "b" * 32)
    clock, told = Clock(outbox.boot), []
    uploader = Uploader(outbox, kiosk(-400, -30), clock, tmp_path / "kiosk", every_s=300.0, set_wall=told.append)
    pace = uploader.exchange()
    assert len(told) == 1
    assert abs(told[0] - datetime.datetime.now(datetime.UTC).timestamp() * 1000) < 5_000
    assert pace.wait_s == 0
    assert [fix.boot for fix in outbox.fixes()] == [outbox.boot]
    outbox.close()


def test_where_the_clock_may_not_be_set_the_proven_time_is_kept_and_a_person_is_waited_for(kiosk, tmp_path):
    def forbidden(_: int) -> None:
        raise PermissionError("not allowed")

    outbox = Outbox(tmp_path / "outbox.db", "k", "b" * 32)
    clock = Clock(outbox.boot)
    uploader = Uploader(outbox, kiosk(-400, -30), clock, tmp_path / "kiosk", every_s=300.0, set_wall=forbidden)
    assert uploader.exchange().wait_s > 0
    assert clock.fix is not None
    outbox.close()


def test_a_time_below_one_already_proven_is_not_believed(kiosk, tmp_path):
    outbox = Outbox(tmp_path / "outbox.db", "k", "b" * 32)
    later_ms = round(datetime.datetime.now(datetime.UTC).timestamp() * 1000) + 86_400_000
    told: list[int] = []
    uploader = Uploader(
        outbox, kiosk(-400, -30), Clock(outbox.boot, floor_ms=later_ms), tmp_path / "kiosk", every_s=300.0,
        set_wall=told.append,
    )  # fmt: skip
    uploader.exchange()
    assert (told, outbox.fixes()) == ([], [])
    outbox.close()
