"""Releases at the centre: taken in as signed, served with ranges, wished for stage by stage."""

import shutil
from pathlib import Path

import pytest

from launcher.slots import hash_of
from provisioning.release import build, keys, repository
from server.devices.release_wish import ALL, CANARY, TENTH, Step, is_in_stage, share_of, wished
from server.releases import rules, take
from survey.batch import Health
from tests.server.conftest import ORIGIN, csrf

WORDS = b"mot cum mat khau dai"
STEP = Step("1.2", "1.1", CANARY, False, ["ks-000001"], 0, "")


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with releases 1.1 and 1.2, made by our own commands."""
    root = tmp_path_factory.mktemp("maker")
    keys.make(root / "keys", WORDS)
    (root / "third.py").write_text("X = 1\n" * 50_000)
    files = {"app/appliance/__main__.py": root / "third.py"}, {"lib/third.py": root / "third.py"}
    for version, counter in (("1.1", 2), ("1.2", 3)):
        build.build(root / version, version, counter, ("aarch64", "3.13"), *files)
        repository.publish(root / "repository", root / version, root / "keys", WORDS)
    return root / "repository"


def act(client, **fields):
    token = csrf(client.get("/ban-phan-mem"))
    return client.post("/ban-phan-mem", data={"csrf": token} | fields, headers=ORIGIN)


def released(kiosk) -> str:
    return kiosk.settings().release


def tells(kiosk, version: str, failed: str = "") -> None:
    kiosk.send([], health=Health(version=version, failed_release=failed))


def test_a_tenth_is_about_a_tenth_and_always_the_same():
    tenth = [n for n in range(10_000) if is_in_stage(Step("2", "", TENTH, False, [], 0, ""), f"ks-{n:06d}")]
    assert 900 < len(tenth) < 1100
    assert share_of("ks-000001") == share_of("ks-000001")


def test_who_is_wished_what_at_each_stage():
    inside, outside = "ks-000001", next(f"ks-{n:06d}" for n in range(2, 99) if share_of(f"ks-{n:06d}") >= 10)
    by_stage = {stage: Step("1.2", "1.1", stage, False, [inside], 0, "") for stage in (CANARY, TENTH, ALL)}
    assert [wished(step, inside) for step in by_stage.values()] == ["1.2", "1.2", "1.2"]
    assert [wished(step, outside) for step in by_stage.values()] == ["1.1", "1.1", "1.2"]
    assert wished(Step("1.2", "1.1", ALL, True, [], 0, ""), inside) == "1.1", "nobody new begins while it is held"
    assert wished(None, inside) == ""


def test_a_release_that_never_reached_all_is_not_wished_for_all_by_the_next_one():
    begun = rules.begun(STEP, "1.3", {"1.1": 2, "1.2": 3, "1.3": 4}, ["ks-000001"], ["ks-000001"])
    assert begun.previous == "1.1"


def test_widening_waits_for_a_kiosk_that_failed_unless_somebody_says_so():
    kiosks = [rules.Kiosk("ks-000001", "", "", "1.1", "1.2")]
    with pytest.raises(rules.RolloutError, match="ks-000001"):
        rules.advanced(STEP, rules.count(STEP, kiosks), is_sure=False)
    assert rules.advanced(STEP, rules.count(STEP, kiosks), is_sure=True).stage == TENTH
    well = [rules.Kiosk("ks-000001", "", "", "1.2", "")]
    assert rules.advanced(STEP, rules.count(STEP, well), is_sure=False).stage == TENTH


def test_widening_waits_until_a_kiosk_runs_it():
    with pytest.raises(rules.RolloutError, match="Chưa máy nào"):
        rules.advanced(STEP, rules.count(STEP, [rules.Kiosk("ks-000001", "", "", "1.1", "")]), is_sure=False)


def test_an_older_release_is_never_begun():
    with pytest.raises(rules.RolloutError, match="cũ hơn"):
        rules.begun(STEP, "1.1", {"1.1": 2, "1.2": 3}, ["ks-000001"], ["ks-000001"])


def test_a_repository_is_taken_in_once_and_its_files_served(centre, client, published, rows):
    assert take.add(centre, published, "test") == ["1.1", "1.2"]
    assert take.add(centre, published, "test") == []
    assert rows("SELECT version, counter FROM releases ORDER BY counter") == [("1.1", 2), ("1.2", 3)]
    (archive,) = (each for each in (published / "targets").iterdir() if ".app-1.2" in each.name)
    address = f"/api/v1/updates/targets/{archive.name}"
    whole = client.get(address)
    assert whole.content == archive.read_bytes()
    assert hash_of(archive) in archive.name
    rest = client.get(address, headers={"range": "bytes=100-"})
    assert (rest.status_code, rest.content) == (206, whole.content[100:])
    assert rest.headers["content-range"] == f"bytes 100-{len(whole.content) - 1}/{len(whole.content)}"
    assert client.get(address, headers={"range": "bytes=999999999-"}).status_code == 416
    assert client.get("/api/v1/updates/metadata/timestamp.json").headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("path", ["metadata/..", "seen/root.json", "metadata/%2e%2e%2fkeys", "targets/none", "x/y"])
def test_nothing_else_of_the_centre_is_served(centre, client, published, path):
    take.add(centre, published, "test")
    assert client.get(f"/api/v1/updates/{path}").status_code == 404


@pytest.mark.parametrize("harm", ["archive", "list", "stranger", "older"])
def test_a_repository_that_is_not_as_it_was_signed_changes_nothing(centre, published, tmp_path, rows, harm):
    if harm == "older":
        young = tmp_path / "young"
        shutil.copytree(published, young)
        repository.refresh(young, published.parent / "keys")
        take.add(centre, young, "test")
    elif harm == "stranger":
        take.add(centre, published, "test")
    before = rows("SELECT version FROM releases")
    copy = tmp_path / "copy"
    shutil.copytree(published, copy)
    if harm == "archive":
        victim = next((copy / "targets").iterdir())
        victim.write_bytes(victim.read_bytes()[:-1] + b"x")
    elif harm == "list":
        path = copy / "metadata/timestamp.json"
        path.write_text(path.read_text().replace('"version": 2', '"version": 9', 1))
    elif harm == "stranger":
        other = tmp_path / "other"
        keys.make(other / "keys", WORDS)
        repository.publish(other / "repository", published.parent / "1.1", other / "keys", WORDS)
        copy = other / "repository"
    with pytest.raises(take.TakeError):
        take.add(centre, copy, "test")
    assert rows("SELECT version FROM releases") == before


def test_a_rollout_from_the_first_kiosk_to_all(centre, published, as_role, enrol, rows):
    first, other = enrol("xa-tan-trao.q1"), enrol("phuong-minh-xuan.q1")
    take.add(centre, published, "test")
    technician = as_role("technician")
    assert released(first) == ""
    assert act(technician, act="begin", version="1.2", canaries="ks-999999").status_code == 422
    page = act(technician, act="begin", version="1.2", canaries=first.device)
    assert "Đã bắt đầu" in page.text
    assert (released(first), released(other)) == ("1.2", "")
    tells(first, "1.1", failed="1.2")
    page = technician.get("/ban-phan-mem").text
    assert "Máy đã thử và tự quay về bản cũ" in page
    refused = act(technician, act="advance", version="1.2", stage="canary")
    assert (refused.status_code, first.device in refused.text) == (422, True)
    tells(first, "1.2")
    assert act(technician, act="advance", version="1.2", stage="canary").status_code == 200
    assert act(technician, act="advance", version="1.2", stage="canary").status_code == 422, "twice is once"
    assert act(technician, act="advance", version="1.2", stage="tenth").status_code == 200
    assert released(other) == "1.2"
    assert act(technician, act="pause", version="1.2").status_code == 200
    assert released(other) == ""
    assert act(technician, act="resume", version="1.2").status_code == 200
    assert act(technician, act="withdraw", version="1.2").status_code == 200
    assert (released(first), released(other)) == ("", "")
    said = [row[0] for row in rows("SELECT action FROM audit WHERE action LIKE ? ORDER BY id", "release.%")]
    assert said == ["release.add", "release.add", "release.begin", "release.advance", "release.advance",
                    "release.pause", "release.resume", "release.withdraw"]  # fmt: skip


def test_who_looks_after_one_office_only_may_not_decide_for_all(centre, published, as_role, enrol):
    kiosk = enrol()
    take.add(centre, published, "test")
    local = as_role("technician", "xa-tan-trao")
    assert act(local, act="begin", version="1.2", canaries=kiosk.device).status_code == 403
    assert released(kiosk) == ""


def test_a_centre_without_releases_says_how_to_bring_one(as_role):
    page = as_role("technician").get("/ban-phan-mem")
    assert "python -m server releases add" in page.text
