"""The public seal: the tree is RFC 6962's, heads are signed and only grow, and whatever is touched is found."""

import base64
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from server.__main__ import main
from server.cases.open import open_waiting
from server.cases.retain import retain
from server.database import Work
from server.seals import check, held, note, queries
from server.seals.seal import ForkError, folder_of, seal, seal_due
from server.seals.tree import EMPTY_ROOT, Edge, consistency_proof, goes_on, root_of
from server.seals.view import export_lines
from survey.local_time import DAY_MS, local_date
from tests.kiosk_double import NOW_MS
from tests.server.test_cases_open import said  # noqa: F401 - a fixture

INPUTS = [bytes.fromhex(text) for text in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
)]  # fmt: skip
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
"""Certificate Transparency's own vectors of RFC 6962."""
PROOF_6_8 = (
    "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
)


def test_the_roots_and_proofs_are_those_of_rfc_6962():
    assert root_of([]) == EMPTY_ROOT
    for size, expected in enumerate(ROOTS, 1):
        assert root_of(INPUTS[:size]).hex() == expected
    assert [one.hex() for one in consistency_proof(INPUTS, 6)] == list(PROOF_6_8)


def test_every_tree_goes_on_from_every_smaller_one_and_from_no_other():
    leaves = [bytes([at]) * 32 for at in range(23)]
    for new in range(1, 24):
        for old in range(1, new + 1):
            proof = consistency_proof(leaves[:new], old)
            one, two = (old, root_of(leaves[:old])), (new, root_of(leaves[:new]))
            assert goes_on(one, two, proof)
            assert not goes_on((old, b"x" * 32), two, proof)
            assert not goes_on(one, (new, b"x" * 32), proof)
            assert not goes_on(one, two, [*proof, b"x" * 32])


def test_an_edge_goes_on_where_it_was_put_away():
    edge = Edge()
    for size, leaf in enumerate(INPUTS, 1):
        edge = Edge(edge.size, edge.packed)
        edge.add(leaf)
        assert edge.root.hex() == ROOTS[size - 1]


@pytest.fixture
def sealed(centre, kiosk, clock):
    """Return a function that sends n ballots and seals their day."""

    def made(n=3):
        kiosk.send([kiosk.cast() for _ in range(n)])
        clock.now_ms += DAY_MS
        assert seal_due(centre) == 1
        with centre.engine.connect() as connection:
            return queries.newest(Work(connection))

    return made


def faults(centre):
    def look(work):
        return held.faults(work, folder_of(centre.settings), centre.keys.centre_key)

    return centre.writer.run(look)


def files(centre, folder):
    """Write what anybody can download; returns (export, heads)."""
    folder.mkdir(exist_ok=True)
    with centre.engine.connect() as connection:
        heads = queries.heads(connection)
        (folder / "phieu.csv").write_text("".join(export_lines(Work(connection), heads)), encoding="utf-8")
    for one in heads:
        (folder / f"{one.number}.txt").write_text(one.note, encoding="utf-8")
    key = note.key_text(note.read(heads[0].note).origin, centre.keys.centre_key)
    (folder / "key.txt").write_text(key, encoding="utf-8")
    return folder / "phieu.csv", [folder / f"{one.number}.txt" for one in heads]


def test_a_day_is_sealed_once_after_midnight_and_the_next_goes_on_from_it(sealed, centre, rows):
    first = sealed(3)
    assert (first.size, str(first.day)) == (3, "2026-11-21")
    assert seal_due(centre) == 0
    second = sealed(2)
    assert (second.size, second.log) == (5, 1)
    assert rows("SELECT count(*) FROM sealed_leaves") == [(5,)]
    assert [row[0] for row in rows("SELECT subject FROM audit WHERE action = 'seal.head' ORDER BY id")] == [
        "2026-11-21 size 3", "2026-11-22 size 5",
    ]  # fmt: skip
    assert faults(centre) == []
    key = note.Key("", centre.keys.centre_key)
    assert (
        note.check(second.note, key).root
        == second.root
        == root_of(bytes(row[0]) for row in rows("SELECT leaf FROM sealed_leaves ORDER BY place"))
    )


def test_a_ballot_has_one_place_however_often_it_is_tried(kiosk, centre, rows):
    kiosk.send([kiosk.cast() for _ in range(4)])
    with centre.engine.connect() as connection:
        found = queries.without_place(connection, local_date(NOW_MS))
    assert centre.writer.run(lambda work: queries.append(work, found[:2])) == 2
    assert centre.writer.run(lambda work: queries.append(work, found)) == 2
    assert seal(centre, local_date(NOW_MS), "test").size == 4
    assert rows("SELECT count(DISTINCT ballot_id), max(place) FROM sealed_leaves") == [(4, 4)]


def test_a_note_is_a_checkpoint_that_only_its_key_signed(sealed, centre):
    made = sealed(1)
    lines = made.note.split("\n")
    assert lines[:3] == ["centre.test/dau-niem-phong", "1", base64.b64encode(made.root).decode()]
    assert lines[3:5] == ["day 2026-11-21", "time 2026-11-22T08:00:00.000Z"]
    assert lines[6].startswith("— centre.test/dau-niem-phong ")
    with pytest.raises(note.NoteError):
        note.check(made.note.replace("\n1\n", "\n2\n", 1), note.Key("", centre.keys.centre_key))
    with pytest.raises(note.NoteError):
        note.check(made.note, note.Key("", b"\x07" * 32))
    key = note.key_text(lines[0], centre.keys.centre_key)
    assert note.read_key(key) == note.Key(lines[0], centre.keys.centre_key)


def test_a_changed_a_dropped_and_a_reordered_ballot_are_each_found(sealed, centre):
    sealed(4)
    for statement, words in (
        ("UPDATE ballots SET leaf = ? WHERE id = (SELECT ballot_id FROM sealed_leaves WHERE place = 2)", "was changed"),
        ("UPDATE sealed_leaves SET leaf = ? WHERE place = 2", "not those it was signed over"),
    ):
        with pytest.raises(ZeroDivisionError):
            centre.writer.run(lambda work, statement=statement, words=words: tampered(work, centre, statement, words))
    assert faults(centre) == []


def tampered(work, centre, statement, words):
    work.run(statement, (b"\x01" * 32,))
    found = held.faults(work, folder_of(centre.settings), centre.keys.centre_key)
    assert any(words in line for line in found), found
    raise ZeroDivisionError("roll it back")


def test_a_ballot_taken_out_of_the_database_is_found(sealed, centre):
    sealed(3)
    centre.writer.run(lambda work: work.run("DELETE FROM ballots WHERE seq = 2"))
    assert [line for line in faults(centre) if "is gone" in line]


def test_erasing_what_was_written_leaves_everything_valid(said, centre, clock):  # noqa: F811
    said("Chờ lâu, gọi 0912345678", "0912345678")
    open_waiting(centre)
    clock.now_ms += DAY_MS
    seal_due(centre)
    clock.now_ms += 200 * DAY_MS
    assert retain(centre) >= 1
    assert faults(centre) == []
    seal_due(centre)
    assert faults(centre) == []


def test_a_restore_that_lost_a_published_head_signs_nothing_until_somebody_decides(sealed, centre, clock, rows):
    sealed(2)
    kept = sealed(2)

    def restore(work):
        work.run("DELETE FROM sealed_heads WHERE size > 2")
        work.run("DELETE FROM sealed_leaves WHERE place > 2")

    centre.writer.run(restore)
    assert [line for line in faults(centre) if "this database only 2" in line]
    clock.now_ms += DAY_MS
    with pytest.raises(ForkError, match="--new-log"):
        seal_due(centre)
    made = seal(centre, local_date(clock.now_ms), "test", is_new_log=True)
    assert (made.log, made.size) == (2, kept.size)
    assert note.read(made.note).origin == "centre.test/dau-niem-phong/2"
    assert faults(centre) == []
    assert rows("SELECT count(*) FROM audit WHERE action = 'seal.new_log'") == [(1,)]


def test_nothing_is_signed_over_a_tree_that_lost_its_last_leaves(sealed, centre, clock):
    sealed(3)
    centre.writer.run(lambda work: work.run("DELETE FROM sealed_leaves WHERE place > 1"))
    clock.now_ms += DAY_MS
    with pytest.raises(ForkError):
        seal_due(centre)
    assert [line for line in faults(centre) if "not those it was signed over" in line]


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command line in a folder that has nothing but the files."""
    root = Path(__file__).parents[2]
    environment = {"PYTHONPATH": str(root), "PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run([sys.executable, "-m", "server", "verify", *arguments], cwd=folder, env=environment,
                          capture_output=True, text=True, check=False)  # fmt: skip


def test_anybody_checks_an_export_against_an_old_head_with_the_files_alone(sealed, centre, tmp_path):
    sealed(3)
    sealed(4)
    folder = tmp_path / "elsewhere"
    files(centre, folder)
    done = run(folder, "--export", "phieu.csv", "--head", "1.txt", "--head", "2.txt", "--public-key", "key.txt")
    assert (done.returncode, done.stdout.count("KHỚP / MATCH")) == (0, 2), done.stdout + done.stderr
    assert "Chữ ký đúng" in done.stdout
    done = run(folder, "--export", "phieu.csv", "--old-head", "1.txt", "--new-head", "2.txt")
    assert (done.returncode, "3 → 7 phiếu" in done.stdout) == (0, True)
    assert "Chưa kiểm chữ ký" in done.stdout
    good = (folder / "phieu.csv").read_text()
    (folder / "phieu.csv").write_text(good.replace(good.splitlines()[5].split(";")[1], "00" * 32))
    shutil.copy(folder / "phieu.csv", folder / "bad.csv")
    (folder / "good.csv").write_text(good)
    done = run(folder, "--export", "bad.csv", "--head", "1.txt", "--head", "2.txt", "--other", "good.csv")
    assert done.returncode == 3
    assert "trong các phiếu 4 đến 7" in done.stdout
    assert "khác nhau từ phiếu thứ 5" in done.stdout
    assert run(folder, "--export", "gone.csv", "--head", "1.txt").returncode == 1
    wrong = base64.b64encode(b"\x09" * 32).decode()
    done = run(folder, "--export", "good.csv", "--head", "1.txt", "--public-key", wrong)
    assert (done.returncode, "chữ ký không phải" in done.stderr) == (1, True)


def test_dropped_added_and_reordered_leaves_are_each_found_in_the_files(sealed, centre, tmp_path):
    sealed(5)
    export, (head,) = files(centre, tmp_path / "files")
    leaves, signed = check.read_leaves(export), check.read_head(head, None)
    assert check.compare(leaves, [signed]).fits
    assert check.compare([*leaves, b"n" * 32], [signed]).fits, "a later ballot changes no earlier head"
    swapped = [leaves[1], leaves[0], *leaves[2:]]
    for other in (leaves[:2] + leaves[3:], [*leaves[:2], b"a" * 32, *leaves[2:]], swapped, leaves[:-1]):
        assert not check.compare(other, [signed]).fits


def test_the_command_makes_a_head_now_and_the_check_of_the_database_takes_it(kiosk, centre, settings, tmp_path,
                                                                            capsys, monkeypatch):  # fmt: skip
    kiosk.send([kiosk.cast() for _ in range(2)])
    path = tmp_path / "settings.toml"
    path.write_text(
        f'data_dir = "{settings.data_dir}"\ndatabase_url = "{settings.database_url}"\n'
        f'public_base = "{settings.public_base}"\n'
    )
    monkeypatch.setattr("server.centre.time.time_ns", lambda: NOW_MS * 1_000_000)
    assert main(["--settings", str(path), "seal"]) == 0
    assert "centre.test/dau-niem-phong\n2\n" in capsys.readouterr().out
    assert main(["--settings", str(path), "leaves", "--out", str(tmp_path / "leaves.csv")]) == 0
    assert len(check.read_leaves(tmp_path / "leaves.csv")) == 2
    assert main(["--settings", str(path), "verify"]) == 0
    assert "seals" in capsys.readouterr().out


def test_the_public_page_shows_every_day_with_its_seal_and_gives_the_files(client, sealed, centre):
    assert "Chưa có dấu nào" in client.get("/cong-khai/dau-niem-phong").text
    made = sealed(3)
    page = client.get("/cong-khai/dau-niem-phong")
    assert "set-cookie" not in page.headers
    assert "21/11/2026" in page.text
    assert made.root.hex()[:8] in page.text
    assert note.key_text("centre.test/dau-niem-phong", centre.keys.centre_key) in page.text.replace("&#43;", "+")
    assert client.get("/cong-khai/dau-niem-phong/1").text == made.note
    assert client.get("/cong-khai/dau-niem-phong/9").status_code == 404
    lines = client.get("/cong-khai/dau-niem-phong/phieu.csv").text.splitlines()
    assert lines[0] == "place;leaf;day"
    assert [line.split(";")[2] for line in lines[1:]] == ["2026-11-21"] * 3
    listed = client.get("/cong-khai/dau-niem-phong/danh-sach.csv").text.splitlines()
    assert listed[1].split(";")[2:5] == ["2026-11-21", "3", made.root.hex()]


def test_the_list_of_leaves_tells_neither_ballot_nor_office_nor_order_of_arrival(client, sealed, rows):
    sealed(6)
    body = client.get("/cong-khai/dau-niem-phong/phieu.csv").text
    leaves = [line.split(";")[1] for line in body.splitlines()[1:]]
    assert leaves == sorted(leaves)
    assert "xa-tan-trao" not in body
    assert not [row for row in rows("SELECT id FROM ballots") if bytes(row[0]).hex() in body]


def test_the_twenty_lines_of_the_page_come_to_the_same(sealed, centre, tmp_path):
    sealed(3)
    sealed(4)
    export, heads = files(centre, tmp_path / "files")
    page = (Path(__file__).parents[2] / "docs" / "verify.md").read_text(encoding="utf-8")
    lines = page.partition("```python\n")[2].partition("```")[0]
    assert len(lines.splitlines()) <= 24
    (tmp_path / "check.py").write_text(lines, encoding="utf-8")

    def checked(head):
        done = subprocess.run([sys.executable, "-I", tmp_path / "check.py", export, head], capture_output=True,
                              text=True, check=False)  # fmt: skip
        return done.returncode, done.stdout.split(": ")[-1].strip()

    assert [checked(head) for head in heads] == [(0, "MATCH")] * 2
    good = export.read_text()
    export.write_text(good.replace(good.splitlines()[6].split(";")[1], "ab" * 32))
    assert [checked(head) for head in heads] == [(0, "MATCH"), (3, "NO MATCH")]
