"""HTTP for results: one page, and a number that changes when a ballot arrives."""

from typing import Any

from litestar import MediaType, Request, Response, get
from litestar.response import Redirect

from server.accounts import sessions
from server.accounts.routes import navigation, page
from server.accounts.rules import May
from server.questionnaires.queries import newest_of, seen_on
from server.results import entry_routes, queries, view_routes
from server.results.asked import read_asked
from server.results.others import blocks, paper_block
from server.results.periods import month_of
from server.results.rules import number, percent
from server.results.summary import BAR, summarise
from server.results.tallied import papers, together
from server.results.view_routes import bar
from survey.local_time import local_date

AnyRequest = Request[Any, Any, Any]


@get("/", sync_to_thread=True)
def home(request: AnyRequest) -> Redirect:
    """Lead to the first page someone may open."""
    entries = navigation(sessions.entered(request), "/").entries
    return Redirect(entries[0].path if entries else "/phien", status_code=303)


@get("/ket-qua", sync_to_thread=True)
def results_page(request: AnyRequest) -> Response[str]:
    """Show the results of a period."""
    session = sessions.require(request, May.RESULTS_SEE)
    centre = sessions.centre_of(request)
    today = local_date(centre.now_ms())
    with centre.engine.connect() as connection:
        asked = read_asked(connection, request, session, today, centre.settings.month_cut)
        questionnaire = seen_on(connection, min(asked.period.last, today))
        tallied = queries.tallies(connection, asked.scope)
        answered = queries.pooled_answers(connection, asked.scope)
        by_office = queries.overall_answers(connection, asked.scope, questionnaire.quick_question)
        version = sum(tally.n for tally in tallied)
        paper = together(list(papers(connection, asked.scope, questionnaire.id).values()))
        others = newest_of(connection, [one.questionnaire for one in answered])
    return page(
        request,
        "results.html",
        session=session,
        summary=summarise(tallied, answered, questionnaire, asked.name_of, centre.settings.min_cell, by_office),
        levels=[questionnaire.level_text("likert5", level, "vi") for level in (5, 4, 3, 2, 1)],
        paper=paper_block(paper, questionnaire) if paper.ballots else None,
        paper_ballots=paper.ballots,
        others=blocks(answered, questionnaire, others),
        percent=percent,
        version=version,
        min_cell=centre.settings.min_cell,
        number=number,
        width=BAR,
        month=month_of(min(asked.period.last, today), centre.settings.month_cut),
        **bar(session, asked, "/ket-qua"),
    )


@get("/ket-qua/version", sync_to_thread=True, media_type=MediaType.TEXT)
def version(request: AnyRequest) -> Response[str]:
    """Say how many ballots the page's scope has now; 304 while nothing arrived."""
    session = sessions.require(request, May.RESULTS_SEE)
    centre = sessions.centre_of(request)
    with centre.engine.connect() as connection:
        asked = read_asked(connection, request, session, local_date(centre.now_ms()), centre.settings.month_cut)
        n = queries.count(connection, asked.scope)
    headers = {"etag": f'"{n}"', "cache-control": "no-cache"}
    if request.headers.get("if-none-match") == f'"{n}"':
        return Response("", status_code=304, headers=headers, media_type=MediaType.TEXT)
    return Response(str(n), headers=headers, media_type=MediaType.TEXT)


ROUTES = [home, results_page, version, *view_routes.ROUTES, *entry_routes.ROUTES]
