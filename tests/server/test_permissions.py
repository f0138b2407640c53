"""Every role at every route of the application: allowed or refused as the table says, and nothing outside its units."""

import io
import re

import openpyxl
import pytest

from server.accounts.rules import ROLES, Granted, May, grant_fault, grantable, needs_code, permissions
from server.app import make_app
from server.offices.queries import Unit
from server.offices.scope import subtree
from server.offices.seed import BEGIN, units
from server.pages.navigation import ENTRIES
from server.results.desk import VIEWS, needed
from tests.server.conftest import ORIGIN, csrf

OPEN, ENTERED = "open to everybody", "open to whoever is signed in"
DEVICE, TOKEN = "signed by a device", "with a token of a program"

ROUTES = {
    "GET /": ENTERED,
    "GET /healthz": OPEN,
    "GET /static/{name}": OPEN,
    "GET /ngon-ngu": OPEN,
    "GET /dang-nhap": OPEN,
    "POST /dang-nhap": OPEN,
    "POST /dang-xuat": OPEN,
    "GET /doi-mat-khau": ENTERED,
    "POST /doi-mat-khau": ENTERED,
    "GET /dang-nhap/co-quan": OPEN,
    "GET /dang-nhap/co-quan/ve": OPEN,
    "GET /dang-nhap/ma": ENTERED,
    "POST /dang-nhap/ma": ENTERED,
    "GET /hai-buoc": ENTERED,
    "POST /hai-buoc": ENTERED,
    "GET /phien": ENTERED,
    "POST /phien": ENTERED,
    "GET /ket-qua": May.RESULTS_SEE,
    "GET /ket-qua/version": May.RESULTS_SEE,
    **{f"GET /ket-qua/{name}": needed(name) for name in VIEWS},
    "GET /ket-qua/bieu-do/{name}": May.RESULTS_SEE,
    "POST /ket-qua/phu": May.DATA_ENTER,
    "POST /ket-qua/phu/nhap": May.DATA_ENTER,
    "POST /ket-qua/tt01": May.DATA_ENTER,
    "GET /bao-cao": May.REPORTS_MAKE,
    "GET /bao-cao/so": May.REPORTS_MAKE,
    "GET /bao-cao/thang/{name}": May.REPORTS_MAKE,
    "GET /bao-cao/van-ban": May.REPORTS_MAKE,
    "POST /bao-cao/van-ban": May.DATA_ENTER,
    "GET /bao-cao/van-ban/tai": May.REPORTS_MAKE,
    "GET /bao-cao/van-ban/{document}": May.REPORTS_MAKE,
    "GET /bao-cao/van-ban/{document}/{form}": May.REPORTS_MAKE,
    "GET /xep-hang-nam": May.RESULTS_SEE,
    "GET /xep-hang-nam/{year}": May.RESULTS_SEE,
    "GET /xep-hang-nam/{year}/bang.xlsx": May.REPORTS_MAKE,
    "GET /xep-hang-nam/{year}/tieu-chi": May.RESULTS_SEE,
    "POST /xep-hang-nam/{year}/tieu-chi": May.OFFICES_CHANGE,
    "GET /xep-hang-nam/{year}/diem": May.DATA_ENTER,
    "POST /xep-hang-nam/{year}/diem": May.DATA_ENTER,
    "POST /xep-hang-nam/{year}/diem/nhap": May.DATA_ENTER,
    "GET /xep-hang-nam/{year}/diem/mau.xlsx": May.DATA_ENTER,
    "POST /xep-hang-nam/{year}/chot": May.OFFICES_CHANGE,
    "GET /xuat-du-lieu": May.EXPORT_MAKE,
    "GET /xuat-du-lieu/tep": May.EXPORT_MAKE,
    "POST /xuat-du-lieu/khoa": May.EXPORT_MAKE,
    "GET /api/v1/data/{table}": TOKEN,
    "GET /api/v1/provisioning/places": TOKEN,
    "POST /api/v1/provisioning/codes": TOKEN,
    "POST /api/v1/data/transactions": TOKEN,
    "POST /api/v1/data/invitations": TOKEN,
    "GET /bao-cao/ket-qua/{name}": May.REPORTS_MAKE,
    "GET /tai-khoan": May.USERS_MANAGE,
    "GET /tai-khoan/danh-sach.xlsx": May.USERS_MANAGE,
    "GET /tai-khoan/moi": May.USERS_MANAGE,
    "POST /tai-khoan/moi": May.USERS_MANAGE,
    "GET /tai-khoan/{account}": May.USERS_MANAGE,
    "POST /tai-khoan/{account}": May.USERS_MANAGE,
    "GET /nhat-ky": May.AUDIT_SEE,
    "GET /nhat-ky/nhat-ky.xlsx": May.AUDIT_SEE,
    "GET /du-lieu-ca-nhan": May.AUDIT_SEE,
    "POST /du-lieu-ca-nhan": May.OFFICES_CHANGE,
    "GET /du-lieu-ca-nhan/so-dang-ky.xlsx": May.AUDIT_SEE,
    "GET /moi/{token}": OPEN,
    "POST /moi/{token}": OPEN,
    "GET /man-hinh/{name}/{screen}": ENTERED,
    "GET /thiet-bi/cai-dat": May.DEVICES_SEE,
    "POST /thiet-bi/cai-dat": May.DEVICES_CHANGE,
    "GET /cau-hoi": May.QUESTIONNAIRES_SEE,
    "POST /cau-hoi": May.QUESTIONNAIRES_CHANGE,
    "GET /cau-hoi/phien-ban/{ref}": May.QUESTIONNAIRES_SEE,
    "POST /cau-hoi/phien-ban/{ref}": May.QUESTIONNAIRES_CHANGE,
    "GET /cau-hoi/ban-thao/{number}": May.QUESTIONNAIRES_SEE,
    "POST /cau-hoi/ban-thao/{number}": May.QUESTIONNAIRES_CHANGE,
    "GET /don-vi": May.OFFICES_SEE,
    "GET /don-vi/{unit}": May.OFFICES_SEE,
    "GET /don-vi/{unit}/{path}": May.OFFICES_CHANGE,
    "POST /don-vi/{unit}/{path}": May.OFFICES_CHANGE,
    "POST /don-vi/{unit}/hoan-tac": May.OFFICES_CHANGE,
    "GET /don-vi/nhap": May.OFFICES_CHANGE,
    "POST /don-vi/nhap": May.OFFICES_CHANGE,
    "POST /don-vi/nhap/xac-nhan": May.OFFICES_CHANGE,
    "POST /don-vi/nhap/hoan-tac": May.OFFICES_CHANGE,
    "GET /don-vi/nhap/mau.xlsx": May.OFFICES_CHANGE,
    "GET /don-vi/nhap/danh-muc.xlsx": May.OFFICES_CHANGE,
    "GET /cong-bo": May.OFFICES_CHANGE,
    "POST /cong-bo": May.OFFICES_CHANGE,
    "GET /cong-khai": OPEN,
    "GET /cong-khai/{office}": OPEN,
    "GET /cong-khai/{office}/nhung": OPEN,
    "GET /cong-khai/{office}/ap-phich": OPEN,
    "GET /cong-khai/du-lieu.csv": OPEN,
    "GET /cong-khai/mo-ta.csv": OPEN,
    "GET /cong-khai/dau-niem-phong": OPEN,
    "GET /cong-khai/dau-niem-phong/{number}": OPEN,
    "GET /cong-khai/dau-niem-phong/danh-sach.csv": OPEN,
    "GET /cong-khai/dau-niem-phong/phieu.csv": OPEN,
    "GET /loi-moi": May.OFFICES_SEE,
    "POST /loi-moi": May.DATA_ENTER,
    "GET /loi-moi/ap-phich/{place}": May.OFFICES_SEE,
    "GET /loi-moi/dot/{batch}": May.DATA_ENTER,
    "GET /loi-moi/dot/{batch}/duong-dan.xlsx": May.DATA_ENTER,
    "GET /truc-quay": May.OFFICES_SEE,
    "POST /truc-quay": May.DATA_ENTER,
    "POST /truc-quay/chep": May.DATA_ENTER,
    "POST /truc-quay/can-bo": May.DATA_ENTER,
    "POST /truc-quay/nhap": May.DATA_ENTER,
    "POST /truc-quay/nhap/xac-nhan": May.DATA_ENTER,
    "GET /truc-quay/tuan.xlsx": May.OFFICES_SEE,
    "GET /truc-quay/mau.xlsx": May.DATA_ENTER,
    "GET /truc-quay/de-nghi": May.DATA_ENTER,
    "POST /truc-quay/de-nghi": May.DATA_ENTER,
    "GET /truc-quay/de-nghi.xlsx": May.DATA_ENTER,
    "GET /ngay-nghi": May.OFFICES_SEE,
    "POST /ngay-nghi": May.OFFICES_CHANGE,
    "POST /ngay-nghi/nhap": May.OFFICES_CHANGE,
    "GET /ngay-nghi/mau.xlsx": May.OFFICES_CHANGE,
    "GET /don-vi/{unit}/gio": May.OFFICES_CHANGE,
    "POST /don-vi/{unit}/gio": May.OFFICES_CHANGE,
    "GET /ban-phan-mem": May.DEVICES_SEE,
    "POST /ban-phan-mem": May.DEVICES_CHANGE,
    "GET /api/v1/updates/{part}/{name}": OPEN,
    "GET /thiet-bi": May.DEVICES_SEE,
    "GET /thiet-bi/may/{device}": May.DEVICES_SEE,
    "POST /thiet-bi/may/{device}": May.DEVICES_CHANGE,
    "GET /thiet-bi/may/{device}/goi-ho-tro/{wanted}": May.DEVICES_SEE,
    "POST /thiet-bi/nhap-phieu": May.DEVICES_CHANGE,
    "GET /thiet-bi/ghep": May.DEVICES_CHANGE,
    "POST /thiet-bi/ghep": May.DEVICES_CHANGE,
    **{f"GET /{letter}": OPEN for letter in "iI"},
    "GET /mang-phieu": May.DEVICES_CHANGE,
    **{f"{method} /{letter}/{{code}}": OPEN for method in ("GET", "POST") for letter in "qQoliI"},
    "GET /phieu-giay": May.DATA_ENTER,
    "POST /phieu-giay": May.DATA_ENTER,
    "GET /phieu-giay/{wanted}": May.DATA_ENTER,
    "POST /phieu-giay/{wanted}": May.DATA_ENTER,
    "POST /phieu-giay/{wanted}/sua": May.DATA_ENTER,
    "POST /phieu-giay/{wanted}/quet": May.DATA_ENTER,
    "GET /phieu-giay/quet/{wanted}": May.DATA_ENTER,
    "GET /phieu-giay/kiem-tong": May.DATA_ENTER,
    "POST /phieu-giay/kiem-tong": May.DATA_ENTER,
    "POST /phieu-giay/kiem-tong/{wanted}/hoan-tac": May.DATA_ENTER,
    "GET /phieu-giay/kiem-tong.xlsx": May.DATA_ENTER,
    "GET /nhap-lieu": May.DATA_ENTER,
    "POST /nhap-lieu": May.DATA_ENTER,
    "POST /nhap-lieu/xem-thu": May.DATA_ENTER,
    "POST /nhap-lieu/thuc-hien": May.DATA_ENTER,
    "GET /nhap-lieu/{wanted}": May.DATA_ENTER,
    "POST /nhap-lieu/{wanted}/hoan-tac": May.DATA_ENTER,
    "GET /vu-viec": May.CASES_SEE,
    "POST /vu-viec": May.CASES_HANDLE,
    "GET /vu-viec/so-theo-doi.xlsx": May.CASES_SEE,
    "GET /vu-viec/quy-tac": May.OFFICES_CHANGE,
    "POST /vu-viec/quy-tac": May.OFFICES_CHANGE,
    "GET /vu-viec/{wanted}": May.CASES_SEE,
    "GET /vu-viec/{wanted}/man-hinh": May.CASES_SEE,
    "GET /vu-viec/{wanted}/van-ban/{name}": May.CASES_HANDLE,
    "POST /vu-viec/{wanted}/van-ban/{name}": May.CASES_HANDLE,
    "GET /vu-viec/van-ban/{document}/{form}": May.CASES_SEE,
    "POST /vu-viec/{wanted}": May.CASES_HANDLE,
    "POST /vu-viec/{wanted}/tep": May.CASES_HANDLE,
    "GET /vu-viec/tep/{wanted}": May.CASES_SEE,
    "GET /goi-lai": May.PHONES_SEE,
    "GET /y-kien-cong-bo": May.COMMENTS_SEE,
    "POST /y-kien-cong-bo": May.CASES_HANDLE,
    "GET /cong-khai/{office}/noi-gi": OPEN,
    "GET /ke-hoach": May.RESULTS_SEE,
    "GET /ke-hoach/ke-hoach.xlsx": May.RESULTS_SEE,
    "GET /ke-hoach/moi": May.DATA_ENTER,
    "POST /ke-hoach/moi": May.DATA_ENTER,
    "GET /ke-hoach/{wanted}": May.RESULTS_SEE,
    "POST /ke-hoach/{wanted}": May.DATA_ENTER,
    "POST /goi-lai/{wanted}": May.PHONES_SEE,
    "GET /canh-bao": May.ALERTS_SEE,
    "GET /canh-bao/phien-ban": May.ALERTS_SEE,
    "GET /canh-bao/danh-sach.xlsx": May.ALERTS_SEE,
    "GET /canh-bao/{wanted}": May.ALERTS_SEE,
    "POST /canh-bao/{wanted}": May.ALERTS_SEE,
    "GET /canh-bao/cai-dat": May.ALERTS_SEE,
    "POST /canh-bao/cai-dat": May.ALERTS_SEE,
    "GET /canh-bao/webhook": May.OFFICES_CHANGE,
    "POST /canh-bao/webhook": May.OFFICES_CHANGE,
    "GET /tra-cuu": OPEN,
    "POST /tra-cuu": OPEN,
    **{f"GET /{letter}": OPEN for letter in "tT"},
    **{
        f"ANY /api/v1/{name}": DEVICE
        for name in ("enrolments", "settings", "time", "acceptance", "bundles", "pairings", "pairings/answer")
    },
}
"""Every route and who may use it. A new route belongs here with its permission, and asks sessions.require for it."""

VALUES = {
    "{name}": "2026-11.xlsx",
    "{account}": "999",
    "{unit}": "moon",
    "{path}": "chuyen",
    "{place}": "moon",
    "{batch}": "moon",
    "{wanted}": "999",
    "{device}": "ks-000999",
    "{year}": "2026",
}
OFFICE, OTHER = "xa-tan-trao", "phuong-minh-xuan"


def framework(centre):
    """Return the application of the framework, which knows its routes, behind the front that batches pass."""
    app = make_app(centre)
    return next(cell.cell_contents for cell in app.__closure__ if hasattr(cell.cell_contents, "routes"))


def routes(centre):
    """Return every route of the application, as `METHOD /path`."""
    return {
        f"{method} {route.path_format}"
        for route in framework(centre).routes
        for method in (getattr(route, "methods", None) or ["ANY"])
        if method not in {"OPTIONS", "HEAD"}
    }


def test_every_route_says_who_may_use_it(centre):
    assert routes(centre) - set(ROUTES) == set(), "give it a permission: here, and where it calls sessions.require"
    assert set(ROUTES) - routes(centre) == set()


def is_refused(client, route: str) -> bool:
    method, path = route.split(" ")
    address = path
    for name, value in VALUES.items():
        address = address.replace(name, value)
    if method == "GET":
        answer = client.get(address, follow_redirects=False)
    else:
        token = csrf(client.get("/doi-mat-khau"))
        name = {
            "/thiet-bi/nhap-phieu": "files",
            "/don-vi/nhap": "file",
            "/nhap-lieu": "file",
            "/xep-hang-nam/{year}/diem/nhap": "file",
            "/phieu-giay/kiem-tong": "file",
            "/phieu-giay/{wanted}/quet": "file",
            "/truc-quay/nhap": "file",
            "/vu-viec/{wanted}/tep": "file",
            "/ngay-nghi/nhap": "file",
            "/ket-qua/phu/nhap": "file",
        }.get(path)
        files = {name: ("x.hlb", b"")} if name else None
        answer = client.post(address, data={"csrf": token}, files=files, headers=ORIGIN, follow_redirects=False)
    assert answer.status_code != 500, route
    assert "/dang-nhap" not in answer.headers.get("location", ""), route
    return answer.status_code == 403 and "không có quyền" in answer.text and "Xin tải lại trang" not in answer.text


@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_open_what_the_table_says_and_nothing_else(as_role, role):
    client = as_role(role, OFFICE if ROLES[role].is_local else None)
    told = {route: is_refused(client, route) for route, need in ROUTES.items() if isinstance(need, May)}
    expected = {route: ROUTES[route] not in permissions(role) for route in told}
    assert told == expected


@pytest.mark.parametrize("route", [route for route, need in ROUTES.items() if isinstance(need, May) or need == ENTERED])
def test_a_stranger_is_led_to_the_sign_in(client, route):
    method, path = route.split(" ")
    for name, value in VALUES.items():
        path = path.replace(name, value)
    answer = client.request(method, path, headers=ORIGIN, data={} if method == "POST" else None, follow_redirects=False)
    assert (answer.status_code, answer.headers.get("location")) == (303, "/dang-nhap")


def test_an_account_whose_role_is_unknown_may_do_nothing(as_role):
    client = as_role("emperor")
    assert is_refused(client, "GET /ket-qua")
    assert client.get("/", follow_redirects=False).headers["location"] == "/phien"


@pytest.mark.parametrize("role", ROLES)
def test_the_bar_holds_only_pages_the_role_may_open_and_marks_the_current_one(as_role, role):
    client = as_role(role, OFFICE if ROLES[role].is_local else None)
    offered = [entry for entry in ENTRIES if entry.permission in permissions(role)]
    for entry in offered:
        page = client.get(entry.path).text
        bar = re.search(r'<nav class="pages.*?</nav>', page, re.DOTALL)[0]
        assert re.findall(r'href="([^"]+)"', bar) == [one.path for one in offered]
        assert re.findall(r'href="([^"]+)" aria-current="page"', bar) == [entry.path]


# ---- units ----------------------------------------------------------------------------------------------


@pytest.fixture
def counted(enrol):
    for counter, n in (("xa-tan-trao.q1", 6), ("phuong-minh-xuan.q1", 5)):
        kiosk = enrol(counter)
        kiosk.send([kiosk.cast() for _ in range(n)])


def shown(client, address: str = "/ket-qua") -> str:
    return re.search(r'id="so-phieu">([^<]+)<', client.get(address).text)[1]


def test_a_leader_sees_the_own_subtree_alone(as_role, counted):
    leader = as_role("leader", OFFICE)
    page = leader.get("/ket-qua").text
    assert shown(leader) == "6"
    assert "Minh Xuân" not in page
    assert "Sở Nội vụ" not in page
    assert leader.get("/ket-qua/version").text == "6"
    assert shown(as_role("viewer")) == "11"


@pytest.mark.parametrize("path", ["/ket-qua", "/ket-qua/version", "/bao-cao/thang/2026-11.xlsx"])
@pytest.mark.parametrize("unit", [f"{OTHER}.ttpvhcc", "so-noi-vu", "tq", "moon"])
def test_a_unit_outside_is_told_like_one_that_does_not_exist(as_role, counted, path, unit):
    leader = as_role("leader", OFFICE)
    answer = leader.get(f"{path}?don_vi={unit}")
    assert answer.status_code == 404
    assert "Minh Xuân" not in answer.text
    assert answer.text == leader.get(f"{path}?don_vi=moon").text


def test_a_counter_of_another_unit_is_not_found(as_role, counted):
    leader = as_role("leader", OFFICE)
    assert leader.get(f"/ket-qua?don_vi={OFFICE}.ttpvhcc&quay={OTHER}.q1").status_code == 404
    assert leader.get(f"/ket-qua?don_vi={OFFICE}.ttpvhcc&quay={OFFICE}.q1").status_code == 200


def test_the_workbook_of_a_leader_holds_the_own_subtree_alone(as_role, counted):
    leader = as_role("leader", OFFICE)
    book = openpyxl.load_workbook(io.BytesIO(leader.get("/bao-cao/thang/2026-11.xlsx").content))
    words = str([[cell.value for cell in row] for sheet in book for row in sheet.iter_rows()])
    assert "xã Tân Trào" in words
    assert "Minh Xuân" not in words
    assert sum(isinstance(row[0].value, int) for row in book["Dữ liệu phiếu"].iter_rows(min_row=8)) == 6


def test_what_an_office_counted_before_it_came_below_a_leader_is_not_the_leaders_to_see(as_role, counted, centre):
    def move(work) -> None:
        for unit, parent in ((f"{OTHER}.ttpvhcc", OFFICE), (f"{OTHER}.q1", f"{OTHER}.ttpvhcc")):
            work.run("UPDATE org_versions SET valid_to = '2026-10-31' WHERE unit_id = ?", (unit,))
            work.run(
                "INSERT INTO org_versions (unit_id, name_vi, name_en, code, parent_id, valid_from) "
                "VALUES (?, ?, '', 'C', ?, '2026-11-01')", (unit, f"Tên {unit}", parent),
            )  # fmt: skip
        work.run(
            "INSERT INTO rollup_answers (day, is_dated, office_id, counter_id, channel, lane, status, questionnaire, "
            "question, n1, n2, n3, n4, n5, na, ms) SELECT '2026-10-15', is_dated, office_id, counter_id, channel, "
            "lane, status, questionnaire, question, n1, n2, n3, n4, n5, na, ms FROM rollup_answers WHERE office_id = ?",
            (f"{OTHER}.ttpvhcc",),
        )
        work.run(
            'INSERT INTO tenday_answers ("first", is_dated, office_id, channel, lane, status, questionnaire, question, '
            "n1, n2, n3, n4, n5, na, ms) SELECT '2026-10-11', is_dated, office_id, channel, lane, status, "
            "questionnaire, question, n1, n2, n3, n4, n5, na, ms FROM tenday_answers WHERE office_id = ?",
            (f"{OTHER}.ttpvhcc",),
        )

    centre.writer.run(move)

    def before(client) -> list[object]:
        book = openpyxl.load_workbook(io.BytesIO(client.get("/bao-cao/thang/2026-11.xlsx").content))
        head, *rows = book["Tổng hợp"].iter_rows(min_row=7, values_only=True)
        place = head.index("Kỳ trước (%)")
        return [row[place] for row in rows if row[1] == f"Tên {OTHER}.ttpvhcc"]

    assert before(as_role("leader", OFFICE)) == ["–"]
    assert before(as_role("viewer")) != ["–"]


def test_a_technician_of_one_unit_sees_its_kiosks_alone(as_role, enrol):
    mine, other = enrol("xa-tan-trao.q1"), enrol("phuong-minh-xuan.q1")
    page = as_role("technician", OFFICE).get("/thiet-bi").text
    assert mine.device in page
    assert other.device not in page
    assert other.device in as_role("technician").get("/thiet-bi").text


def test_a_unit_that_stood_only_then_is_seen_only_then(as_role):
    leader = as_role("leader", "huyen-son-duong")
    assert "Huyện Sơn Dương" in leader.get("/ket-qua?ky=thang&luc=2025-06").text
    assert leader.get("/ket-qua?ky=thang&luc=2026-11&don_vi=huyen-son-duong").status_code == 200
    assert shown(leader) == "0"


def test_a_subtree_holds_all_below_and_a_ring_ends():
    standing = units()
    assert subtree(standing, "xa-na-hang") == {"xa-na-hang", "xa-na-hang.ttpvhcc", "xa-na-hang.q1", "xa-na-hang.q2"}
    assert len(subtree(standing, "tq")) == len(standing)
    ring = [Unit(a, "agency", a, "", a, b, BEGIN, None) for a, b in (("a", "b"), ("b", "a"))]
    assert subtree(ring, "a") == {"a", "b"}


# ---- what may be given ----------------------------------------------------------------------------------


def test_whoever_sees_phones_or_manages_accounts_needs_the_second_step():
    needing = {role for role in ROLES if needs_code(permissions(role))}
    assert needing == {"admin", "leader", "handler"}


def test_only_a_leader_can_be_made_a_manager_of_accounts():
    assert May.USERS_MANAGE in permissions("leader", is_manager=True)
    assert May.USERS_MANAGE not in permissions("leader")
    assert May.USERS_MANAGE not in permissions("viewer", is_manager=True)


@pytest.mark.parametrize("role", ROLES)
def test_a_manager_below_the_top_gives_nothing_it_may_not_do_itself(role):
    allowed, reach = permissions("leader", is_manager=True), frozenset({OFFICE, f"{OFFICE}.ttpvhcc"})
    fault = grant_fault(allowed, OFFICE, reach, Granted(role, OFFICE))
    assert (fault is None) == (role in {"handler", "steward"})
    assert grant_fault(allowed, OFFICE, reach, Granted(role, OTHER)) is not None
    assert grant_fault(allowed, OFFICE, reach, Granted(role, None)) is not None
    assert grant_fault(allowed, OFFICE, reach, Granted(role, OFFICE, is_manager=True)) is not None


def test_an_administrator_gives_any_role_but_local_ones_only_with_a_unit():
    allowed = permissions("admin")
    assert grantable(allowed, None) == list(ROLES.values())
    assert grant_fault(allowed, None, None, Granted("leader", None)) is not None
    assert grant_fault(allowed, None, None, Granted("leader", OFFICE, is_manager=True)) is None
    assert grant_fault(allowed, None, None, Granted("admin", None)) is None
    assert grantable(permissions("viewer"), None) == []


def test_accounts_from_before_stay_administrators_of_the_province(signed_in, rows):
    assert rows("SELECT role, unit FROM accounts") == [("admin", None)]
    assert signed_in.get("/ket-qua").status_code == 200
