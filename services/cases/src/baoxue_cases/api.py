"""HTTP of the cases service."""

from uuid import UUID

from baoxue_shared.access.reach import check_reach
from baoxue_shared.errors import NotFoundError
from baoxue_shared.evidence.routes import add_evidence
from baoxue_shared.history.store import Record
from baoxue_shared.replay.routes import add_history
from baoxue_shared.service import World
from baoxue_shared.web import Reader, Routes
from baoxue_shared.web.operations import add_operations
from baoxue_shared.web.paging import Limit, Listed, page
from fastapi import FastAPI

from baoxue_cases.application import Cases
from baoxue_cases.domain.roll_call import RollCall
from baoxue_cases.views.case_list import case_of, cases_of
from baoxue_cases.views.roll_calls import roll_call_children, roll_calls_of


def create_api(cases: Cases, world: World) -> FastAPI:
    """One route per command; queries run inside the reader's reach."""
    routes = Routes("cases", world)

    async def list_cases(reader: Reader, state: str = "", after: str = "", limit: Limit = 200) -> Listed:
        return page(await cases_of(world.store, reader, state, after, limit), limit, "case_id")

    async def read_case(case_id: UUID, reader: Reader) -> Record:
        case = await case_of(world.store, reader, str(case_id))
        if case is None:
            raise NotFoundError
        await world.read_log.record(reader, UUID(str(case["child_id"])), "case")
        return case

    async def list_roll_calls(reader: Reader, semester: str = "", after: str = "", limit: Limit = 200) -> Listed:
        return page(await roll_calls_of(world.store, reader, semester, after, limit), limit, "roll_call_id")

    async def read_roll_call(roll_call_id: UUID, reader: Reader) -> Listed:
        roll_call = await cases.load(RollCall, roll_call_id)
        check_reach(reader, roll_call)
        children = await roll_call_children(world.store, reader, str(roll_call_id))
        facts = {"roll_call_id": roll_call_id, "semester": roll_call.semester, "due_on": roll_call.due_on}
        return {**facts, "closed": roll_call.closed, "version": roll_call.version, "children": children}

    routes.command("POST", "/cases", cases.open_case, status=201)
    routes.command("POST", "/cases/{case_id}/responsible", cases.assign_responsible)
    routes.command("POST", "/cases/{case_id}/responsible/release", cases.release_responsible)
    routes.command("POST", "/cases/{case_id}/contacts", cases.record_contact)
    routes.command("POST", "/cases/{case_id}/visits", cases.record_visit)
    routes.command("POST", "/cases/{case_id}/causes", cases.verify_cause)
    routes.command("POST", "/cases/{case_id}/persuasions", cases.conclude_persuasion)
    routes.command("POST", "/cases/{case_id}/reports", cases.deliver_report)
    routes.command("POST", "/cases/{case_id}/return", cases.record_return)
    routes.command("POST", "/cases/{case_id}/closing", cases.close_case)
    routes.query("/cases", list_cases)
    routes.query("/cases/{case_id}", read_case)
    routes.command("POST", "/roll-calls/{roll_call_id}/list", cases.list_absentees)
    routes.command("POST", "/roll-calls/{roll_call_id}/causes", cases.verify_absence)
    routes.command("POST", "/roll-calls/{roll_call_id}/closing", cases.close_roll_call)
    routes.query("/roll-calls", list_roll_calls)
    routes.query("/roll-calls/{roll_call_id}", read_roll_call)
    add_history(routes, cases)
    add_operations(routes, cases)
    add_evidence(routes)
    return routes.api
