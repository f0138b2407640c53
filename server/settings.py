"""What this centre is: one frozen Settings, read once from a TOML file and the environment."""

import os
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

PREFIX = "HAILONG_CENTRE_"


class SettingsError(ValueError):
    """A settings file that cannot be used; `str()` names file, field, value and what to do."""


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Every field has a default, a unit in its name and a line of help here.

    data_dir: the centre's folder; keys, and the database unless database_url says otherwise.
    database_url: SQLAlchemy address, `sqlite:////path/file.db` or `postgresql+psycopg://…`; "" is SQLite in data_dir.
    host, port: where to listen. public_base: what kiosks and phones call this centre, without a final slash.
    month_cut: the day a report month begins, 1 to 28; with 21, tháng 11 is 21 October to 20 November.
    min_cell: a breakdown of fewer answers than this is not shown; 1 only for a demonstration.
    comments_told_from: since which day, `2027-01-01`, ballots and kiosks say that comments may be published; "" is
    never, and then none is: the consent on the ballot is for calling back alone.
    queue: batches that may wait for the writer before others are sent away.
    backup_recipient: the public key, `age1…`, that backups are sealed to; `python -m server backup-key` makes a pair.
    backup_dir: where backups go, best on another machine's disk; "" is `backups` in data_dir.
    metrics_port: where a monitor on this machine asks for figures, 127.0.0.1 only; 0 for not at all.
    log_level: debug, info, warning or error.
    oidc_issuer: the organisation's OpenID provider, `https://…`; "" for none. oidc_client_id, oidc_client_secret: as
    registered there with the return address `<public_base>/dang-nhap/co-quan/ve`.
    oidc_claim: what of a person's claims an account is matched by; `email` only where the provider verified it.
    oidc_second_step: values of `amr` or `acr`, spaces between, that stand for a second step; "" to ask for ours.
    smtp_host, smtp_port: the organisation's mail server; "" for no mail. smtp_security: `starttls` (587), `tls` (465)
    or `none`, that only on this machine. smtp_from: the sender, `Trung tâm <hailong@tinh.gov.vn>`.
    smtp_user, smtp_password_file: the account there and a file with nothing but its password; "" for none.
    smtp_ca_file: certificates to trust instead of the system's; "" for the system's.
    preview_command: what draws kiosks' screens for the pages of settings and questionnaires, a command line; "" for the
    kiosk's own program where it is installed beside the centre, `none` for no pictures.
    webhook_inside: whether webhooks may go to private addresses, and without TLS to this machine itself; else only to
    public addresses over HTTPS. webhook_ca_file: certificates to trust there; "" for the system's.
    """

    data_dir: str = "/var/lib/hailong-centre"
    database_url: str = ""
    host: str = "127.0.0.1"
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)] = 8123
    public_base: Annotated[str, msgspec.Meta(pattern=r"^[hH][tT][tT][pP][sS]?://[^/\s]+$", max_length=60)] = (
        "http://127.0.0.1:8123"
    )
    month_cut: Annotated[int, msgspec.Meta(ge=1, le=28)] = 1
    min_cell: Annotated[int, msgspec.Meta(ge=1, le=100)] = 5
    queue: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 64
    comments_told_from: Annotated[str, msgspec.Meta(pattern=r"^(20\d\d-[01]\d-[0-3]\d)?$")] = ""
    backup_recipient: str = ""
    backup_dir: str = ""
    metrics_port: Annotated[int, msgspec.Meta(ge=0, le=65535)] = 0
    log_level: str = "info"
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = ""
    oidc_claim: str = "email"
    oidc_second_step: str = ""
    smtp_host: str = ""
    smtp_port: Annotated[int, msgspec.Meta(ge=1, le=65535)] = 587
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    smtp_from: str = ""
    smtp_user: str = ""
    smtp_password_file: str = ""
    smtp_ca_file: str = ""
    preview_command: str = ""
    webhook_inside: bool = False
    webhook_ca_file: str = ""

    @property
    def folder(self) -> Path:
        """Return data_dir as a path."""
        return Path(self.data_dir)

    @property
    def backups(self) -> Path:
        """Return where backups go."""
        return Path(self.backup_dir) if self.backup_dir else self.folder / "backups"

    @property
    def database(self) -> str:
        """Return the database's address."""
        return self.database_url or f"sqlite:///{self.folder / 'centre.db'}"

    @property
    def is_https(self) -> bool:
        """Return whether people reach this centre over HTTPS, so that cookies may insist on it."""
        return self.public_base.lower().startswith("https://")


def read(path: Path | None = None, environment: dict[str, str] | None = None) -> Settings:
    """Return the settings of a TOML file, overridden by HAILONG_CENTRE_<FIELD> variables of the environment.

    path: None for defaults alone. Raises SettingsError naming the file, the field and the fix.
    """
    given: dict[str, Any] = {}
    if path is not None:
        try:
            given = tomllib.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise SettingsError(f"settings file {path} is not there; write one or leave --settings out") from None
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise SettingsError(f"settings file {path} cannot be read: {error}; correct it or remove it") from error
    for name, value in (dict(os.environ) if environment is None else environment).items():
        if name.startswith(PREFIX):
            given[name.removeprefix(PREFIX).lower()] = value
    try:
        return msgspec.convert(given, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise SettingsError(f"{path or 'settings'}: {error}; correct that field") from error
