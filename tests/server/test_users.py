"""People are invited by a link that opens once, changed, locked and let in again; nobody gives more than they have."""

import io
import re

import openpyxl
import pytest
from litestar.testing import TestClient

from server.accounts import passwords
from server.accounts import queries as accounts
from server.app import make_app
from server.users.change import LAST_ADMIN, disable
from tests.kiosk_double import HOST
from tests.server.conftest import GOOD, ORIGIN, csrf, enter, set_up

OFFICE, OTHER = "xa-tan-trao", "phuong-minh-xuan"
FORM = {"name": "lan.tantrao", "person": "Nguyễn Thị Lan", "role": "viewer", "unit": OFFICE}


@pytest.fixture
def stranger(centre):
    """Return a second browser, of someone who has no session."""
    with TestClient(make_app(centre), base_url=f"http://{HOST}", raise_server_exceptions=False) as opened:
        yield opened


def invite(client, **changed: str):
    form = FORM | changed | {"csrf": csrf(client.get("/tai-khoan/moi"))}
    return client.post("/tai-khoan/moi", data=form, headers=ORIGIN)


def link_of(page) -> str:
    return re.search(r'id="duong-dan">http://[^/]+(/moi/[^<]+)<', page.text)[1]


def accept(client, link: str, new: str = GOOD):
    return client.post(link, data={"new": new, "again": new}, headers=ORIGIN, follow_redirects=False)


def act(client, account: int, what: str, **fields: str):
    form = {"csrf": csrf(client.get("/phien")), "do": what} | fields
    return client.post(f"/tai-khoan/{account}", data=form, headers=ORIGIN)


def account_of(rows, name: str = "lan.tantrao") -> int:
    return rows("SELECT id FROM accounts WHERE name = ?", name)[0][0]


def test_an_invited_person_chooses_the_password_and_sees_what_the_role_says(signed_in, stranger, rows):
    link = link_of(invite(signed_in))
    assert "Nguyễn Thị Lan" in stranger.get(link).text
    assert accept(stranger, link).headers["location"] == "/"
    assert stranger.get("/ket-qua").status_code == 200
    assert stranger.get("/tai-khoan").status_code == 403
    assert stranger.get(f"/ket-qua?don_vi={OTHER}.ttpvhcc").status_code == 404
    page = signed_in.get("/tai-khoan").text
    assert "Nguyễn Thị Lan" in page
    assert "Xã Tân Trào" in page
    actions = [row[0] for row in rows("SELECT action FROM audit ORDER BY id")]
    assert actions[-2:] == ["account.invite", "account.accept"]


def test_a_link_opens_once_and_only_its_digest_is_stored(signed_in, stranger, rows):
    link = link_of(invite(signed_in))
    assert link.rpartition("/")[2] not in str(rows("SELECT * FROM invitations") + rows("SELECT * FROM audit"))
    accept(stranger, link)
    stranger.cookies.clear()
    assert stranger.get(link).status_code == 404
    assert accept(stranger, link).status_code == 404 or "không còn hiệu lực" in accept(stranger, link).text


def test_looking_at_a_link_does_not_use_it_up_and_a_bad_password_neither(signed_in, stranger):
    link = link_of(invite(signed_in))
    for _ in range(2):
        assert stranger.get(link).status_code == 200
    assert accept(stranger, link, "ngắn").status_code == 422
    assert accept(stranger, link).status_code == 303


def test_a_link_ends_after_72_hours(signed_in, stranger, clock):
    link = link_of(invite(signed_in))
    clock.now_ms += 72 * 3_600_000 - 1
    assert stranger.get(link).status_code == 200
    clock.now_ms += 1
    assert stranger.get(link).status_code == 404


def test_a_new_link_ends_the_old_one_and_the_old_password_holds_until_it_is_used(signed_in, stranger, rows, clock):
    first = link_of(invite(signed_in))
    accept(stranger, first)
    second = link_of(act(signed_in, account_of(rows), "invite"))
    third = link_of(act(signed_in, account_of(rows), "invite"))
    stranger.cookies.clear()
    assert stranger.get(second).status_code == 404
    assert enter(stranger, GOOD, "lan.tantrao").status_code == 303
    other = "bốn con vịt bơi ngược dòng"
    assert accept(stranger, third, other).status_code == 303
    stranger.cookies.clear()
    assert enter(stranger, GOOD, "lan.tantrao").status_code == 401
    assert enter(stranger, other, "lan.tantrao").status_code == 303


def test_an_invited_handler_is_led_to_the_second_step_and_a_new_link_does_not_go_round_it(
    signed_in, stranger, rows, clock
):
    link = link_of(invite(signed_in, role="handler"))
    accept(stranger, link)
    assert stranger.get("/", follow_redirects=False).headers["location"] == "/hai-buoc"
    set_up(stranger, clock, "lan.tantrao")
    again = link_of(act(signed_in, account_of(rows), "invite"))
    stranger.cookies.clear()
    assert accept(stranger, again).headers["location"] == "/dang-nhap/ma"
    assert stranger.get("/ket-qua", follow_redirects=False).headers["location"] == "/dang-nhap/ma"


@pytest.mark.parametrize(
    "changed",
    [{"name": "Lan Tân Trào"}, {"name": "ab"}, {"name": "quantri"}, {"person": " "}, {"role": "king"},
     {"role": "leader", "unit": ""}, {"is_manager": "1"}, {"unit": "moon"}, {"unit": "huyen-son-duong"}],
)  # fmt: skip
def test_a_wrong_invitation_is_told_and_keeps_what_was_typed(signed_in, changed, rows):
    answer = invite(signed_in, **changed)
    assert (answer.status_code, 'role="alert"' in answer.text) == (422, True)
    assert (FORM | changed)["person"].strip() in answer.text
    assert rows("SELECT count(*) FROM accounts") == [(1,)]


def test_a_locked_account_is_out_at_once_and_undo_lets_it_in_again(signed_in, stranger, rows):
    accept(stranger, link_of(invite(signed_in)))
    page = act(signed_in, account_of(rows), "disable")
    assert "Hoàn tác" in page.text
    assert stranger.get("/ket-qua", follow_redirects=False).headers["location"] == "/dang-nhap"
    assert enter(stranger, GOOD, "lan.tantrao").status_code == 401
    act(signed_in, account_of(rows), "enable")
    assert enter(stranger, GOOD, "lan.tantrao").status_code == 303


def test_a_changed_role_holds_at_once_and_undo_gives_the_old_one_back(signed_in, stranger, rows):
    accept(stranger, link_of(invite(signed_in)))
    page = act(signed_in, account_of(rows), "change", role="technician", unit=OTHER)
    assert stranger.get("/ket-qua").status_code == 403
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.text.split("Hoàn tác")[0]))
    act(signed_in, account_of(rows), **{"what": fields.pop("do")} | {k: v for k, v in fields.items() if k != "csrf"})
    assert rows("SELECT role, unit FROM accounts WHERE name = 'lan.tantrao'") == [("viewer", OFFICE)]
    assert stranger.get("/ket-qua").status_code == 200


def test_nobody_changes_the_own_account_so_the_last_administrator_stays(signed_in, rows):
    own = account_of(rows, "quantri")
    for what in ("disable", "change", "second", "invite"):
        assert act(signed_in, own, what, role="viewer").status_code == 403
    assert rows("SELECT role, disabled_at FROM accounts") == [("admin", None)]


def test_two_administrators_cannot_both_be_locked(signed_in, centre, rows, clock):
    invite(signed_in, name="hai", role="admin", unit="")
    second = account_of(rows, "hai")
    assert act(signed_in, second, "disable").status_code == 200
    assert act(signed_in, second, "enable").status_code == 200
    centre.writer.run(lambda work: work.run("UPDATE accounts SET disabled_at = 1 WHERE name = 'quantri'"))
    with centre.engine.connect() as connection:
        first, other = accounts.by_name(connection, "quantri"), accounts.by_name(connection, "hai")
    assert disable(centre, first, other) == LAST_ADMIN


def test_a_reset_second_step_ends_the_sessions_and_is_set_up_anew(signed_in, stranger, rows, clock):
    accept(stranger, link_of(invite(signed_in, role="handler")))
    set_up(stranger, clock, "lan.tantrao")
    act(signed_in, account_of(rows), "second")
    assert stranger.get("/", follow_redirects=False).headers["location"] == "/dang-nhap"
    enter(stranger, GOOD, "lan.tantrao")
    assert stranger.get("/", follow_redirects=False).headers["location"] == "/hai-buoc"


def test_an_account_of_a_unit_that_ended_keeps_it_until_it_is_given_another(signed_in, centre, rows):
    invite(signed_in)
    centre.writer.run(lambda work: work.run("UPDATE accounts SET unit = 'huyen-son-duong' WHERE name = 'lan.tantrao'"))
    page = signed_in.get(f"/tai-khoan/{account_of(rows)}").text
    assert '<option value="huyen-son-duong" selected>Huyện Sơn Dương (đã kết thúc)' in page
    assert act(signed_in, account_of(rows), "change", role="viewer", unit="huyen-son-duong").status_code == 200
    assert act(signed_in, account_of(rows), "change", role="viewer", unit="huyen-na-hang").status_code == 422


# ---- a manager below the top ----------------------------------------------------------------------------


@pytest.fixture
def manager(as_role, centre):
    client = as_role("leader", OFFICE)
    centre.writer.run(lambda work: work.run("UPDATE accounts SET is_manager = ?", (True,)))
    return client


def test_a_manager_of_an_office_sees_and_invites_in_the_own_subtree_alone(manager, centre, rows):
    centre.writer.run(
        lambda work: [
            accounts.add(work, name, "", role, 1, must_change=False, unit=unit)
            for name, role, unit in (("cap-tren", "admin", None), ("ben-canh", "handler", OTHER),
                                     ("cung-cap", "leader", OFFICE))
        ]
    )  # fmt: skip
    page = manager.get("/tai-khoan").text
    assert "cap-tren" not in page
    assert "ben-canh" not in page
    assert "Minh Xuân" not in manager.get("/tai-khoan/moi").text
    for name in ("cap-tren", "ben-canh"):
        assert act(manager, account_of(rows, name), "disable").status_code == 404
    assert act(manager, account_of(rows, "cung-cap"), "disable").status_code == 403
    assert invite(manager, role="handler", unit=f"{OFFICE}.ttpvhcc").status_code == 200
    for wrong in ({"role": "admin"}, {"role": "leader"}, {"role": "handler", "unit": OTHER}, {"role": "handler",
                  "unit": ""}, {"role": "auditor"}):  # fmt: skip
        assert invite(manager, **{"name": "x.y.z"} | wrong).status_code == 422
    assert act(manager, account_of(rows), "change", role="handler", unit=OTHER).status_code == 422


def test_the_list_is_searched_and_given_as_a_workbook_without_formulas(signed_in, rows):
    invite(signed_in, person="=HYPERLINK(1)", name="cong.thuc")
    invite(signed_in)
    found = signed_in.get("/tai-khoan?tim=tân trào lan").text
    assert "Nguyễn Thị Lan" in found
    assert "cong.thuc" not in found
    assert "Không có tài khoản nào khớp" in signed_in.get("/tai-khoan?tim=<b>").text
    book = openpyxl.load_workbook(io.BytesIO(signed_in.get("/tai-khoan/danh-sach.xlsx").content))
    cells = {cell.value: cell.data_type for row in book["Tài khoản"].iter_rows() for cell in row}
    assert cells["=HYPERLINK(1)"] == "s"
    assert "Đã mời, chưa vào" in cells
    assert rows("SELECT action, subject FROM audit ORDER BY id DESC")[0] == ("account.export", "3")


# ---- passwords ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "guessable",
    ["passwordpassword1", "iloveyou123456789", "qwertyuiopasdfgh", "1234567890abcdef", "letmein letmein1"],
)
def test_passwords_of_leaked_lists_are_refused(guessable):
    assert passwords.fault(guessable, "lan") is not None


@pytest.mark.parametrize(
    "guessable",
    ["Xã Tân Trào xa tan trao", "Sở Công Thương 2026", "socongthuong2026!", "Phường Minh Xuân 123",
     "lan.tantrao 2026 lan"],
)  # fmt: skip
def test_the_names_of_the_centres_own_units_are_no_password(centre, guessable):
    with centre.engine.connect() as connection:
        words = accounts.unit_names(connection)
    assert passwords.fault(guessable, "lan.tantrao", words) is not None
    assert passwords.fault(GOOD, "lan.tantrao", words) is None
    assert passwords.fault("trâu đen gặm cỏ bờ đê", "lan.tantrao", words) is None


def test_a_password_of_a_unit_is_refused_where_it_is_chosen(signed_in, stranger):
    link = link_of(invite(signed_in))
    answer = accept(stranger, link, "Xã Tân Trào 2026 2027")
    assert (answer.status_code, "từ dễ đoán" in answer.text) == (422, True)
