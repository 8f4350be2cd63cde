"""HTTP of the cases service."""

from uuid import UUID

from baoxue_shared.errors import NotFoundError
from baoxue_shared.history.store import Record
from baoxue_shared.replay.routes import add_history
from baoxue_shared.service import World
from baoxue_shared.web import Reader, Routes
from fastapi import FastAPI

from baoxue_cases.application import Cases
from baoxue_cases.views.case_list import case_of, cases_of


def create_api(cases: Cases, world: World) -> FastAPI:
    """One route per command; queries run inside the reader's reach."""
    routes = Routes("cases", world)

    async def list_cases(reader: Reader, state: str | None = None, after: str = "") -> list[Record]:
        return await cases_of(world.store, reader, state=state, after=after)

    async def read_case(case_id: UUID, reader: Reader) -> Record:
        case = await case_of(world.store, reader, str(case_id))
        if case is None:
            raise NotFoundError
        await world.read_log.record(reader, UUID(str(case["child_id"])), "case")
        return case

    routes.command("POST", "/cases", cases.open_case, status=201)
    routes.command("POST", "/cases/{case_id}/responsible", cases.assign_responsible)
    routes.command("POST", "/cases/{case_id}/contacts", cases.record_contact)
    routes.command("POST", "/cases/{case_id}/visits", cases.record_visit)
    routes.command("POST", "/cases/{case_id}/causes", cases.verify_cause)
    routes.command("POST", "/cases/{case_id}/persuasions", cases.conclude_persuasion)
    routes.command("POST", "/cases/{case_id}/reports", cases.deliver_report)
    routes.command("POST", "/cases/{case_id}/return", cases.record_return)
    routes.command("POST", "/cases/{case_id}/closing", cases.close_case)
    routes.query("/cases", list_cases)
    routes.query("/cases/{case_id}", read_case)
    add_history(routes, cases)
    return routes.api
