"""The centre as a web application: the route list is the contents page; every error has one handler."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from litestar import Litestar, MediaType, Response, get
from litestar.datastructures import State
from litestar.types import ASGIApp

from server import problem
from server.accounts import own_routes as own_account
from server.accounts import provider_routes as provider
from server.accounts import routes as accounts
from server.alerts import hook_routes as webhooks
from server.alerts import routes as alerts
from server.alerts import settings_routes as alert_settings
from server.ballots.carried_routes import carried_route, carry_page
from server.ballots.routes import BATCHES, Shelf, batches_app
from server.cases import call_routes as calls
from server.cases import list_routes as case_list
from server.cases import paper_routes as case_papers
from server.cases import routes as cases
from server.cases import rules_routes as case_rules
from server.cases import screen_routes as case_screens
from server.centre import Centre
from server.days import routes as days
from server.devices import bundle_routes as bundles
from server.devices import device_routes as machines
from server.devices import pairing_routes as pairing
from server.devices import roster
from server.devices.acceptance import SHEETS
from server.devices.filed import filed_route
from server.devices.routes import SettingsShelf, enrolment_route, settings_route, time_route
from server.devices.signed import Doorkeeper
from server.duty import correction_routes as corrections
from server.duty import routes as duty
from server.exports import invite_routes as inviting
from server.exports import provision_routes as provisioning
from server.exports import routes as exports
from server.exports import write_routes as writing
from server.fleet import routes as fleet
from server.front import straight
from server.imports import routes as imports
from server.invitations import routes as invitations
from server.journal import routes as journal
from server.pages import environment, guard, static_file
from server.pages.language import language_choice
from server.pages.plain_request import PlainRequest
from server.paper import routes as paper
from server.paper import tally_routes as paper_tallies
from server.phone import routes as phone
from server.plans import routes as plans
from server.previews import routes as previews
from server.previews.drawer import Drawer
from server.public import routes as public
from server.publish import routes as publish
from server.questionnaires import draft_routes as questionnaire_drafts
from server.questionnaires import routes as questionnaires
from server.ranking import plan_routes as ranking_plans
from server.ranking import routes as ranking
from server.register import routes as register
from server.releases import routes as releases
from server.reports import document_routes as documents
from server.reports import routes as reports
from server.reports.page_tables import tables_file
from server.results import routes as results
from server.said import routes as said
from server.seals import routes as seals
from server.units import hours_routes as unit_hours
from server.units import intake_routes as unit_intake
from server.units import routes as units
from server.users import accept_routes as invited
from server.users import routes as users
from server.worker import Worker


@get("/healthz", media_type=MediaType.TEXT, sync_to_thread=False)
def healthz(state: State) -> Response[str]:
    """Say whether this centre reads its database and its writer keeps up."""
    centre: Centre = state.centre
    with centre.engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1")
    return Response("busy" if centre.writer.is_full else "ok", status_code=503 if centre.writer.is_full else 200)


def make_app(centre: Centre) -> ASGIApp:
    """Return the application of a centre; it lets go of the centre when it stops."""
    door, settings, shelf = Doorkeeper(centre), SettingsShelf(centre), Shelf(centre)

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        worker = Worker(centre)
        yield
        worker.close()
        centre.close()

    app = Litestar(
        route_handlers=[
            enrolment_route(centre),
            settings_route(centre, door, settings),
            time_route(centre, door),
            filed_route(SHEETS, centre, door),
            filed_route(bundles.BUNDLES, centre, door),
            *pairing.pairing_routes(centre),
            carried_route(shelf),
            carry_page,
            healthz,
            static_file,
            language_choice,
            *accounts.ROUTES,
            *own_account.ROUTES,
            *provider.ROUTES,
            *users.ROUTES,
            *invited.ROUTES,
            *journal.ROUTES,
            *register.ROUTES,
            *results.ROUTES,
            *phone.ROUTES,
            *reports.ROUTES,
            *documents.ROUTES,
            *ranking.ROUTES,
            *ranking_plans.ROUTES,
            *exports.ROUTES,
            *writing.ROUTES,
            *inviting.ROUTES,
            *provisioning.ROUTES,
            *roster.ROUTES,
            *machines.ROUTES,
            *bundles.ROUTES,
            *pairing.ROUTES,
            *releases.ROUTES,
            *units.ROUTES,
            *unit_intake.ROUTES,
            *unit_hours.ROUTES,
            *duty.ROUTES,
            *corrections.ROUTES,
            *invitations.ROUTES,
            *plans.ROUTES,
            *publish.ROUTES,
            previews.picture_file,
            *fleet.ROUTES,
            *questionnaires.ROUTES,
            *questionnaire_drafts.ROUTES,
            *seals.ROUTES,
            *said.ROUTES,
            *days.ROUTES,
            *imports.ROUTES,
            *paper.ROUTES,
            *paper_tallies.ROUTES,
            *case_list.ROUTES,
            *case_papers.ROUTES,
            *case_rules.ROUTES,
            *case_screens.ROUTES,
            *cases.ROUTES,
            *calls.ROUTES,
            *public.ROUTES,
            *alerts.ROUTES,
            *alert_settings.ROUTES,
            *webhooks.ROUTES,
        ],
        state=State(
            {
                "centre": centre,
                "pages": environment(),
                "badges": {"/canh-bao": alerts.waiting},
                "tables_file": tables_file,
                "drawer": Drawer(centre.settings.folder / "previews", centre.settings.preview_command),
                "pictures_waiting": 0,
                "pictures_turn": asyncio.Lock(),
            }
        ),
        before_send=[guard],
        request_class=PlainRequest,
        exception_handlers={Exception: problem.answer},
        lifespan=[lifespan],
        openapi_config=None,
        logging_config=None,
    )
    return straight(BATCHES, batches_app(centre, door, settings, shelf), app)
