"""HTTP for everybody: published results, a widget for other sites, a poster, open data; and where offices agree."""

import re
from asyncio import to_thread
from typing import Any

from litestar import MediaType, Request, Response, get, post
from litestar.params import FromPath

from server.accounts import sessions
from server.accounts.qr import drawn
from server.accounts.routes import AnyRequest, Form, page
from server.accounts.rules import May
from server.offices.queries import province_of, standing
from server.pages.language import language_of, rendered
from server.plans.public import Act, acts_of
from server.problem import RefusalError
from server.publish import queries, rules
from server.publish.rules import Office
from survey.local_time import local_date

OWN = re.compile(r'(href="/cong-khai[^"?.]*)"')
FRAMED = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *"


def _read(request: Request[Any, Any, Any], only: str = "") -> tuple[list[Office], str]:
    centre = sessions.centre_of(request)
    today, cut = local_date(centre.now_ms()), centre.settings.month_cut
    with centre.engine.connect() as connection:
        found = queries.published_offices(connection, today, cut, only)
        units = standing(connection, today)
    if only and not found:
        raise RefusalError(404, "not_published", "this office publishes nothing")
    return found, province_of(units)


def _acts(request: AnyRequest, found: list[Office]) -> list[Act]:
    """Return what these offices did after citizens said something."""
    centre = sessions.centre_of(request)
    with centre.engine.connect() as connection:
        return acts_of(connection, [one.id for one in found], local_date(centre.now_ms()))


def _given(request: AnyRequest, template: str, **values: Any) -> Response[str]:
    centre = sessions.centre_of(request)
    html = rendered(request, template, is_public=True, least=rules.LEAST, **values)
    if language_of(request, is_public=True) == "en":
        html = OWN.sub(r'\1?lang=en"', html)
    age = queries.fresh_for_s(local_date(centre.now_ms()), centre.settings.month_cut)
    return Response(html, media_type=MediaType.HTML, headers={"cache-control": f"public, max-age={age}"})


@get("/cong-khai", sync_to_thread=True)
def public_page(request: AnyRequest) -> Response[str]:
    """Show the newest whole month of every office that publishes."""
    found, province = _read(request)
    return _given(request, "published.html", offices=found, province=province, acts=_acts(request, found))


@get("/cong-khai/{office:str}", sync_to_thread=True)
def public_office(request: AnyRequest, office: FromPath[str]) -> Response[str]:
    """Show an office's last twelve whole months."""
    found, province = _read(request, office[:80])
    base = sessions.centre_of(request).settings.public_base
    acts, said = _acts(request, found), bool(sessions.centre_of(request).settings.comments_told_from)
    return _given(request, "published_office.html", office=found[0], province=province, base=base, acts=acts, said=said)


@get("/cong-khai/{office:str}/nhung", sync_to_thread=True)
def widget(request: AnyRequest, office: FromPath[str]) -> Response[str]:
    """Give the small page that other sites put into a frame."""
    found, _ = _read(request, office[:80])
    answer = _given(request, "published_widget.html", office=found[0])
    answer.headers["content-security-policy"] = FRAMED
    return answer


@get("/cong-khai/{office:str}/ap-phich", sync_to_thread=True)
def result_poster(request: AnyRequest, office: FromPath[str]) -> Response[str]:
    """Show the month's result as a poster to print, its QR leading to the public page."""
    found, _ = _read(request, office[:80])
    address = f"{sessions.centre_of(request).settings.public_base}/cong-khai/{found[0].id}"
    return _given(request, "published_poster.html", office=found[0], address=address, session=None,
                  acts=_acts(request, found)[:2], qr=drawn(address, "Mã QR mở trang kết quả công khai"))  # fmt: skip


@get("/cong-khai/du-lieu.csv", sync_to_thread=True)
def open_data(request: AnyRequest) -> Response[bytes]:
    """Give the published months as open data."""
    return _csv(rules.open_data(_read(request)[0]), "hai-long-du-lieu-mo.csv")


@get("/cong-khai/mo-ta.csv", sync_to_thread=False)
def open_words(request: AnyRequest) -> Response[bytes]:
    """Give what the columns of the open data mean."""
    return _csv(rules.dictionary(), "hai-long-mo-ta.csv")


def _csv(body: bytes, name: str) -> Response[bytes]:
    headers = {
        "content-disposition": f'attachment; filename="{name}"', "cache-control": "public, max-age=3600",
        "access-control-allow-origin": "*",
    }  # fmt: skip
    return Response(body, media_type="text/csv; charset=utf-8", headers=headers)


# ---- where a province decides


def _choose(request: AnyRequest, done: str = "") -> Response[str]:
    session, centre = sessions.require(request, May.OFFICES_CHANGE), sessions.centre_of(request)
    today = local_date(centre.now_ms())
    with centre.engine.connect() as connection:
        names, now = queries.can_publish(connection, today), queries.publishing(connection)
        found = queries.published_offices(connection, today, centre.settings.month_cut)
    return page(request, "publish.html", session=session, names=names, now=now, done=done, least=rules.LEAST,
                shown={one.id: one for one in found}, base=centre.settings.public_base)  # fmt: skip


def _decide(request: AnyRequest, data: dict[str, Any]) -> Response[str]:
    session, centre = sessions.require(request, May.OFFICES_CHANGE), sessions.centre_of(request)
    sessions.check_form(request, session, str(data.get("csrf", "")))
    if session.unit is not None:
        raise RefusalError(403, "not_allowed", "the whole province decides what is published")
    with centre.engine.connect() as connection:
        among = set(queries.can_publish(connection, local_date(centre.now_ms())))
    wanted = {name.removeprefix("o.") for name in data if name.startswith("o.")}
    actor = session.account.name
    centre.writer.run(lambda work: queries.set_publishing(work, wanted, among, actor, centre.now_ms()))
    return _choose(request, f"Đã lưu: {len(wanted & among)} đơn vị công bố kết quả.")


@get("/cong-bo")
async def choice_page(request: AnyRequest) -> Response[str]:
    """Show which offices publish."""
    return await to_thread(_choose, request)


@post("/cong-bo", status_code=200)
async def choice_form(request: AnyRequest, data: Form) -> Response[str]:
    """Store which offices publish."""
    return await to_thread(_decide, request, data)


ROUTES = [
    public_page, open_data, open_words, public_office, widget, result_poster, choice_page, choice_form,
]  # fmt: skip
