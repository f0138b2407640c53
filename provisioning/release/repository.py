"""The published folder: signed lists (TUF) and the archives under the names of their hashes."""

from datetime import datetime
from pathlib import Path

import msgspec
from securesystemslib.exceptions import StorageError
from tuf.api.metadata import Metadata, MetaFile, Root, Snapshot, TargetFile, Targets, Timestamp
from tuf.api.serialization import DeserializationError
from tuf.api.serialization.json import JSONSerializer

from provisioning.durable import put
from provisioning.release import keys
from provisioning.release.keys import ReleaseError
from survey.release import INDEX, METADATA, STICK, TARGETS, Label, Release


class Published(msgspec.Struct, frozen=True):
    """What a repository holds. labels: by the name of each release.json."""

    labels: dict[str, Label]
    expires: datetime


def releases_in(built: Path) -> list[tuple[Path, Release]]:
    """Return the releases built in a folder. Raises ReleaseError."""
    found = sorted(built.glob("release-*.json"))
    if not found:
        raise ReleaseError(f"{built} không có bản phát hành nào. Xin chạy: release build")
    made = []
    for path in found:
        try:
            made.append((path, msgspec.json.decode(path.read_bytes(), type=Release)))
        except msgspec.ValidationError as error:
            raise ReleaseError(f"{path} hỏng: {error}. Xin dựng lại bằng release build.") from None
    return made


def look(repository: Path) -> Published:
    """Return what a repository holds. Raises ReleaseError."""
    targets, timestamp = _newest(repository, "targets"), _read(repository / METADATA / "timestamp.json")
    if targets is None:
        raise ReleaseError(f"{repository} chưa có bản phát hành nào được ký.")
    return Published(_labels(targets.signed), timestamp.signed.expires)


def publish(repository: Path, built: Path, folder: Path, words: bytes, now: datetime | None = None) -> list[Label]:
    """Sign the releases of a folder into a repository; returns what is new. Nothing is changed if one is refused.

    folder: of the keys. words: their passphrase. Raises ReleaseError.
    """
    found = releases_in(built)
    held = _newest(repository, "targets")
    signed = Targets() if held is None else held.signed
    labels = _labels(signed)
    for path, release in found:
        _check(path, release, labels)
    new = [(path, release) for path, release in found if path.name not in labels]
    if not new:
        return []
    for path, release in new:
        label = Label(
            version=release.version, counter=release.counter, architecture=release.architecture, python=release.python
        )
        for file, custom in ((path, msgspec.to_builtins(label)), (built / release.app_file, None),
                             (built / release.lib_file, None)):  # fmt: skip
            _add(signed, repository, file, custom)
    index = repository / f".{INDEX}"
    known = sorted(_labels(signed).values(), key=lambda one: (one.counter, one.architecture, one.python))
    put(index, msgspec.json.encode(known))
    _add(signed, repository, index, None, INDEX)
    index.unlink()
    _sign_targets(repository, held, signed, folder, words, now)
    return [_labels(signed)[path.name] for path, _ in new]


def refresh(repository: Path, folder: Path, now: datetime | None = None) -> datetime:
    """Sign anew what runs out first; returns until when it holds. Raises ReleaseError."""
    held = _newest(repository, "targets")
    if held is None:
        raise ReleaseError(f"{repository} chưa có bản phát hành nào được ký.")
    _sign_rest(repository, held.signed.version, folder, now)
    return look(repository).expires


def to_stick(repository: Path, stick: Path) -> Path:
    """Copy a repository to a stick and read it back; returns the folder there. Raises ReleaseError."""
    look(repository)
    if not stick.is_dir():
        raise ReleaseError(f"Không thấy USB {stick}. Xin cắm USB rồi thử lại.")
    at = stick / STICK
    for part in (TARGETS, METADATA):
        for file in sorted((repository / part).iterdir()):
            copy = at / part / file.name
            copy.parent.mkdir(parents=True, exist_ok=True)
            if copy.exists() and copy.read_bytes() == file.read_bytes():
                continue
            put(copy, file.read_bytes())
            if copy.read_bytes() != file.read_bytes():
                raise ReleaseError(f"USB ghi sai tệp {copy.name}. Xin thử USB khác.")
    return at


def _check(path: Path, release: Release, labels: dict[str, Label]) -> None:
    same = [one for one in labels.values() if one.version == release.version]
    if same and same[0].counter != release.counter:
        raise ReleaseError(
            f"{path.name}: bản {release.version} đã ký với số thứ tự {same[0].counter}, không phải {release.counter}."
        )
    highest = max((one.counter for one in labels.values()), default=0)
    if not same and release.counter <= highest:
        raise ReleaseError(
            f"{path.name}: số thứ tự {release.counter} phải lớn hơn {highest}, số của bản mới nhất đã ký. "
            f"Xin dựng lại với --counter {highest + 1}."
        )
    for name in (release.app_file, release.lib_file):
        if not (path.parent / name).is_file():
            raise ReleaseError(f"Thiếu tệp {name} bên cạnh {path.name}. Xin dựng lại bằng release build.")


def _add(
    signed: Targets, repository: Path, file: Path, custom: dict[str, object] | None, name: str | None = None
) -> None:
    name = name or file.name
    target = TargetFile.from_file(name, str(file), ["sha256"])
    if custom is not None:
        target.unrecognized_fields["custom"] = custom
    (repository / TARGETS).mkdir(parents=True, exist_ok=True)
    at = repository / TARGETS / f"{target.hashes['sha256']}.{name}"
    if not at.exists():
        put(at, file.read_bytes())
    signed.targets[name] = target


def _sign_targets(
    repository: Path, held: Metadata[Targets] | None, signed: Targets, folder: Path, words: bytes, now: datetime | None
) -> None:
    (repository / METADATA).mkdir(parents=True, exist_ok=True)
    body = keys.root_of(folder)
    root = Metadata[Root].from_bytes(body)
    signer = keys.signer(folder, "targets", words)
    put(repository / METADATA / f"{root.signed.version}.root.json", body)
    signed.version = 1 if held is None else held.signed.version + 1
    signed.expires = keys.expiry("targets", now)
    made = Metadata(signed)
    made.sign(signer)
    _keep(repository / METADATA / f"{signed.version}.targets.json", made)
    _sign_rest(repository, signed.version, folder, now)


def _sign_rest(repository: Path, targets: int, folder: Path, now: datetime | None) -> None:
    """Sign snapshot, then timestamp: the last file written makes all the others count."""
    before = _newest(repository, "snapshot")
    version = 1 if before is None else before.signed.version + 1
    snapshot = Snapshot(version, expires=keys.expiry("snapshot", now), meta={"targets.json": MetaFile(targets)})
    made = Metadata(snapshot)
    made.sign(keys.signer(folder, "snapshot", None))
    _keep(repository / METADATA / f"{version}.snapshot.json", made)
    at = repository / METADATA / "timestamp.json"
    number = _read(at).signed.version + 1 if at.exists() else 1
    timestamp = Metadata(Timestamp(number, expires=keys.expiry("timestamp", now), snapshot_meta=MetaFile(version)))
    timestamp.sign(keys.signer(folder, "timestamp", None))
    _keep(at, timestamp)


def _newest(repository: Path, role: str) -> Metadata | None:  # type: ignore[type-arg]
    found = list((repository / METADATA).glob(f"*.{role}.json"))
    return _read(max(found, key=lambda path: int(path.name.split(".")[0]))) if found else None


def _read(path: Path) -> Metadata:  # type: ignore[type-arg]
    try:
        return Metadata.from_file(str(path))
    except (OSError, StorageError, DeserializationError) as error:
        raise ReleaseError(f"Tệp {path} hỏng hoặc không có ({type(error).__name__}).") from None


def _labels(signed: Targets) -> dict[str, Label]:
    said = {name: one.unrecognized_fields.get("custom") for name, one in signed.targets.items()}
    return {name: msgspec.convert(custom, Label) for name, custom in said.items() if custom}


def _keep(path: Path, made: Metadata) -> None:  # type: ignore[type-arg]
    put(path, made.to_bytes(JSONSerializer(compact=False)))
